package archive_test

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/script/scriptfile"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
	"github.com/marketcore/marketplace/store/memory"
)

// BenchmarkArchive measures an archive of the medium history, and one of so many
// copies of it that they have a million events, or as many
// millions as MARKETPLACE_BENCH_MILLIONS says (at most 16). Its yardstick is
// ndjson, the same log as JSON under zstd at the level of the archive's columns.
// B/event is of the whole archive, and for ReadColumns of the columns that it reads;
// source makes the events that are exported, and nothing more.
func BenchmarkArchive(b *testing.B) {
	millions := 1
	if text := os.Getenv("MARKETPLACE_BENCH_MILLIONS"); text != "" {
		var err error
		millions, err = strconv.Atoi(text)
		require.NoError(b, err)
		require.LessOrEqual(b, millions, 16, "copies differ in one byte of their ids")
	}
	one := mediumHistory(b)
	copies := (millions*1_000_000 + len(one) - 1) / len(one)
	for _, log := range []crowd{{records: one, copies: 1}, {records: one, copies: copies}} {
		b.Run(fmt.Sprintf("events=%d", log.events()), func(b *testing.B) { benchmarkArchive(b, log) })
	}
}

func benchmarkArchive(b *testing.B, log crowd) {
	dir := filepath.Join(b.TempDir(), "archive")
	_, err := archive.Export(b.Context(), log, dir, archive.ExportOptions{})
	require.NoError(b, err)
	s, err := archive.Open(b.Context(), dir, archive.Options{})
	require.NoError(b, err)
	defer s.Close()
	measure := func(name string, size int64, do func(*testing.B) int) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				events := do(b)
				require.Equal(b, log.events(), events)
				n += events
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
			if size > 0 {
				b.ReportMetric(float64(size)/float64(log.events()), "B/event")
			}
		})
	}
	all, folded := sizes(b, dir)
	measure("source", 0, func(b *testing.B) int { return count(b, log) })
	measure("export", all, func(b *testing.B) int {
		done, err := archive.Export(b.Context(), log, filepath.Join(b.TempDir(), "archive"), archive.ExportOptions{})
		require.NoError(b, err)
		return int(done.Events)
	})
	measure("ndjson", ndjson(b, log), func(b *testing.B) int {
		ndjson(b, log)
		return log.events()
	})
	measure("ReadAll", all, func(b *testing.B) int { return count(b, s) })
	measure("ReadColumns", folded, func(b *testing.B) (n int) {
		parts, err := s.ColumnParts(b.Context(), store.Span{}, event.Marketplace().ColumnSchema())
		require.NoError(b, err)
		var f event.ColumnBlock
		for _, p := range parts {
			require.True(b, p.Columns)
			require.NoError(b, s.ReadColumns(b.Context(), p, &f))
			n += f.Len()
		}
		return n
	})
	measure("verify", all, func(b *testing.B) int {
		require.NoError(b, s.Verify(b.Context()))
		return log.events()
	})
}

func count(b *testing.B, s store.Store) (n int) {
	for _, err := range s.ReadAll(b.Context(), store.Span{}) {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	return n
}

// ndjson is how large a log is as JSON under zstd.
func ndjson(b *testing.B, log store.Store) int64 {
	var size counter
	w, err := zstd.NewWriter(&size, zstd.WithEncoderLevel(zstd.SpeedDefault))
	require.NoError(b, err)
	buffer := bufio.NewWriterSize(w, 1<<20)
	_, err = archive.WriteNDJSON(b.Context(), log, buffer, nil)
	require.NoError(b, err)
	require.NoError(b, buffer.Flush())
	require.NoError(b, w.Close())
	return int64(size)
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// sizes are the bytes of an archive, manifest included, and of them those of the
// columns that ReadColumns reads.
func sizes(b *testing.B, dir string) (all, folded int64) {
	read := map[string]bool{"position": true, "stream": true, "revision": true, "type": true, "occurred_at": true}
	for _, c := range new(event.ColumnBlock).Columns() {
		read[c.Name] = true
	}
	entries, err := os.ReadDir(dir)
	require.NoError(b, err)
	for _, e := range entries {
		f, err := os.Open(filepath.Join(dir, e.Name()))
		require.NoError(b, err)
		defer f.Close()
		info, err := f.Stat()
		require.NoError(b, err)
		all += info.Size()
		if filepath.Ext(e.Name()) != ".parquet" {
			continue
		}
		file, err := parquet.OpenFile(f, info.Size())
		require.NoError(b, err)
		for _, g := range file.Metadata().RowGroups {
			for _, c := range g.Columns {
				if read[c.MetaData.PathInSchema[0]] {
					folded += c.MetaData.TotalCompressedSize
				}
			}
		}
	}
	return all, folded
}

func mediumHistory(b *testing.B) (records []original) {
	log := memory.New()
	m, err := marketplace.New(log, marketplace.Options{})
	require.NoError(b, err)
	defer m.Close()
	f, err := scriptfile.Open("../../examples/history/medium.ndjson.zst")
	require.NoError(b, err)
	defer f.Close()
	_, err = m.Import(b.Context(), f, marketplace.ImportOptions{})
	require.NoError(b, err)
	for rec, err := range log.ReadAll(b.Context(), store.Span{}) {
		require.NoError(b, err)
		rec = rec.Clone()
		records = append(records, original{rec, idsIn([]byte(rec.Stream)), idsIn(rec.Data), idsIn(rec.Metadata)})
	}
	return records
}

// crowd is a log of as many marketplaces as there are copies, one behind the
// other, so far apart that no compression sees two at once. All have the same
// history, under ids of their own.
type crowd struct {
	store.Store
	records []original
	copies  int
}

// original is an event and where the ids stand in its texts.
type original struct {
	event.Record
	stream, data, metadata []int
}

func (c crowd) events() int { return len(c.records) * c.copies }

func (c crowd) Head(context.Context) (event.Position, error) { return event.Position(c.events()), nil }

// ReadAll makes the copies while it is read. It gives the whole log.
func (c crowd) ReadAll(_ context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		var stream, data, metadata []byte
		position := event.Position(0)
		for k := range c.copies {
			for i := range c.records {
				o := &c.records[i]
				rec := o.Record
				position++
				rec.Position = position
				rec.ID[0] ^= byte(k)
				stream = copyOf(stream, []byte(o.Stream), o.stream, byte(k))
				data = copyOf(data, o.Data, o.data, byte(k))
				metadata = copyOf(metadata, o.Metadata, o.metadata, byte(k))
				rec.Stream, rec.Data, rec.Metadata = string(stream), data, metadata
				if position > span.After && !yield(rec, nil) {
					return
				}
			}
		}
	}
}

var anID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

func idsIn(text []byte) (places []int) {
	for _, at := range anID.FindAllIndex(text, -1) {
		places = append(places, at[0])
	}
	return places
}

// copyOf is a text with the ids of another copy: their first byte, two digits, is
// another.
func copyOf(into, text []byte, ids []int, change byte) []byte {
	const digits = "0123456789abcdef"
	into = append(into[:0], text...)
	for _, at := range ids {
		for i, half := range [2]byte{change >> 4, change & 15} {
			digit := strings.IndexByte(digits, into[at+i])
			into[at+i] = digits[byte(digit)^half]
		}
	}
	return into
}
