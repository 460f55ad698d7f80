package archive

import (
	"context"
	"iter"
	"math"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// ReadStream implements store.Store. An archive has no index of streams: each row
// group has a Bloom filter, which one small read asks, and where it may hold the
// stream its dictionary of names is read, and then the pages with the stream's
// events. So a stream costs some microseconds for every 262,144 events of the
// archive and some 10 milliseconds for each row group that it has events in.
func (s *Store) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		segments, err := s.now(ctx)
		if err != nil {
			yield(event.Record{}, err)
			return
		}
		found := false
		for _, seg := range segments {
			for g := range seg.Groups {
				var rows []int64
				err := s.reading(ctx, func() (err error) {
					rows, err = seg.rowsOf(g, stream)
					return err
				})
				if err != nil {
					yield(event.Record{}, err)
					return
				}
				if len(rows) == 0 {
					continue
				}
				found = true
				if !s.readRows(ctx, seg, g, rows, from, yield) {
					return
				}
			}
		}
		if !found {
			yield(event.Record{}, store.ErrStreamNotFound.In(stream))
		}
	}
}

func (s *Store) readRows(ctx context.Context, seg *segment, group int, rows []int64, from uint64, yield func(event.Record, error) bool) bool {
	var r *recordReader
	err := s.reading(ctx, func() (err error) {
		r, err = seg.records(group)
		return err
	})
	if err != nil {
		yield(event.Record{}, err)
		return false
	}
	defer r.close()
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && n < batchEvents && rows[n] == rows[0]+int64(n) {
			n++
		}
		if !s.deliver(ctx, r, rows[0], n, from, yield) {
			return false
		}
		rows = rows[n:]
	}
	return true
}

func (s *segment) rowsOf(group int, stream string) ([]int64, error) {
	filter, err := s.filter(group)
	if err != nil {
		return nil, err
	}
	if may, err := filter.mayHold([]byte(stream)); err != nil || !may {
		return nil, err
	}
	c, err := s.cursor(group, colStream)
	if err != nil {
		return nil, err
	}
	defer c.close()
	var rows []int64
	want := int32(math.MinInt32) // the stream's place in the dictionary
	err = c.read(int(s.Groups[group].Events), func(i, v int) {
		if c.dict == nil {
			if string(c.of(v)) == stream {
				rows = append(rows, int64(i))
			}
			return
		}
		if want == math.MinInt32 {
			want = find(c.dict, stream)
		}
		if c.small[v] == want {
			rows = append(rows, int64(i))
		}
	})
	return rows, err
}

func (s *segment) filter(group int) (*filter, error) {
	f, err := s.footer.filter(s.bytes, group)
	if err != nil {
		return nil, broken(err, "the filter of streams of %s cannot be read", s.Name)
	}
	return f, nil
}

// filterHolds makes sure that a row group's filter lets each of its streams through:
// ReadStream believes it.
func (s *segment) filterHolds(group int) error {
	f, err := s.filter(group)
	if err != nil || f == nil {
		return err
	}
	c, err := s.cursor(group, colStream)
	if err != nil {
		return err
	}
	defer c.close()
	var last int32 = -1
	var failed error
	err = c.read(int(s.Groups[group].Events), func(i, v int) {
		if failed != nil || c.dict != nil && c.small[v] == last { // neighbours often have the same
			return
		}
		name := c.of
		if c.dict != nil {
			last = c.small[v]
			name = func(int) []byte { return c.dict.word(last) }
		}
		may, err := f.mayHold(name(v))
		if failed = err; err == nil && !may {
			failed = corrupt(0, nil, "the filter of streams of %s leaves out one of them", s.Name)
		}
	})
	if err != nil {
		return err
	}
	return failed
}

// find is a word's place in a dictionary, -1 if it is not in it.
func find(d *dictionary, word string) int32 {
	for i := range int32(d.len) {
		if string(d.word(i)) == word {
			return i
		}
	}
	return -1
}

// eachRevision goes through the streams and revisions of all events.
func (s *Store) eachRevision(ctx context.Context, do func(stream string, revision uint64, at event.Position) error) error {
	segments, err := s.now(ctx)
	if err != nil {
		return err
	}
	for _, seg := range segments {
		for g := range seg.Groups {
			if err := s.reading(ctx, func() error { return seg.eachRevision(g, do) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *segment) eachRevision(group int, do func(stream string, revision uint64, at event.Position) error) error {
	positions, err := s.positions(group)
	if err != nil {
		return err
	}
	revision := make([]uint64, len(positions))
	r, err := s.cursor(group, colRevision)
	if err != nil {
		return err
	}
	defer r.close()
	if err := r.read(len(positions), func(i, v int) { revision[i] = uint64(r.ints[v]) }); err != nil {
		return err
	}
	c, err := s.cursor(group, colStream)
	if err != nil {
		return err
	}
	defer c.close()
	var bad error
	err = c.read(len(positions), func(i, v int) {
		if bad == nil {
			name := c.of
			if c.dict != nil {
				name = func(v int) []byte { return c.dict.word(c.small[v]) }
			}
			bad = do(string(name(v)), revision[i], event.Position(positions[i]))
		}
	})
	if err != nil {
		return err
	}
	return bad
}
