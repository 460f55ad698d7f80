package marketplace_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/internal/markettest"
)

// BenchmarkDo sends invites, one new stream each, and half of them are
// declined: load three aggregates, decide, append durably.
func BenchmarkDo(b *testing.B) {
	for _, log := range []string{"memory", "sqlite"} {
		for _, callers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/callers=%d", log, callers), func(b *testing.B) {
				url := "memory:"
				if log == "sqlite" {
					url = "sqlite:" + filepath.Join(b.TempDir(), "market.db")
				}
				benchmarkDo(b, url, callers)
			})
		}
	}
}

func benchmarkDo(b *testing.B, url string, callers int) {
	m := markettest.At(b, url)
	at := marketplace.At(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	clients, freelancers := make([]uuid.UUID, callers), make([]uuid.UUID, callers)
	for i := range callers {
		clients[i], freelancers[i] = uuid.New(), uuid.New()
		require.NoError(b, markettest.Do(b, m, aggregate.RegisterClient{Client: clients[i]}, "2020-01-01T00:00:00Z"))
		require.NoError(b, markettest.Do(b, m, aggregate.RegisterFreelancer{Freelancer: freelancers[i]}, "2020-01-01T00:00:00Z"))
	}
	job := uuid.New()
	b.ReportAllocs()
	b.ResetTimer()
	var left atomic.Int64
	left.Store(int64(b.N))
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			var invite uuid.UUID
			for left.Add(-1) >= 0 {
				var c aggregate.Command
				if invite == uuid.Nil {
					invite = uuid.New()
					c = aggregate.SendInvite{Invite: invite, Job: job, Client: clients[i], Freelancer: freelancers[i]}
				} else {
					c = aggregate.DeclineInvite{Invite: invite}
					invite = uuid.Nil
				}
				if _, err := m.Do(b.Context(), c, at); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
}

// BenchmarkImport imports the medium history.
func BenchmarkImport(b *testing.B) {
	for _, log := range []string{"memory", "sqlite"} {
		b.Run(log, func(b *testing.B) {
			b.ReportAllocs()
			lines := int64(0)
			for range b.N {
				url := "memory:"
				if log == "sqlite" {
					url = "sqlite:" + filepath.Join(b.TempDir(), "market.db")
				}
				m := markettest.At(b, url)
				lines += markettest.ImportFile(b, m, mediumHistory).Lines
				runtime.GC()
			}
			b.ReportMetric(float64(lines)/b.Elapsed().Seconds(), "commands/s")
		})
	}
}
