package filelock

const setLock = 90 // F_OFD_SETLK of the system's <sys/fcntl.h>
