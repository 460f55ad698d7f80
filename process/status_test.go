package process_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
)

// TestOverdue: only what has passed is overdue, and only once something is known.
func TestOverdue(t *testing.T) {
	due := at("2024-01-07T00:00:00Z")
	for _, row := range []struct {
		position event.Position
		next     event.Time
		now      string
		want     time.Duration
	}{
		{9, due, "2024-01-06T23:59:59Z", 0},
		{9, due, "2024-01-07T00:00:00Z", 0},
		{9, due, "2024-01-07T00:01:00Z", time.Minute},
		{9, event.Never, "2024-01-07T00:01:00Z", 0},
		{0, 0, "2024-01-07T00:01:00Z", 0},
	} {
		s := process.Status{Position: row.position, NextDue: row.next}
		require.Equal(t, row.want, s.Overdue(at(row.now).Std()), row.now)
	}
}
