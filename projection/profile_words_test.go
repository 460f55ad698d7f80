package projection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
)

// TestDescribed: each description replaces all of the one before it, and of the tests
// of a name the newest counts, as of any moment.
func TestDescribed(t *testing.T) {
	w, ann := projectiontest.NewWorld(t), event.FreelancerStream(projectiontest.Named("ann"))
	w.On(ann, projectiontest.June, &event.FreelancerRegistered{})
	w.On(ann, projectiontest.June+1, &event.ProfileDescribed{Introduction: "Hello.", Skills: []event.Text{"go"}, Category: "web", HourlyRate: 50_00},
		&event.SkillTestRecorded{Test: "sql", Score: 70}, &event.SkillTestRecorded{Test: "go", Score: 80})
	w.On(ann, projectiontest.June+2, &event.ProfileDescribed{Title: "Author"}, &event.SkillTestRecorded{Test: "sql", Score: 60})
	w.On(ann, projectiontest.June+2, &event.ProfileDescribed{Title: "Writer"})
	r := w.Records.Freelancers[projectiontest.Named("ann")]

	require.Nil(t, r.Described(projectiontest.June))
	first := r.Described(projectiontest.June + 1)
	require.Equal(t, []any{event.Text("Hello."), []event.Text{"go"}, "web", event.Money(50_00)}, []any{first.Introduction, first.Skills, first.Category, first.HourlyRate})
	last := r.Described(projectiontest.Noon)
	require.Equal(t, []any{event.Text("Writer"), event.Text(""), []event.Text(nil), "", event.Money(0)},
		[]any{last.Title, last.Introduction, last.Skills, last.Category, last.HourlyRate}, "the last one of a second")

	scores := func(asOf event.Time) (all map[string]int64) {
		all = map[string]int64{}
		for _, s := range r.Tested(asOf) {
			all[s.Test] = s.Score
		}
		return all
	}
	require.Empty(t, r.Tested(projectiontest.June))
	require.Equal(t, map[string]int64{"go": 80, "sql": 70}, scores(projectiontest.June+1))
	require.Equal(t, map[string]int64{"go": 80, "sql": 60}, scores(projectiontest.Noon))
	require.Equal(t, "go", r.Tested(projectiontest.Noon)[0].Test)
}

// TestFeedbackWords: of what is written records keep the client's words about the
// freelancer and the response, each from its own moment.
func TestFeedbackWords(t *testing.T) {
	w, job := projectiontest.NewWorld(t), event.ContractStream(projectiontest.Named("job"))
	june := projectiontest.June
	w.On(job, june, &event.ContractStarted{Kind: event.KindHourly, Category: "web", Via: event.ViaDirect}, &event.ContractEnded{})
	r := w.Records.Contracts[projectiontest.Named("job")]
	require.Equal(t, projection.TermsOf(event.KindHourly, "web"), r.Terms)
	w.On(job, june+1, &event.FeedbackSubmitted{By: event.SideFreelancer, Overall: 400, Comment: "Paid late."})
	require.Nil(t, r.Words)
	w.On(job, june+2, &event.FeedbackSubmitted{By: event.SideClient, Overall: 400, Comment: "Good."}, &event.FeedbackPublished{},
		&event.FeedbackResponded{By: event.SideClient, Comment: "Not so."})
	w.On(job, june+3, &event.FeedbackResponded{By: event.SideFreelancer, Comment: "Thanks."})
	w.On(job, june+4, &event.FeedbackRevised{By: event.SideFreelancer, Overall: 300, Comment: "Never paid."}, &event.FeedbackRevised{By: event.SideClient, Overall: 300})
	for at, want := range map[event.Time][2]event.Text{
		june + 2: {"Good.", ""}, june + 3: {"Good.", "Thanks."}, june + 4: {"", "Thanks."},
	} {
		require.Equal(t, want, [2]event.Text{r.CommentAt(at), r.ResponseAt(at)}, at)
	}
	err := w.Fold(w.Envelope(job, june+5, &event.FeedbackResponded{By: event.SideFreelancer, Comment: "Again."}))
	require.ErrorIs(t, err, projection.ErrContradiction)
}

// TestWordsAreNotTold: a difference of what people wrote names the fact and shows none
// of it.
func TestWordsAreNotTold(t *testing.T) {
	w, ann, job := projectiontest.NewWorld(t), event.FreelancerStream(projectiontest.Named("ann")), event.ContractStream(projectiontest.Named("job"))
	w.On(ann, projectiontest.June, &event.FreelancerRegistered{}, &event.ProfileDescribed{Introduction: "SECRET"})
	w.On(job, projectiontest.June, &event.ContractStarted{Via: event.ViaDirect}, &event.FeedbackSubmitted{By: event.SideClient, Overall: 400, Comment: "SECRET"},
		&event.FeedbackResponded{By: event.SideFreelancer, Comment: "SECRET"})
	was, wrote := w.Records.Freelancers[projectiontest.Named("ann")], w.Records.Contracts[projectiontest.Named("job")]
	is, writes := *was, *wrote
	is.Descriptions = []projection.Description{{Moment: was.Descriptions[0].Moment, Title: "SECRET 1", Introduction: "SECRET 2", Skills: []event.Text{"SECRET", "3"},
		Portfolio: []event.PortfolioItem{{Title: "SECRET 4"}}, Category: "web"}}
	writes.Words = &projection.FeedbackWords{Comment: "SECRET 5", Responded: wrote.Words.Responded, Response: "SECRET 6"}
	told := append(projection.Differences(was, &is, event.LastPosition), projection.Differences(wrote, &writes, event.LastPosition)...)
	var fields []string
	for _, d := range told {
		fields = append(fields, d.Type+" "+d.Field)
		require.NotContains(t, d.String(), "SECRET")
		require.Equal(t, projection.Different, d.Kind)
	}
	require.Equal(t, []string{"ProfileDescribed title", "ProfileDescribed introduction", "ProfileDescribed skills", "ProfileDescribed category", "ProfileDescribed portfolio",
		"FeedbackSubmitted comment", "FeedbackResponded comment"}, fields)
}
