package competing

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMeasurements(t *testing.T) {
	require.Empty(t, newTimes(false).measurements())
	times := newTimes(true)
	require.Empty(t, times.measurements())
	for v := int64(timesKept); v > 0; v-- {
		times.latest = append(times.latest, v)
	}
	require.Equal(t, []Measurement{
		{"Mean", 500}, {"Median", 501}, {"Fastest", 1},
		{"Quintile 1", 1}, {"Quintile 2", 201}, {"Quintile 3", 401}, {"Quintile 4", 601}, {"Quintile 5", 801},
		{"90%", 901}, {"95%", 951}, {"99%", 991}, {"99.5%", 996}, {"99.9%", 1000}, {"Highest", 1000},
	}, times.measurements())
	times.latest = []int64{7}
	for _, m := range times.measurements() {
		require.EqualValues(t, 7, m.Value, m.Key)
	}
}

func TestStateInWords(t *testing.T) {
	var s state
	require.Empty(t, s.String())
	s.setBehind()
	s.set(pageRequested)
	require.Equal(t, "Behind, OutstandingPageRequest", s.String())
	s.setLive()
	s.clear(pageRequested)
	s.set(replaying)
	require.Equal(t, "ReplayingParkedMessages, Live", s.String())
}
