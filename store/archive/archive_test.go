package archive_test

import (
	"context"
	"errors"
	"iter"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// An archive is filled by exports, so the suite appends to a log in memory and
// reads the archive of it: before each reading, and while a subscription waits,
// what was appended is exported.
func TestStore(t *testing.T) {
	t.Parallel()
	conforms(t, memory.New, true)
}

// The archive has the log's positions, whatever they are.
func TestStoreOfNames(t *testing.T) {
	if testing.Short() {
		t.Skip("TestStore does the same at once, with other names")
	}
	t.Parallel()
	conforms(t, func() store.Store { return storetest.Strict(memory.New(), 1) }, false)
}

func conforms[S store.Store](t *testing.T, log func() S, dense bool) {
	storetest.Run(t, storetest.Config{
		Open: func(t testing.TB) store.Store {
			s, err := openExported(t.Context(), log(), filepath.Join(t.TempDir(), "archive"))
			require.NoError(t, err)
			return s
		},
		Features: storetest.Features{
			DensePositions: dense,
			Reopen: func(t testing.TB, s store.Store) store.Store {
				old := s.(*exported)
				require.NoError(t, old.end(nil))
				again, err := openExported(t.Context(), old.log, old.dir)
				require.NoError(t, err)
				return again
			},
		},
	})
}

type exported struct {
	*archive.Store
	log store.Store
	dir string

	mu            sync.Mutex
	position      event.Position // exported so far
	news          chan struct{}
	stop, stopped chan struct{}
	once          sync.Once
	failed        error
}

func openExported(ctx context.Context, log store.Store, dir string) (*exported, error) {
	done, err := archive.Export(ctx, log, dir, archive.ExportOptions{})
	if err != nil {
		return nil, err
	}
	s, err := archive.Open(ctx, dir, archive.Options{PollInterval: time.Millisecond})
	if err != nil {
		return nil, err
	}
	e := &exported{Store: s, log: log, dir: dir, position: done.Position, news: make(chan struct{}, 1), stop: make(chan struct{}), stopped: make(chan struct{})}
	go func() {
		defer close(e.stopped)
		for {
			select {
			case <-e.news:
				if err := e.export(); err != nil && !errors.Is(err, store.ErrClosed) {
					e.failed = err
				}
			case <-e.stop:
				return
			}
		}
	}()
	return e, nil
}

func (e *exported) export() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if head, err := e.log.Head(context.Background()); err != nil || head == e.position {
		return err
	}
	done, err := archive.Export(context.Background(), e.log, e.dir, archive.ExportOptions{})
	e.position = done.Position
	return err
}

func (e *exported) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	done, err := e.log.Append(ctx, w)
	select {
	case e.news <- struct{}{}:
	default:
	}
	return done, err
}

func (e *exported) Head(ctx context.Context) (event.Position, error) {
	if err := e.export(); err != nil {
		return 0, err
	}
	return e.Store.Head(ctx)
}

func (e *exported) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return e.exportedFirst(e.Store.ReadAll(ctx, span))
}

func (e *exported) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	return e.exportedFirst(e.Store.ReadStream(ctx, stream, from))
}

func (e *exported) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		if err := e.export(); err != nil {
			yield(store.Notification{}, err)
			return
		}
		e.Store.Subscribe(ctx, after)(yield)
	}
}

func (e *exported) ColumnParts(ctx context.Context, span store.Span, schema event.ColumnSchema) ([]store.ColumnPart, error) {
	if err := e.export(); err != nil {
		return nil, err
	}
	return e.Store.ColumnParts(ctx, span, schema)
}

func (e *exported) exportedFirst(records iter.Seq2[event.Record, error]) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		if err := e.export(); err != nil {
			yield(event.Record{}, err)
			return
		}
		records(yield)
	}
}

func (e *exported) Close() error { return e.end(e.log) }

// end closes the archive, and the log if it is to end too.
func (e *exported) end(log store.Store) (err error) {
	e.once.Do(func() {
		if log != nil {
			err = log.Close()
		}
		err = errors.Join(err, e.Store.Close())
		close(e.stop)
		<-e.stopped
		err = errors.Join(err, e.failed)
	})
	return err
}
