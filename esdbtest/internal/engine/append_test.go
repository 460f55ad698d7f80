package engine_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

func open(t testing.TB) *engine.Engine {
	t.Helper()
	e, err := engine.Open(context.Background(), engine.MemoryLog{}, engine.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

// ids makes events with ids made of letters, one each.
func ids(letters string) []engine.Event {
	events := make([]engine.Event, len(letters))
	for i, l := range letters {
		events[i] = engine.Event{ID: uuid.NewSHA1(uuid.Nil, []byte(string(l))), Type: "Tested"}
	}
	return events
}

// stored are the letters of a stream's events.
func stored(e *engine.Engine, stream string) string {
	var letters []rune
	for i := uint64(0); e.Event(stream, i) != nil; i++ {
		for l := 'a'; l <= 'z'; l++ {
			if e.Event(stream, i).ID == uuid.NewSHA1(uuid.Nil, []byte(string(l))) {
				letters = append(letters, l)
			}
		}
	}
	return string(letters)
}

// position is where a revision stands, 0 if it cannot be read.
func position(e *engine.Engine, stream string, revision int64) uint64 {
	p, err := e.ReadStream(stream, uint64(revision), 1, false)
	if err != nil || len(p.Records) == 0 || p.Records[0].Revision != uint64(revision) {
		return 0
	}
	return p.Records[0].Position
}

// The outcomes of an append.
const (
	written  = "written"
	repeated = "repeated"
	wrong    = "wrong version"
	deleted  = "deleted"
	silence  = "silence"
)

func outcome(a engine.Appended, err error) string {
	var w *engine.WrongVersion
	var d *engine.Deleted
	switch {
	case errors.As(err, &w):
		return wrong
	case errors.As(err, &d):
		return deleted
	case errors.Is(err, engine.ErrNoAnswer):
		return silence
	case err != nil:
		return err.Error()
	case a.Repeated:
		return repeated
	}
	return written
}

// TestCheck is the table of EventStoreDB's index writer. The stream begins as
// given, one append a word; then comes the append in question.
func TestCheck(t *testing.T) {
	softDelete := func(e *engine.Engine) { _, _ = e.Delete(context.Background(), "s", engine.Any) }
	tombstone := func(e *engine.Engine) { _, _ = e.Tombstone(context.Background(), "s", engine.Any) }
	metadata := func(e *engine.Engine) {
		_, _ = e.Append(context.Background(), "$$s", engine.Any,
			[]engine.Event{{ID: uuid.New(), Type: engine.MetadataType, JSON: true, Data: []byte(`{"a":1}`)}})
	}
	truncate := func(e *engine.Engine) { describe(t, e, "s", `{"$tb":2}`) }
	forget := func(e *engine.Engine) { e.Forget() }
	elsewhere := func(e *engine.Engine) { _, _ = e.Append(context.Background(), "other", engine.Any, ids("x")) }

	for name, c := range map[string]struct {
		before   string
		then     func(*engine.Engine)
		expected engine.Expected
		append   string
		outcome  string
		revision int64
		stream   string
	}{
		"no stream, new":                        {"", nil, engine.NoStream, "ab", written, 1, "ab"},
		"no stream, exists":                     {"a", nil, engine.NoStream, "b", wrong, 0, "a"},
		"no stream, repeated":                   {"ab", nil, engine.NoStream, "ab", repeated, 1, "ab"},
		"no stream, repeated in part":           {"ab", nil, engine.NoStream, "a", repeated, 0, "ab"},
		"no stream, repeated and more":          {"ab", nil, engine.NoStream, "abc", wrong, 0, "ab"},
		"revision, at the end":                  {"ab", nil, 1, "c", written, 2, "abc"},
		"revision, behind, repeated":            {"abc", nil, 0, "bc", repeated, 2, "abc"},
		"revision, behind, repeated after more": {"abcdef", nil, 0, "bc", repeated, 2, "abcdef"},
		"revision, behind, repeated, forgotten": {"abc", forget, 0, "bc", repeated, 2, "abc"},
		"revision, behind, first differs":       {"abc", nil, 0, "x", wrong, 0, "abc"},
		"revision, behind, later differs":       {"abc", nil, 0, "bx", wrong, 0, "abc"},
		"revision, behind, nothing":             {"abc", nil, 0, "", wrong, 0, "abc"},
		"revision, ahead":                       {"a", nil, 5, "b", wrong, 0, "a"},
		"revision of no stream":                 {"", nil, 0, "a", wrong, 0, ""},
		"any, new":                              {"", nil, engine.Any, "a", written, 0, "a"},
		"any, repeated":                         {"abc", nil, engine.Any, "bc", repeated, 2, "abc"},
		"any, repeated, forgotten":              {"abc", forget, engine.Any, "bc", written, 4, "abcbc"},
		"any, later unknown":                    {"abc", nil, engine.Any, "bx", wrong, 0, "abc"},
		"any, later known":                      {"abc", nil, engine.Any, "xb", written, 4, "abcxb"},
		"any, nothing":                          {"a", nil, engine.Any, "", written, 0, "a"},
		"any, known in another stream":          {"a", elsewhere, engine.Any, "x", written, 1, "ax"},
		"any, first place here":                 {"x", elsewhere, engine.Any, "x", repeated, 0, "x"},
		"any, first place elsewhere":            {"a", elsewhere, engine.Any, "ax", wrong, 0, "a"},
		"any, one id twice":                     {"", nil, engine.Any, "aa", written, 1, "aa"},
		"any, one id twice, repeated":           {"aa", nil, engine.Any, "aa", repeated, 0, "aa"},
		"any, two in reverse":                   {"ab", nil, engine.Any, "ba", repeated, 0, "ab"},
		"any, three in reverse":                 {"abc", nil, engine.Any, "cba", silence, 0, "abc"},
		"any, the last far before the first":    {"abc", nil, engine.Any, "cbca", silence, 0, "abc"},
		"any, in some order":                    {"abc", nil, engine.Any, "acb", repeated, 1, "abc"},
		"exists, three in reverse":              {"abc", nil, engine.StreamExists, "cba", silence, 0, "abc"},
		"hidden, repeated":                      {"abc", truncate, engine.NoStream, "ab", repeated, 1, "abc"},
		"hidden in part, repeated":              {"abc", truncate, engine.NoStream, "abc", repeated, 2, "abc"},
		"hidden, repeated lately":               {"abc", truncate, engine.Any, "a", repeated, 0, "abc"},
		"exists, does not":                      {"", nil, engine.StreamExists, "a", wrong, 0, ""},
		"exists, does":                          {"a", nil, engine.StreamExists, "b", written, 1, "ab"},
		"exists, repeated":                      {"ab", nil, engine.StreamExists, "b", repeated, 1, "ab"},
		"exists, metadata only":                 {"", metadata, engine.StreamExists, "a", written, 0, "a"},
		"soft-deleted, exists":                  {"a", softDelete, engine.StreamExists, "b", deleted, 0, "a"},
		"soft-deleted, no stream":               {"a", softDelete, engine.NoStream, "b", written, 1, "ab"},
		"soft-deleted, no stream, repeated":     {"a", softDelete, engine.NoStream, "a", repeated, 0, "a"},
		"soft-deleted, any":                     {"a", softDelete, engine.Any, "b", written, 1, "ab"},
		"soft-deleted, revision":                {"a", softDelete, 0, "b", written, 1, "ab"},
		"tombstoned, any":                       {"a", tombstone, engine.Any, "b", deleted, 0, "a"},
		"tombstoned, repeated":                  {"a", tombstone, engine.NoStream, "a", deleted, 0, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t)
			if c.before != "" {
				_, err := e.Append(t.Context(), "s", engine.Any, ids(c.before))
				require.NoError(t, err)
			}
			if c.then != nil {
				c.then(e)
			}
			a, err := e.Append(t.Context(), "s", c.expected, ids(c.append))
			require.Equal(t, c.outcome, outcome(a, err))
			require.Equal(t, c.stream, stored(e, "s"))
			if err == nil {
				require.Equal(t, c.revision, a.Revision)
			}
			if c.outcome == repeated {
				require.Equal(t, position(e, "s", a.Revision), a.Position)
			}
		})
	}
}

// describe writes a stream's metadata.
func describe(t testing.TB, e *engine.Engine, stream, metadata string) {
	t.Helper()
	_, err := e.Append(t.Context(), engine.MetadataStream(stream), engine.Any,
		[]engine.Event{{ID: uuid.New(), Type: engine.MetadataType, JSON: true, Data: []byte(metadata)}})
	require.NoError(t, err)
}

func TestAppendRefuses(t *testing.T) {
	e := open(t)
	for name, c := range map[string]struct {
		stream string
		events []engine.Event
		err    error
	}{
		"no id":            {"s", []engine.Event{{Type: "Tested"}}, engine.ErrEmptyEventID},
		"no stream":        {"", ids("a"), engine.ErrInvalidStream},
		"metadata of none": {"$$", ids("a"), engine.ErrInvalidStream},
		"too long a name":  {strings.Repeat("x", engine.MaxStreamName+1), ids("a"), engine.ErrInvalidStream},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := e.Append(t.Context(), c.stream, engine.Any, c.events)
			require.ErrorIs(t, err, c.err)
			require.Zero(t, e.Head())
		})
	}
}

// TestIDsAreForgotten: only so many ids are remembered, by the memory they
// take; long names of streams take a lot.
func TestIDsAreForgotten(t *testing.T) {
	e := open(t)
	long := strings.Repeat("x", engine.MaxStreamName)
	for i := range 70 {
		a, err := e.Append(t.Context(), long, engine.Any, []engine.Event{{ID: uuid.NewSHA1(uuid.Nil, []byte{byte(i)})}})
		require.NoError(t, err)
		require.False(t, a.Repeated)
	}
	for i, want := range map[int]bool{69: true, 10: true, 0: false} {
		a, err := e.Append(t.Context(), long, engine.Any, []engine.Event{{ID: uuid.NewSHA1(uuid.Nil, []byte{byte(i)})}})
		require.NoError(t, err)
		require.Equal(t, want, a.Repeated, i)
	}
}

// TestOddNames: every other name is one.
func TestOddNames(t *testing.T) {
	e := open(t)
	for _, name := range []string{"$", "$$$", "$$$$", "$$$$s", engine.AllStream, "$$$all"} {
		a, err := e.Append(t.Context(), name, engine.NoStream, []engine.Event{{ID: uuid.New(), Type: "Tested"}})
		require.NoError(t, err, name)
		require.Zero(t, a.Revision, name)
		require.Equal(t, a.Position, position(e, name, 0), name)
	}
}

// TestNothing: an append of nothing takes a place in the log and leaves no
// event there, and reopens what is soft-deleted.
func TestNothing(t *testing.T) {
	e := open(t)
	ctx := t.Context()
	first, err := e.Append(ctx, "s", engine.NoStream, nil)
	require.NoError(t, err)
	require.EqualValues(t, -1, first.Revision)
	second, err := e.Append(ctx, "s", engine.NoStream, ids("a"))
	require.NoError(t, err)
	require.Greater(t, second.Position, first.Position)
	_, err = e.Delete(ctx, "s", engine.Any)
	require.NoError(t, err)
	third, err := e.Append(ctx, "s", engine.Any, nil)
	require.NoError(t, err)
	require.Greater(t, e.Head(), third.Position, "the metadata stands behind it")
	p, err := e.ReadStream("s", 0, 10, false)
	require.NoError(t, err)
	require.Empty(t, p.Records)
	require.EqualValues(t, 1, p.Next)
}

func TestTheLogIsBounded(t *testing.T) {
	e, err := engine.Open(t.Context(), engine.MemoryLog{}, engine.Options{MaxBytes: 1000})
	require.NoError(t, err)
	_, err = e.Append(t.Context(), "s", engine.Any, ids("a"))
	require.NoError(t, err)
	_, err = e.Append(t.Context(), "s", engine.Any, []engine.Event{{ID: uuid.New(), Data: make([]byte, 1000)}})
	require.ErrorIs(t, err, engine.ErrFull)
	require.Equal(t, "a", stored(e, "s"))
	require.NoError(t, e.Close())
	_, err = e.Append(t.Context(), "s", engine.Any, ids("b"))
	require.ErrorIs(t, err, engine.ErrClosed)
}

// TestDeletionReopens: numbering goes on, nothing but $tb is left of the
// metadata, and what was deleted stays hidden.
func TestDeletionReopens(t *testing.T) {
	e := open(t)
	ctx := t.Context()
	describe(t, e, "s", `{"mine":7,"$maxCount":10}`)
	_, err := e.Append(ctx, "s", engine.NoStream, ids("abc"))
	require.NoError(t, err)
	_, err = e.Delete(ctx, "s", 2)
	require.NoError(t, err)
	require.Equal(t, `{"$tb":9223372036854775807}`, metadata(e, "s"))
	_, err = e.ReadStream("s", 0, 10, false)
	var missing *engine.NotFound
	require.ErrorAs(t, err, &missing)

	a, err := e.Append(ctx, "s", 2, ids("d"))
	require.NoError(t, err)
	require.EqualValues(t, 3, a.Revision)
	p, err := e.ReadStream("s", 0, 10, false)
	require.NoError(t, err)
	require.Equal(t, []uint64{3}, revisions(p.Records))
	require.Equal(t, `{"$tb":3}`, metadata(e, "s"))
}

// metadata is what a stream's metadata is.
func metadata(e *engine.Engine, stream string) string {
	name := engine.MetadataStream(stream)
	return string(e.Event(name, uint64(e.LastRevision(name))).Data)
}

// TestMetadataReopens: metadata that is written for a soft-deleted stream
// reopens it behind its events, whatever it says; what is no JSON object shows
// them again.
func TestMetadataReopens(t *testing.T) {
	for name, c := range map[string]struct {
		metadata, then string
		want           []uint64
	}{
		"other metadata":      {`{"mine":8}`, `{"mine":8,"$tb":2}`, []uint64{}},
		"order and spaces":    {" { \"$tb\" : 7 , \"a\":[1, 2.50,\"x\\u0041/\",{}] }\n", `{"$tb":2,"a":[1,2.5,"xA/",{}]}`, []uint64{}},
		"another soft delete": {`{"$tb":9223372036854775807,"y":2}`, `{"$tb":2,"y":2}`, []uint64{}},
		"a name twice":        {`{"a":1,"b":2,"a":3}`, `{"a":3,"b":2,"$tb":2}`, []uint64{}},
		"Newtonsoft's JSON":   {`{'a':0x10,b:010,/* c */"c":1e2,}`, `{"a":16,"b":8,"c":100.0,"$tb":2}`, []uint64{}},
		"numbers":             {`{"a":0.00002,"b":0.0001,"c":1e15,"d":1e14}`, `{"a":2E-05,"b":0.0001,"c":1E+15,"d":100000000000000.0,"$tb":2}`, []uint64{}},
		"no JSON":             {`not JSON`, `not JSON`, []uint64{0, 1}},
		"no object":           {`[1]`, `[1]`, []uint64{0, 1}},
		"nothing":             {``, ``, []uint64{0, 1}},
		"more behind it":      {`{"$tb":1} x`, `{"$tb":1} x`, []uint64{1}},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t)
			_, err := e.Append(t.Context(), "s", engine.NoStream, ids("ab"))
			require.NoError(t, err)
			_, err = e.Delete(t.Context(), "s", engine.Any)
			require.NoError(t, err)
			describe(t, e, "s", c.metadata)
			require.Equal(t, c.then, metadata(e, "s"))
			p, err := e.ReadStream("s", 0, 10, false)
			require.NoError(t, err)
			require.Equal(t, c.want, revisions(p.Records))
		})
	}
}

// TestDeletions: what cannot be deleted, and what ends with what.
func TestDeletions(t *testing.T) {
	e := open(t)
	ctx := t.Context()
	var missing *engine.WrongVersion
	for _, expected := range []engine.Expected{engine.Any, engine.NoStream, engine.StreamExists, 0} {
		_, err := e.Delete(ctx, "none", expected)
		require.ErrorAs(t, err, &missing)
		require.Equal(t, expected, missing.Expected)
		require.EqualValues(t, -1, missing.Current)
	}
	describe(t, e, "none", `{"a":1}`)
	_, err := e.Delete(ctx, "none", engine.Any)
	require.NoError(t, err, "a stream with metadata is there")

	_, err = e.Append(ctx, "s", engine.Any, ids("abc"))
	require.NoError(t, err)
	describe(t, e, "s", `{"$maxCount":1}`)
	_, err = e.Delete(ctx, "$$s", engine.Any)
	require.NoError(t, err)
	require.Equal(t, `{"$maxCount":1}`, metadata(e, "s"), "no metadata of a metadata stream counts")

	_, err = e.Tombstone(ctx, "$$s", engine.Any)
	require.NoError(t, err)
	p, err := e.ReadStream("s", 0, 10, false)
	require.NoError(t, err)
	require.Len(t, p.Records, 3, "its metadata is void")
	_, err = e.Delete(ctx, "s", engine.Any)
	require.ErrorIs(t, err, engine.ErrMetadataEnded)

	_, err = e.Tombstone(ctx, "s2", engine.NoStream)
	require.NoError(t, err)
	var ended *engine.Deleted
	for _, name := range []string{"s2", "$$s2", "$$$$s2"} {
		_, err = e.Append(ctx, name, engine.Any, ids("x"))
		require.ErrorAs(t, err, &ended, name)
		_, err = e.ReadStream(name, 0, 1, false)
		require.ErrorAs(t, err, &ended, name)
	}
}

// TestAppendsAreLinear: whatever is appended, positions grow, revisions are
// contiguous, and every append repeated with its expected revision answers as
// the first time.
func TestAppendsAreLinear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, err := engine.Open(context.Background(), engine.MemoryLog{}, engine.Options{Now: func() time.Time { return time.Unix(0, 0) }})
		require.NoError(t, err)
		defer e.Close()
		last := map[string]int64{"a": -1, "b": -1}
		for range rapid.IntRange(1, 20).Draw(t, "appends") {
			stream := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "stream")
			events := make([]engine.Event, rapid.IntRange(1, 5).Draw(t, "events"))
			for i := range events {
				events[i] = engine.Event{ID: uuid.New(), Data: make([]byte, rapid.IntRange(0, 9).Draw(t, "size"))}
			}
			first, err := e.Append(context.Background(), stream, engine.Expected(last[stream]), events)
			require.NoError(t, err)
			again, err := e.Append(context.Background(), stream, engine.Expected(last[stream]), events)
			require.NoError(t, err)
			require.True(t, again.Repeated)
			require.Equal(t, first.Revision, again.Revision)
			require.Equal(t, first.Position, again.Position)
			last[stream] += int64(len(events))
		}
		p := e.ReadAll(0, math.MaxInt, math.MaxInt, false, engine.Filter{})
		seen := map[string]int64{"a": -1, "b": -1}
		var position uint64
		for _, r := range p.Records {
			require.Greater(t, r.Position, position)
			position = r.Position
			seen[r.Stream]++
			require.EqualValues(t, seen[r.Stream], r.Revision)
		}
		require.Equal(t, last, seen)
	})
}
