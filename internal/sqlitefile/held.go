package sqlitefile

import "os"

// Held is a file that is kept open for as long as it is used, so that its user
// notices when another file has taken its name, or none has it: what SQLite would
// then write goes where nobody will look for it.
//
// On Windows nobody can move or delete a file that is open.
type Held struct {
	*os.File
	path string
	is   identity
}

// Hold opens a file that exists, for writing or for reading.
func Hold(path string, writing bool) (*Held, error) {
	flag := os.O_RDONLY
	if writing {
		flag = os.O_RDWR
	}
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return nil, unreachable(path, err)
	}
	h := &Held{File: f, path: path}
	if h.is, err = identifyOpen(f); err != nil {
		err = unreachable(path, err)
	} else {
		err = h.Check()
	}
	if err != nil {
		_ = f.Close() // the first error is the one to tell
		return nil, err
	}
	return h, nil
}

// Check fails as Moved if the name is no longer that of the file. It costs a
// system call.
func (h *Held) Check() error {
	switch is, err := identify(h.path); {
	case isGone(err):
		return &Error{Fault: Moved, Detail: h.path + " was moved away or deleted while it was open: put it back, with its -wal, and open it again"}
	case err != nil:
		return unreachable(h.path, err)
	case is != h.is:
		return &Error{Fault: Moved, Detail: h.path + " was replaced by another file while it was open: open it again"}
	}
	return nil
}
