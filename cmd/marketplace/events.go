package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/store"
)

func (c *cli) eventsCommand() *cobra.Command {
	l := &listing{cli: c}
	var log storeFlag
	var money currencyFlag
	cmd := &cobra.Command{
		Use:   "events [STREAM]",
		Short: "Show the log, or one stream of it",
		Long: `events shows the events of the log in their order, or those of one stream, such
as contract-01234567-89ab-cdef-0123-456789abcdef. --from is a position in the log,
or a revision of the stream; the event there is shown too.

What people wrote shows as [personal text] unless --show-text is given. An event
that cannot be decoded ends the listing with its position.`,
		Example: `  marketplace events --from 1000 | head
  marketplace events freelancerAccount-01234567-89ab-cdef-0123-456789abcdef
  marketplace events --json | jq -r .type | sort | uniq -c
  marketplace events --follow`,
		Args: cobra.MaximumNArgs(1),
		RunE: c.action(func(ctx context.Context, args []string) (err error) {
			if len(args) == 1 {
				if l.stream = args[0]; l.stream == "" {
					return usage("the name of the stream is empty")
				}
			}
			if l.money, err = money.use(); err != nil {
				return err
			}
			return log.reading(ctx, func(m *marketplace.Marketplace) error { return l.write(ctx, m) })
		}),
	}
	log.add(cmd)
	money.add(cmd)
	cmd.Flags().Uint64Var(&l.from, "from", 0, "position, or revision of the stream, to begin at")
	cmd.Flags().BoolVar(&l.json, "json", false, "write JSON, one event a line")
	cmd.Flags().BoolVarP(&l.follow, "follow", "f", false, "go on as events are appended, until interrupted")
	cmd.Flags().BoolVar(&l.showText, "show-text", false, "show what people wrote")
	return cmd
}

// listing is one answer of the command events.
type listing struct {
	*cli
	money                  show.Currency
	stream                 string // "" for the whole log
	from                   uint64
	json, follow, showText bool

	decoder *event.Decoder
}

func (l *listing) write(ctx context.Context, m *marketplace.Marketplace) error {
	l.decoder = m.Registry().NewDecoder()
	var err error
	switch {
	case l.stream == "" && !l.follow:
		err = l.log(ctx, m.Store())
	case l.stream == "":
		err = l.followFrom(ctx, m.Store(), l.before())
	default:
		err = l.oneStream(ctx, m.Store())
	}
	if l.follow && interrupted(ctx) {
		return nil // which is how following ends
	}
	return err
}

// before is the position behind which the listing begins.
func (l *listing) before() event.Position { return event.Position(max(l.from, 1) - 1) }

func (l *listing) log(ctx context.Context, s store.Store) error {
	for rec, err := range s.ReadAll(ctx, store.Span{After: l.before()}) {
		if err != nil {
			return err
		}
		if err := l.event(&rec); err != nil {
			return err
		}
	}
	return nil
}

// oneStream reads the stream and, to follow it, what the log holds of it behind
// the head that was there before.
func (l *listing) oneStream(ctx context.Context, s store.Store) error {
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	for rec, err := range s.ReadStream(ctx, l.stream, l.from) {
		if errors.Is(err, store.ErrStreamNotFound) && l.follow {
			break // it may come to be
		}
		if err != nil {
			return err
		}
		if err := l.event(&rec); err != nil {
			return err
		}
		l.from = rec.Revision + 1
	}
	if !l.follow {
		return nil
	}
	return l.followFrom(ctx, s, head)
}

func (l *listing) followFrom(ctx context.Context, s store.Store, after event.Position) error {
	for n, err := range s.Subscribe(ctx, after) {
		switch {
		case err != nil:
			return err
		case n.CaughtUp():
			if err := l.stdout.Flush(); err != nil {
				return err
			}
		case l.stream == "" || (n.Record.Stream == l.stream && n.Record.Revision >= l.from):
			if err := l.event(n.Record); err != nil {
				return err
			}
		}
	}
	return errors.New("the subscription ended")
}

// event writes one event.
func (l *listing) event(rec *event.Record) error {
	env, err := l.decoder.Decode(rec)
	if err != nil {
		return err
	}
	if !l.showText {
		env.Event = show.WithoutText(env.Event)
	}
	if l.json {
		return l.eventJSON(&env)
	}
	_, err = fmt.Fprintf(l.stdout, "#%d  %s  %s by %s\n    %s, revision %d\n",
		env.Position, env.OccurredAt, env.Event.EventType(), env.Actor, show.Printable(env.Stream), env.Revision)
	if err == nil {
		for _, f := range show.Fields(env.Event, l.money) {
			_, err = fmt.Fprintf(l.stdout, "    %-20s %s\n", f.Name, f.Value)
		}
	}
	return err
}

// eventJSON writes an event with all that the log knows about it.
func (l *listing) eventJSON(env *event.Envelope) error {
	text, err := json.Marshal(struct {
		Position      event.Position `json:"position"`
		Stream        string         `json:"stream"`
		Revision      uint64         `json:"revision"`
		Type          string         `json:"type"`
		Version       int            `json:"version"`
		ID            uuid.UUID      `json:"id"`
		OccurredAt    event.Time     `json:"occurred_at"`
		RecordedAt    time.Time      `json:"recorded_at"`
		Actor         event.Actor    `json:"actor"`
		CommandID     uuid.UUID      `json:"command_id"`
		CorrelationID uuid.UUID      `json:"correlation_id"`
		CausationID   uuid.UUID      `json:"causation_id"`
		Data          event.Event    `json:"data"`
	}{
		env.Position, env.Stream, env.Revision, env.Event.EventType(), env.Version, env.ID, env.OccurredAt, env.RecordedAt,
		env.Actor, env.CommandID, env.CorrelationID, env.CausationID, env.Event,
	})
	if err == nil {
		_, err = l.stdout.Write(append(text, '\n'))
	}
	return err
}
