package readmodel

import (
	"log/slog"

	"github.com/marketcore/marketplace/internal/backoff"
	"github.com/marketcore/marketplace/internal/fault"
)

// pauses are those after failures, by the read model's timer.
func (m *ReadModel) pauses() backoff.Pauses {
	p := backoff.ForStore()
	p.After = m.options.After
	return p
}

// waiting is for a part of the read model that tries as long as it takes.
func (m *ReadModel) waiting(who string, l *slog.Logger) backoff.Waiting {
	return backoff.Waiting{Pauses: m.pauses(), Logger: l, Who: who}
}

// errVersionChanged: the version that is written is not what it was when the
// runner began, because a rebuild has taken its place.
var errVersionChanged = fault.New("readmodel", "version_changed")
