package marketplace

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/store"
)

const (
	groupLines  = 512     // lines between two looks at what others write
	groupBytes  = 2 << 20 // or this much of them
	groupEvents = 1024    // of a transaction, which takes the lines until they come to so many
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
// store.Transactor, else one by one. Others may write meanwhile, other imports
// of the same script too: a line is decided on its aggregate as it is, and on
// other aggregates as they were when its group of 512 lines began, or later.
func (m *Marketplace) Import(ctx context.Context, r io.Reader, options ImportOptions) (ImportReport, error) {
	im := &importer{market: m, options: options, report: ImportReport{Rejections: []ImportRejection{}}, names: map[string]bool{}, seen: map[uuid.UUID]struct{}{}}
	for _, c := range aggregate.Commands() {
		im.names[c.CommandName()] = true
	}
	im.transactor, _ = m.store.(store.Transactor)
	im.session = m.newSession(ctx)
	defer im.session.end()
	if err := im.catchUp(ctx); err != nil {
		return im.report, err
	}
	if n := len(im.seen); n > manyIDs {
		m.options.Logger.InfoContext(ctx, "the import remembers the log's commands", "commands", n)
	}
	err := im.run(ctx, script.NewReader(r))
	return im.report, err
}

// run applies the lines in groups. What was read before the reader failed is
// applied.
func (im *importer) run(ctx context.Context, lines *script.Reader) error {
	group := make([]*script.Line, 0, groupLines)
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
		if len(group) == groupLines || size >= groupBytes {
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
	transactor store.Transactor // the store, if it is one
	options    ImportOptions
	report     ImportReport
	names      map[string]bool // of all commands

	seen    map[uuid.UUID]struct{} // command ids with an outcome
	session *session               // aggregates, with all that was written here
	head    event.Position         // everything in the log through here is in them
	stream  string                 // of the rejections, named by the first id
	next    uint64                 // revision of its next event
	clock   event.Time             // of its last event
}

// catchUp reads what is new in the log, at first everything: the ids of commands
// that have an outcome, and which aggregates others have moved on.
func (im *importer) catchUp(ctx context.Context) error {
	if len(im.session.taken) > aggregates {
		im.session.taken = map[string]*loaded{}
	}
	for rec, err := range im.market.store.ReadAll(ctx, store.Span{After: im.head}) {
		if err != nil {
			return err
		}
		im.head = rec.Position
		if _, _, _, ours := event.ParseStream(rec.Stream); !ours {
			continue
		}
		meta, err := im.session.decoder.DecodeMeta(&rec)
		if err != nil {
			return err
		}
		im.seen[meta.CommandID] = struct{}{}
		if l := im.session.taken[rec.Stream]; l != nil && rec.Revision >= l.next {
			l.stale = true
		}
		if rec.Stream == im.stream && rec.Revision >= im.next {
			im.next, im.clock = rec.Revision+1, meta.OccurredAt
		}
	}
	return nil
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
