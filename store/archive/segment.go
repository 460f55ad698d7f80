package archive

import (
	"errors"
	"os"
	"strconv"
)

// A segment is a file of an archive, open for reading.
type segment struct {
	File
	file    *os.File
	bytes   *checked
	footer  *footer
	meaning meaning
}

// openSegment opens a file and checks what is cheap to check: its size, its
// footer, and that it is the one that belongs behind the previous one.
func openSegment(dir string, f File, previous string, cache *blockCache) (*segment, error) {
	file, err := openFile(dir, f.Name)
	if err != nil {
		return nil, absent(f.Name, err)
	}
	s := &segment{File: f, file: file}
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
	if info.Size() != s.File.Bytes {
		return corrupt(0, nil, "%s has %d bytes, the manifest says %d", s.Name, info.Size(), s.File.Bytes)
	}
	s.bytes = &checked{file: s.file, name: s.Name, bytes: s.File.Bytes, sums: s.CRC32C, cache: cache}
	if s.footer, err = readFooter(s.bytes); err != nil {
		return broken(err, "%s is no Parquet file of an archive", s.Name)
	}
	text, _ := s.footer.lookup(keyFormat)
	format, err := strconv.Atoi(text)
	if err != nil || format < 1 || format > formatVersion {
		return corrupt(0, nil, "%s has format %q, this library knows %d", s.Name, text, formatVersion)
	}
	for key, want := range map[string]string{keyPrevious: previous, keyColumns: s.Schema} {
		if have, _ := s.footer.lookup(key); have != want {
			return corrupt(0, nil, "%s says %q of %s, not %q: it is not the file that belongs there", s.Name, have, key, want)
		}
	}
	groups := s.footer.meta.RowGroups
	if len(groups) != len(s.Groups) {
		return corrupt(0, nil, "%s has %d row groups, the manifest says %d", s.Name, len(groups), len(s.Groups))
	}
	for i := range groups {
		if have := groups[i].NumRows; have != s.Groups[i].Events {
			return corrupt(0, nil, "row group %d of %s has %d events, the manifest says %d", i, s.Name, have, s.Groups[i].Events)
		}
	}
	for _, name := range recordColumns {
		if s.footer.index(name) < 0 && format >= columnSince[name] {
			return corrupt(0, nil, "%s has no column %s", s.Name, name)
		}
	}
	s.meaning, err = s.readMeaning()
	return err
}

func (s *segment) close() error { return s.file.Close() }
