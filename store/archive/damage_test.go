package archive

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/store"
)

// damaged changes a copy of an archive's file and gives the folder.
func damaged(t *testing.T, dir, name string, change func([]byte) []byte) string {
	t.Helper()
	other := filepath.Join(t.TempDir(), "damaged")
	require.NoError(t, os.CopyFS(other, os.DirFS(dir)))
	path := filepath.Join(other, name)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, change(b), 0o666))
	return other
}

// check reads a damaged archive in every way: verifying it fails, and a reading
// gives the true events or an error, never others.
func check(t *testing.T, dir string, want []event.Record) {
	t.Helper()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		require.True(t, errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrNewerFormat), err)
		return
	}
	defer s.Close()
	require.ErrorIs(t, s.Verify(t.Context()), store.ErrCorrupt)
	n := 0
	for rec, err := range s.ReadAll(t.Context(), store.Span{}) {
		if err != nil {
			require.ErrorIs(t, err, store.ErrCorrupt)
			break
		}
		require.Equal(t, want[n], rec)
		n++
	}
	parts, err := s.ColumnParts(t.Context(), store.Span{}, event.Marketplace().ColumnSchema())
	require.NoError(t, err)
	for _, p := range parts {
		var f event.ColumnBlock
		if err := s.ReadColumns(t.Context(), p, &f); err != nil {
			require.ErrorIs(t, err, store.ErrCorrupt)
			continue
		}
		b := event.Marketplace().NewColumnBuilder()
		for i := range want {
			if want[i].Position > p.After && want[i].Position <= p.Through {
				require.NoError(t, b.Add(&want[i]))
			}
		}
		require.NoError(t, sameColumns(b.Block(), &f))
	}
}

// One bit, anywhere in a file: in data, in the dictionaries, in the headers of
// pages, in the footer.
func TestFlippedBits(t *testing.T) {
	long.Sequential(t)
	t.Parallel()
	log := contracts(t, 120)
	dir := exportOf(t, log, ExportOptions{groupEvents: 400, fileGroups: 2})
	want := everything(t, log)
	m := manifestOf(t, dir)
	random := rand.New(rand.NewPCG(1, 2))
	for _, f := range m.Files {
		places := []int64{0, 3, 4, f.Bytes - 1, f.Bytes - 5, f.Bytes - 9}
		for range 150 {
			places = append(places, random.Int64N(f.Bytes))
		}
		for _, at := range places {
			check(t, damaged(t, dir, f.Name, func(b []byte) []byte { b[at] ^= 1 << random.IntN(8); return b }), want)
		}
	}
}

func TestFlippedBitsOfTheManifest(t *testing.T) {
	if testing.Short() {
		t.Skip("damaged bytes tell the race detector nothing that whole ones do not")
	}
	t.Parallel()
	log := contracts(t, 60)
	dir := exportOf(t, log, ExportOptions{groupEvents: 100, fileGroups: 2})
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
	require.NoError(t, err)
	want := everything(t, log)
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		at := random.IntN(len(text))
		check(t, damaged(t, dir, manifestName, func(b []byte) []byte { b[at] ^= 1 << random.IntN(7); return b }), want)
	}
}

func TestFilesMissingSwappedAndCut(t *testing.T) {
	long.Sequential(t)
	log := contracts(t, 60)
	dir := exportOf(t, log, ExportOptions{groupEvents: 50, fileGroups: 2})
	want := everything(t, log)
	m := manifestOf(t, dir)
	name := m.Files[1].Name

	missing := damaged(t, dir, name, func(b []byte) []byte { return b })
	require.NoError(t, os.Remove(filepath.Join(missing, name)))
	_, err := Open(t.Context(), missing, Options{})
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.ErrorContains(t, err, name+" is missing")
	_, err = Export(t.Context(), log, missing, small)
	require.ErrorIs(t, err, store.ErrCorrupt, "and is not extended")

	other, err := os.ReadFile(filepath.Join(dir, m.Files[2].Name))
	require.NoError(t, err)
	check(t, damaged(t, dir, name, func([]byte) []byte { return other }), want)
	check(t, damaged(t, dir, name, func(b []byte) []byte { return b[:len(b)-1] }), want)
	check(t, damaged(t, dir, name, func([]byte) []byte { return nil }), want)
	check(t, damaged(t, dir, name, func(b []byte) []byte { return append(b, 0) }), want)

	// A manifest that agrees with itself and with its files, but has one file
	// less: the next one names the sum of the file before it.
	lost := *m
	lost.Files = append(append([]File{}, m.Files[:1]...), m.Files[2:]...)
	lost.Events -= m.Files[1].Events
	without := damaged(t, dir, name, func(b []byte) []byte { return b })
	require.NoError(t, lost.write(without))
	_, err = Open(t.Context(), without, Options{})
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.ErrorContains(t, err, "it is not the file that belongs there")
}

func TestNewerFormat(t *testing.T) {
	dir := exportOf(t, contracts(t, 1), small)
	newer := damaged(t, dir, manifestName, func(b []byte) []byte {
		return []byte(strings.Replace(string(b), `"format": 3`, `"format": 4, "more": true`, 1))
	})
	_, err := Open(t.Context(), newer, Options{})
	require.ErrorIs(t, err, store.ErrNewerFormat)
}

// A typed column that says something else than the event's bytes is found, though
// every checksum is right.
func TestVerifyComparesTheColumns(t *testing.T) {
	long.Sequential(t)
	log := contracts(t, 20)
	s := opened(t, exportOf(t, log, small))
	b := event.Marketplace().NewColumnBuilder()
	for _, rec := range everything(t, log)[:50] {
		require.NoError(t, b.Add(&rec))
	}
	for _, c := range []struct {
		column string
		change func(*event.ColumnBlock)
	}{
		{colRevision, func(f *event.ColumnBlock) { f.Revisions[7]++ }},
		{colOccurredAt, func(f *event.ColumnBlock) { f.OccurredAt[7]++ }},
		{colStream, func(f *event.ColumnBlock) { f.Streams.Index[7]++ }},
		{colType, func(f *event.ColumnBlock) { f.Types.Index[7]-- }},
		{"amount", func(f *event.ColumnBlock) { f.Amount.Values[0]++ }},
		{"amount", func(f *event.ColumnBlock) { f.Amount.Index[0] = 1 }},
		{"client", func(f *event.ColumnBlock) { f.Client.Values[0][3]++ }},
		{"via", func(f *event.ColumnBlock) { f.Via.Index[0] = event.NoValue }},
	} {
		var f event.ColumnBlock
		require.NoError(t, s.segments[0].readBlock(0, &f, true))
		require.NoError(t, sameColumns(b.Block(), &f))
		c.change(&f)
		err := sameColumns(b.Block(), &f)
		require.ErrorIs(t, err, store.ErrCorrupt, c.column)
		require.ErrorContains(t, err, "column "+c.column+" is not")
	}
}
