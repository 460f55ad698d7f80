package diskfull

import "golang.org/x/sys/windows"

// Windows has codes of its own, which package syscall does not translate.
var ofSystem = []error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED}
