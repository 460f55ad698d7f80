package sqlite

import (
	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/store"
)

// What a lost write of the disk leaves is a page as it was before, with a checksum
// that is right. Where it was one of the index of the streams, streams are missing
// there, or end too early; where it was the end of the records, the log does.
//
// Read and write transactions compare what they touch: a stream's row with its
// records. What is missing nobody touches, so compare counts, once, when the log is
// opened: each stream in the table and in its index by name, each event in the
// streams and in the records. It looks at each stream, and at no event.
func (s *Store) compare(r *reader) error {
	c, err := count(r.conn)
	if err != nil {
		return err
	}
	switch {
	case c.events > c.position:
		s.damage.events = store.ErrCorrupt.At(uint64(c.position+1)).With(nil,
			"the streams have %d events and the log %d: its end is missing", c.events, c.position)
		s.damage.streams = s.damage.events
	case c.events < c.position || c.streams != c.stream:
		s.damage.streams = store.ErrCorrupt.With(nil, "the log has %d events in %d streams, and the streams have %d in %d",
			c.position, c.stream, c.events, c.streams)
	case c.names != c.streams || c.named != c.keyed:
		s.damage.streams = store.ErrCorrupt.With(nil, "not all of the %d streams are found by their names", c.streams)
	}
	return nil
}

// counts are how much there is by the records (the last position, and the last
// stream), by the streams, and by the index of their names. Of the latter two a sum
// of keys, because a page of an index that is as it was may have the right number
// of entries and not the right ones.
type counts struct{ position, stream, events, streams, keyed, names, named int64 }

func count(conn *sqlite3.Conn) (c counts, err error) {
	const keys = `total(id * 7919 % 65521)`
	st, _, err := conn.Prepare(`SELECT records.*, streams.*, names.* FROM
		(SELECT (SELECT max(position) FROM events), (SELECT max(stream) FROM events)) records,
		(SELECT sum(revision + 1), count(id), ` + keys + ` FROM streams NOT INDEXED) streams,
		(SELECT count(name), ` + keys + ` FROM streams INDEXED BY sqlite_autoindex_streams_1) names`)
	if err != nil {
		return c, err
	}
	defer st.Close()
	if st.Step() {
		for i, n := range []*int64{&c.position, &c.stream, &c.events, &c.streams, &c.keyed, &c.names, &c.named} {
			*n = st.ColumnInt64(i) // 0 for NULL
		}
	}
	return c, st.Err()
}

// damage is what compare has found.
type damage struct {
	streams error // a stream that is not in the index may be in the log
	events  error // the log's end is missing
}
