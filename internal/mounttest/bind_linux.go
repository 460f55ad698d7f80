package mounttest

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// Bind mounts a file or a folder on another one until the test ends.
func Bind(t testing.TB, from, to string) {
	t.Helper()
	if err := unix.Mount(from, to, "", unix.MS_BIND, ""); err != nil {
		if os.Getenv("MARKETPLACE_TEST_MOUNTS") == "require" {
			t.Fatalf("a file cannot be mounted: %v", err)
		}
		t.Skipf("the test mounts a file, which is forbidden here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(to, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// ReadOnly lets nobody write any more to a file system of Tmpfs.
func ReadOnly(t testing.TB, folder string) {
	t.Helper()
	if err := unix.Mount("tmpfs", folder, "tmpfs", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
}

// BindReadOnly mounts a folder on another one, through which nobody can write.
func BindReadOnly(t testing.TB, from, to string) {
	t.Helper()
	Bind(t, from, to)
	if err := unix.Mount("", to, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
}
