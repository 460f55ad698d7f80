package sqlite

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"

	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
)

// locate is the absolute path of the log without symbolic links. It creates
// nothing.
func locate(path string, mustExist bool) (string, error) {
	abs, size, err := sqlitefile.Locate(path, mustExist)
	switch {
	case err != nil:
		return "", failure(context.Background(), err)
	case size > 0:
		return abs, checkMagic(abs)
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

func unreachable(what string, err error) error {
	return store.ErrUnavailable.With(err, "cannot open %s", what)
}
