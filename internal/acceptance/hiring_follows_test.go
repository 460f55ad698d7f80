package acceptance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/script"
)

// TestHiringFollows: long after the hiring history a run does what follows from it by
// itself, each once, and a second run nothing. Assessments, badges and Rising Talents
// hang on the day of the run and are not compared.
func TestHiringFollows(t *testing.T) {
	var want struct {
		Commands []map[string]any `json:"commands"`
	}
	require.NoError(t, json.Unmarshal(unpacked(t, "testdata/hiring/follows.json.zst"), &want))
	expected := map[string]int{}
	for _, c := range want.Commands {
		if c["outcome"] == process.OutcomeDone {
			delete(c, "outcome")
			expected[commandText(t, c)]++
		}
	}

	m := markettest.On(t, markettest.NewLog())
	markettest.ImportFile(t, m, hiringHistory)
	clock := process.NewManualClock(event.MustParseTime("2026-11-01T00:00:00Z").Std())
	done := map[string]int{}
	run := func() {
		clear(done)
		p, err := process.New(m.Store(), func(ctx context.Context, c aggregate.Command, r process.Request) (bool, error) {
			out, err := m.Do(ctx, c, marketplace.CommandID(r.ID), marketplace.At(r.At.Std()), marketplace.Correlation(r.Correlation))
			if err == nil && !out.Repeated {
				noted(t, done, c)
			}
			return out.Repeated, err
		}, process.Options{Clock: clock})
		require.NoError(t, err)
		require.NoError(t, p.Settle(t.Context()))
	}
	run()
	require.Equal(t, expected, done)
	run()
	require.Empty(t, done)
}

// noted counts a command that was done, without its cover letter, which is the invite's.
func noted(t *testing.T, done map[string]int, c aggregate.Command) {
	t.Helper()
	line, err := script.Append(nil, uuid.New(), 0, c)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(bytes.TrimSpace(line), &fields))
	switch fields["cmd"] {
	case "AssessJobSuccess", "AwardBadge", "LoseBadge", "EndRisingTalent":
		return
	}
	for _, key := range []string{"id", "at", "cover_letter"} {
		delete(fields, key)
	}
	done[commandText(t, fields)]++
}

func commandText(t *testing.T, fields map[string]any) string {
	t.Helper()
	text, err := json.Marshal(fields)
	require.NoError(t, err)
	return string(text)
}
