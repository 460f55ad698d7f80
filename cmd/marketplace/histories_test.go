package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/internal/long"
)

// TestHistories does what the README of the histories says: import with a
// report, then stats as of each moment and under each policy, and compares with
// what another implementation computed.
func TestHistories(t *testing.T) {
	inFile := func(t *testing.T) string { return newStore(t) }
	onServer := func(t *testing.T) string { return esdbtest.Start(t).ConnectionString() }
	for _, h := range []struct {
		name, file, on string
		open           func(*testing.T) string
	}{
		{"small", "small.ndjson", "SQLite", inFile},
		{"medium", "medium.ndjson.zst", "SQLite", inFile},
		{"small", "small.ndjson", "EventStoreDB", onServer},
	} {
		t.Run(h.name+" on "+h.on, func(t *testing.T) {
			t.Parallel()
			if !long.Soak() && h.name != "small" {
				t.Skip("of a longer history only the numbers are more, and the library's TestHistories has them")
			}
			name, file, url := h.name, h.file, h.open(t)
			report := filepath.Join(t.TempDir(), "report.json")
			require.Contains(t, importScript(t, filepath.Join(histories, file), "--store", url, "--report", report), "applied")
			require.Equal(t, withoutDetails(t, filepath.Join(histories, name+".import.json")), withoutDetails(t, report))

			files, err := filepath.Glob(filepath.Join(histories, name+".stats.*.json"))
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(files), 4)
			for _, file := range files {
				var want map[string]any
				readJSON(t, file, &want)
				args := []string{"stats", "--store", url, "--as-of", want["as_of"].(string), "--json"}
				if strings.Count(filepath.Base(file), ".") > 3 {
					args = append(args, "--policy", want["policy"].(string))
				}
				var got map[string]any
				require.NoError(t, json.Unmarshal([]byte(ok(t, args...)), &got))
				require.Equal(t, want, got, file)
			}
		})
	}
}

func withoutDetails(t *testing.T, path string) map[string]any {
	t.Helper()
	var report map[string]any
	readJSON(t, path, &report)
	for _, r := range report["rejections"].([]any) {
		delete(r.(map[string]any), "detail")
	}
	return report
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, into))
}

// One account's object is the one that the whole report has.
func TestStatsOfOneAccountAreThoseOfTheReport(t *testing.T) {
	const asOf = "2017-04-30T12:00:00Z"
	var report struct{ Freelancers, Clients map[string]any }
	readJSON(t, filepath.Join(histories, "small.stats.2017-04-30.json"), &report)
	for flag, all := range map[string]map[string]any{"--freelancer": report.Freelancers, "--client": report.Clients} {
		n := 0
		for id, want := range all {
			var got any
			require.NoError(t, json.Unmarshal([]byte(ok(t, "stats", "--store", small(t), "--as-of", asOf, "--json", flag, id)), &got))
			require.Equal(t, want, got, id)
			if n++; n == 5 {
				break
			}
		}
	}
}
