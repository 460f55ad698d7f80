package marketplace

import (
	"context"
	"errors"
	"fmt"
	"io"

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
// by Do counts as repeated too, whatever the line asks for under its id.
//
// A line whose moment the clock is not near yet is rejected as aggregate.InFuture,
// unless Options.AllowFuture takes it. That passes, so it is not remembered.
//
// The ids of all commands in the log are in memory during an import, about 40
// bytes each. Lines are written in groups where the store is a
// store.Transactor, else one by one. Others may write meanwhile, other imports
// of the same script too: a line is decided on its aggregate as it is, and on
// other aggregates as they were when its group of 512 lines began, or later.
func (m *Marketplace) Import(ctx context.Context, r io.Reader, options ImportOptions) (ImportReport, error) {
	im := &importer{market: m, options: options, report: ImportReport{Rejections: []ImportRejection{}}, names: map[string]bool{}, seen: map[uuid.UUID]struct{}{}}
	for _, c := range aggregate.Commands() {
		im.names[aggregate.CommandName(c)] = true
	}
	im.session = m.repository.NewSession(ctx)
	defer im.session.End()
	if err := im.CatchUp(); err != nil {
		return im.report, err
	}
	if n := len(im.seen); n > manyIDs {
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

	seen    map[uuid.UUID]struct{} // command ids with an outcome
	session *repository.Session
	memory  importMemory // with what is decided and not yet written
	written importMemory // as the log has it

	lines    []*script.Line // the group
	outcomes []outcome      // of its lines, as far as they are decided
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
	im.lines, im.outcomes = im.lines[:0], im.outcomes[:0]
	return err
}

// Len implements repository.Group.
func (im *importer) Len() int { return len(im.lines) }

// Command implements repository.Group.
func (im *importer) Command(i int) aggregate.Command { return im.lines[i].Command }

// CatchUp reads what is new in the log: the ids of commands that have an outcome,
// and the rejections that another import of the same script has remembered.
func (im *importer) CatchUp() error {
	err := im.session.CatchUp(func(stream string, revision uint64, meta event.Meta) {
		im.seen[meta.CommandID] = struct{}{}
		if stream == im.memory.stream && revision >= im.memory.next {
			im.memory.next, im.memory.clock = revision+1, meta.OccurredAt
		}
	})
	im.written = im.memory
	return err
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
		if _, o.repeated = im.seen[line.ID]; o.repeated {
			return nil, nil
		}
		im.seen[line.ID] = struct{}{}
	}
	writes, err := im.decide(line)
	var rejected *aggregate.Rejection
	if !errors.As(err, &rejected) {
		return writes, err
	}
	o.rejection = &ImportRejection{Line: line.Number, Cmd: line.Cmd, Code: rejected.Code, Detail: rejected.Detail}
	if !line.HasID {
		return nil, nil // invalid each time, so there is nothing to remember
	}
	o.rejection.ID = &line.ID
	if rejected.Code == aggregate.InFuture {
		delete(im.seen, line.ID)
		return nil, nil // it passes, or is allowed the next time
	}
	remembered, err := im.remember(line, rejected.Code)
	return []store.Write{remembered}, err
}

func (im *importer) decide(line *script.Line) ([]store.Write, error) {
	if line.Err != nil {
		return nil, line.Err
	}
	now, err := event.FromClock(im.market.options.Now())
	if err != nil {
		return nil, err
	}
	return im.session.Decide(repository.Request{
		ID: line.ID, Correlation: line.ID, Causation: line.ID, At: line.At, Now: now, Command: line.Command,
	})
}

// Undo implements repository.Group.
func (im *importer) Undo(first, end int) {
	for i := first; i < end; i++ {
		if im.lines[i].HasID && !im.outcomes[i].repeated {
			delete(im.seen, im.lines[i].ID)
		}
	}
	im.memory = im.written
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

// remember makes the write that makes a rejection durable.
func (im *importer) remember(line *script.Line, code aggregate.Code) (store.Write, error) {
	e := &event.ImportLineRejected{Line: line.Number, Code: string(code)}
	if line.Cmd != nil && im.names[*line.Cmd] {
		e.Command = *line.Cmd
	}
	im.memory.clock = max(im.memory.clock, line.At)
	p, err := event.Marketplace().Encode(event.ID(line.ID, 0), event.Meta{
		OccurredAt: im.memory.clock, Actor: event.ActorPlatform, CommandID: line.ID, CorrelationID: line.ID, CausationID: line.ID,
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
	for _, o := range im.outcomes[first:end] {
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
