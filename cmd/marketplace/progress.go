package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
)

// terminal is w if a person looks at it, else nil.
func terminal(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

// width is how many columns the terminal has that w is, 0 if it is none.
func width(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return columns
}

// progress is one line on a terminal that says how far an import is. It is
// drawn again in place, at most every tenth of a second.
type progress struct {
	screen   io.Writer
	size     int64        // bytes to read, -1 if nobody knows
	consumed func() int64 // bytes read so far
	now      func() time.Time

	began, drawn time.Time
}

const (
	redraw    = 100 * time.Millisecond
	clearLine = "\r\x1b[K"
)

func (p *progress) start() {
	p.began = p.now()
	p.draw("reading the log …")
}

// report draws the progress after a group of lines has become durable.
func (p *progress) report(r marketplace.ImportReport) {
	now := p.now()
	if now.Sub(p.drawn) < redraw {
		return
	}
	p.drawn = now
	took := now.Sub(p.began)
	text := fmt.Sprintf("%s lines, %s lines/s", show.Count(r.Lines), show.Count(rate(r.Lines, took)))
	if read := int64(0); p.size > 0 {
		read = min(p.consumed(), p.size)
		text = fmt.Sprintf("%3d %%  %s", percent(read, p.size), text)
		if read > 0 && read < p.size {
			rest := took.Seconds() * float64(p.size-read) / float64(read)
			text += ", " + show.Span(int64(rest)) + " left"
		}
	}
	p.draw(text)
}

// percent is how much of a whole is done while something is still to do: never all.
func percent(done, whole int64) int64 {
	if whole <= 0 {
		return 0
	}
	return min(99, max(0, int64(float64(done)/float64(whole)*100)))
}

func (p *progress) draw(text string) { _, _ = io.WriteString(p.screen, clearLine+text) }

func (p *progress) clear() { p.draw("") }
