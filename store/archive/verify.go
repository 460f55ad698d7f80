package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"

	"github.com/marketcore/marketplace/event"
)

// Verify reads the whole archive, as of now, and fails with store.ErrCorrupt
// unless everything holds: the SHA-256 and the checksums of every file, their
// order, positions that ascend, each stream's revisions without a gap (of one that is
// not the marketplace's, that they ascend), and typed
// columns that say what the events' bytes say. Those of a row group with a type
// that means something else in the registry cannot be compared; a fold does not
// read them either.
//
// It takes about 60 bytes for each stream and the memory of a row group.
func (s *Store) Verify(ctx context.Context) error {
	segments, err := s.now(ctx)
	if err != nil {
		return err
	}
	v := &verifier{store: s, streams: newRevisions(), decoder: s.options.registry.NewDecoder(), built: s.options.registry.NewColumnBuilder(), schema: s.options.registry.ColumnSchema()}
	for _, seg := range segments {
		if err := v.file(ctx, seg); err != nil {
			return err
		}
		for g := range seg.Groups {
			if err := v.group(ctx, seg, g); err != nil {
				return err
			}
		}
	}
	return nil
}

type verifier struct {
	store   *Store
	streams *revisions
	decoder *event.Decoder
	built   *event.ColumnBuilder
	schema  event.ColumnSchema // of built
	stored  event.ColumnBlock
	last    event.Position
}

// file checks the bytes of a file, past the blocks that are in memory.
func (v *verifier) file(ctx context.Context, s *segment) error {
	f, err := openFile(v.store.dir, s.Name)
	if err != nil {
		return absent(s.Name, err)
	}
	defer f.Close()
	sum, crc := sha256.New(), &summer{}
	if _, err := io.Copy(io.MultiWriter(sum, crc), &ending{v.store, ctx, f}); err != nil {
		return failure(err)
	}
	if have := hex.EncodeToString(sum.Sum(nil)); have != s.SHA256 {
		return corrupt(0, nil, "the SHA-256 of %s is %s, the manifest says %s", s.Name, have, s.SHA256)
	}
	if !slices.Equal(crc.end(), s.CRC32C) {
		return corrupt(0, nil, "the checksums of %s in the manifest are not its own", s.Name)
	}
	return nil
}

// ending is a reader that fails when the store is closed or the context ends.
type ending struct {
	store *Store
	ctx   context.Context
	file  io.Reader
}

func (e *ending) Read(p []byte) (int, error) {
	if err := e.store.alive(e.ctx); err != nil {
		return 0, err
	}
	return e.file.Read(p)
}

func (v *verifier) group(ctx context.Context, s *segment, group int) error {
	g := &s.Groups[group]
	v.built.Reset()
	whole, first := true, true
	var r *recordReader
	err := v.store.reading(ctx, func() (err error) {
		r, err = s.records(group)
		return err
	})
	if err != nil {
		return err
	}
	defer r.close()
	for row := int64(0); row < g.Events; row += batchEvents {
		var records []event.Record
		err := v.store.reading(ctx, func() (err error) {
			records, err = r.read(row, int(min(batchEvents, g.Events-row)))
			return err
		})
		if err != nil {
			return err
		}
		for i := range records {
			rec := &records[i]
			if rec.Position <= v.last || (first && rec.Position != g.First) {
				return corrupt(rec.Position, nil, "the position is not where the manifest of %s has it", s.Name)
			}
			v.last, first = rec.Position, false
			if err := v.streams.follow(rec.Stream, rec.Revision, rec.Position); err != nil {
				return corrupt(rec.Position, err, "a stream is not whole")
			}
			if partsOf(rec, v.decoder) != r.metas[i].stored(r.hasMeta[i]) {
				return corrupt(rec.Position, nil, "the columns of the metadata are not what its bytes say")
			}
			whole = whole && addColumns(v.built, rec)
		}
	}
	if v.last != g.Last {
		return corrupt(v.last, nil, "the row group of %s ends at another position than the manifest says", s.Name)
	}
	var known bool
	err = v.store.reading(ctx, func() (err error) {
		if err := s.filterHolds(group); err != nil {
			return err
		}
		known, err = s.means(group, v.schema)
		return err
	})
	if err != nil || !known {
		return err
	}
	if whole != g.Columns {
		return corrupt(0, nil, "the manifest is wrong about typed columns of %s", s.Name)
	}
	if !whole {
		return nil
	}
	if err := v.store.reading(ctx, func() error { return s.readBlock(group, &v.stored, true) }); err != nil {
		return err
	}
	return sameColumns(v.built.Block(), &v.stored)
}

// stored is what partsOf gives of a record whose columns hold these parts.
func (p parts) stored(asBytes bool) parts {
	if asBytes {
		return parts{Meta: event.Meta{OccurredAt: p.OccurredAt}, dated: p.dated, version: p.version}
	}
	return p
}

// sameColumns compares stored columns with those that the events' bytes come to.
func sameColumns(want, have *event.ColumnBlock) error {
	wrong := func(i int, column string) error {
		return corrupt(want.Positions[i], nil, "column %s is not what the event's bytes say", column)
	}
	stored := have.Columns()
	for i := range want.Positions {
		switch {
		case want.Positions[i] != have.Positions[i]:
			return wrong(i, colPosition)
		case want.Revisions[i] != have.Revisions[i]:
			return wrong(i, colRevision)
		case !sameWord(&want.Streams, &have.Streams, i):
			return wrong(i, colStream)
		case !sameWord(&want.Types, &have.Types, i):
			return wrong(i, colType)
		}
		// Of streams that are not ours the columns have no moment, but the file may.
		if want.OccurredAt[i] != have.OccurredAt[i] && want.OccurredAt[i] != 0 {
			return wrong(i, colOccurredAt)
		}
	}
	for k, c := range want.Columns() {
		for i := range want.Positions {
			var same bool
			switch {
			case c.IDs != nil:
				same = idAt(c.IDs, i) == idAt(stored[k].IDs, i)
			case c.Ints != nil:
				same = intAt(c.Ints, i) == intAt(stored[k].Ints, i)
			default:
				same = sameWord(c.Words, stored[k].Words, i)
			}
			if !same {
				return wrong(i, c.Name)
			}
		}
	}
	return nil
}

func sameWord(a, b *event.WordColumn, i int) bool {
	x, y := a.Index.At(i), b.Index.At(i)
	if x == event.NoValue || y == event.NoValue {
		return x == y
	}
	return string(a.Values.At(int(x))) == string(b.Values.At(int(y)))
}

// maybe is a value that may be absent.
type maybe[T any] struct {
	value T
	there bool
}

func intAt(c *event.IntColumn, i int) (m maybe[int64]) {
	if k := c.Index.At(i); k != event.NoValue {
		m = maybe[int64]{c.Values[k], true}
	}
	return m
}

func idAt(c *event.IDColumn, i int) (m maybe[[16]byte]) {
	if k := c.Index.At(i); k != event.NoValue {
		m = maybe[[16]byte]{c.Values[k], true}
	}
	return m
}
