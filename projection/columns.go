package projection

import (
	"context"
	"fmt"
	"slices"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// columnParts asks for the parts of a span and checks that nothing is missing
// between them.
func (m *Model) columnParts(ctx context.Context, s store.ColumnReader, span store.Span) ([]store.ColumnPart, error) {
	parts, err := s.ColumnParts(ctx, span, m.registry.ColumnSchema())
	if err != nil {
		return nil, err
	}
	end := span.After
	for _, p := range parts {
		if !follows(p.Span, end) {
			return nil, leftOut(end)
		}
		end = p.Through
	}
	if end != span.Through {
		return nil, leftOut(end)
	}
	return parts, nil
}

func leftOut(behind event.Position) error {
	return &event.ColumnError{Detail: fmt.Sprintf("the store's parts leave out what comes behind position %d", behind)}
}

// columnSource turns a block of columns into changes. It is for one goroutine.
// What stands once in the block is looked at once: an event costs no hash and
// no parsing.
type columnSource struct {
	block   event.ColumnBlock
	streams []blockStream
	effects []uint8 // of the types
}

// blockStream is a stream's name in a block.
type blockStream struct {
	category category // foreign if its events are passed by
	shard    uint8
	bad      bool // the name holds no id
	passed   bool // it is not the marketplace's
}

// take puts the block's changes into the batch. Of an event that cannot be taken
// it gives the position and why, and has taken those before; 0 is a block of which
// nothing can be.
func (s *columnSource) take(m *Model, b *batch) (event.Position, error) {
	f := &s.block
	if err := s.check(b.part); err != nil {
		return 0, err // nothing of the block is taken
	}
	b.positions = append(b.positions, f.Positions...)
	s.readStreams(m.partition, b)
	s.effects = s.effects[:0]
	for i := range f.Types.Values.Len() {
		s.effects = append(s.effects, effectOf[string(f.Types.Values.At(i))])
	}
	fields := b.fields(f)
	for i, stream := range f.Streams.Index {
		st := &s.streams[stream]
		if st.bad {
			return f.Positions[i], s.fail(i, ErrStreamName)
		}
		if st.category == foreign {
			if st.passed {
				b.passed++
			}
			continue
		}
		effect, fits := effectIn(s.effects[f.Types.Index[i]], st.category)
		if !fits {
			return f.Positions[i], s.unknown(m.registry, i)
		}
		action := effects[effect].action
		if action == nothing && !st.category.recorded() {
			continue
		}
		ch := change{
			at: Moment{f.OccurredAt[i], f.Positions[i]}, revision: f.Revisions[i], stream: uint32(stream),
			effect: effect, recommend: -1,
		}
		if st.category == workWeeks {
			ch.other = b.invoiced(ch.stream)
		}
		if action != nothing {
			if missing := fields.fill(&ch, i, st.category); missing != "" {
				return f.Positions[i], &event.ColumnError{Column: missing, Position: f.Positions[i], Detail: "the event has no value that can be read"}
			}
		}
		b.changes[st.shard] = append(b.changes[st.shard], ch)
	}
	return 0, nil
}

// check finds out whether the block is whole and that of the part.
func (s *columnSource) check(part store.ColumnPart) error {
	f := &s.block
	if err := f.Check(); err != nil {
		return err
	}
	n := f.Len()
	switch {
	case n != part.Events:
		return &event.ColumnError{Detail: fmt.Sprintf("%d events where there are %d", n, part.Events)}
	case n > 0 && f.Positions[0] < part.First():
		return &event.ColumnError{Position: f.Positions[0], Detail: "not of this part"}
	case n > 0 && f.Positions[n-1] > part.Through:
		return &event.ColumnError{Position: f.Positions[n-1], Detail: "not of this part"}
	}
	return nil
}

// readStreams makes the block's streams the batch's first keys, in their order.
func (s *columnSource) readStreams(p Partition, b *batch) {
	names := &s.block.Streams.Values
	all := string(names.Bytes) // one copy for all names
	s.streams = slices.Grow(s.streams[:0], names.Len())[:names.Len()]
	for i := range s.streams {
		k, err := keyOf(all[names.Offsets[i]:names.Offsets[i+1]])
		st := blockStream{category: k.category, bad: err != nil && p.Index == 0, passed: k.category == foreign && err == nil}
		if k.category != foreign && !p.has(k.id) {
			k.category, st.category = foreign, foreign
		}
		st.shard = b.keys[b.add(k)].shard
		s.streams[i] = st
	}
}

func (s *columnSource) place(i int) (stream, name string, position event.Position) {
	f := &s.block
	return string(f.Streams.Values.At(int(f.Streams.Index[i]))), string(f.Types.Values.At(int(f.Types.Index[i]))), f.Positions[i]
}

func (s *columnSource) fail(i int, cause error) error {
	stream, name, position := s.place(i)
	return &FoldError{Type: name, Stream: stream, Revision: s.block.Revisions[i], Position: position, Err: cause}
}

// unknown is the error of a type that cannot be in its stream: what decoding its
// record would have ended with.
func (s *columnSource) unknown(registry *event.Registry, i int) error {
	stream, name, position := s.place(i)
	if slices.ContainsFunc(registry.Schemas(), func(schema event.Schema) bool { return schema.Type == name }) {
		return s.fail(i, ErrForeignEvent)
	}
	return &event.DecodeError{Type: fmt.Sprintf("%.100q", name), Stream: fmt.Sprintf("%.100q", stream), Revision: s.block.Revisions[i], Position: position, Err: event.ErrUnknownType}
}
