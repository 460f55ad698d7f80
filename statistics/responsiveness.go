package statistics

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

const day = 24 * 3600 // seconds

// ResponsivenessPolicy says which invites count and what is fast (rules 2).
// Durations are in seconds.
type ResponsivenessPolicy struct {
	Window          int64 // invites sent in (T - Window, T]; default 90 days
	WithdrawnWithin int64 // one withdrawn sooner than this after sending does not count; default a day
	Grace           int64 // one unanswered counts from this long after sending; default a day
	Fast            int64 // answered_24h: response time below this; default a day
	Slow            int64 // answered_72h: response time below this; default 3 days
	MinCounted      int64 // fewer counted invites give no level; default 5, ours
}

// defaultResponsiveness is the rule as published, and as completed here.
func defaultResponsiveness() ResponsivenessPolicy {
	return ResponsivenessPolicy{
		Window: 90 * day, WithdrawnWithin: day, Grace: day, Fast: day, Slow: 3 * day, MinCounted: 5,
	}
}

func (p ResponsivenessPolicy) validate() error {
	for _, v := range []int64{p.Window, p.WithdrawnWithin, p.Grace, p.Fast, p.Slow, p.MinCounted} {
		if v < 0 || v > maxMonths*31*day {
			return invalidPolicy("responsiveness: %d is negative or longer than a hundred years", v)
		}
	}
	return nil
}

// Responsiveness of a freelancer as of a moment. Counts are always numbers; what
// is unknown is nil, and null in JSON.
type Responsiveness struct {
	Counted     int64 `json:"counted"`
	Answered    int64 `json:"answered"`
	Answered24h int64 `json:"answered_24h"` // faster than the policy's Fast
	Answered72h int64 `json:"answered_72h"` // faster than the policy's Slow
	// RateBP is answered/counted in basis points, half up.
	RateBP *int64 `json:"rate_bp"`
	// MedianResponseS is in seconds; of an even number, the lower middle one.
	MedianResponseS *int64        `json:"median_response_s"`
	Level           ResponseLevel `json:"level"`
}

// ResponseLevel says how fast a freelancer usually answers. The empty one is
// unknown, and null in JSON.
type ResponseLevel string

// The levels. Their names keep the default's periods under every policy: most
// invites that count were answered faster than Fast, than Slow, or neither.
const (
	LevelUnknown    ResponseLevel = ""
	LevelUnder24h   ResponseLevel = "under_24h"
	LevelUnder3Days ResponseLevel = "under_3_days"
	LevelOver3Days  ResponseLevel = "over_3_days"
)

// MarshalJSON writes an unknown level as null.
func (l ResponseLevel) MarshalJSON() ([]byte, error) {
	if l == LevelUnknown {
		return []byte("null"), nil
	}
	return json.Marshal(string(l))
}

// InviteReason is why an invite does not count.
type InviteReason string

// The reasons, in the order in which they are looked at.
const (
	InviteTooOld         InviteReason = "outside_window"
	InviteNotAvailable   InviteReason = "freelancer_not_available"
	InviteWithdrawnEarly InviteReason = "withdrawn_early"
	InviteTooRecent      InviteReason = "unanswered_too_recent"
)

// InviteVerdict is what became of one invite in the statistic.
type InviteVerdict struct {
	Invite    uuid.UUID             `json:"invite"`
	Client    uuid.UUID             `json:"client"`
	Counted   bool                  `json:"counted"`
	Reason    InviteReason          `json:"reason,omitempty"` // why it does not count
	Answered  bool                  `json:"answered"`
	ResponseS *int64                `json:"response_s"` // seconds from sending to the reply
	Facts     []projection.Evidence `json:"facts"`
}

// ResponsivenessExplanation is the statistic with every invite sent as of the
// moment, in the order of sending.
type ResponsivenessExplanation struct {
	Freelancer     uuid.UUID       `json:"freelancer"`
	AsOf           event.Time      `json:"as_of"`
	Policy         string          `json:"policy"`
	Responsiveness Responsiveness  `json:"responsiveness"`
	Invites        []InviteVerdict `json:"invites"`
}

// of is the responsiveness that a freelancer's invites show as of the moment.
func (p ResponsivenessPolicy) of(invites []*projection.InviteRecord, asOf event.Time) Responsiveness {
	return p.count(invites, asOf, nil)
}

// explain is of with its reasons.
func (p ResponsivenessPolicy) explain(freelancer uuid.UUID, invites []*projection.InviteRecord, asOf event.Time) *ResponsivenessExplanation {
	invites = slices.Clone(invites)
	slices.SortFunc(invites, func(a, b *projection.InviteRecord) int { return byPosition(a.Sent, b.Sent) })
	x := &ResponsivenessExplanation{Freelancer: freelancer, AsOf: asOf.Bounded(), Invites: []InviteVerdict{}}
	x.Responsiveness = p.count(invites, asOf, func(r *projection.InviteRecord, j inviteJudgement) {
		x.Invites = append(x.Invites, j.verdict(r))
	})
	return x
}

func byPosition(a, b projection.Moment) int {
	switch {
	case a.Position < b.Position:
		return -1
	case a.Position > b.Position:
		return 1
	}
	return 0
}

// count is of, and see gets each of them with its judgement.
func (p ResponsivenessPolicy) count(invites []*projection.InviteRecord, asOf event.Time, see func(*projection.InviteRecord, inviteJudgement)) Responsiveness {
	asOf = asOf.Bounded()
	var r Responsiveness
	times := make([]int64, 0, 16)
	for _, inv := range invites {
		if !inv.Sent.By(asOf) {
			continue
		}
		j := p.judge(inv, asOf)
		if see != nil {
			see(inv, j)
		}
		if j.reason != "" {
			continue
		}
		r.Counted++
		if !j.answered {
			continue
		}
		r.Answered++
		times = append(times, j.response)
		if j.response < p.Fast {
			r.Answered24h++
		}
		if j.response < p.Slow {
			r.Answered72h++
		}
	}
	r.RateBP = shareOrNil(r.Answered, r.Counted, 10_000)
	if n := len(times); n > 0 {
		slices.Sort(times)
		r.MedianResponseS = &times[(n-1)/2]
	}
	r.Level = p.level(r)
	return r
}

func (p ResponsivenessPolicy) level(r Responsiveness) ResponseLevel {
	switch {
	case r.Counted == 0 || r.Counted < p.MinCounted:
		return LevelUnknown
	case 2*r.Answered24h > r.Counted:
		return LevelUnder24h
	case 2*r.Answered72h > r.Counted:
		return LevelUnder3Days
	}
	return LevelOver3Days
}

type inviteJudgement struct {
	reason   InviteReason // "" if it counts
	answered bool
	response int64
	closed   projection.Moment // the reply or withdrawal that was looked at
}

// judge looks at an invite that had been sent as of the moment.
func (p ResponsivenessPolicy) judge(inv *projection.InviteRecord, asOf event.Time) inviteJudgement {
	j := inviteJudgement{closed: never}
	if replied := inv.Replied(); replied.By(asOf) {
		j.answered, j.response, j.closed = true, int64(replied.At-inv.Sent.At), replied
	}
	withdrawn := inv.Withdrawn()
	if withdrawn.By(asOf) {
		j.closed = withdrawn
	}
	switch {
	case inv.Sent.At <= asOf-event.Time(p.Window):
		j.reason = InviteTooOld
	case !inv.Available:
		j.reason = InviteNotAvailable
	case withdrawn.By(asOf) && int64(withdrawn.At-inv.Sent.At) < p.WithdrawnWithin:
		j.reason = InviteWithdrawnEarly
	case !j.answered && inv.Sent.At > asOf-event.Time(p.Grace):
		j.reason = InviteTooRecent
	}
	return j
}

func (j inviteJudgement) verdict(inv *projection.InviteRecord) InviteVerdict {
	v := InviteVerdict{
		Invite: inv.ID, Client: inv.Client, Counted: j.reason == "", Reason: j.reason, Answered: j.answered,
		Facts: []projection.Evidence{inv.Sent.Evidence("InviteSent")},
	}
	if j.answered {
		v.ResponseS = &j.response
	}
	if j.closed.Happened() {
		v.Facts = append(v.Facts, j.closed.Evidence(inv.Outcome.EventType()))
	}
	return v
}
