package script_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/script"
)

// One operation is one line.
func BenchmarkRead(b *testing.B) {
	every, err := os.ReadFile(everyCommand)
	require.NoError(b, err)
	text := bytes.Repeat(every, 100)
	count := bytes.Count(text, []byte("\n"))

	b.Run("lines", func(b *testing.B) {
		b.SetBytes(int64(len(text) / count))
		b.ReportAllocs()
		for n := 0; n < b.N; {
			for l, err := range script.NewReader(bytes.NewReader(text)).Lines() {
				if err != nil || l.Err != nil {
					b.Fatal(err, l.Err)
				}
				if n++; n == b.N {
					break
				}
			}
		}
	})
	// What encoding/json takes to split the lines alone, for comparison.
	b.Run("encoding-json-map", func(b *testing.B) {
		b.SetBytes(int64(len(text) / count))
		b.ReportAllocs()
		lines := bytes.Split(every[:len(every)-1], []byte("\n"))
		for n := range b.N {
			var fields map[string]json.RawMessage
			if err := json.Unmarshal(lines[n%len(lines)], &fields); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	every, err := os.ReadFile(everyCommand)
	require.NoError(b, err)
	lines, err := read(b, bytes.NewReader(every))
	require.NoError(b, err)
	b.ReportAllocs()
	var buf []byte
	for n := range b.N {
		l := lines[n%len(lines)]
		if buf, err = script.Append(buf[:0], l.ID, l.At, l.Command); err != nil {
			b.Fatal(err)
		}
	}
}
