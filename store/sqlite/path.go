package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/marketcore/marketplace/store"
)

// locate is the absolute path of the log without symbolic links. It tells what
// is wrong with the path in words that SQLite's errors do not have, and before
// anything is created.
func locate(path string, mustExist bool) (string, error) {
	if path == "" {
		return "", unreachable("the path of the log is empty", fs.ErrInvalid)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", unreachable(path, err)
	}
	info, err := os.Stat(abs)
	if errors.Is(err, fs.ErrNotExist) && !mustExist {
		dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
		if err != nil {
			return "", unreachable("the folder of "+path, err)
		}
		return filepath.Join(dir, filepath.Base(abs)), nil
	}
	if err != nil {
		return "", unreachable(path, err)
	}
	if info.IsDir() {
		return "", notALog(path, "it is a folder; name a file in it", nil)
	}
	if !info.Mode().IsRegular() {
		return "", notALog(path, "it is not a regular file", nil)
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return "", unreachable(path, err)
	}
	if info.Size() == 0 {
		if mustExist {
			return "", notALog(path, "the file is empty", nil)
		}
		return abs, nil
	}
	return abs, checkMagic(abs)
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
	return &store.Error{Code: store.ErrUnavailable.Code, Detail: fmt.Sprintf("cannot open %s", what), Err: err}
}
