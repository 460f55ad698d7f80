package process_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/examples/history"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/statistics"
)

// fields of a command, cmd among them.
type fields map[string]any

// follows are the commands that another implementation says follow from the hiring
// history by themselves, long after it, those that are rejected left out.
func follows(t *testing.T) (want []fields) {
	f, err := os.Open("../internal/acceptance/testdata/hiring/follows.json.zst")
	require.NoError(t, err)
	defer f.Close()
	unpacked, err := zstd.NewReader(f)
	require.NoError(t, err)
	defer unpacked.Close()
	var file struct{ Commands []fields }
	require.NoError(t, json.NewDecoder(unpacked).Decode(&file))
	for _, c := range file.Commands {
		if c["outcome"] == process.OutcomeDone {
			delete(c, "outcome")
			want = append(want, c)
		}
	}
	return want
}

// sorted are commands as text, so that they are compared as a set in which each stands
// once.
func sorted(t *testing.T, all []fields) (lines []string) {
	for _, c := range all {
		line, err := json.Marshal(c)
		require.NoError(t, err)
		lines = append(lines, string(line))
	}
	slices.Sort(lines)
	return lines
}

// hiring is a host with the hiring history, and a clock long after it.
func hiring(t *testing.T) *host {
	h := newHost(t)
	h.clock.Set(at("2030-01-01T00:00:00Z").Std())
	h.imports(history.Hiring)
	return h
}

// TestHiringHistory does what follows from the hiring history, and again: nothing is
// left to do.
func TestHiringHistory(t *testing.T) {
	long.Sequential(t)
	h := hiring(t)
	shown := map[string][]string{} // of each command, the fields that are compared
	want := follows(t)
	for _, c := range want {
		shown[c["cmd"].(string)] = slices.Collect(maps.Keys(c))
	}
	var got []fields
	do := func(ctx context.Context, c aggregate.Command, r process.Request) (bool, error) {
		out, err := h.m.Do(ctx, c, marketplace.CommandID(r.ID), marketplace.At(r.At.Std()))
		name := aggregate.CommandName(c)
		switch c.(type) {
		case aggregate.AssessJobSuccess, aggregate.AwardBadge, aggregate.LoseBadge, aggregate.EndRisingTalent:
			return out.Repeated, err // hang on the day of the run
		}
		if err != nil {
			return false, err
		}
		require.False(t, out.Repeated, "%s is done once", name)
		text, err := json.Marshal(c)
		require.NoError(t, err)
		all, mine := fields{"cmd": name}, fields{}
		require.NoError(t, json.Unmarshal(text, &all))
		switch c := c.(type) { // a text does not show itself
		case aggregate.CancelInterview:
			all["reason"] = string(c.Reason)
		case aggregate.ContactClient:
			all["reason"] = string(c.Reason)
		case aggregate.FlagClient:
			all["reason"] = string(c.Reason)
		}
		for _, field := range shown[name] {
			if v, given := all[field]; given {
				mine[field] = v
			}
		}
		got = append(got, mine)
		return false, nil
	}
	policy, err := statistics.Preset(statistics.DefaultPolicy)
	require.NoError(t, err)
	for range 2 {
		p, err := process.New(h.store, do, process.Options{Clock: h.clock, Badges: h.m.BadgesUnder(policy)})
		require.NoError(t, err)
		require.NoError(t, p.Settle(t.Context()))
		require.Equal(t, sorted(t, want), sorted(t, got))
		seen := h.head()
		require.NoError(t, p.Settle(t.Context()))
		require.Equal(t, seen, h.head())
	}
}
