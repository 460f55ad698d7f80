package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFollowReadModel: what follow has folded, stats and explain answer as from the log,
// from a file of its own and from the log's; following again finds nothing new.
func TestFollowReadModel(t *testing.T) {
	skipShort(t)
	log := newStore(t)
	require.NotEmpty(t, importScript(t, filepath.Join(histories, "small.ndjson"), "--store", log, "--report", filepath.Join(t.TempDir(), "r.json")))
	own := "sqlite://" + filepath.Join(t.TempDir(), "model.db")
	for _, model := range []string{own, log} {
		fails(t, exitNotFound, "no read model", "stats", "--read-model", model)
		require.Contains(t, ok(t, "follow", "--store", log, "--read-model", model, "--once"), ": 4,787 events folded, up to position 4787\n")
		require.Contains(t, ok(t, "follow", "--store", log, "--read-model", model, "--once"), ": 0 events folded, up to position 4787\n")
		for _, question := range []string{
			"stats --json", "stats --limit 3", "stats --freelancer 6039f32f-40ac-4b38-ab29-c05fb48f5f2f --json",
			"explain job-success 6039f32f-40ac-4b38-ab29-c05fb48f5f2f --policy 2015", "explain dispute-rate",
			"my-stats 6039f32f-40ac-4b38-ab29-c05fb48f5f2f --json", "client 0e111600-0452-4a7c-bd2b-d371fc80be13 --json", "search --json", "figures --json",
			"explain work 6039f32f-40ac-4b38-ab29-c05fb48f5f2f", "explain funnel", "explain badges 6039f32f-40ac-4b38-ab29-c05fb48f5f2f --json",
			"explain client 0e111600-0452-4a7c-bd2b-d371fc80be13 --json", "explain week 2017-W05 --json",
		} {
			args := append(strings.Fields(question), "--as-of", "2017-04-30T23:59:59Z")
			require.Equal(t, ok(t, append(args, "--store", log)...), ok(t, append(args, "--read-model", model)...), question)
		}
	}
	ok(t, "verify", "--store", log)
	fails(t, exitUsage, "--read-model names the database", "follow", "--store", log)
	fails(t, exitUsage, "scheme", "follow", "--store", log, "--read-model", "mysql:x")
	fails(t, exitUsage, "none of the others can be", "stats", "--store", log, "--read-model", own)
	r := call(t, "follow", "--store", log, "--read-model", own, "--partition", "7", "--once")
	require.Equal(t, exitFailed, r.code)
	require.Contains(t, r.err, "there is none of index 7")
}
