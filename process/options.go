package process

import (
	"errors"
	"log/slog"
	"time"

	"github.com/marketcore/marketplace/statistics"
)

// Options are a Runner's settings. The zero value is ready for use.
type Options struct {
	// Badges tells how freelancers stand. Default: none, and no badge is awarded
	// or lost; Marketplace.Processes brings its own.
	Badges Badges

	// Checkpoint keeps the agenda between two runs. Default: none, and the log
	// is folded from its beginning at every start.
	Checkpoint Checkpoint

	// Clock is the clock of what is due. Beside telling the time, as Now does in the
	// options of other packages, it wakes who waits. Default: ClockFunc(time.Now).
	Clock Clock

	// Connects are the allowances of Connects, ModelAllowances for one, in the order of
	// their months. Default: none.
	Connects []Allowance

	// Logger gets what a person who runs the host may want to know: what was
	// rejected, and failures. Never personal text. Default: nothing is logged.
	Logger *slog.Logger

	// SaveEvery is after how many folded events the agenda is saved, or after as
	// many as there are things in it if those are more, so that saving takes no
	// longer than folding. Default 10,000. At least 1.
	SaveEvery int

	// SealedFeedback says from when a freelancer's feedback is a signal about the
	// client: statistics.SealedIgnored, from its publication, or
	// statistics.SealedCounts, from its submission. It is that of the policy under
	// which the host shows how clients stand, JobSuccessPolicy.SealedFeedback. Default:
	// SealedIgnored, as in every preset.
	SealedFeedback statistics.SealedFeedback

	// Standing says when a client is consistently negative. Default
	// statistics.DefaultStanding().
	Standing statistics.StandingPolicy
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = ClockFunc(time.Now)
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.SaveEvery == 0 {
		o.SaveEvery = 10_000
	}
	if o.SealedFeedback == "" {
		o.SealedFeedback = statistics.SealedIgnored
	}
	if o.Standing == (statistics.StandingPolicy{}) {
		o.Standing = statistics.DefaultStanding()
	}
	return o
}

func (o Options) validate() error {
	if o.SaveEvery < 1 {
		return errors.New("process: Options.SaveEvery must be at least 1")
	}
	if err := validateAllowances(o.Connects); err != nil {
		return err
	}
	if o.SealedFeedback != statistics.SealedIgnored && o.SealedFeedback != statistics.SealedCounts {
		return errors.New("process: Options.SealedFeedback: sealed feedback is ignored or counts; see statistics.SealedFeedback")
	}
	return o.Standing.Validate()
}
