package sqlitefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Locate is the absolute path of a file without symbolic links, so that all who
// open it agree on the names of the files beside it, and its size, 0 if there is
// none. It tells what is wrong with the path in words that SQLite's errors do not
// have, and before anything is created: Missing, NotAFile or Unavailable.
func Locate(path string, mustExist bool) (abs string, size int64, err error) {
	if path == "" {
		return "", 0, &Error{Fault: Missing, Detail: "the path is empty", Err: fs.ErrInvalid}
	}
	if abs, err = filepath.Abs(path); err != nil {
		return "", 0, unreachable(path, err)
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist) && mustExist:
		return "", 0, &Error{Fault: Missing, Detail: "cannot open " + path, Err: err}
	case errors.Is(err, fs.ErrNotExist):
		return inFolder(path, abs)
	case err != nil:
		return "", 0, unreachable(path, err)
	case info.IsDir():
		return "", 0, &Error{Fault: NotAFile, Detail: path + ": it is a folder; name a file in it"}
	case !info.Mode().IsRegular():
		return "", 0, &Error{Fault: NotAFile, Detail: path + ": it is not a regular file"}
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return "", 0, unreachable(path, err)
	}
	return abs, info.Size(), nil
}

// inFolder is the path of a file that does not exist yet.
func inFolder(path, abs string) (string, int64, error) {
	if _, err := os.Lstat(abs); err == nil { // what it leads to may come back
		return "", 0, &Error{Fault: Unavailable, Detail: path + " is a link to a file that is not there: put that there, or remove the link", Err: fs.ErrNotExist}
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
	if err != nil {
		return "", 0, unreachable("the folder of "+path, err)
	}
	return filepath.Join(dir, filepath.Base(abs)), 0, nil
}

func unreachable(what string, err error) error {
	return &Error{Fault: Unavailable, Detail: fmt.Sprintf("cannot open %s", what), Err: err}
}
