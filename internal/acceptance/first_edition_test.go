package acceptance_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
)

// TestFirstEdition: logs that were written under the first edition of the rules, in
// archives that its library exported, come under its policy to the reports that it gave
// (fine print C6): by their columns, decoded, and rebuilt into a read model.
func TestFirstEdition(t *testing.T) {
	for _, name := range []string{"small", "medium"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && name != "small" {
				t.Skip("of a longer history only the numbers are more")
			}
			log, err := archive.Open(t.Context(), filepath.Join("testdata/first-edition", name), archive.Options{})
			require.NoError(t, err)
			defer log.Close()
			sources := map[string]statistics.Source{
				"columns": loaded(t, log, 2),
				"decoded": loaded(t, struct{ store.Store }{log}, 1), // which hides the columns
			}
			rebuilt, err := open.ReadModel(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "model.db"), false, readmodel.Options{})
			require.NoError(t, err)
			defer rebuilt.Close()
			_, err = rebuilt.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
			require.NoError(t, err)
			sources["rebuilt"] = rebuilt

			files, err := filepath.Glob(filepath.Join("testdata/first-edition", name+".stats.*.json.zst"))
			require.NoError(t, err)
			require.NotEmpty(t, files)
			for _, file := range files {
				text := unpacked(t, file)
				var of struct {
					AsOf   time.Time `json:"as_of"`
					Policy string    `json:"policy"`
				}
				require.NoError(t, json.Unmarshal(text, &of))
				p, err := statistics.Preset(of.Policy)
				require.NoError(t, err)
				p.JobSuccess.SealedFeedback, p.JobSuccess.RemovalPerk = statistics.SealedCounts, statistics.RemovalPerkNone
				for how, s := range sources {
					report, err := statistics.Ask(t.Context(), s, statistics.FullReport(), event.At(of.AsOf), p)
					require.NoError(t, err)
					got, err := json.Marshal(report)
					require.NoError(t, err)
					requireSameReport(t, text, got, filepath.Base(file)+", "+how)
				}
			}
		})
	}
}

// requireSameReport compares two stats reports as JSON, account by account.
func requireSameReport(t *testing.T, want, got []byte, of string) {
	t.Helper()
	var w, g map[string]any
	require.NoError(t, json.Unmarshal(want, &w))
	require.NoError(t, json.Unmarshal(got, &g))
	for _, kind := range []string{"freelancers", "clients"} {
		for id, account := range w[kind].(map[string]any) {
			require.Equal(t, account, g[kind].(map[string]any)[id], "%s: %s %s", of, kind, id)
		}
	}
	require.Equal(t, w, g, of)
}

// unpacked is the text of a compressed file.
func unpacked(t *testing.T, path string) []byte {
	t.Helper()
	packed, err := os.ReadFile(path)
	require.NoError(t, err)
	plain, err := zstd.NewReader(bytes.NewReader(packed))
	require.NoError(t, err)
	defer plain.Close()
	var text bytes.Buffer
	_, err = text.ReadFrom(plain)
	require.NoError(t, err)
	return text.Bytes()
}
