package archive

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

const (
	// formatVersion is the newest format that this package reads and the one
	// that it writes. In format 1 no file has the digests of commands, in format 2
	// none has who acted, which a reader that does not know of them would lose.
	formatVersion = 3

	manifestName = "manifest.json"
	eventsName   = "events" // of the file that is being written
	lockName     = "export.lock"
	temporary    = ".tmp" // what a name ends in until the file is whole

	// maxManifest bounds what is read, in bytes: more than 10,000 files.
	maxManifest = 256 << 20
)

// Manifest says what an archive holds.
type Manifest struct {
	Format int            `json:"format"`
	Events int64          `json:"events"` // of all files
	Head   event.Position `json:"head"`   // position of the last event, 0 of an empty archive
	Files  []File         `json:"files"`  // in the log's order
}

// File is one file of an archive.
type File struct {
	Name   string         `json:"name"`
	First  event.Position `json:"first"` // positions of the first and the last event
	Last   event.Position `json:"last"`
	Events int64          `json:"events"`
	Bytes  int64          `json:"bytes"`
	SHA256 string         `json:"sha256"`
	// Schema is the digest of the typed columns' event.ColumnSchema.
	// The file itself says what they hold of each type.
	Schema string  `json:"facts"`
	Groups []Group `json:"row_groups"`
	// CRC32C has 8 hexadecimal digits for every 128 KiB of the file.
	CRC32C sums `json:"crc32c"`
}

// Group is one row group of a file.
type Group struct {
	First  event.Position `json:"first"`
	Last   event.Position `json:"last"`
	Events int64          `json:"events"`
	// Columns: the typed columns hold what folds need. They do not when an event
	// could not be decoded.
	Columns bool `json:"facts"`
}

func fileName(first, last event.Position) string {
	return fmt.Sprintf("events-%020d-%020d.parquet", first, last)
}

// ReadManifest reads the manifest of the archive in a folder. It fails with
// store.ErrNotALog if the folder is no archive, store.ErrNewerFormat, or
// store.ErrCorrupt if the manifest contradicts itself.
func ReadManifest(dir string) (*Manifest, error) {
	if err := folder(dir); err != nil {
		return nil, err
	}
	f, err := openFile(dir, manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notAnArchive(dir, "it has no "+manifestName)
	}
	if err != nil {
		return nil, failure(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil {
		return nil, failure(err)
	}
	if len(text) > maxManifest {
		return nil, corrupt(0, nil, "%s is larger than %d bytes", manifestName, maxManifest)
	}
	return parseManifest(text)
}

func parseManifest(text []byte) (*Manifest, error) {
	var version struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &version); err != nil {
		return nil, corrupt(0, err, "%s is damaged", manifestName)
	}
	if version.Format > formatVersion {
		return nil, store.ErrNewerFormat.With(nil, "the archive has format %d, this library knows %d: update the library", version.Format, formatVersion)
	}
	m := &Manifest{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, corrupt(0, err, "%s is damaged", manifestName)
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	// A changed letter of a name, or of a digit, may mean the same to JSON.
	if again, err := m.text(); err != nil || !bytes.Equal(text, again) {
		return nil, corrupt(0, err, "%s is not as it was written", manifestName)
	}
	return m, nil
}

// check finds out whether the manifest agrees with itself.
func (m *Manifest) check() error {
	damaged := func(format string, args ...any) error {
		return corrupt(0, nil, manifestName+" is damaged: %s", fmt.Sprintf(format, args...))
	}
	if m.Format < 1 {
		return damaged("no format")
	}
	var events int64
	var last event.Position
	for i := range m.Files {
		f := &m.Files[i]
		if f.Name != fileName(f.First, f.Last) || f.Bytes < 1 || len(f.Groups) == 0 || int64(len(f.CRC32C)) != blocks(f.Bytes) {
			return damaged("file %d", i)
		}
		if sum, err := hex.DecodeString(f.SHA256); err != nil || len(sum) != 32 {
			return damaged("the sum of %s", f.Name)
		}
		if f.First != f.Groups[0].First || f.Last != f.Groups[len(f.Groups)-1].Last {
			return damaged("the positions of %s", f.Name)
		}
		var inFile int64
		for _, g := range f.Groups {
			if g.First <= last || g.Last < g.First || g.Events < 1 || g.Events > groupEvents || uint64(g.Events-1) > uint64(g.Last-g.First) {
				return damaged("a row group of %s", f.Name)
			}
			last = g.Last
			inFile += g.Events
		}
		if inFile != f.Events {
			return damaged("the events of %s", f.Name)
		}
		events += inFile
	}
	if events != m.Events || last != m.Head {
		return damaged("%d events up to position %d, but its files have %d up to %d", m.Events, m.Head, events, last)
	}
	return nil
}

// lastSum is the SHA-256 of the last file, which stands for the whole archive:
// each file names the sum of the one before it. It is "" of an empty archive.
func (m *Manifest) lastSum() string {
	if len(m.Files) == 0 {
		return ""
	}
	return m.Files[len(m.Files)-1].SHA256
}

func (m *Manifest) add(f File) {
	m.Files, m.Format = append(m.Files, f), formatVersion
	m.Events += f.Events
	m.Head = f.Last
}

// text is what the manifest's file holds.
func (m *Manifest) text() ([]byte, error) {
	text, err := json.MarshalIndent(m, "", " ")
	return append(text, '\n'), err
}

// write replaces the manifest of a folder at once.
func (m *Manifest) write(dir string) error {
	text, err := m.text()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, manifestName)
	f, err := os.Create(path + temporary)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return finish(f, err, path)
}

// finish makes the written file durable and gives it its name.
func finish(f *os.File, err error, path string) error {
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		return syncFolder(filepath.Dir(path))
	}
	return errors.Join(err, os.Remove(f.Name()))
}
