package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/mounttest"
)

// A disk without space ends whatever writes to it, at once and with that reason.
// What was begun is gone or whole, and when there is space the same command goes on.
func TestDiskFull(t *testing.T) {
	source := small(t)
	archived := filepath.Join(t.TempDir(), "archive")
	ok(t, "export", "--store", source, archived)
	for name, c := range map[string]struct {
		size string
		args func(folder string) []string
		left []string // names that may be in the folder; nil: any
	}{
		"import": {"300k", func(folder string) []string {
			return []string{"import", histories + "/small.ndjson", "--store", "sqlite:" + folder + "/log.db"}
		}, nil},
		"follow": {"500k", func(folder string) []string {
			return []string{"follow", "--store", source, "--read-model", "sqlite:" + folder + "/model.db", "--once"}
		}, nil},
		"rebuild": {"500k", func(folder string) []string {
			return []string{"rebuild", "--store", source, "--to", "sqlite:" + folder + "/model.db"}
		}, nil},
		"backup": {"300k", func(folder string) []string {
			return []string{"backup", "--store", source, folder + "/backup.db"}
		}, []string{}},
		"export": {"100k", func(folder string) []string {
			return []string{"export", "--store", source, folder + "/archive"}
		}, []string{"archive"}},
		"export to a file": {"100k", func(folder string) []string {
			return []string{"export", "--store", source, "--ndjson", folder + "/log.ndjson"}
		}, []string{}},
		"restore": {"300k", func(folder string) []string {
			return []string{"restore", archived, "--store", "sqlite:" + folder + "/log.db"}
		}, nil},
		"simulate": {"20k", func(folder string) []string {
			return []string{"simulate", "--store", "memory:", "--months", "2", "--freelancers", "20", "--clients", "10", "--script", folder + "/script.ndjson"}
		}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := mounttest.Tmpfs(t, c.size)
			args := c.args(folder)
			r := call(t, args...)
			require.Equal(t, exitFailed, r.code, r.err)
			_, said, _ := strings.Cut(r.err, "marketplace: ")
			require.Equal(t, 1, strings.Count(said, "no space left"), r.err)
			if c.left != nil {
				entries, err := os.ReadDir(folder)
				require.NoError(t, err)
				for _, e := range entries {
					require.True(t, slices.Contains(c.left, e.Name()), e.Name())
				}
			}
			mounttest.Resize(t, folder, "40m")
			require.Zero(t, call(t, args...).code)
		})
	}
}
