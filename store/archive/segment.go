package archive

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"github.com/marketcore/marketplace/store"
)

// A segment is a file of an archive, open for reading.
type segment struct {
	File
	file    *os.File
	parquet *parquet.File
	columns map[string]int
	meaning meaning
}

// openSegment opens a file and checks what is cheap to check: its size, its
// footer, and that it is the one that belongs behind the previous one.
func openSegment(dir string, f File, previous string, cache *blockCache) (*segment, error) {
	file, err := os.Open(filepath.Join(dir, f.Name))
	if err != nil {
		return nil, absent(f.Name, err)
	}
	s := &segment{File: f, file: file, columns: map[string]int{}}
	if err := s.open(previous, cache); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return s, nil
}

func (s *segment) open(previous string, cache *blockCache) error {
	info, err := s.file.Stat()
	if err != nil {
		return failure(err)
	}
	if info.Size() != s.Bytes {
		return corrupt(0, nil, "%s has %d bytes, the manifest says %d", s.Name, info.Size(), s.Bytes)
	}
	bytes := &checked{file: s.file, name: s.Name, bytes: s.Bytes, sums: s.CRC32C, cache: cache}
	if s.parquet, err = parquet.OpenFile(bytes, s.Bytes, parquet.ReadBufferSize(64<<10)); err != nil {
		if told := failure(err); !errors.Is(told, store.ErrUnavailable) {
			return told
		}
		return corrupt(0, err, "%s is no Parquet file", s.Name)
	}
	text, _ := s.parquet.Lookup(keyFormat)
	format, err := strconv.Atoi(text)
	if err != nil || format < 1 || format > formatVersion {
		return corrupt(0, nil, "%s has format %q, this library knows %d", s.Name, text, formatVersion)
	}
	for key, want := range map[string]string{keyPrevious: previous, keyColumns: s.Schema} {
		if have, _ := s.parquet.Lookup(key); have != want {
			return corrupt(0, nil, "%s says %q of %s, not %q: it is not the file that belongs there", s.Name, have, key, want)
		}
	}
	groups := s.parquet.RowGroups()
	if len(groups) != len(s.Groups) {
		return corrupt(0, nil, "%s has %d row groups, the manifest says %d", s.Name, len(groups), len(s.Groups))
	}
	for i, g := range groups {
		if g.NumRows() != s.Groups[i].Events {
			return corrupt(0, nil, "row group %d of %s has %d events, the manifest says %d", i, s.Name, g.NumRows(), s.Groups[i].Events)
		}
	}
	for _, name := range recordColumns {
		if s.columns[name] = columnOf(s.parquet.Schema(), name); s.columns[name] < 0 && (format > 1 || name != colDigest) {
			return corrupt(0, nil, "%s has no column %s", s.Name, name)
		}
	}
	s.meaning, err = s.readMeaning()
	return err
}

func (s *segment) close() error { return s.file.Close() }

func (s *segment) cursor(group int, column string) *cursor {
	return openCursor(s.parquet.RowGroups()[group], s.columns[column], column)
}
