package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Rules reads the log from its start and takes every decision again, but those of its
// first edition, of which it asks that they can be folded. It fails where the log cannot be read, with the errors of the store, and with an
// *event.DecodeError where an event cannot be; the report is then of what was read.
//
// What others write meanwhile does not disturb it. Its time grows with the number of
// events, its memory with that of streams, up to Options.Aggregates.
func Rules(ctx context.Context, s store.Store, o Options) (Report, error) {
	o = o.withDefaults()
	known, err := newAggregates(s, o.Aggregates)
	if err != nil {
		return Report{}, err
	}
	a := &rules{ctx: ctx, options: o, asOf: event.At(o.AsOf), known: known, commands: newCommands(), races: newRaces(),
		registry: event.Marketplace(), report: Report{Findings: []Finding{}}}
	if a.firstEdition, err = firstEdition(ctx, s, a.registry); err != nil {
		return a.report, err
	}
	for rec, err := range s.ReadAll(ctx, store.Span{}) {
		if err == nil {
			err = a.see(&rec)
		}
		if errors.Is(err, errEnough) {
			return a.report, nil
		}
		if err != nil {
			return a.report, err
		}
	}
	if err := a.judge(); err != nil && !errors.Is(err, errEnough) {
		return a.report, err
	}
	a.report.Complete = len(a.report.Findings) < o.Findings
	return a.report, nil
}

// errEnough ends an audit with as many findings as it may have.
var errEnough = errors.New("audit: enough was found")

// rules is an audit under way.
type rules struct {
	ctx      context.Context
	options  Options
	asOf     event.Time
	registry *event.Registry
	known    *aggregates
	commands *commands
	races    *races
	// firstEdition is where that of the log ends.
	firstEdition event.Position
	group        group // what was read last and is not judged yet
	size         int   // of it, in bytes
	report       Report
}

// see takes the next record of the log. What is of one command is judged when the
// next one begins.
func (a *rules) see(rec *event.Record) error {
	if event.Foreign(rec.Stream) {
		a.report.PassedOver++
		return nil
	}
	env, err := a.registry.Decode(rec)
	if err != nil {
		return err
	}
	if _, _, _, named := event.ParseStream(rec.Stream); !named {
		return a.misnamed(env)
	}
	size := len(rec.Data) + len(rec.Metadata)
	if len(a.group) > 0 && a.group.takes(&env) && a.size+size <= store.MaxAppendBytes {
		a.group, a.size = append(a.group, env), a.size+size
		return nil
	}
	err = a.judge()
	a.group, a.size = append(a.group, env), size
	return err
}

// misnamed is about an event of a stream that no command writes to.
func (a *rules) misnamed(env event.Envelope) error {
	if err := a.judge(); err != nil || env.OccurredAt > a.asOf {
		return err
	}
	a.report.Events++
	a.report.Unjudged++
	return a.found(group{env}, &aggregate.Breach{Code: StreamName, Rule: "rules 0", What: "the stream has a category of the marketplace and no valid id"})
}

// judge looks whether the group could be decided where it stands, and folds it.
func (a *rules) judge() error {
	g := a.group
	if len(g) == 0 {
		return nil
	}
	a.group = a.group[:0]
	if category, _, _, _ := event.ParseStream(g[0].Stream); category == event.CategoryImport {
		return a.judgeImport(g)
	}
	l, err := a.known.target(a.ctx, g[0].Stream, g[0].Position, g[0].Revision == 0)
	if err != nil {
		return err
	}
	asked := g[0].OccurredAt <= a.asOf
	if asked {
		a.report.Events += int64(len(g))
		if l.next == 0 && !l.broken {
			a.report.Streams++
		}
	}
	var breach *aggregate.Breach
	switch {
	case l.broken:
		if asked {
			a.report.Unjudged += int64(len(g))
		}
	case g[0].Revision != l.next:
		breach = &aggregate.Breach{Code: Gap, Rule: "rules 0", What: fmt.Sprintf("revision %d comes where %d is due", g[0].Revision, l.next)}
		l.broken = true
	case asked:
		if breach, err = a.decide(g); err != nil {
			return err
		}
	}
	if broken := l.fold(g); broken != nil && breach == nil {
		breach = broken
	}
	a.known.keep(g[0].Stream, l)
	if breach == nil || !asked {
		return nil
	}
	return a.found(g, breach)
}

// decide takes the decision again.
func (a *rules) decide(g group) (*aggregate.Breach, error) {
	first, err := a.commands.first(a.ctx, a.known.store, &g[0])
	if err != nil {
		return nil, err
	}
	if first != nil {
		return &aggregate.Breach{Code: Repeated, Rule: "rules 0",
			What: fmt.Sprintf("its command %v was done before, at revision %d, and writes nothing again", g[0].CommandID, *first)}, nil
	}
	if race := a.races.see(g); race != nil {
		return race, nil
	}
	if g[0].Position <= a.firstEdition {
		return nil, nil // a fact, also one that today's rules would refuse (fine print C6)
	}
	w := g.written()
	read := func(stream string) (aggregate.State, error) { return a.known.state(a.ctx, stream, g[0].Position) }
	breach, err := aggregate.Replay(read, a.options.Terms, w)
	if errors.Is(err, errBroken) {
		a.report.Unjudged += int64(len(g))
		return nil, nil
	}
	if breach == nil || err != nil {
		return nil, err
	}
	unseen, err := a.unseen(g, w)
	if unseen || err != nil && !errors.Is(err, errBroken) {
		return nil, err
	}
	return breach, nil
}

func (a *rules) found(g group, b *aggregate.Breach) error {
	a.report.Findings = append(a.report.Findings, g.finding(b))
	if len(a.report.Findings) == a.options.Findings {
		return errEnough
	}
	return nil
}

// judgeImport looks at what an import keeps for itself. No decision reads it.
func (a *rules) judgeImport(g group) error {
	if g[0].OccurredAt > a.asOf {
		return nil
	}
	a.report.Events += int64(len(g))
	if g[0].Revision == 0 {
		a.report.Streams++
	}
	for i := range g {
		if _, ok := g[i].Event.(*event.ImportLineRejected); !ok {
			return a.found(g, &aggregate.Breach{Code: aggregate.NoCommand, Rule: "fine print B3", Event: i, What: "no import writes it"})
		}
	}
	return nil
}
