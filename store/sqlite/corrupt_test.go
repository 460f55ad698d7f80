package sqlite

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

// TestFlippedBits flips one bit after the other of a log's file: every read is
// right or an error.
func TestFlippedBits(t *testing.T) {
	if testing.Short() {
		t.Skip("damaged bytes tell the race detector nothing that whole ones do not")
	}
	path, all := newLog(t, 300)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	detected := 0
	const flips = 150
	for i := range flips {
		at := random.IntN(len(whole) * 8)
		if i < 50 { // every other byte of the file's header
			at = i*16 + i%8
		}
		damaged := append([]byte{}, whole...)
		damaged[at/8] ^= 1 << (at % 8)
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		if err := readsRightOrFails(t, path, all); err != nil {
			detected++
			require.NotContains(t, []string{"", "cancelled"}, fault.Code(err), "bit %d: %v", at, err)
		}
	}
	require.Greater(t, detected, flips*9/10)
}

// readsRightOrFails reads everything in each way. It fails the test if
// something else than what was written comes out.
func readsRightOrFails(t *testing.T, path string, all []event.Record) error {
	s, err := Open(t.Context(), path, Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer s.Close()
	var failed error
	got, err := storetest.All(t.Context(), s)
	if err != nil {
		failed = err
		require.Equal(t, all[:len(got):len(got)], append([]event.Record{}, got...))
	} else {
		require.Equal(t, all, got)
	}
	for i := range 7 {
		name := fmt.Sprintf("invite-%d", i)
		var want []event.Record
		for _, r := range all {
			if r.Stream == name {
				want = append(want, r)
			}
		}
		got, err := storetest.Stream(t.Context(), s, name)
		if err != nil {
			failed = err
			require.NotErrorIs(t, err, store.ErrStreamNotFound)
			require.Equal(t, want[:len(got):len(got)], append([]event.Record{}, got...))
		} else {
			require.Equal(t, want, got)
		}
	}
	if head, err := s.Head(t.Context()); err != nil {
		failed = err
	} else {
		require.Equal(t, event.Position(len(all)), head)
	}
	return failed
}

// Damage that another program does, with page checksums and all, is found by
// the records' own and by the gaps it leaves.
func TestDamageInsideRows(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	for name, c := range map[string]struct {
		statement string
		position  event.Position // that ReadAll names
	}{
		"data":               {`UPDATE events SET data = replace(data, 'Grüße', 'Grüsse') WHERE position = 4`, 4},
		"metadata":           {`UPDATE events SET metadata = '{}' WHERE position = 4`, 4},
		"type":               {headerWith(25, `x'0002'`), 4},
		"type that is not":   {headerWith(25, `x'0099'`), 4},
		"stream":             {`UPDATE events SET stream = 6, revision = 77 WHERE position = 4`, 4},
		"stream that is not": {`UPDATE events SET stream = 99 WHERE position = 4`, 4},
		"revision":           {`UPDATE events SET revision = 9 WHERE position = 4`, 4},
		"id":                 {headerWith(1, `zeroblob(16)`), 4},
		"header too short":   {`UPDATE events SET header = substr(header, 1, 29) WHERE position = 4`, 4},
		"header too long":    {headerWith(31, `x'00'`), 4},
		"no header":          {`UPDATE events SET header = x'' WHERE position = 4`, 4},
		"time":               {headerWith(17, `zeroblob(8)`), 4},
		"checksum":           {headerWith(27, `zeroblob(4)`), 4},
		"moved":              {`UPDATE events SET position = 99 WHERE position = 4`, 4},
		"deleted":            {`DELETE FROM events WHERE position = 4`, 4},
		"deleted, the first": {`DELETE FROM events WHERE position = 1`, 1},
		"exchanged":          {`UPDATE events SET position = -1 WHERE position = 4; UPDATE events SET position = 4 WHERE position = 5; UPDATE events SET position = 5 WHERE position = -1`, 4},
		"stream renamed":     {`UPDATE streams SET name = 'x' WHERE id = 4`, 4},
		"stream gone":        {`DELETE FROM streams WHERE id = 4`, 4},
		"type renamed":       {`UPDATE types SET name = 'x' WHERE id = 1`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			path, all := newLog(t, 20)
			sql(t, path, `PRAGMA foreign_keys = OFF; `+c.statement)
			s := mustOpen(t, path, Options{})
			got, err := storetest.All(t.Context(), s)
			require.ErrorIs(t, err, store.ErrCorrupt)
			var told *fault.Error
			require.ErrorAs(t, err, &told)
			require.EqualValues(t, c.position, told.Position)
			gone := name == "moved" || strings.HasPrefix(name, "deleted")
			require.Equal(t, gone, strings.Contains(told.Detail, "missing"), told.Detail)
			require.Equal(t, all[:c.position-1:c.position-1], append([]event.Record{}, got...))
			require.ErrorIs(t, s.Verify(t.Context()), store.ErrCorrupt)
		})
	}
}

// headerWith is a statement that puts bytes, a blob in SQL, into the header of
// the fourth event. The first byte is 1.
func headerWith(first int, bytes string) string {
	return fmt.Sprintf(`UPDATE events SET header =
		CAST(substr(header, 1, %[1]d - 1) || %[2]s || substr(header, %[1]d + length(%[2]s)) AS BLOB) WHERE position = 4`, first, bytes)
}

// What ReadAll cannot see, because no record is wrong, the streams and Verify do.
func TestDamageOfStreams(t *testing.T) {
	long.Sequential(t)
	for name, c := range map[string]struct {
		statement string
		stream    error
	}{
		"the last event is gone": {`DELETE FROM events WHERE position = 20`, store.ErrCorrupt},
		"a revision too high":    {`UPDATE streams SET revision = revision + 1 WHERE id = 6`, store.ErrCorrupt},
		"a revision too low":     {`UPDATE streams SET revision = revision - 1 WHERE id = 6`, store.ErrCorrupt},
		"a revision below 0":     {`UPDATE streams SET revision = -1 WHERE id = 6`, store.ErrCorrupt},
		"hidden below 0":         {`UPDATE streams SET truncated_before = -1 WHERE id = 6`, store.ErrCorrupt},
		"hidden beyond the end":  {`UPDATE streams SET truncated_before = 9 WHERE id = 6`, nil},
		"a stream without event": {`INSERT INTO streams VALUES (8, 'x', 0, 0)`, nil},
		"a gap of streams":       {`INSERT INTO streams VALUES (80, 'x', 0, 0)`, nil},
		"a gap of types":         {`INSERT INTO types VALUES (80, 'x')`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			path, all := newLog(t, 20)
			sql(t, path, `PRAGMA foreign_keys = OFF; `+c.statement)
			s := mustOpen(t, path, Options{})
			_, err := storetest.Stream(t.Context(), s, all[19].Stream)
			if c.stream != nil {
				require.ErrorIs(t, err, c.stream)
				require.ErrorContains(t, err, all[19].Stream)
			} else {
				require.NoError(t, err)
			}
			require.ErrorIs(t, s.Verify(t.Context()), store.ErrCorrupt)
			_, err = s.Append(t.Context(), store.Write{Stream: "new-1", Expected: store.NoStream, Events: storetest.Events(1)})
			_ = err // it may go on or not, but never panics
		})
	}
}

// TestTornWAL cuts and damages the write-ahead log that a crash leaves: what
// opens is some whole number of appends, from the start, and nothing else.
func TestTornWAL(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	path := filepath.Join(t.TempDir(), "log.db")
	s := mustOpen(t, path, Options{})
	for i := range 20 {
		_, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Expected(2*i) - 1, Events: storetest.Events(2)})
		require.NoError(t, err)
	}
	all := mustAll(t, s)
	db, err := os.ReadFile(path)
	require.NoError(t, err)
	wal, err := os.ReadFile(path + "-wal")
	require.NoError(t, err)
	require.NoError(t, s.Close())

	random := rand.New(rand.NewPCG(3, 4))
	lengths := map[int]bool{}
	for i := range 60 {
		torn := append([]byte{}, wal...)
		if i%2 == 0 {
			torn = torn[:random.IntN(len(torn)+1)]
		} else {
			torn[random.IntN(len(torn))] ^= 1 << random.IntN(8)
		}
		copied := filepath.Join(t.TempDir(), "log.db")
		require.NoError(t, os.WriteFile(copied, db, 0o600))
		require.NoError(t, os.WriteFile(copied+"-wal", torn, 0o600))
		s, err := Open(t.Context(), copied, Options{vfs: lazyVFS})
		require.NoError(t, err)
		got := mustAll(t, s)
		require.Zero(t, len(got)%2)
		require.Equal(t, all[:len(got):len(got)], append([]event.Record{}, got...))
		require.NoError(t, s.Verify(t.Context()))
		require.NoError(t, s.Close())
		lengths[len(got)] = true
	}
	require.Greater(t, len(lengths), 10)
}

// TestForeignCheckpoint is about programs that write pages without checksums.
func TestForeignCheckpoint(t *testing.T) {
	long.Sequential(t)
	path, all := newLog(t, 300)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	for page := sqlitefile.PageSize; page <= len(b); page += sqlitefile.PageSize {
		clear(b[page-sqlitefile.ChecksumBytes : page])
	}
	require.NoError(t, os.WriteFile(path, b, 0o600))

	_, err = Open(t.Context(), path, Options{})
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.ErrorContains(t, err, "Reseal")
	s := mustOpen(t, path, Options{ForeignCheckpoints: true})
	require.Equal(t, all, mustAll(t, s))
	fillLog(t, s, 5)
	require.NoError(t, s.Verify(t.Context()))
	all = mustAll(t, s)
	require.ErrorIs(t, Reseal(t.Context(), path), store.ErrLocked)
	require.NoError(t, s.Close())

	require.NoError(t, Reseal(t.Context(), path))
	s = mustOpen(t, path, Options{})
	require.Equal(t, all, mustAll(t, s))
	require.NoError(t, s.Verify(t.Context()))
	require.NoError(t, s.Close())

	sql(t, path, headerWith(27, `zeroblob(4)`))
	require.ErrorIs(t, Reseal(t.Context(), path), store.ErrCorrupt, "damage is not sealed")
	require.ErrorIs(t, Reseal(t.Context(), path+"-none"), store.ErrUnavailable)
}
