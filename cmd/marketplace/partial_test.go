package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A read model of which one partition of four is followed says so beside every
// answer, and refuses on request; nobody follows it as if it had three.
func TestPartialReadModel(t *testing.T) {
	log, model := small(t), "sqlite://"+filepath.Join(t.TempDir(), "model.db")
	ok(t, "follow", "--store", log, "--read-model", model, "--partitions", "4", "--partition", "1", "--once")
	const partial = "the read model is partial: of its 4 partitions 3 are behind (0, 2, 3), and the last of those counts events up to position 0; the newest known is at 4787"
	for _, question := range [][]string{{"stats"}, {"stats", "--json"}, {"figures"}, {"search"}, {"explain", "dispute-rate"}} {
		args := append(question, "--read-model", model, "--as-of", "2017-04-30T23:59:59Z")
		r := call(t, args...)
		require.Equal(t, exitDone, r.code, r.err)
		require.NotEmpty(t, r.out)
		require.Equal(t, partial+"\n", r.err)
		fails(t, exitFailed, "behind: "+partial, append(args, "--complete")...)
	}
	// An account that is not there may be in a part that is missing.
	r := call(t, "my-stats", "01234567-89ab-cdef-0123-456789abcdef", "--read-model", model)
	require.Equal(t, exitNotFound, r.code)
	require.Contains(t, r.err, partial)

	r = call(t, "follow", "--store", log, "--read-model", model, "--partitions", "3", "--once")
	require.Equal(t, exitFailed, r.code)
	require.Contains(t, r.err, "the read model has 4 partitions, not 3")
	for _, p := range []string{"0", "2", "3"} {
		ok(t, "follow", "--store", log, "--read-model", model, "--partition", p, "--once")
	}
	require.Equal(t, ok(t, "stats", "--store", log, "--complete", "--as-of", "2017-04-30T23:59:59Z"),
		ok(t, "stats", "--read-model", model, "--complete", "--as-of", "2017-04-30T23:59:59Z"))
}
