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

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
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

// The outcomes of an append.
const (
	written  = "written"
	repeated = "repeated"
	wrong    = "wrong version"
	deleted  = "deleted"
)

func outcome(a engine.Appended, err error) string {
	var w *engine.WrongVersion
	var d *engine.Deleted
	switch {
	case errors.As(err, &w):
		return wrong
	case errors.As(err, &d):
		return deleted
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
			[]engine.Event{{ID: uuid.New(), Type: engine.MetadataType, Data: []byte(`{"a":1}`)}})
	}
	forget := func(e *engine.Engine) { e.ForgetIDs() }
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
		"any, newer holder elsewhere":           {"x", elsewhere, engine.Any, "x", written, 1, "xx"},
		"any, one id twice":                     {"", nil, engine.Any, "aa", written, 1, "aa"},
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
				require.Equal(t, e.Event("s", uint64(a.Revision)).Position, a.Position)
			}
		})
	}
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
		"the log":          {engine.AllStream, ids("a"), engine.ErrInvalidStream},
		"metadata of none": {"$$", ids("a"), engine.ErrInvalidStream},
		"metadata twice":   {"$$$$s", ids("a"), engine.ErrInvalidStream},
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

func TestACL(t *testing.T) {
	e := open(t)
	for text, want := range map[string]engine.Roles{
		`{"$acl":{"$w":"bob"}}`:             {"bob"},
		`{"$acl":{"$w":["bob","$admins"]}}`: {"bob", "$admins"},
		`{"$acl":{"$r":"bob"}}`:             nil,
		`{"$acl":"$systemStreamAcl"}`:       {"$admins"},
		`{"$acl":"$userStreamAcl"}`:         nil,
		`{"$acl":7}`:                        nil,
		`{}`:                                nil,
	} {
		_, err := e.Append(t.Context(), "$$s", engine.Any, []engine.Event{{ID: uuid.New(), Type: engine.MetadataType, Data: []byte(text)}})
		require.NoError(t, err)
		require.Equal(t, want, e.Metadata("s").ACL.Roles(engine.Write), text)
	}
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

// TestDeletionReopens: numbering goes on, the metadata that was there stays,
// and what was deleted stays hidden.
func TestDeletionReopens(t *testing.T) {
	e := open(t)
	ctx := t.Context()
	_, err := e.Append(ctx, "$$s", engine.NoStream, []engine.Event{{ID: uuid.New(), Type: engine.MetadataType, Data: []byte(`{"mine":7,"$maxCount":10}`)}})
	require.NoError(t, err)
	_, err = e.Append(ctx, "s", engine.NoStream, ids("abc"))
	require.NoError(t, err)
	_, err = e.Delete(ctx, "s", 2)
	require.NoError(t, err)
	_, err = e.ReadStream("s", 0, 10, false)
	var missing *engine.NotFound
	require.ErrorAs(t, err, &missing)

	a, err := e.Append(ctx, "s", 2, ids("d"))
	require.NoError(t, err)
	require.EqualValues(t, 3, a.Revision)
	p, err := e.ReadStream("s", 0, 10, false)
	require.NoError(t, err)
	require.Len(t, p.Records, 1)
	require.EqualValues(t, 3, p.Records[0].Revision)
	last := e.Event("$$s", uint64(e.LastRevision("$$s")))
	require.JSONEq(t, `{"mine":7,"$maxCount":10,"$tb":3}`, string(last.Data))

	// New metadata reopens as well.
	_, err = e.Delete(ctx, "s", engine.Any)
	require.NoError(t, err)
	_, err = e.Append(ctx, "$$s", engine.Any, []engine.Event{{ID: uuid.New(), Type: engine.MetadataType, Data: []byte(`{"mine":8}`)}})
	require.NoError(t, err)
	last = e.Event("$$s", uint64(e.LastRevision("$$s")))
	require.JSONEq(t, `{"mine":8,"$tb":4}`, string(last.Data))
	p, err = e.ReadStream("s", 0, 10, false)
	require.NoError(t, err)
	require.Empty(t, p.Records)
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
