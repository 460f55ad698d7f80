package main

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// moody is a log that answers when and as it likes.
type moody struct {
	store.Store
	head      func(context.Context) (event.Position, error)
	each      time.Duration               // that a record takes
	unread    func(context.Context) error // if not nil, what every read of the log ends with
	connected atomic.Bool
}

func (m *moody) Head(ctx context.Context) (event.Position, error) { return m.head(ctx) }

func (m *moody) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		if m.unread != nil {
			yield(event.Record{}, m.unread(ctx))
			return
		}
		for rec, err := range m.Store.ReadAll(ctx, span) {
			time.Sleep(m.each)
			if !yield(rec, err) {
				return
			}
		}
	}
}

func (m *moody) Health() eventstoredb.Health {
	return eventstoredb.Health{Connected: m.connected.Load(), LastError: errors.New("the cable is out")}
}

func unreachable(context.Context) (event.Position, error) {
	return 0, store.ErrUnavailable.With(nil, "nobody is there")
}

func silent(ctx context.Context) (event.Position, error) {
	<-ctx.Done()
	return 0, store.Cancelled(ctx)
}

// watching is a watched log with five events, in time that a test makes pass, and
// what is said of it.
func watching(t *testing.T, limit time.Duration, do func(t *testing.T, m *moody, s store.Store, said *bytes.Buffer)) {
	synctest.Test(t, func(t *testing.T) {
		var said bytes.Buffer
		m := &moody{Store: memory.New(), head: func(context.Context) (event.Position, error) { return 5, nil }}
		m.connected.Store(true)
		_, err := m.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(5)})
		require.NoError(t, err)
		s := patience{limit: limit, shown: "the log at home", logger: slog.New(slog.NewTextHandler(&said, nil))}.of(m)
		do(t, m, s, &said)
		require.NoError(t, s.Close())
	})
}

func TestGivesUpOnASilentLog(t *testing.T) {
	for name, c := range map[string]struct {
		head   func(context.Context) (event.Position, error)
		reason string
	}{
		"that does not answer": {silent, "has given nothing for 30s: the cable is out"},
		"that fails":           {unreachable, "has given nothing for 30s: unavailable: nobody is there"},
	} {
		t.Run(name, func(t *testing.T) {
			watching(t, 30*time.Second, func(t *testing.T, m *moody, s store.Store, _ *bytes.Buffer) {
				time.Sleep(time.Hour) // in which it owes nothing
				m.head = c.head
				began := time.Now()
				var err error
				for fault.Passing(err) || err == nil { // as whoever waits for a log tries again
					_, err = s.Head(t.Context())
					time.Sleep(time.Second)
				}
				require.ErrorContains(t, err, c.reason)
				require.WithinDuration(t, began.Add(31*time.Second), time.Now(), 3*time.Second)
				for _, err := range s.ReadAll(t.Context(), store.Span{}) {
					require.ErrorContains(t, err, c.reason, "nor does any other call begin")
				}
				code, hint := classify(err)
				require.Equal(t, exitFailed, code)
				require.Contains(t, hint, "--timeout")
			})
		})
	}
}

// Who asks a question of a log that tells where it ends and cannot be read waits no
// longer than the limit, though the model that is to answer would wait for ever.
func TestQuestionGivesUp(t *testing.T) {
	for name, c := range map[string]struct {
		head   func(context.Context) (event.Position, error)
		reason string
	}{
		"that does not answer": {silent, "has given nothing for 30s: the cable is out"},
		"that fails":           {unreachable, "has given nothing for 30s: unavailable: nobody is there"},
	} {
		t.Run(name, func(t *testing.T) {
			watching(t, 30*time.Second, func(t *testing.T, m *moody, s store.Store, _ *bytes.Buffer) {
				m.unread = func(ctx context.Context) error {
					_, err := c.head(ctx)
					return err
				}
				host, err := marketplace.New(s, marketplace.Options{})
				require.NoError(t, err)
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				began := time.Now()
				_, err = marketplace.Ask(ctx, host, statistics.FullReport())
				require.ErrorContains(t, err, c.reason)
				require.WithinDuration(t, began.Add(31*time.Second), time.Now(), 10*time.Second)
				require.NoError(t, host.Close())
			})
		})
	}
}

// What is slow is no reason to give up, whosever fault it is.
func TestDoesNotGiveUpOnWhatGoesOn(t *testing.T) {
	for name, do := range map[string]func(*testing.T, *moody, store.Store){
		"a slow log": func(t *testing.T, m *moody, s store.Store) {
			m.each = 25 * time.Second
			for _, err := range s.ReadAll(t.Context(), store.Span{}) {
				require.NoError(t, err)
			}
		},
		"a slow reader": func(t *testing.T, _ *moody, s store.Store) {
			for _, err := range s.ReadAll(t.Context(), store.Span{}) {
				require.NoError(t, err)
				time.Sleep(time.Hour)
			}
		},
		"a reader that has seen enough": func(t *testing.T, _ *moody, s store.Store) {
			for _, err := range s.ReadAll(t.Context(), store.Span{}) {
				require.NoError(t, err)
				break
			}
			time.Sleep(time.Hour)
		},
		"a subscription that has caught up": func(t *testing.T, _ *moody, s store.Store) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			for _, err := range s.Subscribe(ctx, 0) {
				if err != nil {
					require.ErrorIs(t, err, store.ErrCancelled)
				}
			}
		},
		"an answer that no other attempt changes": func(t *testing.T, _ *moody, s store.Store) {
			for _, err := range s.ReadStream(t.Context(), "s-2", 0) {
				require.ErrorIs(t, err, store.ErrStreamNotFound)
			}
			time.Sleep(time.Hour)
		},
		"a caller that gave up": func(t *testing.T, m *moody, s store.Store) {
			well := m.head
			m.head = silent
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := s.Head(ctx)
			require.ErrorIs(t, err, store.ErrCancelled)
			m.head = well
			time.Sleep(time.Hour) // in which nobody asks
		},
		"a writer that was overtaken": func(t *testing.T, _ *moody, s store.Store) {
			_, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
			require.ErrorIs(t, err, store.ErrConflict)
			time.Sleep(time.Hour) // in which it decides again
		},
		"a log that is back in time": func(t *testing.T, m *moody, s store.Store) {
			well := m.head
			for range 5 {
				m.head = unreachable
				for range 28 {
					_, err := s.Head(t.Context())
					require.ErrorIs(t, err, store.ErrUnavailable)
					time.Sleep(time.Second)
				}
				m.head = well
				_, err := s.Head(t.Context())
				require.NoError(t, err)
				time.Sleep(2 * time.Second)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			watching(t, 30*time.Second, func(t *testing.T, m *moody, s store.Store, said *bytes.Buffer) {
				do(t, m, s)
				_, err := s.Head(t.Context())
				require.NoError(t, err)
				synctest.Wait()
				require.Empty(t, said.String())
			})
		})
	}
}

// Whoever waits as long as it takes says so once, and once that it is over.
func TestWaitsWithAWord(t *testing.T) {
	once := func(t *testing.T, said *bytes.Buffer, reason string) {
		synctest.Wait()
		lines := strings.Split(strings.TrimSpace(said.String()), "\n")
		require.Len(t, lines, 2, said)
		require.Contains(t, lines[0], `level=WARN msg="the log gives nothing; waiting for it" log="the log at home" reason="`+reason)
		require.Contains(t, lines[1], `level=INFO msg="the log gives something again"`)
	}
	watching(t, 0, func(t *testing.T, m *moody, s store.Store, said *bytes.Buffer) {
		well := m.head
		m.head = unreachable
		for range 600 {
			_, err := s.Head(t.Context())
			require.ErrorIs(t, err, store.ErrUnavailable)
			time.Sleep(time.Second)
		}
		m.head = well
		_, err := s.Head(t.Context())
		require.NoError(t, err)
		time.Sleep(2 * time.Second)
		once(t, said, "unavailable: nobody is there")
	})
	watching(t, 0, func(t *testing.T, m *moody, s store.Store, said *bytes.Buffer) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for range s.Subscribe(ctx, 0) { // which hides that its connection is lost
			}
		}()
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Empty(t, said.String())
		m.connected.Store(false)
		time.Sleep(time.Hour)
		m.connected.Store(true)
		time.Sleep(time.Minute)
		once(t, said, "the cable is out")
		cancel()
		synctest.Wait()
	})
}

// A follower of a server knows how its connection fares, also where the log was
// opened for reading only.
func TestKnowsTheConnection(t *testing.T) {
	server := esdbtest.Start(t)
	for _, readOnly := range []bool{true, false} {
		s, err := storeFlag{name: server.ConnectionString(), timeout: time.Minute}.open(t.Context(), readOnly)
		require.NoError(t, err)
		h, found := underlying[healthy](s)
		require.True(t, found)
		require.True(t, h.Health().Connected)
		require.NoError(t, s.Close())
	}
}

// TestTimeout: a command that would end by itself gives up on a server that is
// gone, or that takes calls and never answers, and says why.
func TestTimeout(t *testing.T) {
	server := esdbtest.Start(t)
	gone := server.ConnectionString()
	require.Equal(t, exitDone, call(t, "import", histories+"/small.ndjson", "--store", gone).code)
	server.Stop()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	deaf := "esdb://" + l.Addr().String() + "?tls=false"
	model := "sqlite://" + filepath.Join(t.TempDir(), "model.db")
	for _, command := range []string{
		"stats", "events", "events contract-" + contract, "verify", "export " + filepath.Join(t.TempDir(), "archive"), "figures --json",
		"follow --once --read-model " + model, "rebuild --to " + model, "run --once", "import " + histories + "/small.ndjson",
	} {
		for name, url := range map[string]string{"gone": gone, "deaf": deaf} {
			t.Run(command+" "+name, func(t *testing.T) {
				t.Parallel()
				r := call(t, append(strings.Fields(command), "--store", url, "--timeout", "300ms")...)
				require.Equal(t, exitFailed, r.code, r.err)
				require.Contains(t, r.err, "has given nothing for 300ms: ", r.err)
				require.Empty(t, r.out, "nothing is known")
			})
		}
	}
	fails(t, exitUsage, "--timeout 0s", "stats", "--store", gone, "--timeout", "0s")
}
