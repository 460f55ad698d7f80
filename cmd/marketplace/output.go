package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// output is a file that appears under its name when it is whole; compressed if
// the name ends in .zst.
type output struct {
	io.WriteCloser // what is written to
	path           string
	file           *os.File
	buffer         *bufio.Writer
}

func createOutput(path string) (*output, error) {
	f, err := os.Create(path + ".tmp")
	if err != nil {
		return nil, err
	}
	o := &output{path: path, file: f, buffer: bufio.NewWriterSize(f, 1<<20)}
	o.WriteCloser = closer{o.buffer}
	if strings.HasSuffix(path, ".zst") {
		if o.WriteCloser, err = zstd.NewWriter(o.buffer); err != nil {
			o.discard()
			return nil, err
		}
	}
	return o, nil
}

// commit gives the file its name only when it is whole and on the disk.
func (o *output) commit() error {
	err := errors.Join(o.Close(), o.buffer.Flush())
	if err == nil {
		err = o.file.Sync()
	}
	if err = errors.Join(err, o.file.Close()); err == nil {
		err = os.Rename(o.file.Name(), o.path)
	}
	return err
}

func (o *output) discard() {
	_ = o.file.Close()
	_ = os.Remove(o.file.Name())
}

// closer is a writer with nothing to close.
type closer struct{ io.Writer }

func (closer) Close() error { return nil }
