package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

func (c *cli) jobsCommand() *cobra.Command {
	var q statistics.JobQuery
	var kind, order string
	var budgetMin, rateMin int64
	var cmd *cobra.Command
	cmd = c.asking(&cobra.Command{
		Use:   "jobs",
		Short: "Find open jobs as freelancers do who look for work",
		Long: `jobs finds open jobs by what they say, each with what a proposal costs, the proposals
there are and what freelancers may expect of the client. Jobs of clients who are suspended
or barred are left out. All that is asked must hold; a job that does not say what is asked
about is not found. Amounts are in minor units. marketplace job JOB shows all of one; --json
has the card of each client.`,
		Example: `  marketplace jobs
  marketplace jobs --text "online shop" --skill go --kind hourly --rate-min 3000
  marketplace jobs --budget-min 50000 --order candidates --as-of 2019-12-31T23:59:59Z --json`,
		Args: cobra.NoArgs,
	}, func(s *statsCommand, ctx context.Context, _ []string) error {
		q.Kind, q.Sort = event.ContractKind(kind), statistics.JobOrder(order)
		q.BudgetMin, q.RateMin = given(cmd, "budget-min", budgetMin), given(cmd, "rate-min", rateMin)
		if err := q.Validate(); err != nil {
			return usage("%w", err)
		}
		return s.jobs(ctx, q)
	})
	f := cmd.Flags()
	f.StringVar(&q.Text, "text", "", "only those whose title, description or skills have each of these words")
	f.StringArrayVar(&q.Skills, "skill", nil, "only those that ask for this skill; once for each")
	f.StringVar(&q.Category, "category", "", "only those of this category")
	f.StringVar(&kind, "kind", "", "only fixed or hourly ones")
	f.Int64Var(&budgetMin, "budget-min", 0, "only those with at least such a budget")
	f.Int64Var(&rateMin, "rate-min", 0, "only those that may pay at least so much an hour")
	f.StringVar(&order, "order", string(statistics.ByPosting), "by newest, or by candidates, the fewest first")
	f.IntVar(&q.Offset, "offset", 0, "pass over so many of those found")
	f.IntVar(&q.Limit, "limit", statistics.DefaultSearchLimit, "list at most so many")
	complete(cmd, "kind", string(event.KindFixed), string(event.KindHourly))
	complete(cmd, "order", string(statistics.ByPosting), string(statistics.ByCandidates))
	return cmd
}

func (s *statsCommand) jobs(ctx context.Context, q statistics.JobQuery) error {
	found, err := marketplace.Ask(ctx, s.asked, statistics.SearchJobs(q), s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeAnswer(s.question, s.money, uuid.Nil, found)
	}
	fmt.Fprintf(s.stdout, "%s found as of %s, policy %s\n", show.Of(found.Total, "open job", "open jobs"), found.AsOf, found.Policy)
	if len(found.Jobs) == 0 {
		return s.noteOldHistory(ctx, found.AsOf)
	}
	fmt.Fprintf(s.stdout, "%s to %s:\n", show.Count(found.Offset+1), show.Count(found.Offset+len(found.Jobs)))
	for _, j := range found.Jobs {
		s.foundJob(&j)
	}
	return s.noteOldHistory(ctx, found.AsOf)
}

func (s *statsCommand) foundJob(j *statistics.FoundJob) {
	fmt.Fprintf(s.stdout, "\njob %s, posted %s\n", j.Job, j.Posted.Date())
	if j.Title != nil {
		fmt.Fprintf(s.stdout, "  %s\n", show.Printable(string(*j.Title)))
	}
	offers := append([]string{string(j.Kind)}, s.terms(j.Category, j.Budget, j.RateMin, j.RateMax, j.Duration)...)
	fmt.Fprintf(s.stdout, "  %s\n", strings.Join(offers, ", "))
	var skills []string
	for _, skill := range j.Skills {
		skills = append(skills, show.Printable(string(skill)))
	}
	if len(skills) > 0 {
		fmt.Fprintf(s.stdout, "  asks for %s\n", strings.Join(skills, "; "))
	}
	fmt.Fprintf(s.stdout, "  %s so far; a proposal costs %s\n", show.Of(j.Candidates, "candidate", "candidates"), show.Of(int64(j.Connects), "Connect", "Connects"))
	payment := "payment not verified"
	if j.Card.PaymentVerified {
		payment = "payment verified"
	}
	fmt.Fprintf(s.stdout, "  client %s\n    %s, spent %s, %s of jobs with a hire, stars %s of %s\n", j.Client, payment, s.money.Money(j.Card.Spent),
		show.Percent(j.Card.HireRateBP), show.Stars(j.Card.Stars), show.Count(j.Card.Feedbacks))
}
