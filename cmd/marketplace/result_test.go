package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a command has done is told as JSON too.
func TestResultsAsJSON(t *testing.T) {
	dir := t.TempDir()
	log := "sqlite:" + filepath.Join(dir, "log.db")
	importScript(t, histories+"/small.ndjson", "--store", log)
	model := "sqlite:" + filepath.Join(dir, "model.db")
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, test := range []struct {
		args string
		want map[string]any // some of it
	}{
		{"backup " + in("copy.db") + " --store " + log, map[string]any{"file": in("copy.db")}},
		{"verify --store " + log, map[string]any{"log": log, "events": 4787., "verified": true}},
		{"reseal " + in("copy.db"), map[string]any{"file": in("copy.db"), "verified": true}},
		{"export " + in("archive") + " --store " + log, map[string]any{"archive": in("archive"), "added": 4787., "events": 4787., "files": 1.}},
		{"verify " + in("archive"), map[string]any{"archive": in("archive"), "events": 4787., "files": 1., "verified": true}},
		{"export --ndjson " + in("events.ndjson") + " --store " + log, map[string]any{"file": in("events.ndjson"), "events": 4787.}},
		{"restore " + in("archive") + " --store sqlite:" + in("restored.db"), map[string]any{"archive": in("archive"), "events": 4787.}},
		{"follow --once --read-model " + model + " --store " + log, map[string]any{"version": 1., "partition": 0., "events": 4787., "position": 4787., "head": 4787.}},
		{"rebuild --to " + model + " --store " + log, map[string]any{"version": 2., "partitions": 1.}},
		{"run --once --store " + log, map[string]any{}},
		{"simulate --freelancers 5 --clients 5 --months 1 --store sqlite:" + in("market.db"), map[string]any{"seed": 1., "log": "sqlite:" + in("market.db")}},
	} {
		r := call(t, append(strings.Fields(test.args), "--json")...)
		require.Zero(t, r.code, "%s: %s", test.args, r.err)
		var got map[string]any
		require.NoError(t, json.Unmarshal([]byte(r.out), &got), test.args)
		for name, want := range test.want {
			require.Equal(t, want, got[name], "%s: %s", test.args, name)
		}
	}
	var versions []map[string]any
	require.NoError(t, json.Unmarshal([]byte(ok(t, "rebuild", "versions", "--to", model, "--json")), &versions))
	require.Len(t, versions, 2)
	var done struct {
		Outcomes []struct{ What, Outcome string }
		Open     int
		Next     *string
	}
	require.NoError(t, json.Unmarshal([]byte(ok(t, "run", "--once", "--json", "--store", log)), &done))
	for _, o := range done.Outcomes {
		require.NotEqual(t, "done", o.Outcome, "nothing is done twice: %s", o.What)
	}
	require.NotNil(t, done.Next)
}
