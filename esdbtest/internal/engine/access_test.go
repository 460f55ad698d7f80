package engine_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// say appends JSON to a stream.
func say(t *testing.T, e *engine.Engine, stream, data string) {
	t.Helper()
	_, err := e.Append(t.Context(), stream, engine.Any, []engine.Event{{ID: uuid.New(), Type: "said", JSON: true, Data: []byte(data)}})
	require.NoError(t, err)
}

// The roles for a stream are its own, or those of $settings, or the built-in
// ones, right by right.
func TestRoles(t *testing.T) {
	everybody, admins := engine.Roles{engine.Everybody}, engine.Roles{engine.Admins}
	for name, tc := range map[string]struct {
		settings, acl   string
		user, system    engine.Roles // of reading the streams s and $s
		userW, allReads engine.Roles // of writing s, of reading $all
	}{
		"nothing said":           {"", "", everybody, admins, everybody, admins},
		"own":                    {"", `{"$acl":{"$r":"a"}}`, engine.Roles{"a"}, engine.Roles{"a"}, everybody, admins},
		"own list":               {"", `{"$acl":{"$r":["a","b"]}}`, engine.Roles{"a", "b"}, engine.Roles{"a", "b"}, everybody, admins},
		"own, of nobody":         {"", `{"$acl":{"$r":[]}}`, engine.Roles{}, engine.Roles{}, everybody, admins},
		"default":                {`{"$userStreamAcl":{"$r":"a"}}`, "", engine.Roles{"a"}, admins, everybody, admins},
		"default of system":      {`{"$systemStreamAcl":{"$r":"a"}}`, "", everybody, engine.Roles{"a"}, everybody, engine.Roles{"a"}},
		"own before default":     {`{"$userStreamAcl":{"$r":"a","$w":"b"}}`, `{"$acl":{"$r":"c"}}`, engine.Roles{"c"}, engine.Roles{"c"}, engine.Roles{"b"}, admins},
		"default of nobody":      {`{"$userStreamAcl":{"$r":[]}}`, "", engine.Roles{}, admins, everybody, admins},
		"other names in default": {`{"x":[1],"$userStreamAcl":{"$r":"a"}}`, "", engine.Roles{"a"}, admins, everybody, admins},
		"last default counts":    {`{"$userStreamAcl":{"$r":"a"},"$userStreamAcl":{"$w":"b"}}`, "", everybody, admins, engine.Roles{"b"}, admins},
		"void default":           {`{"$userStreamAcl":{"$r":"a"},"$systemStreamAcl":null}`, "", everybody, admins, everybody, admins},
		"unknown right":          {`{"$userStreamAcl":{"$r":"a","$x":"b"}}`, `{"$acl":{"$r":"a","$R":"b"}}`, everybody, admins, everybody, admins},
		"no object":              {`[]`, `{"$acl":"$admins"}`, everybody, admins, everybody, admins},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t)
			if tc.settings != "" {
				say(t, e, engine.SettingsStream, tc.settings)
			}
			if tc.acl != "" {
				say(t, e, "$$s", tc.acl)
				say(t, e, "$$$s", tc.acl)
			}
			require.Equal(t, tc.user, e.Roles("s", engine.Read))
			require.Equal(t, tc.system, e.Roles("$s", engine.Read))
			require.Equal(t, tc.userW, e.Roles("s", engine.Write))
			require.Equal(t, tc.allReads, e.Roles(engine.AllStream, engine.Read))
		})
	}
}

// Defaults last until others are written or their stream ends; a soft delete
// of it changes nothing.
func TestSettingsGone(t *testing.T) {
	e := open(t)
	say(t, e, engine.SettingsStream, `{"$userStreamAcl":{"$r":"a"}}`)
	_, err := e.Delete(t.Context(), engine.SettingsStream, engine.Any)
	require.NoError(t, err)
	require.Equal(t, engine.Roles{"a"}, e.Roles("s", engine.Read))
	say(t, e, engine.SettingsStream, `no JSON`)
	require.Equal(t, engine.Roles{engine.Everybody}, e.Roles("s", engine.Read))
	say(t, e, engine.SettingsStream, `{"$userStreamAcl":{"$r":"b"}}`)
	require.Equal(t, engine.Roles{"b"}, e.Roles("s", engine.Read))
	_, err = e.Tombstone(t.Context(), engine.SettingsStream, engine.Any)
	require.NoError(t, err)
	require.Equal(t, engine.Roles{engine.Everybody}, e.Roles("s", engine.Read))
}

// Who is shut out still gets what came before, and nothing behind it, however
// far the subscription had got.
func TestShutOut(t *testing.T) {
	for name, change := range map[string]string{"the stream's metadata": "$$s", "the defaults": engine.SettingsStream} {
		t.Run(name, func(t *testing.T) {
			e := open(t)
			say(t, e, "s", `{}`)
			sub, err := e.SubscribeStream("s", engine.From{Start: true}, false)
			require.NoError(t, err)
			defer sub.Close()
			allowed := true
			sub.While("s", func() bool { return allowed })
			say(t, e, change, `{}`)
			say(t, e, "s", `{}`)
			allowed = false
			say(t, e, "$$other", `{}`)
			say(t, e, "s", `{}`)
			say(t, e, change, `{}`)
			say(t, e, "s", `{}`)
			allowed = true
			var revisions []uint64
			for {
				step, err := sub.Next(t.Context())
				if err != nil {
					require.ErrorIs(t, err, engine.ErrShutOut)
					break
				}
				if step.Kind == engine.StepEvent {
					revisions = append(revisions, step.Event.Event.Revision)
				}
			}
			// All four are read from the log, for the subscriber who catches up.
			require.Equal(t, []uint64{0, 1, 2, 3}, revisions)
		})
	}
	t.Run("live", func(t *testing.T) {
		e := open(t)
		sub, err := e.SubscribeStream("s", engine.From{Start: true}, false)
		require.NoError(t, err)
		defer sub.Close()
		allowed := true
		sub.While("s", func() bool { return allowed })
		say(t, e, "s", `{}`)
		allowed = false
		say(t, e, "$$s", `{}`)
		allowed = true
		say(t, e, "s", `{}`)
		for _, kind := range []engine.StepKind{engine.StepCaughtUp, engine.StepEvent} {
			step, err := sub.Next(t.Context())
			require.NoError(t, err)
			require.Equal(t, kind, step.Kind)
		}
		_, err = sub.Next(t.Context())
		require.ErrorIs(t, err, engine.ErrShutOut)
	})
	t.Run("before it began to be looked at", func(t *testing.T) {
		e := open(t)
		sub, err := e.SubscribeStream("s", engine.From{Start: true}, false)
		require.NoError(t, err)
		defer sub.Close()
		sub.While("s", func() bool { return false })
		_, err = sub.Next(t.Context())
		require.NoError(t, err, "it has caught up")
		_, err = sub.Next(t.Context())
		require.ErrorIs(t, err, engine.ErrShutOut)
	})
}
