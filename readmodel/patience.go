package readmodel

import (
	"errors"
	"log/slog"

	"github.com/marketcore/marketplace/internal/backoff"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
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

// passing reports a failure after which another attempt may succeed, with
// nothing done by people but to bring a server or a disk back.
func passing(err error) bool {
	if store.Passing(err) {
		return true
	}
	for _, e := range []error{
		projection.ErrSubscriptionEnded,
		ErrUnavailable, ErrBusy, ErrConflict, ErrFull, ErrLeased, ErrLeaseLost, errVersionChanged,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// errVersionChanged: the version that is written is not what it was when the
// runner began, because a rebuild has taken its place.
var errVersionChanged = errors.New("readmodel: another version is live now")
