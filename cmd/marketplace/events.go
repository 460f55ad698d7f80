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
or a revision of the stream; the event there is shown too. Any number will do:
events begin at the first whose position is not below it.

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
			if l.follow {
				log = log.asLongAsItTakes()
			}
			err = log.reading(ctx, func(m *marketplace.Marketplace) error { return l.write(ctx, m) })
			if l.follow {
				err = untilInterrupted(ctx, err)
			}
			return err
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

	registry *event.Registry
	decoder  *event.Decoder
}

func (l *listing) write(ctx context.Context, m *marketplace.Marketplace) error {
	l.registry = m.Registry()
	l.decoder = l.registry.NewDecoder()
	switch {
	case l.stream == "" && !l.follow:
		return l.log(ctx, m.Store())
	case l.stream == "":
		return l.followLog(ctx, m.Store())
	}
	return l.oneStream(ctx, m.Store())
}

func (l *listing) log(ctx context.Context, s store.Store) error {
	begin, err := l.begin(ctx, s)
	if err != nil {
		return err
	}
	begin.Through = 0
	for rec, err := range s.ReadAll(ctx, begin) {
		if err != nil {
			return err
		}
		if !l.shows(&rec) {
			continue
		}
		if err := l.event(&rec); err != nil {
			return err
		}
	}
	return nil
}

// sought is about how many events are looked at to find the first that is shown.
const sought = 4096

// begin is where the log is read from: the number that was asked for may be
// nobody's position, so it is compared, and never given to the log.
func (l *listing) begin(ctx context.Context, s store.Store) (store.Span, error) {
	cutter, ok := s.(store.Cutter)
	if !ok || l.from == 0 {
		return store.Span{}, nil
	}
	head, err := s.Head(ctx)
	if err != nil || head == 0 {
		return store.Span{}, err
	}
	var last store.Span
	for part, err := range cutter.Cut(ctx, store.Span{Through: head}, sought) {
		if last = part; err != nil || uint64(part.Through) >= l.from {
			return last, err
		}
	}
	return last, nil
}

// followLog reads the log and goes on as it grows.
func (l *listing) followLog(ctx context.Context, s store.Store) error {
	begin, err := l.begin(ctx, s)
	if err != nil {
		return err
	}
	if begin.From != 0 { // where no subscription can begin
		begin = store.Span{}
	}
	return l.followFrom(ctx, s, begin.After)
}

func (l *listing) shows(rec *event.Record) bool {
	if l.stream == "" {
		return uint64(rec.Position) >= l.from
	}
	return rec.Stream == l.stream && rec.Revision >= l.from
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
		case l.shows(n.Record):
			if err := l.event(n.Record); err != nil {
				return err
			}
		}
	}
	return errors.New("the subscription ended")
}

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
	stored, err := l.registry.Encode(env.ID, env.Meta, env.Event) // json.Marshal would hide all text
	if err != nil {
		return err
	}
	text, err := json.Marshal(struct {
		Position      event.Position  `json:"position"`
		Stream        string          `json:"stream"`
		Revision      uint64          `json:"revision"`
		Type          string          `json:"type"`
		Version       int             `json:"version"`
		ID            uuid.UUID       `json:"id"`
		OccurredAt    event.Time      `json:"occurred_at"`
		RecordedAt    time.Time       `json:"recorded_at"`
		Actor         event.Actor     `json:"actor"`
		CommandID     uuid.UUID       `json:"command_id"`
		CorrelationID uuid.UUID       `json:"correlation_id"`
		CausationID   uuid.UUID       `json:"causation_id"`
		Data          json.RawMessage `json:"data"`
	}{
		env.Position, env.Stream, env.Revision, env.Event.EventType(), env.Version, env.ID, env.OccurredAt, env.RecordedAt,
		env.Actor, env.CommandID, env.CorrelationID, env.CausationID, stored.Data,
	})
	if err == nil {
		_, err = l.stdout.Write(append(text, '\n'))
	}
	return err
}
