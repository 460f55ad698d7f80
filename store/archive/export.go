package archive

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/filelock"
	"github.com/marketcore/marketplace/store"
)

// ExportOptions configure an Export. The zero value is ready to use.
type ExportOptions struct {
	// Progress is called as events are read, and at the end, with the events and
	// the position that the export has come to.
	Progress func(Progress)

	registry                *event.Registry // another one, for tests: of the typed columns
	groupEvents, fileGroups int             // smaller ones, for tests
}

// Progress is how far an export, a restore or a verification is.
type Progress struct {
	Events   int64 // done so far by this call
	Position event.Position
	Through  event.Position // where it ends
}

// every is after how many events there is a Progress.
const every = 1 << 14

// Export writes what the log holds behind the last event of the archive in a
// folder, up to the log's head as it is at the call, and says what it wrote. A
// folder that does not exist, or is empty, becomes an archive. The files that are
// there stay as they are, also a short last one.
//
// It fails with ErrOtherLog if the log's first event or the archive's last one is
// not where the other has it, with ErrGap if the revisions of a
// stream of the marketplace are not contiguous, with store.ErrLocked if
// another export writes to the folder, with store.ErrNotALog if the folder holds
// something else, with store.ErrFull, and with the errors of the log. Whole files
// that were written by then stay, and the next export goes on behind them.
//
// It takes the memory of two row groups and about 60 bytes for each stream of the
// log; to extend an archive it reads the names of the streams in it first.
func Export(ctx context.Context, log store.Store, dir string, o ExportOptions) (Progress, error) {
	o.registry = cmp.Or(o.registry, event.Marketplace())
	o.groupEvents, o.fileGroups = cmp.Or(o.groupEvents, groupEvents), cmp.Or(o.fileGroups, fileGroups)
	done, err := export(ctx, log, dir, o)
	if err != nil && ctx.Err() != nil {
		return done, store.Cancelled(ctx)
	}
	return done, failure(err)
}

func export(ctx context.Context, log store.Store, dir string, o ExportOptions) (done Progress, err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return done, err
	}
	lock, err := filelock.TryLock(filepath.Join(dir, lockName))
	if errors.Is(err, filelock.ErrHeld) {
		err = store.ErrLocked.With(nil, "another export writes to %s", dir)
	}
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	m, err := begin(dir)
	if err != nil {
		return done, err
	}
	x := &exporter{options: o, dir: dir, manifest: m, decoder: o.registry.NewDecoder(), schema: o.registry.ColumnSchema(), streams: newRevisions()}
	if x.done.Through, err = log.Head(ctx); err != nil {
		return done, err
	}
	x.done.Position = m.Head
	if m.Head > 0 {
		if err := x.extends(ctx, log); err != nil {
			return x.done, err
		}
	}
	if m.Head < x.done.Through {
		err = x.run(ctx, log)
	}
	return x.done, err
}

// begin reads the manifest, or writes that of an empty archive, and removes what
// an export left behind that was killed.
func begin(dir string) (*Manifest, error) {
	m, err := ReadManifest(dir)
	if errors.Is(err, store.ErrNotALog) {
		m = &Manifest{Format: formatVersion, Files: []File{}}
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Name() != lockName && !strings.HasSuffix(e.Name(), temporary) {
				return nil, notAnArchive(dir, "it has no "+manifestName+" but holds "+e.Name())
			}
		}
		return m, m.write(dir)
	}
	if err != nil {
		return nil, err
	}
	return m, sweep(dir, m)
}

// sweep removes files of ours that are not listed.
func sweep(dir string, m *Manifest) error {
	listed := map[string]bool{}
	for i := range m.Files {
		listed[m.Files[i].Name] = true
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		ours := strings.HasPrefix(name, "events-") && strings.HasSuffix(name, ".parquet")
		if (ours && !listed[name]) || name == eventsName+temporary || name == manifestName+temporary {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

type exporter struct {
	options  ExportOptions
	dir      string
	manifest *Manifest
	decoder  *event.Decoder
	schema   event.ColumnSchema
	streams  *revisions
	done     Progress

	file *fileWriter
}

// extends finds out whether the log is the one of the archive: it begins with the
// same event and has the archive's last one where the archive has it. It learns
// where the streams of the archive end.
func (x *exporter) extends(ctx context.Context, log store.Store) error {
	old, err := Open(ctx, x.dir, Options{})
	if err != nil {
		return err
	}
	defer old.Close()
	for _, position := range []event.Position{x.manifest.Files[0].First, x.manifest.Head} {
		want, err := store.At(ctx, old, position)
		if err != nil {
			return err
		}
		have, err := store.At(ctx, log, position)
		if err != nil && !errors.Is(err, store.ErrUnknownPosition) {
			return err
		}
		if err != nil || have.Position != want.Position || !sameEvent(&have, &want) {
			return ErrOtherLog.At(uint64(want.Position)).With(err, "the log has not the event that the archive in %s has here: it is another log, or was restored from a backup; export to a new folder", x.dir)
		}
	}
	if x.manifest.Head == x.done.Through {
		return nil
	}
	return old.eachRevision(ctx, x.streams.follow)
}

// sameEvent compares what a log must keep of an event wherever it is stored: all
// but the position and the time of recording.
func sameEvent(a, b *event.Record) bool {
	return a.ID == b.ID && a.Type == b.Type && a.Stream == b.Stream && a.Revision == b.Revision &&
		bytes.Equal(a.Data, b.Data) && bytes.Equal(a.Metadata, b.Metadata)
}

// run writes the rest of the log. While one row group is filled the one before is
// encoded and written.
func (x *exporter) run(ctx context.Context, log store.Store) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	full, empty := make(chan *rowGroup), make(chan *rowGroup, 2)
	empty <- newRowGroup(x.options.registry)
	empty <- newRowGroup(x.options.registry)
	written := make(chan error, 1)
	go func() {
		var err error
		for g := range full {
			if err == nil {
				if err = x.write(g); err != nil {
					cancel(err)
				}
			}
			g.reset()
			empty <- g
		}
		written <- err
	}()
	readErr := x.read(ctx, log, full, empty)
	close(full)
	if err = <-written; err == nil {
		err = readErr
	}
	return errors.Join(err, x.end(err == nil))
}

func (x *exporter) read(ctx context.Context, log store.Store, full chan<- *rowGroup, empty <-chan *rowGroup) error {
	g := <-empty
	for rec, err := range log.ReadAll(ctx, store.Span{After: x.manifest.Head, Through: x.done.Through}) {
		if err != nil {
			return err
		}
		if rec.Position > maxInteger || rec.Revision > maxInteger {
			return store.ErrTooLarge.At(uint64(rec.Position)).With(nil, "the position or revision has more than 63 bits")
		}
		if err := x.streams.follow(rec.Stream, rec.Revision, rec.Position); err != nil {
			return err
		}
		g.add(&rec, x.decoder)
		x.done.Events++
		x.done.Position = rec.Position
		if x.done.Events%every == 0 {
			x.progress()
		}
		if len(g.records) >= x.options.groupEvents || len(g.bytes) >= groupBytes {
			full <- g
			g = <-empty
		}
	}
	if len(g.records) > 0 {
		full <- g
	}
	x.progress()
	return nil
}

func (x *exporter) progress() {
	if x.options.Progress != nil {
		x.options.Progress(x.done)
	}
}

// write adds a row group to the archive, and a file when it is full.
func (x *exporter) write(g *rowGroup) (err error) {
	if x.file == nil {
		if x.file, err = createFile(x.dir, x.manifest.lastSum(), x.schema); err != nil {
			return err
		}
	}
	if err := x.file.write(g); err != nil {
		return err
	}
	if len(x.file.groups) < x.options.fileGroups {
		return nil
	}
	return x.end(true)
}

// end finishes the file at hand and enters it in the manifest, or gives it up.
func (x *exporter) end(whole bool) error {
	w := x.file
	if x.file = nil; w == nil {
		return nil
	}
	if !whole {
		return w.discard()
	}
	f, err := w.finish()
	if err != nil {
		return err
	}
	x.manifest.add(f)
	return x.manifest.write(x.dir)
}
