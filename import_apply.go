package marketplace

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/store"
)

// outcome is what became of a line.
type outcome struct {
	line      *script.Line
	repeated  bool
	rejection *ImportRejection
}

// apply decides a group of lines and makes it durable. Where another writer was
// faster it catches up and decides again, at last line by line.
func (im *importer) apply(ctx context.Context, group []*script.Line) error {
	race, narrow, behind := newRace(im.market.options.Attempts), false, 0
	for len(group) > 0 {
		part := group
		if narrow {
			part = group[:1]
		}
		done, err := im.tryApply(ctx, part)
		if group = group[done:]; done > 0 {
			race, behind = newRace(im.market.options.Attempts), 0
		}
		switch {
		case err == nil:
			continue
		case !errors.Is(err, store.ErrConflict):
			return err
		case errors.Is(err, errOvertaken) && behind < rereads:
			behind++ // who reads on at once is less behind than who pauses first
			continue
		}
		behind = 0
		if err := race.lost(ctx, err); err != nil {
			return fmt.Errorf("marketplace: import: line %d %w", group[0].Number, err)
		}
		if !narrow && race.times >= 8 {
			narrow = true
			im.market.options.Logger.InfoContext(ctx, "the import loses its races and goes on line by line", "line", group[0].Number)
		}
	}
	return nil
}

// rereads is how often an import that was overtaken reads on before it pauses:
// each time there is less to read.
const rereads = 4

// tryApply makes the lines durable and says how many were before an error.
func (im *importer) tryApply(ctx context.Context, group []*script.Line) (done int, err error) {
	if err := im.catchUp(ctx); err != nil {
		return 0, err
	}
	for done < len(group) {
		n, err := im.step(ctx, group[done:])
		if err != nil {
			return done, err
		}
		done += n
	}
	return done, nil
}

// step makes the first lines durable and says how many: what one transaction
// takes, or one line where the store has none.
func (im *importer) step(ctx context.Context, group []*script.Line) (done int, err error) {
	if im.transactor == nil {
		group = group[:1]
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
	for events, scored := 0, false; len(outcomes) < len(group) && events < groupEvents; {
		line := group[len(outcomes)]
		_, assesses := line.Command.(aggregate.AssessJobSuccess)
		if assesses && scored {
			break // a score is of what is in the log
		}
		more, o, err := im.decide(ctx, line)
		outcomes = append(outcomes, o)
		if err != nil {
			return fail(err)
		}
		writes = append(writes, more...)
		for _, w := range more {
			events += len(w.Events)
		}
		scored = scored || len(more) > 0 && !assesses
	}
	if err := im.commit(writes); err != nil {
		return fail(err)
	}
	return len(outcomes), im.tell(outcomes)
}

// decide decides one line on top of the lines before it.
func (im *importer) decide(ctx context.Context, line *script.Line) ([]store.Write, outcome, error) {
	o := outcome{line: line}
	if im.stream == "" && line.HasID {
		if err := im.openStream(ctx, line.ID); err != nil {
			return nil, o, err
		}
	}
	if line.HasID {
		if _, o.repeated = im.seen[line.ID]; o.repeated {
			return nil, o, nil
		}
		im.seen[line.ID] = struct{}{}
	}
	w, err := im.decideCommand(line)
	if im.session.newest > im.head {
		// What another import has written may come of this line or of later
		// ones: its outcomes must be known first.
		return nil, o, errOvertaken
	}
	var rejected *aggregate.Rejection
	if !errors.As(err, &rejected) {
		return w, o, err
	}
	o.rejection = &ImportRejection{Line: line.Number, Cmd: line.Cmd, Code: rejected.Code, Detail: rejected.Detail}
	if !line.HasID {
		return nil, o, nil // invalid each time, so there is nothing to remember
	}
	o.rejection.ID = &line.ID
	remembered, err := im.remember(line, rejected.Code)
	return []store.Write{remembered}, o, err
}

// errOvertaken: an aggregate, or the stream of the rejections, has events that
// the import has not caught up with.
var errOvertaken = fmt.Errorf("marketplace: import: another writer was faster: %w", store.ErrConflict)

func (im *importer) decideCommand(line *script.Line) ([]store.Write, error) {
	if line.Err != nil {
		return nil, line.Err
	}
	target, err := im.session.load(line.Command.Stream())
	if err != nil {
		return nil, err
	}
	_, writes, err := im.session.decide(target, request{
		id: line.ID, correlation: line.ID, causation: line.ID, at: line.At, command: line.Command,
	})
	return writes, err
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
		im.session.newest = max(im.session.newest, rec.Position)
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

// commit makes the writes durable, all or none where the store can; where it
// cannot, they are those of one line. The next catchUp reads them among whatever
// else was written: that nothing was, no position can tell.
func (im *importer) commit(writes []store.Write) error {
	if len(writes) == 0 {
		return nil
	}
	_, err := im.session.append(writes)
	return err
}
