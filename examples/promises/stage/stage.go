// Package stage is where the stories of examples/promises are played: a marketplace in
// memory on a clock that the story moves. What follows by itself does so in its own
// second, and every event is told as it enters the log. A host's tests can do the same.
package stage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
)

// Stage is a marketplace with a clock of its own.
type Stage struct {
	Market *marketplace.Marketplace // it answers questions as of the clock, where they name no moment

	clock     *process.ManualClock
	processes *process.Runner
	told      event.Position // the last event that was told
	tell      func(event.Envelope) string
	out       io.Writer
}

// Open makes an empty marketplace at a moment, 2024-03-01 09:00. What tell says of an
// event is printed; of one that it says nothing of, nothing is.
func Open(moment string, out io.Writer, options process.Options, tell func(event.Envelope) string) (*Stage, error) {
	begin, err := time.Parse(minutes, moment)
	if err != nil {
		return nil, err
	}
	clock := process.NewManualClock(begin)
	log := memory.Options{Now: clock.Now}.New()
	market, err := marketplace.New(log, marketplace.Options{Now: clock.Now})
	if err != nil {
		return nil, err
	}
	options.Clock = clock
	processes, err := market.Processes(options)
	if err != nil {
		return nil, errors.Join(err, market.Close())
	}
	return &Stage{Market: market, clock: clock, processes: processes, tell: tell, out: out}, nil
}

// Close closes the marketplace.
func (s *Stage) Close() error { return s.Market.Close() }

// Step is something that happens in a story, or that is asked.
type Step func(context.Context, *Stage) error

// Play does the steps, one after the other.
func (s *Stage) Play(ctx context.Context, steps ...Step) error {
	for _, step := range steps {
		if err := step(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// At lets time pass to a moment, and then sends commands. What falls due on the way is
// done when it does, and what follows from a command follows at once.
func At(moment string, commands ...aggregate.Command) Step {
	return func(ctx context.Context, s *Stage) error {
		if err := s.until(ctx, moment); err != nil {
			return err
		}
		for _, c := range commands {
			if _, err := s.Market.Do(ctx, c); err != nil {
				return err
			}
			if err := s.settle(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

// Refused sends a command that the rules refuse, and prints their code for it.
func Refused(moment string, command aggregate.Command) Step {
	return func(ctx context.Context, s *Stage) error {
		if err := s.until(ctx, moment); err != nil {
			return err
		}
		_, err := s.Market.Do(ctx, command)
		var rejected *aggregate.Rejection
		if !errors.As(err, &rejected) {
			return errors.Join(fmt.Errorf("%T was to be refused", command), err)
		}
		s.line(s.clock.Now(), "refused", rejected.Command+": "+string(rejected.Code))
		return nil
	}
}

// until moves the clock, from one due moment to the next.
func (s *Stage) until(ctx context.Context, moment string) error {
	until, err := time.Parse(minutes, moment)
	if err != nil {
		return err
	}
	if until.Before(s.clock.Now()) {
		return fmt.Errorf("it is later than %s already", moment)
	}
	for {
		due := s.processes.Status().NextDue
		if due > event.At(until) {
			break
		}
		s.clock.Set(due.Std())
		if err := s.settle(ctx); err != nil {
			return err
		}
	}
	s.clock.Set(until)
	return s.settle(ctx)
}

// Say prints what was asked, below what has happened.
func (s *Stage) Say(format string, values ...any) {
	fmt.Fprintf(s.out, "%30s%s\n", "", fmt.Sprintf(format, values...))
}

// settle does what is due, and tells what has entered the log.
func (s *Stage) settle(ctx context.Context) error {
	if err := s.processes.Settle(ctx); err != nil {
		return err
	}
	for record, err := range s.Market.Store().ReadAll(ctx, store.Span{After: s.told}) {
		if err != nil {
			return err
		}
		happened, err := s.Market.Registry().Decode(&record)
		if err != nil {
			return err
		}
		s.told = record.Position
		if text := s.tell(happened); text != "" {
			s.line(happened.OccurredAt.Std(), string(happened.Actor), text)
		}
	}
	return nil
}

func (s *Stage) line(at time.Time, who, text string) {
	fmt.Fprintf(s.out, "%s  %-10s  %s\n", at.Format(minutes), who, text)
}

const minutes = "2006-01-02 15:04"

// Minute is a moment as the story prints it.
func Minute(t event.Time) string { return t.Std().Format(minutes) }

// Money is an amount in the currency's units, 1234.50.
func Money(m event.Money) string { return fmt.Sprintf("%d.%02d", m/100, m%100) }

// ID is an id by its name, the same in every run. A host makes its ids at random.
func ID(name string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceURL, []byte(name)) }
