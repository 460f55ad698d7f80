package process

import (
	"context"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
)

// Badges tells how a freelancer stands as of a moment, by what the log holds up
// to a position and by nothing behind it. A Runner asks it once for each
// assessment.
type Badges func(ctx context.Context, freelancer uuid.UUID, asOf event.Time, until event.Position) (*statistics.BadgeProgress, error)

// foldBadges: with an assessment, each computed badge is reviewed (rules 8).
// What is awarded or lost meanwhile, also by a person, stands until the next.
func (a *agenda) foldBadges(env *event.Envelope) {
	switch e := env.Event.(type) {
	case *event.JobSuccessAssessed:
		for _, badge := range []event.Badge{event.BadgeTopRated, event.BadgeTopRatedPlus} {
			a.open(env, ReviewBadge, string(badge), env.OccurredAt).Assessed = env.OccurredAt
		}
	case *event.BadgeAwarded:
		a.close(ReviewBadge, env.Stream, string(e.Badge))
	case *event.BadgeLost:
		a.close(ReviewBadge, env.Stream, string(e.Badge))
	}
}

// review is what Badges has said last, which is asked once for both badges.
type review struct {
	assessment uuid.UUID
	standing   *statistics.BadgeProgress
}

// badge is what the review of a badge comes to, nil if nothing changes. It is
// made by what the log held up to the assessment, the assessment included: made
// again, after a crash or by another Runner, it comes to the same, whatever has
// happened since.
func (r *Runner) badge(ctx context.Context, t *task) (aggregate.Command, error) {
	if r.options.Badges == nil {
		return nil, nil
	}
	_, freelancer, _, _ := event.ParseStream(t.Stream)
	if r.review.assessment != t.Cause {
		b, err := r.options.Badges(ctx, freelancer, t.Assessed, t.Position)
		if err != nil {
			return nil, err
		}
		r.review = review{t.Cause, b}
	}
	for _, state := range r.review.standing.States() {
		switch {
		case t.Part != string(state.Badge):
		case state.Met && !state.Held:
			return aggregate.AwardBadge{Freelancer: freelancer, Badge: state.Badge}, nil
		case state.Held && !state.Met:
			return aggregate.LoseBadge{Freelancer: freelancer, Badge: state.Badge, Unmet: state.Unmet()}, nil
		}
	}
	return nil, nil
}
