package main

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// standardOutput is the name of a file that a command writes when it is none.
const standardOutput = "-"

// beside is where a command says what it has done: where it writes a file to
// standard output, nothing else may stand there.
func (c *cli) beside(path string) io.Writer {
	if path == standardOutput {
		return c.stderr
	}
	return c.stdout
}

// output is a file that appears under its name when it is whole; compressed if
// the name ends in .zst or .gz. Standard output is written as it comes.
type output struct {
	io.WriteCloser // what is written to
	path           string
	file           *os.File // nil for standard output
	buffer         *bufio.Writer
}

// createOutput fails before anything is done if the file could not be written after
// it, or is one of those that the command reads.
func (c *cli) createOutput(path string, reads ...string) (*output, error) {
	if path == standardOutput {
		return &output{WriteCloser: closer{c.stdout}, path: path, buffer: c.stdout}, nil
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // a link stays a link
	}
	written, create := path+".tmp", os.O_CREATE|os.O_TRUNC
	if info, err := os.Stat(path); err == nil {
		switch {
		case info.IsDir():
			return nil, usage("%s is a folder; name a file in it", path)
		case slices.ContainsFunc(reads, func(name string) bool { return isFile(name, info) }):
			return nil, usage("%s is what is read; name another file", path)
		case !info.Mode().IsRegular():
			written, create = path, 0 // a device or a pipe is no file to be replaced
		case isDatabase(path):
			return nil, usage("%s is a SQLite database; remove it first", path)
		}
	}
	f, err := os.OpenFile(written, os.O_WRONLY|create, 0o666)
	if err != nil {
		return nil, err
	}
	o := &output{path: path, file: f, buffer: bufio.NewWriterSize(f, 1<<20)}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".zst":
		if o.WriteCloser, err = zstd.NewWriter(o.buffer); err != nil {
			o.discard()
			return nil, err
		}
	case ".gz":
		o.WriteCloser = gzip.NewWriter(o.buffer)
	default:
		o.WriteCloser = closer{o.buffer}
	}
	return o, nil
}

// commit gives the file its name only when it is whole and on the disk.
func (o *output) commit() error {
	err := errors.Join(o.Close(), o.buffer.Flush())
	if o.file == nil {
		return err
	}
	if err == nil && !o.inPlace() {
		err = o.file.Sync()
	}
	if err = errors.Join(err, o.file.Close()); err == nil && !o.inPlace() {
		err = os.Rename(o.file.Name(), o.path)
	}
	return err
}

// inPlace reports whether what is written is no file that appears when it is whole.
func (o *output) inPlace() bool { return o.file.Name() == o.path }

func (o *output) discard() {
	if o.file != nil {
		_ = o.file.Close()
		if !o.inPlace() {
			_ = os.Remove(o.file.Name())
		}
	}
}

// isDatabase reports whether a file is of SQLite: a log or a read model.
func isDatabase(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var head [16]byte
	_, err = io.ReadFull(f, head[:])
	return err == nil && string(head[:]) == "SQLite format 3\x00"
}

// closer is a writer with nothing to close.
type closer struct{ io.Writer }

func (closer) Close() error { return nil }
