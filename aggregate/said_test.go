package aggregate

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

func TestSaid(t *testing.T) {
	week := event.WeekOf(t0)
	require.Equal(t, PayWeek{Contract: contract, Week: week}, Said(PayWeek{Contract: contract, Week: week, Actor: event.ActorTimer}))
	require.Equal(t, PayWeek{Contract: contract, Week: week}, Said(&PayWeek{Contract: contract, Week: week, Actor: event.ActorTimer}))
	platform := PayWeek{Contract: contract, Week: week, Actor: event.ActorPlatform}
	require.Equal(t, platform, Said(platform))

	given := PlaceHold{Freelancer: freelancer, Kind: event.HoldQuality, Blocks: []event.HoldBlock{event.BlockSearch, event.BlockContracts}}
	sorted := PlaceHold{Freelancer: freelancer, Kind: event.HoldQuality, Blocks: []event.HoldBlock{event.BlockContracts, event.BlockSearch}}
	require.Equal(t, sorted, Said(given))
	require.Equal(t, sorted, Said(&given))
	require.Equal(t, event.BlockSearch, given.Blocks[0], "the sender's list stays as it is")
	for _, same := range []Command{
		PlaceHold{Freelancer: freelancer, Kind: event.HoldQuality},
		PlaceHold{Freelancer: freelancer, Kind: event.HoldQuality, Blocks: []event.HoldBlock{}},
		RegisterClient{Client: client},
		PauseContract{Contract: contract, Actor: event.ActorPlatform}, // a default that is written out
	} {
		require.Equal(t, same, Said(same))
	}
}
