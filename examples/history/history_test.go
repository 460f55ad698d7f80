package history_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/examples/history"
	"github.com/marketcore/marketplace/script"
)

func Example() {
	f, err := history.Files.Open(history.Small)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	lines, wrong := 0, 0
	for line, err := range script.NewReader(f).Lines() {
		if err != nil {
			fmt.Println(err)
			return
		}
		lines++
		if line.Err != nil {
			wrong++
		}
	}
	fmt.Println(lines, "lines,", wrong, "wrong by themselves")
	// Output: 4412 lines, 265 wrong by themselves
}

func TestMedium(t *testing.T) {
	packed, err := fs.ReadFile(history.Files, history.Medium)
	require.NoError(t, err)
	plain, err := zstd.NewReader(bytes.NewReader(packed))
	require.NoError(t, err)
	defer plain.Close()
	lines, late, end := 0, 0, event.MustParseTime(history.MediumEnd)
	for line, err := range script.NewReader(plain).Lines() {
		require.NoError(t, err)
		lines++
		if line.Err == nil && line.At > end && line.At <= end.AddMonths(12) { // some are of the far future, and rejected for it
			late++
		}
	}
	require.Equal(t, 60_688, lines)
	require.Less(t, late, lines/1000, "only a few deadlines lie after MediumEnd")
}
