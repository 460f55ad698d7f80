package readmodel

import (
	"context"
	"errors"
	"runtime"
	"runtime/metrics"
	"sync"
)

var errMemory = errors.New("more memory than allowed")

// memory is how much of it a fold may hold. What is garbage does not count.
type memory struct {
	mu          sync.Mutex
	live, limit uint64 // bytes: when the fold began, and more than that
	cancel      context.CancelCauseFunc
}

// withinMemory is a context that check ends with errMemory when about so many
// bytes more than now are alive in the process.
func withinMemory(ctx context.Context, bytes int64) (context.Context, *memory) {
	ctx, cancel := context.WithCancelCause(ctx)
	runtime.GC() // what an earlier pass left counts no more
	return ctx, &memory{live: heap(liveBytes), limit: uint64(bytes), cancel: cancel}
}

func (m *memory) check() {
	if heap(usedBytes) < m.live+m.limit || !m.mu.TryLock() {
		return
	}
	defer m.mu.Unlock()
	// Much of it may be garbage. An eighth below the limit is the limit, so that
	// a collection is not due again at once.
	runtime.GC()
	if heap(liveBytes) > m.live+m.limit-m.limit/8 {
		m.cancel(errMemory)
	}
}

const (
	liveBytes = "/gc/heap/live:bytes"                // found alive by the last collection
	usedBytes = "/memory/classes/heap/objects:bytes" // alive or garbage
)

func heap(metric string) uint64 {
	sample := []metrics.Sample{{Name: metric}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
