package marketplace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/repository"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/store"
)

const (
	groupLines = 512     // lines per catch-up with what others write
	groupBytes = 2 << 20 // or this much of them
	manyIDs    = 1 << 20 // the host's log hears of more than so many
)

// Import applies a command script, line by line. A line that is malformed or
// refused stops nothing: it is rejected and named in the report. So is one that
// comes to more than the store takes in one append, with the code too_large.
//
// The outcome of every line is durable before any later line is: events in
// their streams, rejections in a stream of the import. So the same script
// imported again, also after a crash at any moment, applies nothing twice, and
// nothing that was rejected; those lines are repeated. So is a line whose command Do
// has done. One that says something else than was said under its id before is
// rejected as aggregate.IDReused, which changes nothing of what is remembered.
//
// A line whose moment the clock is not near yet is rejected as aggregate.InFuture,
// unless Options.AllowFuture takes it.
//
// The ids of all commands in the log are in memory during an import, about 50
// bytes each, and about 50 more for each rejected line. Lines are written in groups
// where the store is a store.Transactor, else one by one. Others may write meanwhile,
// other imports of the same script too: a line is decided on its aggregate as it is,
// and on other aggregates as they were when its group of 512 lines began, or later.
func (m *Marketplace) Import(ctx context.Context, r io.Reader, options ImportOptions) (ImportReport, error) {
	im := &importer{market: m, options: options, report: ImportReport{Rejections: []ImportRejection{}}, names: map[string]bool{},
		said: said{marks: map[uuid.UUID]repository.Mark{}, rejected: map[uuid.UUID]rejectedLine{}, fresh: map[uuid.UUID]int{}}}
	if options.Repeat != nil {
		im.first = map[uuid.UUID]ImportRepeat{}
	}
	for _, c := range aggregate.Commands() {
		im.names[aggregate.CommandName(c)] = true
	}
	im.session = m.repository.NewSession(ctx)
	defer im.session.End()
	if err := im.CatchUp(); err != nil {
		return im.report, err
	}
	if n := len(im.said.marks); n > manyIDs {
		m.options.Logger.InfoContext(ctx, "the import remembers the log's commands", "commands", n)
	}
	err := im.run(script.NewReader(r))
	return im.report, err
}

// importer is one import under way, and the group of lines that is at hand.
type importer struct {
	market  *Marketplace
	options ImportOptions
	report  ImportReport
	names   map[string]bool // of all commands

	said    said                       // under the command ids that have an outcome
	first   map[uuid.UUID]ImportRepeat // and which; nil if nobody asks
	session *repository.Session
	memory  importMemory // with what is decided and not yet written
	written importMemory // as the log has it

	lines    []*script.Line // the group
	outcomes []outcome      // of its lines, as far as they are decided
	tooLarge map[int]string // why the store does not take what a line comes to
	now      event.Time     // what the clock showed last
	looked   bool           // and it was in this group
}

// importMemory is the end of the stream in which an import remembers its rejections.
type importMemory struct {
	stream string     // named by the script's first id
	next   uint64     // revision of its next event
	clock  event.Time // of its last event
}

// outcome is what became of a line.
type outcome struct {
	repeated  bool
	rejection *ImportRejection
	mark      repository.Mark // of what was applied
	kept      *rejectedLine   // of what was rejected and is remembered
}

var _ repository.Group = (*importer)(nil)

// run applies the lines in groups. What was read before the reader failed is
// applied.
func (im *importer) run(lines *script.Reader) error {
	size := 0
	for line, err := range lines.Lines() {
		if err != nil {
			if err := im.apply(); err != nil {
				return err
			}
			return err
		}
		if im.options.Line != nil {
			im.options.Line(line)
		}
		im.lines = append(im.lines, line)
		size += line.Size
		if len(im.lines) == groupLines || size >= groupBytes {
			if err := im.apply(); err != nil {
				return err
			}
			size = 0
		}
	}
	return im.apply()
}

// apply decides the group and makes it durable, and begins the next.
func (im *importer) apply() error {
	err := im.session.WriteGroup(im)
	var lost *repository.LostError
	if errors.As(err, &lost) {
		return fmt.Errorf("marketplace: import: line %d %w", im.lines[lost.Item].Number, lost.Err)
	}
	im.lines, im.outcomes, im.tooLarge, im.looked = im.lines[:0], im.outcomes[:0], nil, false
	clear(im.said.fresh)
	return err
}

// Len implements repository.Group.
func (im *importer) Len() int { return len(im.lines) }

// Command implements repository.Group.
func (im *importer) Command(i int) aggregate.Command { return im.lines[i].Command }

// CatchUp reads what is new in the log: what was said under the ids of commands that
// have an outcome, and the rejections that another import of the same script has
// remembered.
func (im *importer) CatchUp() error {
	err := im.session.CatchUp(func(rec *event.Record, meta event.Meta) error {
		if rec.Stream == im.memory.stream && rec.Revision >= im.memory.next {
			im.memory.next, im.memory.clock = rec.Revision+1, meta.OccurredAt
		}
		if _, known := im.said.marks[meta.CommandID]; known {
			return nil
		}
		return im.see(rec, &meta)
	})
	im.written = im.memory
	return err
}

// see keeps the first outcome of a command that the log tells of.
func (im *importer) see(rec *event.Record, meta *event.Meta) error {
	first, mark := ImportRepeat{First: ImportApplied, Stream: rec.Stream}, im.market.repository.MarkOf(meta)
	if category, _, _, _ := event.ParseStream(rec.Stream); category == event.CategoryImport {
		env, err := event.Marketplace().Decode(rec)
		if err != nil {
			return err
		}
		if e, ok := env.Event.(*event.ImportLineRejected); ok {
			first = ImportRepeat{First: ImportRejected, FirstLine: e.Line, Code: aggregate.Code(e.Code)}
			mark = repository.Unmarked
			im.said.rejected[meta.CommandID] = rejectedLine{meta.CommandDigest, e.Key}
		}
	}
	im.said.marks[meta.CommandID] = mark
	if im.first != nil {
		if _, known := im.first[meta.CommandID]; !known {
			im.first[meta.CommandID] = first
		}
	}
	return nil
}

// keep keeps the first outcome of a line's command.
func (im *importer) keep(line *script.Line, rejected *ImportRejection) {
	switch {
	case im.first == nil || !line.HasID:
	case rejected != nil:
		im.first[line.ID] = ImportRepeat{First: ImportRejected, FirstLine: line.Number, Code: rejected.Code}
	default:
		im.first[line.ID] = ImportRepeat{First: ImportApplied, Stream: aggregate.Stream(line.Command)}
	}
}

// Decide decides one line on top of the lines before it.
func (im *importer) Decide(i int) ([]store.Write, error) {
	line := im.lines[i]
	im.outcomes = append(im.outcomes[:i], outcome{})
	o := &im.outcomes[i]
	if im.memory.stream == "" && line.HasID {
		if err := im.openMemory(line.ID); err != nil {
			return nil, err
		}
	}
	if line.HasID {
		known, same, err := im.compare(line)
		switch {
		case err != nil:
			return nil, err
		case known && same:
			o.repeated = true
			return nil, nil
		case known:
			o.rejection = rejection(line, aggregate.IDReused, "something else was said under this id")
			return nil, nil
		}
		im.said.fresh[line.ID] = i
	}
	writes, err := im.decide(i)
	var rejected *aggregate.Rejection
	switch {
	case errors.As(err, &rejected):
	case err != nil:
		return nil, err
	default:
		im.keep(line, nil)
		return writes, nil
	}
	o.rejection = rejection(line, rejected.Code, rejected.Detail)
	if !line.HasID {
		return nil, nil // invalid each time, so there is nothing to remember
	}
	im.keep(line, o.rejection)
	remembered, err := im.remember(i)
	return []store.Write{remembered}, err
}

func rejection(line *script.Line, code aggregate.Code, detail string) *ImportRejection {
	r := &ImportRejection{Line: line.Number, Cmd: line.Cmd, Code: code, Detail: detail}
	if line.HasID {
		r.ID = &line.ID
	}
	return r
}

func (im *importer) decide(i int) (writes []store.Write, err error) {
	line := im.lines[i]
	if line.Err != nil {
		return nil, line.Err
	}
	if detail, refused := im.tooLarge[i]; refused {
		return nil, &aggregate.Rejection{Code: aggregate.Code(store.ErrTooLarge.Code()), Command: *line.Cmd, Detail: detail}
	}
	q := request(line)
	if q.Now, err = im.clock(line.At); err != nil {
		return nil, err
	}
	writes, im.outcomes[i].mark, err = im.session.Decide(q)
	return writes, err
}

// clock is what the clock shows, as far as a moment needs to know: no line of a
// moment that the last look allows is in the future. A clock that is set back is
// noticed by the next group, or by a line that is ahead of the last look.
func (im *importer) clock(at event.Time) (event.Time, error) {
	if im.looked && !im.ahead(at) {
		return im.now, nil
	}
	now, err := event.FromClock(im.market.options.Now())
	im.now, im.looked = now, err == nil
	return now, err
}

// ahead reports whether a moment is in the future, by the last look at the clock.
func (im *importer) ahead(at event.Time) bool {
	o := &im.market.options
	return !o.AllowFuture && at > im.now.AddSeconds(int64(o.ClockTolerance/time.Second))
}

// Undo implements repository.Group.
func (im *importer) Undo(first, end int) {
	for i := first; i < end; i++ {
		if id := im.lines[i].ID; im.lines[i].HasID && im.said.fresh[id] == i {
			delete(im.said.fresh, id)
			delete(im.first, id)
		}
	}
	im.memory = im.written
}

// Refuse implements repository.Group.
func (im *importer) Refuse(i int, tooLarge error) bool {
	if _, refused := im.tooLarge[i]; refused || im.lines[i].Err != nil {
		return false
	}
	detail := "it comes to more than the store takes in one append"
	if e := (*Error)(nil); errors.As(tooLarge, &e) && e.Detail != "" {
		detail = e.Detail
	}
	if im.tooLarge == nil {
		im.tooLarge = map[int]string{}
	}
	im.tooLarge[i] = detail
	return true
}

// Narrow implements repository.Group.
func (im *importer) Narrow(ctx context.Context, i int) {
	im.market.options.Logger.InfoContext(ctx, "the import loses its races and goes on line by line", "line", im.lines[i].Number)
}

// openMemory finds the end of the stream that remembers this script's rejections.
// Its name comes from the script's first id, so that the same script has the same
// stream, and standard input has one too.
func (im *importer) openMemory(first uuid.UUID) error {
	im.memory.stream = event.ImportStream(first)
	for env, err := range im.session.Stream(im.memory.stream) {
		if err != nil {
			return err
		}
		im.memory.next, im.memory.clock = env.Revision+1, env.OccurredAt
	}
	return nil
}

// remember makes the write that makes a line's rejection durable.
func (im *importer) remember(i int) (store.Write, error) {
	line, o := im.lines[i], &im.outcomes[i]
	key := im.market.options.NewID()
	text, err := im.market.appendSaid(nil, line)
	if err != nil {
		return store.Write{}, err
	}
	o.kept = &rejectedLine{im.market.repository.LineDigest(key, text), key}
	clear(text)
	e := &event.ImportLineRejected{Line: line.Number, Code: string(o.rejection.Code), Key: key}
	if line.Cmd != nil && im.names[*line.Cmd] {
		e.Command = *line.Cmd
	}
	if !im.looked {
		if _, err := im.clock(line.At); err != nil {
			return store.Write{}, err
		}
	}
	at := line.At
	if im.ahead(at) {
		at = im.now // or what follows could not be earlier
	}
	im.memory.clock = max(im.memory.clock, at)
	p, err := event.Marketplace().Encode(event.ID(line.ID, 0), event.Meta{
		OccurredAt: im.memory.clock, Actor: event.ActorPlatform, CommandID: line.ID, CorrelationID: line.ID, CausationID: line.ID,
		CommandDigest: o.kept.digest, ActedBy: line.ActedBy,
	}, e)
	if err != nil {
		return store.Write{}, err
	}
	w := store.Write{Stream: im.memory.stream, Expected: store.NoStream, Events: []event.Proposed{p}}
	if im.memory.next > 0 {
		w.Expected = store.Exact(im.memory.next - 1)
	}
	im.memory.next++
	return w, nil
}

// Wrote reports outcomes that have become durable.
func (im *importer) Wrote(first, end int) error {
	im.written = im.memory
	for i, o := range im.outcomes[first:end] {
		line := im.lines[first+i]
		im.wrote(line, &o)
		im.report.Lines++
		switch {
		case o.repeated:
			im.report.Repeated++
			if err := im.tell(line); err != nil {
				return err
			}
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

// wrote remembers what was said under a line's id, which the log may not show at once.
func (im *importer) wrote(line *script.Line, o *outcome) {
	if _, known := im.said.marks[line.ID]; known || !line.HasID {
		return
	}
	im.said.marks[line.ID] = o.mark
	if o.kept != nil {
		im.said.rejected[line.ID] = *o.kept
	}
}

// tell tells the first outcome of a repeated line, if anybody asks.
func (im *importer) tell(line *script.Line) error {
	if im.options.Repeat == nil {
		return nil
	}
	repeat := im.first[line.ID]
	repeat.Line, repeat.ID, repeat.Cmd = line.Number, line.ID, line.Cmd
	if err := im.options.Repeat(repeat); err != nil {
		return fmt.Errorf("marketplace: reporting a repeated line: %w", err)
	}
	return nil
}
