package sqlitefile

import "golang.org/x/sys/unix"

// born is when a file was made, in nanoseconds, 0 where the file system does not say:
// by the inode alone a file that was made in the place of a deleted one may pass for it.
func born(path string) int64 {
	var st unix.Statx_t
	if unix.Statx(unix.AT_FDCWD, path, 0, unix.STATX_BTIME, &st) != nil || st.Mask&unix.STATX_BTIME == 0 {
		return 0
	}
	return st.Btime.Sec*1e9 + int64(st.Btime.Nsec)
}
