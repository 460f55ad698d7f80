package marketplace

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/store"
)

const (
	groupLines  = 512     // lines that become durable together
	groupBytes  = 2 << 20 // or this much of them
	groupEvents = 1024    // or the lines until they come to this many events
	aggregates  = 100_000 // kept in memory between groups
	manyIDs     = 1 << 20 // are worth a word in the host's log
)

// ImportReport says what became of a script's lines: Lines = Applied + Repeated
// + Rejected, blank lines aside.
type ImportReport struct {
	Lines      int64             `json:"lines"`
	Applied    int64             `json:"applied"`
	Repeated   int64             `json:"repeated"` // the command id had an outcome before
	Rejected   int64             `json:"rejected"`
	Rejections []ImportRejection `json:"rejections"` // in line order
}

// ImportRejection is a line that was rejected.
type ImportRejection struct {
	Line   int64          `json:"line"` // physical line number, from 1
	ID     *uuid.UUID     `json:"id"`   // nil if none can be read
	Cmd    *string        `json:"cmd"`  // as it stands, nil if it is no text
	Code   aggregate.Code `json:"code"`
	Detail string         `json:"detail"`
}

// ImportOptions are an import's settings. The zero value is ready for use.
type ImportOptions struct {
	// Progress is called with the report so far, after every group of lines
	// that has become durable. Its Rejections are nil.
	Progress func(ImportReport)

	// Rejection is called for each rejected line once its outcome is durable,
	// in line order, instead of collecting it in the report: for a script with
	// more rejections than memory should hold. An error of it ends the import.
	Rejection func(ImportRejection) error
}

// Import applies a command script, line by line. A line that is malformed or
// refused stops nothing: it is rejected and named in the report.
//
// The outcome of every line is durable before any later line is: events in
// their streams, rejections in a stream of the import. So the same script
// imported again, also after a crash at any moment, applies nothing twice, and
// nothing that was rejected; those lines are repeated. A command that was done
// by Do counts as repeated too.
//
// The ids of all commands in the log are in memory during an import, about 40
// bytes each. Lines are written in groups where the store is a
// store.Transactor, else one by one.
func (m *Marketplace) Import(ctx context.Context, r io.Reader, options ImportOptions) (ImportReport, error) {
	im := &importer{market: m, options: options, report: ImportReport{Rejections: []ImportRejection{}}, groupLines: 1, names: map[string]bool{}}
	for _, c := range aggregate.Commands() {
		im.names[c.CommandName()] = true
	}
	if _, ok := m.store.(store.Transactor); ok {
		im.groupLines = groupLines
	}
	if err := im.rememberLog(ctx); err != nil {
		return im.report, err
	}
	im.session = m.newSession(ctx)
	defer im.session.end()
	err := im.run(ctx, script.NewReader(r))
	return im.report, err
}

// run applies the lines in groups. What was read before the reader failed is
// applied.
func (im *importer) run(ctx context.Context, lines *script.Reader) error {
	group := make([]*script.Line, 0, im.groupLines)
	size := 0
	for line, err := range lines.Lines() {
		if err != nil {
			if err := im.apply(ctx, group); err != nil {
				return err
			}
			return err
		}
		group = append(group, line)
		size += line.Size
		if len(group) == im.groupLines || size >= groupBytes {
			if err := im.apply(ctx, group); err != nil {
				return err
			}
			group, size = group[:0], 0
		}
	}
	return im.apply(ctx, group)
}

// importer is one import under way.
type importer struct {
	market     *Marketplace
	options    ImportOptions
	report     ImportReport
	groupLines int
	names      map[string]bool // of all commands

	seen    map[uuid.UUID]struct{} // command ids with an outcome
	session *session               // aggregates as of the last durable group
	head    event.Position         // of the log, as of which the aggregates are
	stream  string                 // of the rejections, named by the first id
	next    uint64                 // revision of its next event
	clock   event.Time             // of its last event
}

// rememberLog collects the ids of all commands that have an outcome.
func (im *importer) rememberLog(ctx context.Context) error {
	m := im.market
	im.seen = map[uuid.UUID]struct{}{}
	decoder := m.registry.NewDecoder()
	for rec, err := range m.store.ReadAll(ctx, store.Span{}) {
		if err != nil {
			return err
		}
		im.head = rec.Position
		if _, _, _, ours := event.ParseStream(rec.Stream); !ours {
			continue
		}
		meta, err := decoder.DecodeMeta(&rec)
		if err != nil {
			return err
		}
		im.seen[meta.CommandID] = struct{}{}
	}
	if n := len(im.seen); n > manyIDs {
		m.options.Logger.InfoContext(ctx, "the import remembers the log's commands", "commands", n)
	}
	return nil
}

// outcome is what became of a line.
type outcome struct {
	line      *script.Line
	repeated  bool
	rejection *ImportRejection
}

// apply decides a group of lines and makes it durable as one. When another
// writer was faster it is decided again, at last line by line.
func (im *importer) apply(ctx context.Context, group []*script.Line) error {
	for attempt := 1; len(group) > 0; attempt++ {
		part := group
		if attempt > 8 {
			part = group[:1]
		}
		done, err := im.tryApply(ctx, part)
		if errors.Is(err, store.ErrConflict) && attempt < im.market.options.Attempts {
			continue
		}
		if err != nil {
			return err
		}
		group = group[done:]
		attempt = min(attempt, 8)
	}
	return nil
}

// tryApply makes the first lines of a group durable and says how many.
func (im *importer) tryApply(ctx context.Context, group []*script.Line) (done int, err error) {
	if err := im.refresh(ctx); err != nil {
		return 0, err
	}
	saved := *im
	writes := make([]store.Write, 0, len(group))
	outcomes := make([]outcome, 0, len(group))
	fail := func(err error) (int, error) {
		for _, o := range outcomes {
			if o.line.HasID && !o.repeated {
				delete(im.seen, o.line.ID)
			}
		}
		im.stream, im.next, im.clock = saved.stream, saved.next, saved.clock
		im.session.revert()
		return 0, err
	}
	for events := 0; len(outcomes) < len(group) && events < groupEvents; {
		w, o, err := im.decide(ctx, group[len(outcomes)])
		if err != nil {
			return fail(err)
		}
		outcomes = append(outcomes, o)
		if len(w.Events) > 0 {
			writes = append(writes, w)
			events += len(w.Events)
		}
	}
	if err := im.commit(ctx, writes); err != nil {
		return fail(err)
	}
	im.session.written()
	return len(outcomes), im.tell(outcomes)
}

// refresh has the aggregates caught up if others have written to the log, and
// forgets them if they have become too many.
func (im *importer) refresh(ctx context.Context) error {
	head, err := im.market.store.Head(ctx)
	if err != nil {
		return err
	}
	if head != im.head {
		im.session.generation++
		im.head = head
	}
	if len(im.session.taken) > aggregates {
		im.session.taken = map[string]*loaded{}
	}
	return nil
}

// decide decides one line on top of the lines before it.
func (im *importer) decide(ctx context.Context, line *script.Line) (store.Write, outcome, error) {
	o := outcome{line: line}
	if im.stream == "" && line.HasID {
		if err := im.openStream(ctx, line.ID); err != nil {
			return store.Write{}, o, err
		}
	}
	if line.HasID {
		if _, o.repeated = im.seen[line.ID]; o.repeated {
			return store.Write{}, o, nil
		}
		im.seen[line.ID] = struct{}{}
	}
	w, err := im.decideCommand(line)
	var rejected *aggregate.Rejection
	if !errors.As(err, &rejected) {
		return w, o, err
	}
	o.rejection = &ImportRejection{Line: line.Number, Cmd: line.Cmd, Code: rejected.Code, Detail: rejected.Detail}
	if !line.HasID {
		return store.Write{}, o, nil // invalid each time, so there is nothing to remember
	}
	o.rejection.ID = &line.ID
	w, err = im.remember(line, rejected.Code)
	return w, o, err
}

func (im *importer) decideCommand(line *script.Line) (store.Write, error) {
	if line.Err != nil {
		return store.Write{}, line.Err
	}
	target, err := im.session.load(line.Command.Stream())
	if err != nil {
		return store.Write{}, err
	}
	d, err := aggregate.Decide(im.session.read, im.market.options.Terms, line.At, line.Command)
	if err != nil {
		return store.Write{}, err
	}
	r := request{id: line.ID, correlation: line.ID, causation: line.ID, at: line.At, command: line.Command}
	return im.session.write(target, r, d)
}

// openStream finds the end of the stream that remembers this script's
// rejections. Its name comes from the script's first id, so that the same
// script has the same stream, and standard input has one too.
func (im *importer) openStream(ctx context.Context, first uuid.UUID) error {
	im.stream = event.ImportStream(first)
	decoder := im.market.registry.NewDecoder()
	for rec, err := range im.market.store.ReadStream(ctx, im.stream, 0) {
		if errors.Is(err, store.ErrStreamNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		env, err := decoder.Decode(&rec)
		if err != nil {
			return err
		}
		im.next, im.clock = rec.Revision+1, env.OccurredAt
	}
	return nil
}

// remember makes the write that makes a rejection durable.
func (im *importer) remember(line *script.Line, code aggregate.Code) (store.Write, error) {
	e := &event.ImportLineRejected{Line: line.Number, Code: string(code)}
	if line.Cmd != nil && im.names[*line.Cmd] {
		e.Command = *line.Cmd
	}
	im.clock = max(im.clock, line.At)
	p, err := im.market.registry.Encode(event.ID(line.ID, 0), event.Meta{
		OccurredAt: im.clock, Actor: event.ActorPlatform, CommandID: line.ID, CorrelationID: line.ID, CausationID: line.ID,
	}, e)
	if err != nil {
		return store.Write{}, err
	}
	w := store.Write{Stream: im.stream, Expected: store.NoStream, Events: []event.Proposed{p}}
	if im.next > 0 {
		w.Expected = store.Exact(im.next - 1)
	}
	im.next++
	return w, nil
}

// commit makes the writes durable, all or none.
func (im *importer) commit(ctx context.Context, writes []store.Write) error {
	if len(writes) == 0 {
		return nil
	}
	t, ok := im.market.store.(store.Transactor)
	if !ok {
		// One line writes one stream, and groups are of one line here.
		appended, err := im.market.store.Append(ctx, writes[0])
		if err == nil {
			im.wrote(len(writes[0].Events), appended)
		}
		return err
	}
	appended, err := t.AppendAll(ctx, writes)
	if err != nil {
		return err
	}
	if len(appended) != len(writes) {
		return fmt.Errorf("marketplace: the store answered %d of %d writes", len(appended), len(writes))
	}
	events := 0
	for _, w := range writes {
		events += len(w.Events)
	}
	im.wrote(events, appended[len(appended)-1])
	return nil
}

// wrote moves the head on if nobody else's events came between; else it stays,
// so that the aggregates are caught up next time.
func (im *importer) wrote(events int, last store.Appended) {
	if im.head+event.Position(events) == last.Position {
		im.head = last.Position
	}
}

// tell reports outcomes that have become durable.
func (im *importer) tell(outcomes []outcome) error {
	for _, o := range outcomes {
		im.report.Lines++
		switch {
		case o.repeated:
			im.report.Repeated++
		case o.rejection == nil:
			im.report.Applied++
		default:
			im.report.Rejected++
			if im.options.Rejection == nil {
				im.report.Rejections = append(im.report.Rejections, *o.rejection)
			} else if err := im.options.Rejection(*o.rejection); err != nil {
				return fmt.Errorf("marketplace: reporting a rejection: %w", err)
			}
		}
	}
	if im.options.Progress != nil {
		progress := im.report
		progress.Rejections = nil
		im.options.Progress(progress)
	}
	return nil
}
