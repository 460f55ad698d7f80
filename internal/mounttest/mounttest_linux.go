// Package mounttest gives tests file systems of their own: small ones, such as
// those that are full. Mounting is root's. Where it is forbidden a test skips, and
// with MARKETPLACE_TEST_MOUNTS=require in the environment it fails.
package mounttest

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// Tmpfs is an empty file system in memory, of a size such as "200k", that is gone
// when the test ends.
func Tmpfs(t testing.TB, size string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	if err := unix.Mount("tmpfs", folder, "tmpfs", 0, "size="+size); err != nil {
		if os.Getenv("MARKETPLACE_TEST_MOUNTS") == "require" {
			t.Fatalf("a file system cannot be mounted: %v", err)
		}
		t.Skipf("the test mounts a file system, which is forbidden here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(folder, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return folder
}

// Resize gives a file system of Tmpfs another size.
func Resize(t testing.TB, folder, size string) {
	t.Helper()
	if err := unix.Mount("tmpfs", folder, "tmpfs", unix.MS_REMOUNT, "size="+size); err != nil {
		t.Fatal(err)
	}
}
