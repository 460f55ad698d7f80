package main

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// table is rows of cells under a head, in aligned columns.
type table struct {
	columns []column
	rows    [][]string
	fits    int // how wide it may be, 0: as wide as it is
}

type column struct {
	head  string
	right bool // numbers stand to the right
}

func left(head string) column  { return column{head: head} }
func right(head string) column { return column{head: head, right: true} }

func (c *cli) newTable(columns ...column) *table { return &table{columns: columns, fits: c.width} }

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// withoutEmpty leaves out the columns that are empty in every row.
func (t *table) withoutEmpty() *table {
	slim := &table{fits: t.fits, rows: make([][]string, len(t.rows))}
	for i, c := range t.columns {
		if !slices.ContainsFunc(t.rows, func(r []string) bool { return r[i] != "" }) {
			continue
		}
		slim.columns = append(slim.columns, c)
		for n, r := range t.rows {
			slim.rows[n] = append(slim.rows[n], r[i])
		}
	}
	return slim
}

// write writes the table; one that is too wide in parts, below each other, each with
// the first column.
func (t *table) write(w io.Writer, indent string) {
	head := make([]string, len(t.columns))
	width := make([]int, len(t.columns))
	for i, c := range t.columns {
		head[i] = c.head
		width[i] = utf8.RuneCountInString(c.head)
		for _, r := range t.rows {
			width[i] = max(width[i], utf8.RuneCountInString(r[i]))
		}
	}
	for i, part := range t.parts(width, len(indent)) {
		if i > 0 {
			_, _ = io.WriteString(w, "\n") // stdout keeps its error
		}
		t.line(w, indent, head, width, part)
		for _, r := range t.rows {
			t.line(w, indent, r, width, part)
		}
	}
}

const between = "  " // columns

// parts are the columns of each part.
func (t *table) parts(width []int, indent int) (parts [][]int) {
	part, taken := []int{0}, indent+width[0]
	for i := 1; i < len(width); i++ {
		if wider := taken + len(between) + width[i]; t.fits == 0 || wider <= t.fits || len(part) == 1 {
			part, taken = append(part, i), wider
			continue
		}
		parts = append(parts, part)
		part, taken = []int{0, i}, indent+width[0]+len(between)+width[i]
	}
	return append(parts, part)
}

func (t *table) line(w io.Writer, indent string, cells []string, width, part []int) {
	var b strings.Builder
	b.WriteString(indent)
	for n, i := range part {
		cell := cells[i]
		if n > 0 {
			b.WriteString(between)
		}
		space := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
		if t.columns[i].right {
			b.WriteString(space + cell)
		} else {
			b.WriteString(cell + space)
		}
	}
	_, _ = io.WriteString(w, strings.TrimRight(b.String(), " ")+"\n") // stdout keeps its error
}
