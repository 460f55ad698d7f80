package statistics_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// jobAt asks for the job "job" of a world.
func jobAt(t *testing.T, w *projectiontest.World, at string) (*statistics.Job, error) {
	t.Helper()
	m, err := w.Records.Model()
	require.NoError(t, err)
	return statistics.Ask(t.Context(), m, statistics.JobOf(projectiontest.Named("job")), projectiontest.At(at), projectiontest.Preset(t, statistics.DefaultPolicy))
}

// TestJob: the lines of fine print Q6 and what it leaves to others.
func TestJob(t *testing.T) {
	const posted, edited, ended, later = "2024-01-01T10:00:00Z", "2024-01-02T10:00:00Z", "2024-01-03T10:00:00Z", "2024-01-04T10:00:00Z"
	named, at := projectiontest.Named, projectiontest.At
	on := func(w *projectiontest.World, when string, events ...event.Event) {
		w.On(event.JobStream(named("job")), at(when), events...)
	}
	post := &event.JobPosted{Client: named("client"), Kind: event.KindFixed, Connects: 2}
	full := &event.JobPosted{Client: named("client"), Kind: event.KindHourly, Category: "web", Connects: 4, Title: "A shop", Description: "Of all.",
		Skills: []event.Text{"Go, of any version", ""}, RateMin: 1000, RateMax: 2000, Duration: event.DurationOver6Months, Questions: []event.Text{"When?"}}
	free := event.Connects(0)
	for _, c := range []struct {
		name  string
		past  func(*projectiontest.World)
		at    string
		check func(*testing.T, *statistics.Job)
	}{
		{"S1 posted without content", func(w *projectiontest.World) { on(w, posted, post) }, posted, func(t *testing.T, j *statistics.Job) {
			text, err := json.Marshal(j)
			require.NoError(t, err)
			require.Contains(t, string(text), `"category":null,"title":null,"description":null,"skills":[],"budget":null,"rate_min":null,"rate_max":null,"duration":null,"connects":2,"questions":[],"asked":[]`)
			require.Equal(t, statistics.JobOpen, j.State)
		}},
		{"Q6 edited in the second that is asked for", func(w *projectiontest.World) {
			on(w, posted, full)
			on(w, edited, &event.JobEdited{Title: "A large shop", Skills: []event.Text{}, Connects: &free, Emptied: []event.JobText{event.JobDescription, event.JobCategory}})
		}, edited, func(t *testing.T, j *statistics.Job) {
			require.Equal(t, statistics.Shown("A large shop"), *j.Title)
			require.Nil(t, j.Description)
			require.Nil(t, j.Category)
			require.Empty(t, j.Skills)
			require.Zero(t, j.Connects)
			require.Equal(t, []statistics.Shown{"When?"}, j.Questions)
			require.Equal(t, event.Money(1000), *j.RateMin)
		}},
		{"Q6 before the edit", func(w *projectiontest.World) {
			on(w, posted, full)
			on(w, edited, &event.JobEdited{Title: "A large shop", Skills: []event.Text{}})
		}, "2024-01-02T09:59:59Z", func(t *testing.T, j *statistics.Job) {
			require.Equal(t, statistics.Shown("A shop"), *j.Title)
			require.Equal(t, []statistics.Shown{"Go, of any version", ""}, j.Skills)
		}},
		{"Q6 edited after it was closed, as only an old log can have it", func(w *projectiontest.World) {
			on(w, posted, full)
			on(w, edited, &event.JobClosed{Reason: event.CloseFilled})
			on(w, ended, &event.JobEdited{Title: "Too late"})
		}, later, func(t *testing.T, j *statistics.Job) {
			require.Equal(t, statistics.Shown("Too late"), *j.Title)
			require.Equal(t, statistics.JobClosed, j.State)
		}},
		{"Q6 removed after it was closed", func(w *projectiontest.World) {
			on(w, posted, post)
			on(w, edited, &event.JobClosed{Reason: event.CloseCancelled})
			on(w, ended, &event.JobRemoved{Reason: event.RemoveTOS})
		}, ended, func(t *testing.T, j *statistics.Job) {
			require.Equal(t, statistics.JobRemoved, j.State)
			require.Equal(t, "tos", *j.Reason)
			require.Equal(t, at(ended), *j.Ended)
		}},
		{"Q6 closed, and not yet removed", func(w *projectiontest.World) {
			on(w, posted, post)
			on(w, edited, &event.JobClosed{Reason: event.CloseCancelled})
			on(w, ended, &event.JobRemoved{Reason: event.RemoveTOS})
		}, edited, func(t *testing.T, j *statistics.Job) {
			require.Equal(t, statistics.JobClosed, j.State)
			require.Equal(t, "cancelled", *j.Reason)
		}},
		{"Q6 reports by several", func(w *projectiontest.World) {
			on(w, posted, post)
			on(w, edited, &event.JobReported{Freelancer: named("ann"), Reason: event.ReportScam}, &event.JobReported{Freelancer: named("bob"), Reason: event.ReportTOS})
			on(w, later, &event.JobReported{Freelancer: named("eve"), Reason: event.ReportTOS})
		}, ended, func(t *testing.T, j *statistics.Job) { require.EqualValues(t, 2, j.Reports) }},
		{"Q6 asked, and answered later", func(w *projectiontest.World) {
			on(w, posted, post)
			on(w, edited, &event.QuestionAsked{Question: named("q1"), Freelancer: named("ann"), Text: "How large?"}, &event.QuestionAsked{Question: named("q2"), Freelancer: named("bob"), Text: "When?"})
			on(w, ended, &event.QuestionAnswered{Question: named("q2"), Text: "Soon."})
			on(w, later, &event.QuestionAnswered{Question: named("q1"), Text: "Ten pages."})
		}, ended, func(t *testing.T, j *statistics.Job) {
			soon := statistics.Shown("Soon.")
			require.Equal(t, []statistics.JobQuestion{
				{Question: named("q1"), Freelancer: named("ann"), Text: "How large?"},
				{Question: named("q2"), Freelancer: named("bob"), Text: "When?", Answer: &soon},
			}, j.Asked)
		}},
		{"Q6 its texts are in no log", func(w *projectiontest.World) {
			on(w, posted, full)
			on(w, edited, &event.QuestionAsked{Question: named("q1"), Freelancer: named("ann"), Text: "How large?"})
			on(w, ended, &event.QuestionAnswered{Question: named("q1"), Text: "Ten pages."})
		}, ended, func(t *testing.T, j *statistics.Job) {
			var logged bytes.Buffer
			slog.New(slog.NewTextHandler(&logged, nil)).Info("asked", "job", j, "asked", j.Asked)
			printed := logged.String() + fmt.Sprintf("%v %+v %#v", j, j.Asked, j.Asked[0])
			for _, text := range []string{"A shop", "Of all", "of any version", "When?", "How large?", "Ten pages"} {
				require.NotContains(t, printed, text)
			}
		}},
		{"Q6 invites and contracts of its client alone", func(w *projectiontest.World) {
			on(w, posted, post)
			for i, client := range []uuid.UUID{named("client"), named("another")} {
				name := string(rune('a' + i))
				w.OnInvite(name, at(edited), &event.InviteSent{Job: named("job"), Client: client, Freelancer: named("ann")})
				w.OnContract(name, at(edited), &event.ContractStarted{Job: named("job"), Client: client, Freelancer: named("ann"), Via: event.ViaDirect})
			}
			w.OnInvite("c", at(edited), &event.InviteSent{Job: named("other"), Client: named("client"), Freelancer: named("ann")})
		}, ended, func(t *testing.T, j *statistics.Job) {
			require.EqualValues(t, 1, j.Invites)
			require.EqualValues(t, 1, j.Hires)
		}},
		{"S2 meetings of both editions", func(w *projectiontest.World) {
			on(w, posted, post)
			w.On(event.ProposalStream(named("p")), at(edited), &event.ProposalSubmitted{Job: named("job"), Client: named("client"), Freelancer: named("ann"), Via: event.ViaProposal},
				&event.InterviewStarted{}, &event.InterviewScheduled{Kind: event.FormatPanel, Channel: event.ChannelChat},
				&event.InterviewScheduled{Kind: event.FormatPanel, Channel: event.ChannelChat}, &event.OfferMade{}, &event.OfferDeclined{}, &event.OfferMade{}, &event.ProposalWithdrawn{})
			w.On(event.InterviewStream(named("m")), at(edited), &event.InterviewScheduled{Job: named("job"), Client: named("client"), Proposals: []uuid.UUID{named("p")}, Kind: event.FormatOneOnOne, Channel: event.ChannelVideo})
		}, ended, func(t *testing.T, j *statistics.Job) {
			require.EqualValues(t, 3, j.Meetings)
			require.EqualValues(t, 1, j.Interviews)
			require.EqualValues(t, 2, j.Offers)
			require.EqualValues(t, 1, j.Withdrawn)
			require.Equal(t, []statistics.JobCandidate{{Proposal: named("p"), Freelancer: named("ann"), Via: event.ViaProposal, Submitted: at(edited), State: statistics.ProposalWithdrawn}}, j.Candidates)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := projectiontest.NewWorld(t)
			c.past(w)
			j, err := jobAt(t, w, c.at)
			require.NoError(t, err)
			c.check(t, j)
		})
	}
}

// TestJobNotFound: not before it was posted, and not of a name.
func TestJobNotFound(t *testing.T) {
	w := projectiontest.NewWorld(t)
	_, err := jobAt(t, w, "2024-01-01T10:00:00Z")
	require.ErrorIs(t, err, statistics.ErrNotFound)
	w.OnInvite("a", projectiontest.At("2024-01-01T10:00:00Z"), &event.InviteSent{Job: projectiontest.Named("job"), Client: projectiontest.Named("client")})
	w.On(event.JobStream(projectiontest.Named("job")), projectiontest.At("2024-01-02T10:00:00Z"), &event.JobPosted{Client: projectiontest.Named("client"), Kind: event.KindFixed})
	_, err = jobAt(t, w, "2024-01-02T09:59:59Z")
	require.ErrorIs(t, err, statistics.ErrNotFound)
	require.ErrorContains(t, err, "no job")
}

// TestTitleAt: the title of a job as of a moment, and until a position of the log.
func TestTitleAt(t *testing.T) {
	w := projectiontest.NewWorld(t)
	stream := event.JobStream(projectiontest.Named("job"))
	w.On(stream, projectiontest.At("2024-01-01T10:00:00Z"), &event.JobPosted{Client: projectiontest.Named("client"), Title: "First"})
	w.On(stream, projectiontest.At("2024-01-02T10:00:00Z"), &event.JobEdited{Title: "Second"})
	look := projection.FreelancerHistory{Jobs: w.Records.Job}.Until(1).Jobs
	job := w.Records.Job(projectiontest.Named("job"))
	require.Equal(t, event.Text("First"), job.TitleAt(projectiontest.At("2024-01-02T09:59:59Z")))
	require.Equal(t, event.Text("Second"), job.TitleAt(projectiontest.At("2024-01-02T10:00:00Z")))
	require.Equal(t, event.Text("First"), look.Job(projectiontest.Named("job")).TitleAt(event.Latest))
	require.Empty(t, look.Job(projectiontest.Named("none")).TitleAt(event.Latest))
}
