package projection

import (
	"context"
	"iter"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// batches gives the parts out as batches, in the log's order, and waits for free
// ones. A part with columns is one batch, and so is a cut of a store.Cutter: who
// takes it reads it. Any other part is read here, in order, and its records are
// left to be decoded. An error is in the last batch.
func (l *split) batches(ctx context.Context, parts []store.ColumnPart) iter.Seq[*batch] {
	return func(yield func(*batch) bool) {
		cutter, cuts := l.store.(store.Cutter)
		for _, p := range parts {
			goOn := false
			switch {
			case p.Columns:
				goOn = yield(l.next(p, (*worker).readColumns))
			case cuts:
				goOn = l.cutPart(ctx, cutter, p, yield)
			default:
				goOn = l.readPart(ctx, p, yield)
			}
			if !goOn {
				return
			}
		}
	}
}

// next is a free batch for a part.
func (l *split) next(p store.ColumnPart, fill filling) *batch {
	b := <-l.free
	b.empty()
	b.index, b.part, b.fill = l.given, p, fill
	b.lanes.Store(shardCount)
	l.given++
	return b
}

// cutPart gives out the cuts of a part, if they are all of it.
func (l *split) cutPart(ctx context.Context, s store.Cutter, p store.ColumnPart, yield func(*batch) bool) bool {
	end := p.First() - 1 // only compared
	for span, err := range s.Cut(ctx, p.Span, l.goal) {
		if err != nil {
			return yield(l.broken(err)) && false
		}
		if !follows(span, end) {
			break
		}
		if !yield(l.next(store.ColumnPart{Span: span}, (*worker).readRecords)) {
			return false
		}
		end = span.Through
	}
	if end == p.Through {
		return true
	}
	return yield(l.broken(store.ErrCorrupt.At(uint64(end)).With(nil, "the store's cuts leave out what comes behind it"))) && false
}

// broken is a batch of nothing but what the store failed with.
func (l *split) broken(err error) *batch {
	b := l.next(store.ColumnPart{}, (*worker).decode)
	b.unread(err)
	return b
}

// readPart reads records in order and keeps them, as many as a batch takes.
func (l *split) readPart(ctx context.Context, p store.ColumnPart, yield func(*batch) bool) bool {
	var b *batch
	for rec, err := range l.store.ReadAll(ctx, p.Span) {
		if b == nil {
			b = l.next(p, (*worker).decode)
		}
		if err != nil {
			b.unread(err)
			return yield(b) && false
		}
		b.kept.keep(&rec)
		if len(b.kept.records) >= l.goal || b.kept.bytes >= maxKept {
			if !yield(b) {
				return false
			}
			b = nil
		}
	}
	return b == nil || yield(b)
}

// maxKept is how many bytes of records a batch keeps, and one record more.
const maxKept = 1 << 20

// kept is records that outlive the read they come from.
type kept struct {
	records []event.Record
	bytes   int    // of them
	room    []byte // for them; a new one when it is full
}

func (k *kept) empty() { k.records, k.bytes, k.room = k.records[:0], 0, k.room[:0] }

func (k *kept) keep(rec *event.Record) {
	n := len(rec.Data) + len(rec.Metadata)
	if len(k.room)+n > cap(k.room) {
		k.room = make([]byte, 0, max(n, maxKept))
	}
	r := *rec
	r.Data, r.Metadata = k.copy(rec.Data), k.copy(rec.Metadata)
	k.records, k.bytes = append(k.records, r), k.bytes+n
}

func (k *kept) copy(b []byte) []byte {
	from := len(k.room)
	k.room = append(k.room, b...)
	return k.room[from:len(k.room):len(k.room)]
}

// follows reports whether a part of a span goes on where the one before it ends, as
// far as names tell: one place may have two, that of its event and one that a
// subscriber was told who had caught up behind it.
func follows(part store.Span, end event.Position) bool {
	return (part.From != 0 || part.After <= end) && end < part.Through
}
