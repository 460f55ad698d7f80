package market

import (
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Large makes up a history of at least n events in four years, for benchmarks.
func Large(n int) *Market {
	m := New(1)
	m.RegisterClients(n * 3 / 1000)
	for len(m.History) < n {
		m.Freelancer(20, 12)
	}
	return m
}

// Size is how many events a benchmark's log has: as many millions as the variable
// MARKETPLACE_BENCH_MILLIONS says, otherwise usual.
func Size(tb testing.TB, usual int) int {
	text := os.Getenv("MARKETPLACE_BENCH_MILLIONS")
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	require.NoError(tb, err)
	return n * 1_000_000
}
