package script_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/script"
)

var good = client(`"` + id2 + `"`)

// sized is a line of n bytes that is right.
func sized(n int) string {
	const text = `FlagClient`
	line := func(reason string) string { return with(text, `"client":"`+id2+`","reason":"`+reason+`"`) }
	return line(strings.Repeat("x", n-len(line(""))))
}

func read(t testing.TB, r io.Reader) (lines []*script.Line, err error) {
	t.Helper()
	for l, e := range script.NewReader(r).Lines() {
		require.NoError(t, err, "an error is the last pair")
		if err = e; err == nil {
			lines = append(lines, l)
		}
	}
	return lines, err
}

func TestReader(t *testing.T) {
	for _, tc := range []struct {
		name  string
		text  string
		lines string // for each line "number:" or "number!", read or rejected
	}{
		{"empty", "", ""},
		{"B4 only blank lines", "\n \t\r\n\r\n   ", ""},
		{"one line", good + "\n", "1:"},
		{"no line feed at the end", good + "\n" + good, "1: 2:"},
		{"blank last line", good + "\n  ", "1:"},
		{"B11 CR LF", good + "\r\n" + good + "\r\n", "1: 2:"},
		{"B4 blank lines have numbers", "\n" + good + "\n \t\r\n\n" + good + "\n", "2: 5:"},
		{"a bad line stops nothing", good + "\n{\n" + good + "\n", "1: 2! 3:"},
		{"a form feed is not blank", "\f\n" + good, "1! 2:"},
		{"a byte order mark is not blank", "\ufeff\n" + good, "1! 2:"},
		{"CR alone ends no line", good + "\r" + good, "1!"},
		{"B11 150,000 bytes", sized(150_000) + "\n" + good, "1: 2:"},
		{"B11 1 MiB", sized(script.MaxLine) + "\n" + good, "1: 2:"},
		{"B11 1 MiB and CR LF", sized(script.MaxLine) + "\r\n" + good, "1: 2:"},
		{"B11 1 MiB at the end", sized(script.MaxLine), "1:"},
		{"B11 longer", sized(script.MaxLine+1) + "\n" + good, "1! 2:"},
		{"B11 longer, CR LF", sized(script.MaxLine+1) + "\r\n" + good, "1! 2:"},
		{"B11 longer by two", sized(script.MaxLine+2) + "\n" + good, "1! 2:"},
		{"B11 longer by three, at the end", sized(script.MaxLine + 3), "1!"},
		{"B11 longer by spaces", good + strings.Repeat(" ", script.MaxLine) + "\n" + good, "1! 2:"},
		{"B4 longer, blank", strings.Repeat(" ", 3*script.MaxLine) + "\n" + good, "2:"},
		{"B4 longer, blank, at the end", good + "\n" + strings.Repeat(" ", 3*script.MaxLine), "1:"},
		{"B11 longer, blank but for its end", strings.Repeat(" ", 3*script.MaxLine) + "x\n" + good, "1! 2:"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(tc.text), iotest.DataErrReader(strings.NewReader(tc.text))} {
				lines, err := read(t, r)
				require.NoError(t, err)
				var got []string
				for _, l := range lines {
					mark := ":"
					if codeOf(t, l) != "" {
						mark = "!"
					}
					got = append(got, string(rune('0'+l.Number))+mark)
				}
				require.Equal(t, tc.lines, strings.Join(got, " "))
			}
		})
	}
}

// Fine print B11: of a line that is too long nothing is read, not even the id.
func TestLongLineShowsNothing(t *testing.T) {
	lines, err := read(t, strings.NewReader(sized(script.MaxLine+1)))
	require.NoError(t, err)
	require.False(t, lines[0].HasID)
	require.Equal(t, uuid.Nil, lines[0].ID)
	require.Nil(t, lines[0].Cmd)
	require.ErrorIs(t, lines[0].Err, aggregate.Invalid)
}

// endless repeats one byte.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func TestHundredMegabytesInOneLine(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	lines, err := read(t, io.MultiReader(
		strings.NewReader(good+"\n"+`{"id":"`), io.LimitReader(endless('x'), 100_000_000), strings.NewReader("\"}\n"),
		io.LimitReader(endless(' '), 100_000_000), strings.NewReader("\n"+good+"\n"),
	))
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	require.Len(t, lines, 3)
	require.NoError(t, lines[0].Err)
	require.ErrorIs(t, lines[1].Err, aggregate.Invalid)
	require.NoError(t, lines[2].Err)
	require.EqualValues(t, 4, lines[2].Number)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20), "everything allocated, freed or not")
}

func TestBreakingOffAndGoingOn(t *testing.T) {
	r := script.NewReader(strings.NewReader(good + "\n" + good + "\n" + good))
	for want := range int64(3) {
		for l, err := range r.Lines() {
			require.NoError(t, err)
			require.Equal(t, want+1, l.Number)
			break
		}
	}
	for range r.Lines() {
		t.Fatal("a line after the last")
	}
}

// What the medium gave before it failed in the middle of a line is no line.
func TestFailingMedium(t *testing.T) {
	broken := errors.New("broken")
	for _, rest := range []string{"", `{"id":`, good} {
		r := script.NewReader(io.MultiReader(strings.NewReader(good+"\n\n"+rest), iotest.ErrReader(broken)))
		for range 2 { // asked again, it fails again
			var lines int
			var err error
			for l, e := range r.Lines() {
				if err = e; err == nil {
					require.EqualValues(t, 1, l.Number)
					lines++
				}
			}
			require.LessOrEqual(t, lines, 1)
			require.ErrorIs(t, err, broken)
			require.ErrorIs(t, err, script.ErrUnreadable)
			var e *fault.Error
			require.ErrorAs(t, err, &e)
			require.EqualValues(t, 3, e.Line)
			require.Equal(t, "script unreadable: line 3: broken", err.Error())
		}
	}
}
