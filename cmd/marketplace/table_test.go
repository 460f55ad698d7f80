package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// A table that is wider than the terminal is written in parts that are not.
func TestTableFits(t *testing.T) {
	text := func(width int) string {
		tbl := (&cli{width: width}).newTable(left("WEEK"), right("GROSS"), right("HOURS"), left("NOTE"))
		tbl.row("2017-W05", "1,000.00", "3", "–")
		tbl.row("2017-W06", "20.00", "40", "much")
		var b bytes.Buffer
		tbl.write(&b, "  ")
		return b.String()
	}
	const whole = `  WEEK         GROSS  HOURS  NOTE
  2017-W05  1,000.00      3  –
  2017-W06     20.00     40  much
`
	require.Equal(t, whole, text(0))
	require.Equal(t, whole, text(33))
	require.Equal(t, `  WEEK         GROSS  HOURS
  2017-W05  1,000.00      3
  2017-W06     20.00     40

  WEEK      NOTE
  2017-W05  –
  2017-W06  much
`, text(32))
	for width := 20; width < 40; width++ {
		for line := range strings.Lines(text(width)) {
			require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), width)
		}
	}
	require.Equal(t, 3, strings.Count(text(1), "WEEK"), "no part is empty")
}
