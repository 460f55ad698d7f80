package engine_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

func revisions(records []*engine.Record) []uint64 {
	rs := []uint64{}
	for _, r := range records {
		rs = append(rs, r.Revision)
	}
	return rs
}

// TestReadStreamPages: what a page holds, where the next begins, of a stream
// of ten events under metadata.
func TestReadStreamPages(t *testing.T) {
	for name, c := range map[string]struct {
		metadata  string
		from      uint64
		n         int
		backwards bool
		want      []uint64
		next      int64
		end       bool
	}{
		"from the start":                  {"", 0, 3, false, []uint64{0, 1, 2}, 3, false},
		"to the end":                      {"", 7, 3, false, []uint64{7, 8, 9}, 10, true},
		"beyond the end":                  {"", 10, 3, false, []uint64{}, 10, true},
		"far beyond the end":              {"", math.MaxUint64, 3, false, []uint64{}, 10, true},
		"backwards from the end":          {"", engine.EndRevision, 3, true, []uint64{9, 8, 7}, 6, false},
		"backwards from a revision":       {"", 2, 3, true, []uint64{2, 1, 0}, -1, true},
		"backwards over the start":        {"", 1, 3, true, []uint64{1, 0}, -2, true},
		"truncated":                       {`{"$tb":4}`, 0, 5, false, []uint64{4}, 5, false},
		"truncated beyond the page":       {`{"$tb":4}`, 0, 3, false, []uint64{}, 4, false},
		"truncated to nothing":            {`{"$tb":12}`, 0, 13, false, []uint64{}, 10, true},
		"truncated by far":                {`{"$tb":9223372036854775806}`, 0, 3, false, []uint64{}, 9223372036854775806, false},
		"truncated by far, further":       {`{"$tb":9223372036854775806}`, 9223372036854775806, 3, false, []uint64{}, 10, true},
		"truncated to nothing, backwards": {`{"$tb":12}`, engine.EndRevision, 3, true, []uint64{}, 6, true},
		"truncated, backwards":            {`{"$tb":8}`, engine.EndRevision, 5, true, []uint64{9, 8}, 4, true},
		"counted":                         {`{"$maxCount":2}`, 6, 5, false, []uint64{8, 9}, 10, true},
		"counted and truncated":           {`{"$maxCount":4,"$tb":9}`, 6, 5, false, []uint64{9}, 10, true},
		"bad metadata says nothing":       {`{"$tb":"x"`, 0, 1, false, []uint64{0}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t)
			_, err := e.Append(t.Context(), "s", engine.NoStream, ids("abcdefghij"))
			require.NoError(t, err)
			if c.metadata != "" {
				_, err = e.Append(t.Context(), "$$s", engine.NoStream,
					[]engine.Event{{ID: uuid.New(), Type: engine.MetadataType, JSON: true, Data: []byte(c.metadata)}})
				require.NoError(t, err)
			}
			p, err := e.ReadStream("s", c.from, c.n, c.backwards)
			require.NoError(t, err)
			require.Equal(t, c.want, revisions(p.Records))
			require.Equal(t, c.end, p.End)
			require.EqualValues(t, 9, p.Last)
			require.Equal(t, c.next, p.Next)
		})
	}
}

func TestMaxAge(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	e, err := engine.Open(t.Context(), engine.MemoryLog{}, engine.Options{Now: func() time.Time { return now }})
	require.NoError(t, err)
	_, err = e.Append(t.Context(), "$$s", engine.NoStream,
		[]engine.Event{{ID: uuid.New(), Type: engine.MetadataType, JSON: true, Data: []byte(`{"$maxAge":60}`)}})
	require.NoError(t, err)
	for _, letter := range "abc" {
		_, err = e.Append(t.Context(), "s", engine.Any, ids(string(letter)))
		require.NoError(t, err)
		now = now.Add(30 * time.Second)
	}
	for _, c := range []struct {
		after time.Duration
		want  []uint64
	}{{0, []uint64{1, 2}}, {time.Second, []uint64{2}}, {time.Hour, []uint64{}}} {
		now = now.Add(c.after)
		p, err := e.ReadStream("s", 0, 10, false)
		require.NoError(t, err, "an expired stream is empty, not missing")
		require.Equal(t, c.want, revisions(p.Records))
	}
}

func TestReadAllPages(t *testing.T) {
	e := open(t)
	for i := range 6 {
		_, err := e.Append(t.Context(), fmt.Sprintf("s%d", i%2), engine.Any, ids(string(rune('a'+i))))
		require.NoError(t, err)
	}
	all := e.ReadAll(0, 10, 10, false, engine.Filter{})
	require.Len(t, all.Records, 6)
	require.True(t, all.End)
	at := func(i int) uint64 { return all.Records[i].Position }
	odd, err := engine.NewFilter(engine.ByStream, []string{"s1"}, "")
	require.NoError(t, err)

	for name, c := range map[string]struct {
		from       uint64
		n, window  int
		backwards  bool
		filter     engine.Filter
		want       []uint64
		considered int
		end        bool
	}{
		"forwards, inclusive":     {at(2), 2, 10, false, engine.Filter{}, []uint64{at(2), at(3)}, 2, false},
		"forwards, between":       {at(2) + 1, 1, 10, false, engine.Filter{}, []uint64{at(3)}, 1, false},
		"backwards, exclusive":    {at(2), 10, 10, true, engine.Filter{}, []uint64{at(1), at(0)}, 2, true},
		"backwards from the end":  {engine.EndPosition, 1, 10, true, engine.Filter{}, []uint64{at(5)}, 1, false},
		"forwards from the end":   {engine.EndPosition, 1, 10, false, engine.Filter{}, nil, 0, true},
		"filtered":                {0, 10, 10, false, odd, []uint64{at(1), at(3), at(5)}, 6, true},
		"filtered, small window":  {0, 10, 2, false, odd, []uint64{at(1)}, 2, false},
		"filtered, nothing found": {at(4), 10, 1, false, odd, nil, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := e.ReadAll(c.from, c.n, c.window, c.backwards, c.filter)
			var got []uint64
			for _, r := range p.Records {
				got = append(got, r.Position)
			}
			require.Equal(t, c.want, got)
			require.Equal(t, c.considered, p.Considered)
			require.Equal(t, c.end, p.End)
		})
	}
}
