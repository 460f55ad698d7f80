package archive

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/marketcore/marketplace/store"
)

// An archive comes from anywhere, and its checksums are only as good as who made
// them. So no size that a file claims is believed: each is compared with the bytes
// that are there and with what Export can have written, before memory is given.
// These are the most that a file may claim; docs/archive.md says what they come to.
const (
	// maxFooter bounds the footer and each offset index, in bytes.
	maxFooter = 256 << 20
	// maxFooterItems is how many elements the lists of a footer have together.
	maxFooterItems = 1 << 16
	// maxIndexItems is the same of an offset index.
	maxIndexItems = 2 * groupEvents
	// maxHeader bounds the header of a page, in bytes and in elements. It may have
	// the least and the greatest value of the page, each twice.
	maxHeader      = 4*store.MaxAppendBytes + 64<<10
	maxHeaderItems = 1 << 10
	// maxGroupBytes is what all columns of a row group come to, decompressed. Export
	// ends a row group at groupBytes of data and metadata; the rest is one event
	// more, the columns beside, and names that are all different.
	maxGroupBytes = 1 << 30
)

// guarded does what reads files. Whatever panics on what they hold is damage: the
// decoders of Parquet and of compressed bytes are not ours.
func guarded(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = corrupt(0, fmt.Errorf("%v", p), "a file cannot be decoded")
		}
	}()
	return do()
}

// openFile opens a file of an archive. It refuses what is no regular file, such as
// a FIFO, which may never give a byte, or a device, which may give them for ever.
func openFile(dir, name string) (*os.File, error) {
	path := filepath.Join(dir, name)
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, irregular(name)
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // it may have become a FIFO
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = irregular(name)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func irregular(name string) error {
	return corrupt(0, nil, "%s is no regular file", name)
}

// folder refuses a path that is something else than a folder.
func folder(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return failure(err)
	}
	if !info.IsDir() {
		return store.ErrNotALog.With(nil, "%s is no folder, as an archive is", dir)
	}
	return nil
}
