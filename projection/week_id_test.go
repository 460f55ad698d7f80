package projection_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// TestWeekID: it is the UUID of version 5 of the week's name in the contract's name space.
func TestWeekID(t *testing.T) {
	contract := uuid.New()
	for _, moment := range []string{"2016-02-03T00:00:00Z", "2020-12-31T00:00:00Z", "2021-01-03T23:59:59Z", "9999-06-01T00:00:00Z"} {
		week := event.WeekOf(event.MustParseTime(moment))
		require.Equal(t, uuid.NewSHA1(contract, []byte(week.String())), projection.WeekID(contract, week), week)
	}
}
