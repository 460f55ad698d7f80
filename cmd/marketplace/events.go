package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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
		Use:   "events [STREAM | ID]",
		Short: "Show the log, or one stream of it",
		Long: `events shows the events of the log in their order, or those of one stream, such
as contract-01234567-89ab-cdef-0123-456789abcdef. An id alone finds the stream of its
account, of both where it is a client's and a freelancer's, or else of the contract,
job, proposal or invite that has it. --from is a position in the log, or a revision of
the one stream; the event there is shown too. Any number will do: events begin at the
first whose position is not below it.

--type, --since, --until, --actor, --acted-by and --account show only some. Those of an account
are its own and all of the invites, jobs, proposals, contracts and weeks that it is a
party to; the log is then read from its beginning.

What people wrote shows as [personal text] unless --show-text is given. An event
that cannot be decoded ends the listing with its position. Events of streams that
are not the marketplace's are passed over; standard error says how many.`,
		Example: `  marketplace events --from 1000 | head
  marketplace events freelancerAccount-01234567-89ab-cdef-0123-456789abcdef
  marketplace events 01234567-89ab-cdef-0123-456789abcdef --since 2018-06-01 --until 2018-06-30
  marketplace events --type ContractStarted --type ContractEnded --account 01234567-89ab-cdef-0123-456789abcdef
  marketplace events --json | jq -r .type | sort | uniq -c
  marketplace events --follow`,
		Args: cobra.MaximumNArgs(1),
		RunE: c.action(func(ctx context.Context, args []string) (err error) {
			if len(args) == 1 {
				if l.streams = args; args[0] == "" {
					return usage("the name of the stream is empty")
				}
			}
			if err := l.filter.validate(); err != nil {
				return err
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
	l.filter.add(cmd)
	cmd.Flags().BoolVar(&l.json, "json", false, "write JSON, one event a line")
	cmd.Flags().BoolVarP(&l.follow, "follow", "f", false, "go on as events are appended, until interrupted")
	cmd.Flags().BoolVar(&l.showText, "show-text", false, "show what people wrote")
	return cmd
}

// listing is one answer of the command events.
type listing struct {
	*cli
	money                  show.Currency
	streams                []string // nil for the whole log
	from                   uint64
	filter                 eventFilter
	json, follow, showText bool

	registry *event.Registry
	decoder  *event.Decoder
	foreign  int64 // events that were passed over
}

func (l *listing) write(ctx context.Context, m *marketplace.Marketplace) error {
	l.registry = m.Registry()
	l.decoder = l.registry.NewDecoder()
	l.filter.begin()
	if err := l.find(ctx, m.Store()); err != nil {
		return err
	}
	var err error
	switch {
	case l.streams == nil && !l.follow:
		err = l.log(ctx, m.Store())
	case l.streams == nil:
		err = l.followLog(ctx, m.Store())
	default:
		err = l.someStreams(ctx, m.Store())
	}
	if l.follow && interrupted(ctx) {
		err = nil // which is how following ends
	}
	if err == nil && l.foreign > 0 {
		fmt.Fprintln(l.stderr, passedOver(l.foreign))
	}
	return err
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
		l.filter.see(&rec)
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
	if !ok || l.from == 0 || l.filter.looksBack() {
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
	switch len(l.streams) {
	case 0:
		return uint64(rec.Position) >= l.from
	case 1:
		return rec.Stream == l.streams[0] && rec.Revision >= l.from
	}
	return slices.Contains(l.streams, rec.Stream) && uint64(rec.Position) >= l.from
}

func (l *listing) followFrom(ctx context.Context, s store.Store, after event.Position) error {
	for n, err := range s.Subscribe(ctx, after) {
		if err != nil {
			return err
		}
		if n.CaughtUp() {
			if err := l.stdout.Flush(); err != nil {
				return err
			}
			continue
		}
		if l.filter.see(n.Record); l.shows(n.Record) {
			if err := l.event(n.Record); err != nil {
				return err
			}
		}
	}
	return errors.New("the subscription ended")
}

func (l *listing) event(rec *event.Record) error {
	if event.Foreign(rec.Stream) {
		l.foreign++
		return nil
	}
	env, err := l.decoder.Decode(rec)
	if err != nil {
		return err
	}
	if !l.filter.passes(rec, &env) {
		return nil
	}
	if !l.showText {
		env.Event = show.WithoutText(env.Event)
	}
	if l.json {
		return l.eventJSON(&env)
	}
	by := string(env.Actor)
	if env.ActedBy != "" {
		by += " (" + env.ActedBy + ")"
	}
	_, err = fmt.Fprintf(l.stdout, "#%d  %s  %s by %s\n    %s, revision %d\n",
		env.Position, env.OccurredAt, env.Event.EventType(), by, show.Printable(env.Stream), env.Revision)
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
		ActedBy       string          `json:"acted_by,omitempty"`
		CommandID     uuid.UUID       `json:"command_id"`
		CorrelationID uuid.UUID       `json:"correlation_id"`
		CausationID   uuid.UUID       `json:"causation_id"`
		Data          json.RawMessage `json:"data"`
	}{
		env.Position, env.Stream, env.Revision, env.Event.EventType(), env.Version, env.ID, env.OccurredAt, env.RecordedAt,
		env.Actor, env.ActedBy, env.CommandID, env.CorrelationID, env.CausationID, stored.Data,
	})
	if err == nil {
		_, err = l.stdout.Write(append(text, '\n'))
	}
	return err
}
