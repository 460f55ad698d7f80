package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

func (x *explanation) writeJobSuccess(e *statistics.JobSuccessExplanation) {
	x.printf("Job Success of freelancer %s\nas of %s, policy %s\n\n", e.Freelancer, e.AsOf, e.Policy)
	if s := e.Score; s != nil {
		x.printf("  %d %% (%s), from the best window that counts: %s\n\n", s.Displayed, show.Percent(&s.ScoreBP), show.Months(s.WindowMonths))
	} else {
		x.printf("  no score: no window counts\n\n")
	}
	x.windows(e.Windows)
	if len(e.Contracts) > 0 {
		x.printf("\nContracts that count: %s\n", show.Count(len(e.Contracts)))
		for i := range e.Contracts {
			x.outcome(i+1, &e.Contracts[i])
		}
	}
	x.leftOut(e.LeftOut)
}

func (x *explanation) windows(windows []statistics.WindowExplanation) {
	t := x.newTable(left("WINDOW"), left("FROM"), right("OUTCOMES"), right("CLIENTS"), right("GOOD"), right("NEUTRAL"), right("BAD"),
		right("(GOOD−BAD)/ALL"), left("SCORE"))
	for _, w := range windows {
		score := show.Reason(w.Reason)
		if w.ScoreBP != nil {
			score = show.Percent(w.ScoreBP)
		}
		if w.Won {
			score += " ← best"
		}
		t.row(show.Months(w.Months), w.From, show.Count(w.Outcomes), show.Count(w.Clients), show.Count(w.Successful), show.Count(w.Neutral), show.Count(w.Negative),
			fmt.Sprintf("(%d−%d)/%d", w.SuccessfulWeight, w.NegativeWeight, w.Weight), score)
	}
	t.write(x.stdout, "  ")
	for _, w := range windows {
		if w.MostlyAbsent {
			x.printf("  %s: more than half of the ended contracts lack feedback, so those paid ones are bad\n", show.Months(w.Months))
		}
	}
}

func (x *explanation) outcome(n int, c *statistics.ContractOutcome) {
	windows := make([]string, len(c.Windows))
	for i, months := range c.Windows {
		windows[i] = strconv.Itoa(months)
	}
	state := "ended " + c.Date
	if c.Running {
		state = "running, last paid " + c.Date
	}
	in := "window"
	if len(windows) > 1 {
		in = "windows"
	}
	x.printf("\n %2d. %s, weight %d, in the %s of %s months\n", n, c.Class, c.Weight, in, strings.Join(windows, ", "))
	x.sentence("     ", show.Class(c, x.question.rule().JobSuccess))
	x.printf("     %s, paid %s in %s\n", state, x.money.Money(c.Paid), show.Quarters(c.PaidQuarters, x.question.rule().JobSuccess.QuarterMonths))
	x.printf("     contract %s\n     client   %s\n", c.Contract, c.Client)
	x.facts(c.Facts)
}

// shownLeftOut is how many contracts are shown for each reason to leave one
// out, unless all are wanted.
const shownLeftOut = 3

// leftOut writes the contracts left out by their reasons, in the order in which
// the reasons come up first.
func (x *explanation) leftOut(list []statistics.ContractLeftOut) {
	if len(list) == 0 {
		return
	}
	x.printf("\nContracts left out: %s\n", show.Count(len(list)))
	by := map[string][]statistics.ContractLeftOut{}
	var reasons []string
	for _, c := range list {
		reason := show.LeftOut(&c)
		if by[reason] == nil {
			reasons = append(reasons, reason)
		}
		by[reason] = append(by[reason], c)
	}
	for _, reason := range reasons {
		if x.brief {
			x.printf("  – %s: %s\n", reason, show.Count(len(by[reason])))
			continue
		}
		x.printf("\n  – %s: %s\n", reason, show.Count(len(by[reason])))
		for i, c := range by[reason] {
			if !x.all && i == shownLeftOut {
				x.printf("     … and %s more (--all shows them)\n", show.Count(len(by[reason])-i))
				break
			}
			x.printf("     contract %s\n", c.Contract)
			x.facts(c.Facts)
		}
	}
}
