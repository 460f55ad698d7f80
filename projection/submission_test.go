package projection_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
)

// TestSubmissions: what becomes of each submission, fine print F8 and F9; and of many.
func TestSubmissions(t *testing.T) {
	w := projectiontest.NewWorld(t)
	at := projectiontest.June
	do := func(events ...event.Event) {
		at++
		w.OnContract("job", at, events...)
	}
	id := projectiontest.Named
	do(&event.ContractStarted{Via: event.ViaDirect})
	require.Nil(t, w.Contract("job").Work, "nothing was submitted")
	do(&event.WorkSubmitted{Milestone: id("1")}, &event.WorkSubmitted{Milestone: id("2")}, &event.WorkSubmitted{Milestone: id("3")})
	do(&event.MilestoneReleased{Milestone: id("2"), Amount: 1, Cause: event.ReleasedAuto}, &event.WorkSubmitted{Milestone: id("1")})
	do(&event.MilestoneReleased{Milestone: id("1"), Amount: 1, Cause: event.ReleasedByClient}, &event.MilestoneReleased{Milestone: id("1"), Amount: 1, Cause: event.ReleasedByClient})
	do(&event.ChangesRequested{Milestone: id("4")})
	var got []string
	for _, s := range w.Contract("job").Submissions() {
		got = append(got, fmt.Sprintf("%v %v", s.Outcome, int64(s.Answered.At-s.At)))
		require.Equal(t, s.Outcome != projection.SubmissionStands, s.Answered.Happened())
	}
	require.Equal(t, []string{"answered 1", "auto_released 1", fmt.Sprintf("stands %d", int64(event.Never-projectiontest.June-2)), "released 1"}, got)

	for i := range 100 {
		do(&event.WorkSubmitted{Milestone: id(fmt.Sprint("m", i%50))})
	}
	do(&event.EscrowRefunded{Milestone: id("m7"), Amount: 1})
	all := w.Contract("job").Submissions()
	require.Len(t, all, 104)
	require.Equal(t, projection.SubmissionAnswered, all[4+7].Outcome, "a second one came")
	require.Equal(t, all[4+57].Moment, all[4+7].Answered)
	require.Equal(t, at, all[4+57].Answered.At)
	require.Equal(t, projection.SubmissionStands, all[4+58].Outcome)
}
