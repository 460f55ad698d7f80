package chromiumtest

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
)

// trade is what somebody offers, and what somebody else asks for.
type trade struct {
	category, offers, asks string
	skills                 []event.Text
	rate                   event.Money
}

var trades = []trade{
	{"web development", "Online shops that load fast", "An online shop for a bakery", []event.Text{"php", "javascript", "css"}, 45_00},
	{"writing", "Copy that people finish reading", "Twelve articles about bicycles", []event.Text{"copywriting", "editing"}, 28_00},
	{"design", "Logos and the manuals that go with them", "A logo in two colours", []event.Text{"logo design", "illustration"}, 37_50},
	{"administration", "Spreadsheets in order", "Five years of receipts in one table", []event.Text{"data entry", "spreadsheets"}, 12_00},
	{"translation", "German and Spanish, both ways", "A manual from German into Spanish", []event.Text{"german", "spanish"}, 31_00},
}

// wordy has words that no line holds, which make no page wider.
var wordy = trade{"support", "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenhersteller",
	"Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzeskunde", []event.Text{"help desk", "Kraftfahrzeughaftpflichtversicherungsangelegenheiten"}, 15_00}

// tradeOf is the trade of one of so many: the last has the longest words, the others all
// others in turns.
func tradeOf(i, of int) trade {
	if i == of-1 {
		return wordy
	}
	return trades[i%len(trades)]
}

// talk has those say something who can be found: freelancers of their work, clients of
// their jobs. A simulated market has no words of its own.
func talk(ctx context.Context, m *marketplace.Marketplace) error {
	people, err := marketplace.Ask(ctx, m, statistics.SearchFor(statistics.SearchQuery{Limit: statistics.MaxSearchLimit}))
	if err != nil {
		return err
	}
	for i, f := range people.Results {
		t := tradeOf(i, len(people.Results))
		_, err := m.Do(ctx, aggregate.DescribeProfile{
			Freelancer: f.Freelancer, Title: event.Text(t.offers), Category: t.category, Skills: t.skills, HourlyRate: &t.rate,
			Introduction: event.Text(fmt.Sprintf("%d years of it, for shops, schools and two town halls.\n\nI answer in the morning.", 3+i%9)),
			Portfolio:    []event.PortfolioItem{{Title: event.Text(t.asks), Ref: "https://example.com/work/of/a/long/name/that/leads/somewhere"}},
		})
		if err == nil {
			_, err = m.Do(ctx, aggregate.RecordSkillTest{Freelancer: f.Freelancer, Test: string(t.skills[0]), Score: 80 + i%20})
		}
		if err != nil {
			return err
		}
	}
	jobs, err := marketplace.Ask(ctx, m, statistics.SearchJobs(statistics.JobQuery{Limit: statistics.MaxSearchLimit}))
	if err != nil {
		return err
	}
	for i, j := range jobs.Jobs {
		if err := describe(ctx, m, j, tradeOf(i, len(jobs.Jobs))); err != nil {
			return err
		}
		question := uuid.NewSHA1(j.Job, nil)
		if _, err := m.Do(ctx, aggregate.AskQuestion{Job: j.Job, Question: question, Freelancer: people.Results[i].Freelancer, Text: "Is there a date by which it has to be done?"}); err != nil {
			return err
		}
		if _, err := m.Do(ctx, aggregate.AnswerQuestion{Job: j.Job, Question: question, Text: "By the end of August."}); err != nil {
			return err
		}
	}
	return nil
}

func describe(ctx context.Context, m *marketplace.Marketplace, j statistics.FoundJob, t trade) error {
	title, description, budget, high := event.Text(t.asks), event.Text("As in the last year, and in time.\n\nAsk if anything is unclear."), 20*t.rate, 2*t.rate
	edit := aggregate.EditJob{Job: j.Job, Title: &title, Description: &description, Category: &t.category, Skills: t.skills, Duration: event.DurationUnder1Month,
		Questions: []event.Text{"When can you begin?"}}
	if j.Kind == event.KindFixed {
		edit.Budget = &budget
	} else {
		edit.RateMin, edit.RateMax = &t.rate, &high
	}
	_, err := m.Do(ctx, edit)
	return err
}
