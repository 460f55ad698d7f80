package main

import (
	"fmt"
	"io"
	"time"

	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/store/archive"
)

// counted is one line on a terminal that says how many events are done. Without
// a terminal it says nothing.
type counted struct {
	screen       io.Writer
	began, drawn time.Time
}

func (c *cli) counted() *counted {
	return &counted{screen: terminal(c.stderr), began: time.Now()}
}

func (p *counted) report(done archive.Progress) {
	now := time.Now()
	if p.screen == nil || now.Sub(p.drawn) < redraw {
		return
	}
	p.drawn = now
	fmt.Fprintf(p.screen, "%s%3d %%  %s events, %s events/s", clearLine, percent(int64(done.Position), int64(done.Through)), show.Count(done.Events), show.Count(rate(done.Events, now.Sub(p.began))))
}

func (p *counted) clear() {
	if p.screen != nil {
		_, _ = io.WriteString(p.screen, clearLine)
	}
}
