package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

func newRequest(writes ...store.Write) *request {
	return &request{writes: writes, answer: make(chan answer, 1)}
}

func write(stream string, expected store.Expected, n int) store.Write {
	return store.Write{Stream: stream, Expected: expected, Events: storetest.Events(n)}
}

// stilled opens a store whose writer does only what the test tells it to.
func stilled(t *testing.T) *Store {
	s := mustOpen(t, filepath.Join(t.TempDir(), "log.db"), Options{})
	s.writer.end()
	return s
}

// Each request of a group has its own check and its own answer, and the whole
// group is one transaction.
func TestGroupCommit(t *testing.T) {
	s := stilled(t)
	group := []*request{
		newRequest(write("s-1", store.NoStream, 2)),
		newRequest(write("s-1", store.NoStream, 1)),                             // loses
		newRequest(write("s-1", store.Exact(1), 1)),                             // builds on the first
		newRequest(write("s-2", store.Any, 1), write("s-1", store.Exact(0), 1)), // nothing of it
		newRequest(write("s-2", store.Any, 1), write("s-3", store.NoStream, 1)),
		{truncate: &truncation{"s-1", 1}, answer: make(chan answer, 1)},
		{truncate: &truncation{"s-9", 1}, answer: make(chan answer, 1)},
	}
	group = append(group, newRequest(group[0].writes...)) // a repetition inside the group
	require.Equal(t, 1, commits(s, func() { s.writer.commit(group) }))
	answers := make([]answer, len(group))
	for i, r := range group {
		answers[i] = <-r.answer
	}
	require.Equal(t, []store.Appended{{Revision: 1, Position: 2}}, answers[0].appended)
	require.ErrorIs(t, answers[1].err, store.ErrConflict)
	require.Equal(t, []store.Appended{{Revision: 2, Position: 3}}, answers[2].appended)
	require.ErrorIs(t, answers[3].err, store.ErrConflict)
	require.Equal(t, []store.Appended{{Revision: 0, Position: 4}, {Revision: 0, Position: 5}}, answers[4].appended)
	require.NoError(t, answers[5].err)
	require.ErrorIs(t, answers[6].err, store.ErrStreamNotFound)
	require.Equal(t, answers[0], answers[7])
	require.NoError(t, s.Verify(t.Context()))
	require.Len(t, mustAll(t, s), 5)
}

// commits counts the transactions of the writer's connection while do runs. The
// writer must be idle before and after.
func commits(s *Store, do func()) (n int) {
	s.writer.tx.conn.CommitHook(func() bool { n++; return true })
	defer s.writer.tx.conn.CommitHook(nil)
	do()
	return n
}

// A request that SQLite refuses fails alone, not with its group.
func TestGroupWithoutTheBadOne(t *testing.T) {
	s := stilled(t)
	s.writer.commit([]*request{newRequest(write("s-1", store.NoStream, 1))})
	pages, err := sqlitefile.Int(s.writer.tx.conn, `PRAGMA page_count`)
	require.NoError(t, err)
	require.NoError(t, s.writer.tx.conn.Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+3)))
	big := write("s-2", store.NoStream, 1)
	big.Events[0].Data = fmt.Appendf(nil, `{"a":"%s"}`, strings.Repeat("x", 100_000))
	group := []*request{
		newRequest(write("s-1", store.Exact(0), 1)), newRequest(big), newRequest(write("s-3", store.NoStream, 1)),
	}
	s.writer.commit(group)
	require.NoError(t, (<-group[0].answer).err)
	require.ErrorIs(t, (<-group[1].answer).err, store.ErrFull)
	require.Equal(t, answer{appended: []store.Appended{{Revision: 0, Position: 3}}}, <-group[2].answer)
	require.Len(t, mustAll(t, s), 3)
	require.NoError(t, s.Verify(t.Context()))
}

// A request that was not taken when its context ends is withdrawn; one that was
// gets its true outcome.
func TestWithdrawnAppend(t *testing.T) {
	inside, goOn := make(chan struct{}), make(chan struct{})
	var once sync.Once
	s := mustOpen(t, filepath.Join(t.TempDir(), "log.db"), Options{Now: func() time.Time {
		once.Do(func() { // the writer asks for the time inside its transaction
			close(inside)
			<-goOn
		})
		return time.Now()
	}})
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	var taken sync.WaitGroup
	taken.Go(func() {
		done, err := s.Append(ctx, write("s-1", store.NoStream, 1))
		if err != nil || done != (store.Appended{Revision: 0, Position: 1}) {
			t.Error(done, err)
		}
	})
	<-inside
	var waiting sync.WaitGroup
	for range 10 {
		waiting.Go(func() {
			if _, err := s.Append(ctx, write("s-2", store.Any, 1)); !errors.Is(err, store.ErrCancelled) || !errors.Is(err, cause) {
				t.Error(err)
			}
		})
	}
	cancel(cause)
	waiting.Wait()
	close(goOn)
	taken.Wait()
	require.Len(t, mustAll(t, s), 1)
}

// A group is all that waits, as far as one transaction should hold.
func TestGather(t *testing.T) {
	for _, c := range []struct{ waiting, events, group int }{
		{0, 1, 1},
		{20, 1, 21},
		{groupRequests - 1, 1, groupRequests},
		{groupRequests + 50, 1, groupRequests},
		{20, groupEvents, 1},
		{20, groupEvents/4 + 1, 4},
	} {
		w := &writer{requests: make(chan *request, 1000)}
		for range c.waiting {
			w.requests <- newRequest(write("s-1", store.Any, c.events))
		}
		first := newRequest(write("s-1", store.Any, c.events))
		w.gather(first)
		require.Len(t, w.group, c.group)
		require.Same(t, first, w.group[0])
		require.Len(t, w.requests, c.waiting+1-c.group, "the others wait on")
	}
}

// Another program that writes into the file does not confuse the writer.
func TestForeignWrite(t *testing.T) {
	path, all := newLog(t, 5)
	s := mustOpen(t, path, Options{})
	fillLog(t, s, 1)
	sql(t, path, `DELETE FROM events WHERE position = 6; UPDATE streams SET revision = revision - 1 WHERE name = 'invite-0'`)
	done, err := s.Append(t.Context(), write("invite-0", store.Exact(0), 1))
	require.NoError(t, err)
	require.Equal(t, store.Appended{Revision: 1, Position: 6}, done)
	require.Equal(t, all, mustAll(t, s)[:5])
	require.NoError(t, s.Verify(t.Context()))
}

func TestTypesAreBounded(t *testing.T) {
	s := stilled(t)
	s.writer.commit([]*request{newRequest(write("s-1", store.NoStream, 3))})
	for i := len(s.writer.tx.types); i < maxTypes; i++ {
		s.writer.tx.types[fmt.Sprint(i)] = uint16(i)
	}
	refused := newRequest(store.Write{Stream: "s-1", Expected: store.Any, Events: []event.Proposed{
		{ID: storetest.Events(1)[0].ID, Type: "One more", Data: []byte(`{}`), Metadata: []byte(`{}`)}}})
	s.writer.commit([]*request{refused})
	require.ErrorIs(t, (<-refused.answer).err, store.ErrTooLarge)
	known := newRequest(write("s-1", store.Any, 3))
	s.writer.commit([]*request{known})
	require.NoError(t, (<-known.answer).err)
}

// The answer to a repeated append is about the past: whoever reads on from the
// stream's end still finds what came after it.
func TestRepeatedAppendHidesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	s, err := Open(t.Context(), path, Options{})
	require.NoError(t, err)
	first := store.Write{Stream: "invite-1", Expected: store.NoStream, Events: storetest.Events(2)}
	_, err = s.Append(t.Context(), first)
	require.NoError(t, err)
	_, err = s.Append(t.Context(), store.Write{Stream: "invite-1", Expected: store.Exact(1), Events: storetest.Events(3)})
	require.NoError(t, err)
	require.NoError(t, s.Close())

	s, err = Open(t.Context(), path, Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	done, err := s.Append(t.Context(), first)
	require.NoError(t, err)
	require.EqualValues(t, 1, done.Revision)
	for from := range uint64(6) {
		n := uint64(0)
		for _, err := range s.ReadStream(t.Context(), "invite-1", from) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, 5-min(from, 5), n, "from revision %d", from)
	}
}
