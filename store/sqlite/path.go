package sqlite

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
)

// locate is the absolute path of the log without symbolic links. It creates
// nothing.
func locate(path string, mustExist bool) (string, error) {
	abs, size, err := sqlitefile.Locate(path, mustExist)
	switch {
	case errors.Is(err, fs.ErrNotExist) && mustExist && sqlitefile.Holds(path+sqlitefile.WALSuffix):
		return "", orphaned(path, "is gone")
	case err != nil:
		return "", failure(context.Background(), err)
	case size > 0:
		return abs, checkMagic(abs)
	case mustExist && sqlitefile.Holds(abs+sqlitefile.WALSuffix):
		return "", orphaned(path, "is empty")
	case mustExist:
		return "", notALog(path, "the file is empty", nil)
	}
	return abs, nil
}

var magic = []byte("SQLite format 3\x00")

func checkMagic(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return unreachable(path, err)
	}
	defer f.Close()
	start := make([]byte, len(magic))
	if _, err := io.ReadFull(f, start); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return unreachable(path, err)
	}
	if !bytes.Equal(start, magic) {
		return notALog(path, "it is not a SQLite file", nil)
	}
	return nil
}

// orphaned is about a log without its file, whose last commits are there.
func orphaned(path, is string) error {
	return store.ErrIncomplete.With(nil, "%[1]s %[2]s, and what was written to it last is in %[1]s-wal: put the file back beside it, "+
		"or move %[1]s-wal away to go on without", path, is)
}

func unreachable(what string, err error) error {
	return store.ErrUnavailable.With(err, "cannot open %s", what)
}
