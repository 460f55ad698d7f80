package engine_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// TestMetadataStreamBehindTombstone: it goes on if it was written to since the
// start, and is read by nobody.
func TestMetadataStreamBehindTombstone(t *testing.T) {
	for name, c := range map[string]struct {
		before    bool // there are metadata before the tombstone
		restarted bool
		expected  engine.Expected
		want      int64 // the revision, or
		err       any
	}{
		"without metadata":      {expected: engine.Any, err: new(*engine.Deleted)},
		"with metadata":         {before: true, expected: engine.Any, want: 1},
		"expecting a revision":  {before: true, expected: 0, want: 1},
		"expecting too much":    {before: true, expected: 1, err: new(*engine.WrongVersion)},
		"expecting no stream":   {before: true, expected: engine.NoStream, err: new(*engine.WrongVersion)},
		"expecting a stream":    {before: true, expected: engine.StreamExists, want: 1},
		"with metadata of then": {before: true, restarted: true, expected: engine.Any, err: new(*engine.Deleted)},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t)
			appendN(t, e, "s", 1)
			if c.before {
				say(t, e, "$$s", `{"$maxCount":1}`)
			}
			_, err := e.Tombstone(t.Context(), "s", engine.Any)
			require.NoError(t, err)
			if c.restarted {
				e.Forget()
			}
			a, err := e.Append(t.Context(), "$$s", c.expected, []engine.Event{{ID: uuid.New(), Type: "t"}})
			if c.err != nil {
				require.ErrorAs(t, err, c.err)
			} else {
				require.NoError(t, err)
				require.Equal(t, c.want, a.Revision)
			}
			var deleted *engine.Deleted
			_, err = e.ReadStream("$$s", 0, 1, false)
			require.ErrorAs(t, err, &deleted)
		})
	}
}

// TestKnownMetadataOutliveTombstone: whoever looked at an ACL since it was
// written keeps it in force.
func TestKnownMetadataOutliveTombstone(t *testing.T) {
	everybody, own := engine.Roles{engine.Everybody}, engine.Roles{"a"}
	for name, c := range map[string]struct {
		look func(*testing.T, *engine.Engine)
		want engine.Roles
	}{
		"nobody looked": {func(*testing.T, *engine.Engine) {}, everybody},
		"a reader":      {func(_ *testing.T, e *engine.Engine) { _, _ = e.ReadStream("s", 0, 1, false) }, own},
		"a reader of something else": {func(_ *testing.T, e *engine.Engine) {
			_, _ = e.ReadStream("$$s", 0, 1, false)
			_, _ = e.ReadStream("t", 0, 1, false)
		}, everybody},
		"one who needs a role": {func(_ *testing.T, e *engine.Engine) { e.Roles("s", engine.Write) }, own},
		"the tombstone itself, behind a refused write": {func(t *testing.T, e *engine.Engine) {
			_, err := e.Append(t.Context(), "t", 7, []engine.Event{{ID: uuid.New(), Type: "t"}})
			require.Error(t, err)
		}, own},
		"the tombstone itself, behind another write": {func(t *testing.T, e *engine.Engine) { appendN(t, e, "t", 1) }, own},
		"before it was written": {func(t *testing.T, e *engine.Engine) {
			e.Roles("s", engine.Read)
			say(t, e, "$$s", `{"$acl":{"$r":"b"}}`)
		}, everybody},
		"the tombstone itself, after a restart": {func(_ *testing.T, e *engine.Engine) { e.Forget() }, own},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t)
			appendN(t, e, "s", 1)
			say(t, e, "$$s", `{"$acl":{"$r":"a"}}`)
			c.look(t, e)
			_, err := e.Tombstone(t.Context(), "s", engine.Any)
			require.NoError(t, err)
			require.Equal(t, c.want, e.Roles("s", engine.Read))
			say(t, e, "$$t", `{}`)
			require.Equal(t, c.want, e.Roles("s", engine.Read))
			e.Forget()
			require.Equal(t, everybody, e.Roles("s", engine.Read), "after a restart")
		})
	}
}

// TestMetadataRightBehind: the write behind one that wrote metadata takes them
// as they are, the next one as anybody does.
func TestMetadataRightBehind(t *testing.T) {
	const deleted = `{"$tb":9223372036854775807}`
	octets := func(t *testing.T, e *engine.Engine, stream string) {
		_, err := e.Append(t.Context(), stream, engine.Any, []engine.Event{{ID: uuid.New(), Type: "t", Data: []byte(deleted)}})
		require.NoError(t, err)
	}
	for name, c := range map[string]struct {
		stream string
		write  func(*testing.T, *engine.Engine)
	}{
		"a soft delete of a metadata stream": {"$$s", func(t *testing.T, e *engine.Engine) {
			_, err := e.Delete(t.Context(), "$$s", engine.Any)
			require.NoError(t, err)
		}},
		"metadata of a metadata stream": {"$$s", func(t *testing.T, e *engine.Engine) { say(t, e, "$$$$s", deleted) }},
		"metadata not declared JSON":    {"s", func(t *testing.T, e *engine.Engine) { octets(t, e, "$$s") }},
	} {
		t.Run(name, func(t *testing.T) {
			demand := func(e *engine.Engine) error {
				_, err := e.Append(t.Context(), c.stream, engine.StreamExists, []engine.Event{{ID: uuid.New(), Type: "t"}})
				return err
			}
			prepared := func() *engine.Engine {
				e := open(t)
				say(t, e, "$$s", `{}`)
				appendN(t, e, "s", 1)
				c.write(t, e)
				return e
			}
			var gone *engine.Deleted
			require.ErrorAs(t, demand(prepared()), &gone)

			e := prepared()
			appendN(t, e, "t", 1)
			require.NoError(t, demand(e), "behind another write")

			e = prepared()
			_, err := e.Append(t.Context(), "t", 7, nil)
			require.Error(t, err)
			require.NoError(t, demand(e), "behind a refused write")

			e = prepared()
			before := e.LastRevision(engine.MetadataStream(c.stream))
			appendN(t, e, c.stream, 1)
			require.Equal(t, before+1, e.LastRevision(engine.MetadataStream(c.stream)), "it is reopened")
			appendN(t, e, c.stream, 1)
			require.Equal(t, before+1, e.LastRevision(engine.MetadataStream(c.stream)))
		})
	}
}
