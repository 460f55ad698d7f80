package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

func (c *cli) jobCommand() *cobra.Command {
	return c.asking(&cobra.Command{
		Use:   "job JOB",
		Short: "Show a job: what it says, who wants it, and what it came to",
		Long: `job shows a job as of a moment: what it says, with its edits until then, the questions
asked about it, its candidates, and how many were invited, met, offered and hired.`,
		Example: `  marketplace job 01234567-89ab-cdef-0123-456789abcdef
  marketplace job 01234567-89ab-cdef-0123-456789abcdef --as-of 2019-12-31T23:59:59Z --json`,
		Args: cobra.ExactArgs(1),
	}, (*statsCommand).job)
}

func (s *statsCommand) job(ctx context.Context, args []string) error {
	id, err := parseID(args[0])
	if err != nil {
		return usage("%q: %w", args[0], err)
	}
	j, err := marketplace.Ask(ctx, s.asked, statistics.JobOf(id), s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeAnswer(s.question, s.money, id, j)
	}
	s.heading("Job", id)
	ended := ""
	if j.Ended != nil {
		ended = show.Reason(*j.Reason) + ", " + j.Ended.String()
	}
	s.figure("State", string(j.State), ended)
	s.figure("Posted", j.Posted.Date().String(), "by client "+j.Client.String())
	s.figure("Kind", string(j.Kind), strings.Join(s.terms(j.Category, j.Budget, j.RateMin, j.RateMax, j.Duration), ", "))
	s.figure("Connects", show.Count(j.Connects), "what a proposal costs")
	s.figure("Invites", show.Count(j.Invites), "")
	s.figure("Proposals", show.Count(j.Proposals), fmt.Sprintf("%s withdrawn, %s declined", show.Count(j.Withdrawn), show.Count(j.Declined)))
	s.figure("Interviews", show.Count(j.Interviews), show.Of(j.Meetings, "meeting", "meetings"))
	s.figure("Offers", show.Count(j.Offers), show.Of(j.Hires, "hire", "hires"))
	s.figure("Reports", show.Count(j.Reports), "")
	s.jobSays(j)
	for i, c := range j.Candidates {
		if i == 0 {
			fmt.Fprintf(s.stdout, "\nCandidates: %s\n", show.Count(len(j.Candidates)))
		}
		fmt.Fprintf(s.stdout, "\n %2d. %s, by %s, %s\n     proposal   %s\n     freelancer %s\n", i+1, c.State, c.Via, c.Submitted, c.Proposal, c.Freelancer)
	}
	return nil
}

// terms are what a job offers, as far as it says.
func (s *statsCommand) terms(category *string, budget, rateMin, rateMax *event.Money, duration *event.JobDuration) (terms []string) {
	if category != nil {
		terms = append(terms, *category)
	}
	if budget != nil {
		terms = append(terms, "budget "+s.money.Money(*budget))
	}
	if rateMin != nil {
		terms = append(terms, "from "+s.money.Money(*rateMin))
	}
	if rateMax != nil {
		terms = append(terms, "up to "+s.money.Money(*rateMax)+" an hour")
	}
	if duration != nil {
		terms = append(terms, show.Reason(*duration))
	}
	return terms
}

// jobSays writes what people wrote, which everybody may read.
func (s *statsCommand) jobSays(j *statistics.Job) {
	if j.Title != nil {
		fmt.Fprintf(s.stdout, "\n%s\n", show.Printable(string(*j.Title)))
	}
	if j.Description != nil {
		fmt.Fprintf(s.stdout, "\n%s\n", show.Printable(string(*j.Description)))
	}
	s.list("Skills", printable(j.Skills))
	s.list("A proposal answers", printable(j.Questions))
	for i, q := range j.Asked {
		if i == 0 {
			fmt.Fprintf(s.stdout, "\nAsked: %s\n", show.Count(len(j.Asked)))
		}
		answer := "not answered"
		if q.Answer != nil {
			answer = show.Printable(string(*q.Answer))
		}
		fmt.Fprintf(s.stdout, "\n %2d. %s\n     %s\n     by freelancer %s\n", i+1, show.Printable(string(q.Text)), answer, q.Freelancer)
	}
}

// list writes lines under what they are; nothing where there are none.
func (s *statsCommand) list(what string, lines []string) {
	for i, line := range lines {
		if i == 0 {
			fmt.Fprintf(s.stdout, "\n%s:\n", what)
		}
		fmt.Fprintf(s.stdout, "  - %s\n", line)
	}
}

// printable are texts, each safe for a terminal.
func printable(texts []statistics.Shown) []string {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = show.Printable(string(t))
	}
	return all
}
