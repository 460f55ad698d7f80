package acceptance_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/audit"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/script/scriptfile"
	"github.com/marketcore/marketplace/statistics"
)

// historyFolders are the folders with histories and what they must come to:
// the one in the repository, and one that MARKETPLACE_HISTORY names.
func historyFolders() []string {
	folders := []string{"../../examples/history"}
	if more := os.Getenv("MARKETPLACE_HISTORY"); more != "" {
		folders = append(folders, more)
	}
	return folders
}

// TestHistories imports every history and compares the import report and every
// stats report beside it with what an independent implementation computed.
func TestHistories(t *testing.T) {
	for _, folder := range historyFolders() {
		reports, err := filepath.Glob(filepath.Join(folder, "*.import.json"))
		require.NoError(t, err)
		require.NotEmpty(t, reports, "no histories in %s", folder)
		for _, report := range reports {
			name := strings.TrimSuffix(filepath.Base(report), ".import.json")
			t.Run(folder+"/"+name, func(t *testing.T) {
				t.Parallel()
				if testing.Short() && name != "small" {
					t.Skip("of a longer history only the numbers are more")
				}
				base := strings.TrimSuffix(report, ".import.json")
				if ours := filepath.Join(historyFolders()[0], name); base != ours && sameHistory(t, ours, base) {
					t.Skip("it is the repository's own")
				}
				testHistory(t, base)
			})
		}
	}
}

// sameHistory reports whether another history is byte for byte ours, with all that it
// must come to.
func sameHistory(t *testing.T, ours, other string) bool {
	t.Helper()
	files := []string{historyFile(other), other + ".import.json"}
	for _, pattern := range []string{".stats.*.json", ".contracts.*.json"} {
		more, err := filepath.Glob(other + pattern)
		require.NoError(t, err)
		files = append(files, more...)
	}
	for _, file := range files {
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		have, err := os.ReadFile(ours + strings.TrimPrefix(file, other))
		if err != nil || !bytes.Equal(want, have) {
			return false
		}
	}
	return true
}

func testHistory(t *testing.T, base string) {
	testHistoryOn(t, base, historyFile(base), "sqlite:"+filepath.Join(t.TempDir(), "market.db"))
}

// historyFile is the history beside its import report.
func historyFile(base string) string {
	path := base + ".ndjson"
	if _, err := os.Stat(path); err != nil {
		path += ".zst"
	}
	return path
}

// testHistoryOn imports a history into the log at a URL and compares.
func testHistoryOn(t *testing.T, base, path, url string) {
	m := markettest.At(t, url)
	f, err := scriptfile.Open(path)
	require.NoError(t, err)
	defer f.Close()
	got, err := m.Import(t.Context(), f, marketplace.ImportOptions{})
	require.NoError(t, err)
	var want marketplace.ImportReport
	readJSON(t, base+".import.json", &want)
	requireSameImport(t, want, got)
	obeys, err := audit.Rules(t.Context(), m.Store(), audit.Options{Terms: aggregate.DefaultTerms()})
	require.NoError(t, err)
	require.Empty(t, obeys.Findings, "what was decided could be")

	requireContracts(t, m, base)
	stats, err := filepath.Glob(base + ".stats.*.json")
	require.NoError(t, err)
	require.NotEmpty(t, stats)
	for _, file := range stats {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var want map[string]any
			readJSON(t, file, &want)
			asOf, err := time.Parse(time.RFC3339, want["as_of"].(string))
			require.NoError(t, err)
			report, err := marketplace.Ask(t.Context(), m, statistics.FullReport(), marketplace.AsOf(asOf), marketplace.Preset(want["policy"].(string)))
			require.NoError(t, err)
			text, err := json.Marshal(report)
			require.NoError(t, err)
			var got map[string]any
			require.NoError(t, json.Unmarshal(text, &got))
			for _, kind := range []string{"freelancers", "clients"} {
				for id, w := range want[kind].(map[string]any) {
					require.Equal(t, w, got[kind].(map[string]any)[id], "%s %s", kind, id)
				}
			}
			require.Equal(t, want, got)
		})
	}
}

// requireSameImport compares two import reports, of whose rejections the detail is free.
func requireSameImport(t *testing.T, want, got marketplace.ImportReport) {
	t.Helper()
	for i := range got.Rejections {
		got.Rejections[i].Detail = "" // free
	}
	for i := range want.Rejections {
		want.Rejections[i].Detail = ""
	}
	for i := range min(len(got.Rejections), len(want.Rejections)) {
		require.Equal(t, want.Rejections[i], got.Rejections[i], "rejection %d", i)
	}
	require.Equal(t, want, got)
}

// requireContracts compares the contract reports and Work Diaries beside a history's
// import report, if there are any, with what an independent implementation computed.
func requireContracts(t *testing.T, m *marketplace.Marketplace, base string) {
	files, err := filepath.Glob(base + ".contracts.*.json")
	require.NoError(t, err)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var want struct {
				AsOf      event.Time     `json:"as_of"`
				Contracts map[string]any `json:"contracts"`
				Diaries   map[string]any `json:"diaries"`
			}
			readJSON(t, file, &want)
			require.NotEmpty(t, want.Contracts)
			require.NotEmpty(t, want.Diaries)
			asOf := marketplace.AsOf(want.AsOf.Std())
			for id, report := range want.Contracts {
				got, err := m.Contract(t.Context(), uuid.MustParse(id), asOf)
				require.NoError(t, err, id)
				requireSays(t, report, got, id)
			}
			for key, diary := range want.Diaries {
				id, name, _ := strings.Cut(key, " ")
				week, err := event.ParseWeek(name)
				require.NoError(t, err, key)
				got, err := m.WorkDiary(t.Context(), uuid.MustParse(id), week, asOf)
				require.NoError(t, err, key)
				requireSays(t, diary, got, key)
			}
		})
	}
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, into))
}
