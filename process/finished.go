package process

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/marketcore/marketplace/event"
)

// Finished is a task that is over.
type Finished struct {
	Outcome
	Due event.Time // from which moment its command could be given
	At  event.Time // when it was over
}

// OnFinished calls told for every task that is over, until stop is called. The
// Runner waits for it meanwhile, so it is quick and does not call the Runner.
func (r *Runner) OnFinished(told func(context.Context, Finished)) (stop func()) {
	return r.listeners.add(told)
}

// listeners are told of finished tasks. They are safe for concurrent use.
type listeners struct {
	mu   sync.Mutex
	last int
	told map[int]func(context.Context, Finished)
}

func (l *listeners) add(told func(context.Context, Finished)) (stop func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.told == nil {
		l.told = map[int]func(context.Context, Finished){}
	}
	l.last++
	mine := l.last
	l.told[mine] = told
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.told, mine)
	}
}

// tell tells them in the order in which they came. One may stop meanwhile.
func (l *listeners) tell(ctx context.Context, f Finished) {
	l.mu.Lock()
	told := make([]func(context.Context, Finished), 0, len(l.told))
	for _, i := range slices.Sorted(maps.Keys(l.told)) {
		told = append(told, l.told[i])
	}
	l.mu.Unlock()
	for _, tell := range told {
		tell(ctx, f)
	}
}
