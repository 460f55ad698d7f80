package web

import (
	"fmt"
	"html/template"
	"math"
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
	ID, Title string
	SVG       template.HTML // "" if there is nothing to see
	Most      string        // the highest value, "" if the axis says as much
	Axis      []string      // what the lines of the grid stand for, from the top
	Ends      []string      // what stands below the first, the middle and the last value
	Running   bool          // the last value is of a time that is not over
	Rows      []row         // the same numbers, where no other table has them
}

// row is a number of a plot in its table.
type row struct{ Name, Value string }

// value is a number of a plot; nil is unknown.
type value struct {
	Name string // of its time
	N    *int64
}

// scale is how the numbers of a plot are shown.
type scale struct {
	unit  int64 // that steps of the axis are whole ones of
	top   int64 // 0: above the highest value
	shown func(int64) string
	axis  func(int64) string // nil: shown
}

// label is how the axis shows a number.
func (s scale) label(n int64) string {
	if s.axis != nil {
		return s.axis(n)
	}
	return s.shown(n)
}

const (
	plotWidth  = 1000
	plotHeight = 200
)

// bars draws a bar for each value.
func (p *plot) bars(values []value, of scale) {
	most := int64(0)
	for _, v := range values {
		if v.N != nil {
			most = max(most, *v.N)
		}
	}
	if most == 0 {
		return
	}
	p.Most = of.shown(most)
	p.draw(values, of, most, fmt.Sprintf("at most %s", p.Most), func(b *strings.Builder, top int64) {
		for i, v := range values {
			if v.N == nil {
				continue
			}
			from, to := p.place(i, len(values))
			if height := scaled(max(*v.N, 0), top, plotHeight); height > 0 {
				fmt.Fprintf(b, `<rect class="%s" x="%d" y="%d" width="%d" height="%d"/>`,
					p.class("bar", i, len(values)), from, plotHeight-height, max(to-from-3, 1), height)
			}
		}
	})
}

// line draws a line through the values that are known.
func (p *plot) line(values []value, of scale) {
	if !slices.ContainsFunc(values, func(v value) bool { return v.N != nil }) {
		return
	}
	p.draw(values, of, of.top, "from 0 to "+of.label(of.top), func(b *strings.Builder, top int64) {
		for i := 0; i < len(values); i++ {
			if values[i].N == nil {
				continue
			}
			b.WriteString(`<polyline class="line" points="`)
			for ; i < len(values) && values[i].N != nil; i++ {
				// Each value has a width, so that one alone is seen too.
				from, to := p.place(i, len(values))
				y := plotHeight - scaled(min(max(*values[i].N, 0), top), top, plotHeight)
				fmt.Fprintf(b, "%d,%d %d,%d ", from, y, to, y)
			}
			b.WriteString(`"/>`)
		}
	})
}

// draw draws the grid, what is on it, and over it a column for each value, which says
// the value to who points at it.
func (p *plot) draw(values []value, of scale, most int64, extent string, content func(b *strings.Builder, top int64)) {
	step, steps := steppingTo(most, of.unit)
	top := step * steps
	first, middle, last := values[0].Name, values[len(values)/2].Name, values[len(values)-1].Name
	if p.Ends = []string{first, middle, last}; len(values) < 3 {
		p.Ends = slices.Compact([]string{first, last})
	}
	var b strings.Builder
	for i := range steps + 1 {
		p.Axis = append(p.Axis, of.label(top-i*step))
		y := scaled(i, steps, plotHeight)
		fmt.Fprintf(&b, `<path class="grid" d="M0 %dH%d"/>`, y, plotWidth)
	}
	if p.Running {
		from, _ := p.place(len(values)-1, len(values))
		fmt.Fprintf(&b, `<rect class="running" x="%d" width="%d" height="%d"/>`, from, plotWidth-from, plotHeight)
	}
	content(&b, top)
	for i, v := range values {
		from, to := p.place(i, len(values))
		said := v.Name + ": " + show.Unknown
		if v.N != nil {
			said = v.Name + ": " + of.shown(*v.N)
		}
		if p.Running && i == len(values)-1 {
			said += ", so far"
		}
		fmt.Fprintf(&b, `<rect class="point" x="%d" width="%d" height="%d"><title>%s</title></rect>`, from, to-from, plotHeight, template.HTMLEscapeString(said))
	}
	desc := fmt.Sprintf("%s to %s, %s.", first, last, extent)
	if p.Running {
		desc += " " + last + " is not over."
	}
	p.SVG = svg("plot", p.ID, p.Title, desc, plotWidth, plotHeight, b.String())
}

// place is where the i-th of n values begins and ends.
func (p *plot) place(i, n int) (from, to int64) {
	return scaled(int64(i), int64(n), plotWidth), scaled(int64(i)+1, int64(n), plotWidth)
}

func (p *plot) class(name string, i, n int) string {
	if p.Running && i == n-1 {
		return name + " unfinished"
	}
	return name
}

// maxSteps are the most that the axis of a plot is divided in.
const maxSteps = 4

// steppingTo divides an axis in steps of 1, 2 or 5 times a power of ten units, the
// smallest of which few reach the most. Beyond what can be rounded up there is one step.
func steppingTo(most, unit int64) (step, steps int64) {
	if most > math.MaxInt64/20 {
		return most, 1
	}
	for power := unit; ; power *= 10 {
		for _, digit := range []int64{1, 2, 5} {
			if step = digit * power; (most-1)/step < maxSteps {
				return step, (most-1)/step + 1
			}
		}
	}
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
