package main

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
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

func (c *cli) createOutput(path string) (*output, error) {
	if path == standardOutput {
		return &output{WriteCloser: closer{c.stdout}, path: path, buffer: c.stdout}, nil
	}
	f, err := os.Create(path + ".tmp")
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
	if err == nil {
		err = o.file.Sync()
	}
	if err = errors.Join(err, o.file.Close()); err == nil {
		err = os.Rename(o.file.Name(), o.path)
	}
	return err
}

func (o *output) discard() {
	if o.file != nil {
		_ = o.file.Close()
		_ = os.Remove(o.file.Name())
	}
}

// closer is a writer with nothing to close.
type closer struct{ io.Writer }

func (closer) Close() error { return nil }
