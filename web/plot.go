package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/marketcore/marketplace/internal/show"
)

// Plots are SVG without words in it but its title and description: words stand
// beside it as HTML, in the size of the page's. Coordinates are integers.

// part is one of several parts of a whole.
type part struct {
	Name  string
	Tone  tone
	Count int64
}

// tone is the class of a colour in the style sheet.
type tone string

const (
	toneGood  tone = "good" // what is better, the same, worse
	toneFair  tone = "fair"
	tonePoor  tone = "poor"
	toneDeep  tone = "deep" // no better and no worse than others
	toneLight tone = "light"
	toneGrey  tone = "grey"
)

// share is how a whole is made up.
type share struct {
	ID    string // of the plot on its page
	Title string
	Of    string // what is counted
	Parts []part
	Total int64
}

func shareOf(id, title, of string, parts ...part) share {
	s := share{ID: id, Title: title, Of: of, Parts: parts}
	for _, p := range parts {
		s.Total += p.Count
	}
	return s
}

// Percent is a part's share of the whole.
func (s share) Percent(p part) string {
	if s.Total == 0 {
		return show.Unknown
	}
	bp := scaled(p.Count, s.Total, 10_000)
	return show.Percent(&bp)
}

// SVG is a bar that is divided as the whole is. Without a whole there is none.
func (s share) SVG() template.HTML {
	const width, gap = 1000, 4
	if s.Total == 0 {
		return ""
	}
	var words []string
	var bars strings.Builder
	before := int64(0)
	for _, p := range s.Parts {
		words = append(words, fmt.Sprintf("%s %s", show.Count(p.Count), p.Name))
		from := scaled(before, s.Total, width)
		before += p.Count
		to := scaled(before, s.Total, width)
		if p.Count > 0 {
			fmt.Fprintf(&bars, `<rect class="%s" x="%d" width="%d" height="10"/>`, p.Tone, from, max(to-from-gap, 1))
		}
	}
	return svg("share", s.ID, s.Title, strings.Join(words, ", ")+".", width, 10, bars.String())
}

// plot is numbers over time, with the words around them.
type plot struct {
	ID, Title   string
	SVG         template.HTML // "" if there is nothing to see
	Top         string        // what the upper edge stands for
	First, Last string        // what its sides stand for
	Rows        []row         // the same numbers, where no other table has them
}

// row is a number of a plot in its table.
type row struct{ Name, Value string }

const (
	plotWidth  = 1000
	plotHeight = 200
)

// bars draws a bar for each value; the highest reaches the upper edge.
func (p *plot) bars(values []int64, shown func(int64) string) {
	most := slices.Max(values)
	if most <= 0 {
		return
	}
	p.Top = shown(most)
	n := int64(len(values))
	var b strings.Builder
	for i, value := range values {
		from, to := scaled(int64(i), n, plotWidth), scaled(int64(i)+1, n, plotWidth)
		if height := scaled(max(value, 0), most, plotHeight); height > 0 {
			fmt.Fprintf(&b, `<rect class="bar" x="%d" y="%d" width="%d" height="%d"/>`, from, plotHeight-height, max(to-from-3, 1), height)
		}
	}
	p.SVG = svg("plot", p.ID, p.Title, fmt.Sprintf("%s to %s, at most %s.", p.First, p.Last, p.Top), plotWidth, plotHeight, b.String())
}

// line draws a line through the values that are known; the upper edge is top.
func (p *plot) line(values []*int64, top int64, topShown string) {
	known := func(v *int64) bool { return v != nil }
	if !slices.ContainsFunc(values, known) {
		return
	}
	p.Top = topShown
	if len(p.Rows) > 0 {
		p.First, p.Last = p.Rows[0].Name, p.Rows[len(p.Rows)-1].Name
	}
	n := int64(len(values))
	var b strings.Builder
	for i := 0; i < len(values); i++ {
		if values[i] == nil {
			continue
		}
		b.WriteString(`<polyline class="line" points="`)
		for ; i < len(values) && values[i] != nil; i++ {
			// Each value has a width, so that one alone is seen too.
			y := plotHeight - scaled(min(max(*values[i], 0), top), top, plotHeight)
			fmt.Fprintf(&b, "%d,%d %d,%d ", scaled(int64(i), n, plotWidth), y, scaled(int64(i)+1, n, plotWidth), y)
		}
		b.WriteString(`"/>`)
	}
	p.SVG = svg("plot", p.ID, p.Title, fmt.Sprintf("%s to %s, from 0 to %s.", p.First, p.Last, p.Top), plotWidth, plotHeight, b.String())
}

// scaled is part/whole of the size, half up, for 0 <= part <= whole. It loses
// the last digits of parts and wholes too great to multiply.
func scaled(part, whole, size int64) int64 {
	for whole > 1<<40 {
		part, whole = part>>1, whole>>1
	}
	return (2*part*size + whole) / (2 * whole)
}

// svg is an image with a name. It fills whatever box the style sheet gives it.
func svg(class, id, title, desc string, width, height int64, content string) template.HTML {
	return template.HTML(fmt.Sprintf(
		`<svg class="%s" role="img" aria-labelledby="%s-title %s-desc" viewBox="0 0 %d %d" preserveAspectRatio="none"><title id="%s-title">%s</title><desc id="%s-desc">%s</desc>%s</svg>`,
		class, id, id, width, height, id, template.HTMLEscapeString(title), id, template.HTMLEscapeString(desc), content))
}
