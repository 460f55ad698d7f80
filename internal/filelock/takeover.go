package filelock

import (
	"context"
	"errors"
	"os"
	"time"
)

// Renew says that the lock's holder is alive, for TakeOver to see, and fails with
// ErrHeld if another has taken the lock over.
func (l *Lock) Renew() error {
	if !l.mine() {
		return ErrHeld
	}
	now := time.Now()
	return os.Chtimes(l.path, now, now)
}

// Held reports whether nobody has taken the lock over.
func (l *Lock) Held() bool { return l.mine() }

// mine reports whether the file by which others know the lock is still that which
// is locked.
func (l *Lock) mine() bool {
	mine, err1 := l.file.Stat()
	theirs, err2 := os.Stat(l.path)
	return err1 == nil && err2 == nil && os.SameFile(mine, theirs)
}

// TakeOver is TryLock, but of a lock that its holder has not renewed for so long it
// makes the caller the holder: a process that was stopped, or hangs, keeps its locks
// as long as it is there. A clock that is set can make any lock look old, so it looks
// twice, that far apart, and a lock that is renewed meanwhile is not taken.
func TakeOver(ctx context.Context, path string, silence, apart time.Duration) (*Lock, error) {
	l, err := TryLock(path)
	if !errors.Is(err, ErrHeld) {
		return l, err
	}
	first, err := os.Stat(path)
	if err != nil {
		return nil, ErrHeld // it was released just now
	}
	if age := time.Since(first.ModTime()); age.Abs() < silence {
		return nil, ErrHeld
	}
	select {
	case <-time.After(apart):
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	one, err := TryLock(path + "-takeover") // so that nobody removes what another has just locked
	if err != nil {
		return nil, err
	}
	defer func() { _ = one.Release() }()
	again, err := os.Stat(path)
	if err == nil && (!os.SameFile(first, again) || !first.ModTime().Equal(again.ModTime())) {
		return nil, ErrHeld
	}
	if err == nil && os.Remove(path) != nil { // some systems keep a file that is open
		return nil, ErrHeld
	}
	return TryLock(path)
}
