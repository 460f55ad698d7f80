//go:build unix

package archive

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/store"
)

// What is no regular file may never give a byte, or never end: it is refused, and
// nothing waits for it.
func TestIrregularFiles(t *testing.T) {
	t.Parallel()
	log := contracts(t, 10)
	whole := exportOf(t, log, small)
	name := manifestOf(t, whole).Files[0].Name
	fifo := func(t *testing.T, path string) { require.NoError(t, syscall.Mkfifo(path, 0o666)) }
	zeros := func(t *testing.T, path string) { require.NoError(t, os.Symlink("/dev/zero", path)) }
	for of, file := range map[string]string{"the manifest": manifestName, "a file": name, "the folder": ""} {
		for what, put := range map[string]func(*testing.T, string){"a FIFO": fifo, "a device": zeros} {
			t.Run(of+" is "+what, func(t *testing.T) {
				dir := damaged(t, whole, name, func(b []byte) []byte { return b })
				require.NoError(t, os.RemoveAll(filepath.Join(dir, file)))
				put(t, filepath.Join(dir, file))
				want := error(store.ErrCorrupt)
				if file == "" {
					want = store.ErrNotALog
				}
				for way, do := range map[string]func() error{
					"opened":   func() error { _, err := Open(t.Context(), dir, Options{}); return err },
					"extended": func() error { _, err := Export(t.Context(), log, dir, small); return err },
					"asked":    func() error { _, err := ReadManifest(dir); return err },
				} {
					done := make(chan error, 1)
					go func() { done <- do() }()
					select {
					case err := <-done:
						switch {
						case way == "extended" && file == "": // as for every path that no folder can be made at
							require.ErrorIs(t, err, store.ErrUnavailable)
						case way != "asked" || file != name: // the manifest is all that is read then
							require.ErrorIs(t, err, want, way)
						}
					case <-time.After(time.Minute):
						t.Fatalf("it waits when it is %s", way)
					}
				}
			})
		}
	}

	t.Run("a file has become one", func(t *testing.T) {
		dir := damaged(t, whole, name, func(b []byte) []byte { return b })
		s := opened(t, dir)
		require.NoError(t, os.Remove(filepath.Join(dir, name)))
		fifo(t, filepath.Join(dir, name))
		done := make(chan error, 1)
		go func() { done <- s.Verify(t.Context()) }()
		select {
		case err := <-done:
			require.ErrorIs(t, err, store.ErrCorrupt)
		case <-time.After(time.Minute):
			t.Fatal("verifying waits")
		}
	})
}
