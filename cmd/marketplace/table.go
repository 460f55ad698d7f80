package main

import (
	"io"
	"strings"
	"unicode/utf8"
)

// table is rows of cells under a head, in aligned columns.
type table struct {
	columns []column
	rows    [][]string
}

type column struct {
	head  string
	right bool // numbers stand to the right
}

func left(head string) column  { return column{head: head} }
func right(head string) column { return column{head: head, right: true} }

func newTable(columns ...column) *table { return &table{columns: columns} }

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

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
	t.line(w, indent, head, width)
	for _, r := range t.rows {
		t.line(w, indent, r, width)
	}
}

func (t *table) line(w io.Writer, indent string, cells []string, width []int) {
	var b strings.Builder
	b.WriteString(indent)
	for i, cell := range cells {
		if i > 0 {
			b.WriteString("  ")
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
