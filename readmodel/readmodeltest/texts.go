package readmodeltest

import (
	"math"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
)

// testTexts: what a model in memory has of texts, a read model has too, whatever
// characters they are made of: also those that a database does not hold, and what
// tables have in their place.
func testTexts(t *testing.T, open Open) {
	log, written := newLog(t, 5), map[string]uuid.UUID{}
	for _, text := range []string{
		"\x00", "a\x00b", "\x00\x00", "\x1a", "\x1a0", "\x1a\x1a", "\x1a\x1a0\x00", "\x1a\x00", "0\x1a\x1a\x1a0", "\uFFFD", `\u0000`, "\x01\x1f\x7f\u0085\u2028\u202e",
	} {
		written[text] = uuid.New()
		appendTexts(t, log, written[text], text)
	}
	want, m := folded(t, log), model(t, open(t)(), newClock(market.Ends), 1)
	follow(t, m, log, 1, readmodel.RunnerOptions{})
	require.NoError(t, m.View(t.Context(), func(got projection.View) error {
		return want.View(t.Context(), func(want projection.View) error {
			for text, id := range written {
				was, err := want.Freelancer(id, projection.AllParts)
				require.NoError(t, err)
				is, err := got.Freelancer(id, projection.AllParts)
				require.NoError(t, err)
				require.Empty(t, projection.Differences(was.Account, is.Account, math.MaxUint64), "%q", text)
				require.Len(t, was.Contracts, 1)
				require.Len(t, is.Contracts, 1)
				require.Empty(t, projection.Differences(was.Contracts[0], is.Contracts[0], math.MaxUint64), "%q", text)
				wasJob, err := want.Job(id)
				require.NoError(t, err)
				isJob, err := got.Job(id)
				require.NoError(t, err)
				require.Empty(t, projection.Differences(wasJob.Job, isJob.Job, math.MaxUint64), "%q", text)
			}
			return nil
		})
	}))
}

// appendTexts writes a text wherever records keep one: of a freelancer, of a job, and of a
// contract, all of one id.
func appendTexts(t testing.TB, log store.Store, id uuid.UUID, word string) {
	t.Helper()
	text, texts := event.Text(word), []event.Text{event.Text(word), "", event.Text(word)}
	scores := event.Scores{Skills: 5, Quality: 5, Availability: 5, Deadlines: 5, Communication: 5, Cooperation: 5}
	write := func(stream string, events ...event.Event) {
		for _, e := range events {
			appendTo(t, log, stream, store.Any, proposed(t, e))
		}
	}
	write(event.FreelancerStream(id), &event.FreelancerRegistered{},
		&event.ProfileDescribed{Introduction: text, Skills: texts, Title: text, Category: word, Portfolio: []event.PortfolioItem{{Title: text, Ref: text}}},
		&event.SkillTestRecorded{Test: word, Score: 1})
	write(event.JobStream(id),
		&event.JobPosted{Client: id, Kind: event.KindFixed, Category: word, Title: text, Description: text, Skills: texts, Questions: texts},
		&event.JobEdited{Title: text + "!", Description: text + "!"},
		&event.QuestionAsked{Question: id, Freelancer: id, Text: text}, &event.QuestionAnswered{Question: id, Text: text})
	write(event.ContractStream(id),
		&event.ContractStarted{Job: id, Client: id, Freelancer: id, Kind: event.KindFixed, Via: event.ViaDirect, Category: word},
		&event.ContractEnded{By: event.SideClient, Reason: text, FeedbackClosesAt: market.Ends, ResponsesCloseAt: market.Ends},
		&event.FeedbackSubmitted{By: event.SideClient, Scores: scores, Overall: 500, Comment: text}, &event.FeedbackPublished{},
		&event.FeedbackResponded{By: event.SideFreelancer, Comment: text},
		&event.FeedbackRevised{By: event.SideClient, Scores: scores, Overall: 500, Comment: text},
		&event.FeedbackExcluded{Basis: event.ExclusionBasis(word)})
}
