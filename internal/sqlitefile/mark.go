package sqlitefile

// A mark on a file says that what was written last is in its write-ahead log. It
// belongs to the file, not to a name of it: who opens the file by another name (a
// hard link, the file alone mounted elsewhere), where the write-ahead log is not
// beside it, learns that there is one. It is kept as an extended attribute, so that
// copies do not have it, on Linux and macOS where the file system has such
// attributes; elsewhere nothing is marked.
//
// Marked before the first commit is answered and cleared before the write-ahead
// log is emptied, a marked file always has one with something in it.
const markName = "user.marketplace.wal"

// Mark marks the file, if that is possible.
func (h *Held) Mark() { setMark(h.File, h.path+WALSuffix) }

// Unmark takes the mark away and makes that durable. It must come before the
// write-ahead log is emptied.
func (h *Held) Unmark() error {
	if !clearMark(h.File) {
		return nil
	}
	return h.Sync()
}

// UnmarkEmptied takes the mark away if somebody has emptied the write-ahead log.
func UnmarkEmptied(path string) {
	if Holds(path + WALSuffix) {
		return
	}
	if h, err := Hold(path, true); err == nil {
		_ = h.Unmark() // then the next who opens it is told
		_ = h.Close()
	}
}

// Whole fails as Incomplete if the file is marked and its write-ahead log is not
// beside it.
func (h *Held) Whole() error {
	var wal string
	for range 3 { // because another process may close and open it just now
		var marked bool
		if wal, marked = mark(h.File); !marked || Holds(h.path+WALSuffix) {
			return nil
		}
	}
	if wal == h.path+WALSuffix {
		return &Error{Fault: Incomplete, Detail: h.path + " was not closed, and what was written last is in " + wal + ", which is gone: put it back; " +
			"if another program has emptied it, marketplace reseal FILE checks the log and says what is there"}
	}
	return &Error{Fault: Incomplete, Detail: h.path + " is in use or was not closed under another name, and what was written last is in " + wal +
		", not beside it: open it under that name, with its whole folder where it is mounted"}
}
