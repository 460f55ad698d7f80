package marketplace

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/repository"
	"github.com/marketcore/marketplace/statistics"
)

// Outcome is what a command came to.
type Outcome struct {
	CommandID uuid.UUID
	Stream    string         // the stream it wrote
	Events    []event.Event  // what happened in it, at least one
	Revision  uint64         // of the last of them
	Position  event.Position // of the last of them: pass it on to read your own writes elsewhere
	Repeated  bool           // the command had been done before; nothing was written now
}

// DoOption says more about a command.
type DoOption func(*repository.Request)

// CommandID gives the command an id of the host's, so that sending it again is
// safe. The id stands for the command in its stream: the same command under it, by the
// same ActedBy, is answered with the first outcome, another is rejected as
// aggregate.IDReused.
func CommandID(id uuid.UUID) DoOption { return func(r *repository.Request) { r.ID = id } }

// At gives the moment at which it happened, in whole seconds; later than the
// marketplace's clock by Options.ClockTolerance at most. The default is now, as
// Options.ClockTolerance has it. A command that is sent again names the same moment, or
// none.
func At(t time.Time) DoOption {
	return func(r *repository.Request) { r.At, r.Live, r.Named = event.Time(t.Unix()), false, true }
}

// ActedBy says who acted: an opaque id of the host's, such as its user's, of 1 to
// event.MaxActor letters, digits, '.', '_', ':' and '-', and no name. It is kept in the
// events' metadata, and is part of what a command says that is sent again; no rule and
// no statistic reads it.
func ActedBy(id string) DoOption { return func(r *repository.Request) { r.ActedBy = id } }

// CausedBy names the event that made the host send the command, so that the
// log shows what followed from what.
func CausedBy(cause event.Envelope) DoOption {
	return func(r *repository.Request) { r.Correlation, r.Causation = cause.CorrelationID, cause.ID }
}

// Correlation names the conversation that the command belongs to, such as a
// request of the host's user. The default is the command itself.
func Correlation(id uuid.UUID) DoOption { return func(r *repository.Request) { r.Correlation = id } }

func (m *Marketplace) request(c aggregate.Command, options []DoOption) (repository.Request, error) {
	now, err := event.FromClock(m.options.Now())
	if err != nil {
		return repository.Request{}, err
	}
	r := repository.Request{Command: c, At: now, Now: now, Live: true}
	for _, o := range options {
		o(&r)
	}
	if r.ID == uuid.Nil {
		r.ID = m.options.NewID()
	}
	if r.Correlation == uuid.Nil {
		r.Correlation = r.ID
	}
	if r.Causation == uuid.Nil {
		r.Causation = r.ID
	}
	return r, nil
}

// Do decides a command and appends its events; they are durable when it
// returns. A refusal is an *aggregate.Rejection, found with errors.As, and its
// code with errors.Is; nothing was written then. Any other error is of the
// store, or an *event.DecodeError or *aggregate.InvariantError of the log, or
// event.ErrClock of Options.Now. After one of the store the outcome may be unknown:
// send the command again with the same CommandID.
//
// When another writer was faster, Do waits for a moment, loads again and decides
// again, as often as Options.Attempts says.
func (m *Marketplace) Do(ctx context.Context, c aggregate.Command, options ...DoOption) (Outcome, error) {
	if c == nil {
		return Outcome{}, errors.New("marketplace: no command given")
	}
	r, err := m.request(c, options)
	if err != nil {
		return Outcome{}, err
	}
	out, err := m.repository.Do(ctx, r)
	return Outcome(out), err
}

// score is the Job Success score that an assessment records: that of the published
// rule, on what is in the log.
func (m *Marketplace) score(ctx context.Context, freelancer uuid.UUID, asOf event.Time) (event.JobSuccessAssessed, error) {
	stats, err := Ask(ctx, m, statistics.FreelancerStatsOf(freelancer), AsOf(asOf.Std()))
	if err != nil {
		return event.JobSuccessAssessed{}, err
	}
	score := event.JobSuccessAssessed{Policy: statistics.DefaultPolicy}
	if js := stats.JobSuccess; js != nil {
		bp, displayed := int(js.ScoreBP), int(js.Displayed)
		score.ScoreBP, score.Displayed = &bp, &displayed
	}
	return score, nil
}
