package projection

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// WriteText writes the explanation as tables for people. It fails as w does.
func (x *JobSuccessExplanation) WriteText(w io.Writer) error {
	t := newText(w)
	t.line("Job Success of freelancer %s as of %s, policy %s", x.Freelancer, x.AsOf, x.Policy)
	if s := x.Score; s != nil {
		t.line("Score: %d %% (%s %%), from the window of %d months", s.Displayed, hundredths(s.ScoreBP), s.WindowMonths)
	} else {
		t.line("Score: none, no window counts")
	}
	t.line("")
	t.row("WINDOW", "FROM", "OUTCOMES", "CLIENTS", "SUCCESSFUL", "NEUTRAL", "NEGATIVE", "WEIGHT", "SCORE", "")
	for _, v := range x.Windows {
		score, remark := "-", string(v.Reason)
		if v.ScoreBP != nil {
			score = hundredths(*v.ScoreBP) + " %"
		}
		if v.Won {
			remark = "best"
		}
		t.row(fmt.Sprintf("%d months", v.Months), v.From, v.Outcomes, v.Clients, v.Successful, v.Neutral, v.Negative,
			fmt.Sprintf("(%d-%d)/%d", v.SuccessfulWeight, v.NegativeWeight, v.Weight), score, remark)
	}
	t.flush()
	if len(x.Contracts) > 0 {
		t.line("\nContracts that count")
		t.row("CONTRACT", "CLIENT", "CLASS", "WEIGHT", "WINDOWS", "DATE", "PAID", "QUARTERS", "BY")
		for _, c := range x.Contracts {
			date := c.Date
			if c.Running {
				date += " (running)"
			}
			windows := make([]string, len(c.Windows))
			for i, m := range c.Windows {
				windows[i] = strconv.Itoa(m)
			}
			t.row(c.Contract, c.Client, c.Class, c.Weight, strings.Join(windows, " "), date,
				hundredths(int64(c.Paid)), c.PaidQuarters, facts(c.Facts))
		}
		t.flush()
	}
	if len(x.LeftOut) > 0 {
		t.line("\nContracts left out")
		t.row("CONTRACT", "CLIENT", "REASON", "BY")
		for _, c := range x.LeftOut {
			t.row(c.Contract, c.Client, c.Reason, facts(c.Facts))
		}
		t.flush()
	}
	return t.err
}

// WriteText writes the explanation as tables for people. It fails as w does.
func (x *ResponsivenessExplanation) WriteText(w io.Writer) error {
	t := newText(w)
	r := x.Responsiveness
	t.line("Responsiveness of freelancer %s as of %s, policy %s", x.Freelancer, x.AsOf, x.Policy)
	level := string(r.Level)
	if level == "" {
		level = "none, too few invites"
	}
	t.line("Level: %s", level)
	if r.RateBP != nil {
		t.line("Answered: %d of %d (%s %%), %d under 24 h, %d under 72 h", r.Answered, r.Counted, hundredths(*r.RateBP), r.Answered24h, r.Answered72h)
	}
	if r.MedianResponseS != nil {
		t.line("Median response: %s", span(*r.MedianResponseS))
	}
	if len(x.Invites) > 0 {
		t.line("")
		t.row("INVITE", "CLIENT", "COUNTED", "RESPONSE", "BY")
		for _, v := range x.Invites {
			counted, response := "yes", "-"
			if !v.Counted {
				counted = string(v.Reason)
			}
			if v.ResponseS != nil {
				response = span(*v.ResponseS)
			}
			t.row(v.Invite, v.Client, counted, response, facts(v.Facts))
		}
		t.flush()
	}
	return t.err
}

// WriteText writes the explanation as tables for people. It fails as w does.
func (x *DisputeRateExplanation) WriteText(w io.Writer) error {
	t := newText(w)
	of := x.Of
	if x.Of != "marketplace" {
		of += " " + x.ID.String()
	}
	t.line("Dispute rate of %s as of %s, policy %s", of, x.AsOf, x.Policy)
	t.line("Lifetime: %s", rate(x.DisputeRate.Disputed, x.DisputeRate.Ended, x.DisputeRate.PPM))
	t.line("Ended since %s: %s", x.RecentFrom, rate(x.DisputeRate.Disputed12m, x.DisputeRate.Ended12m, x.DisputeRate.PPM12m))
	if len(x.Contracts) > 0 {
		t.line("")
		t.row("CONTRACT", "CLIENT", "FREELANCER", "RECENT", "DISPUTED", "BY")
		for _, c := range x.Contracts {
			t.row(c.Contract, c.Client, c.Freelancer, yes(c.Recent), yes(c.Disputed), facts(c.Facts))
		}
		t.flush()
	}
	return t.err
}

func rate(part, whole int64, ppm *int64) string {
	if ppm == nil {
		return "none, no contract has ended"
	}
	return fmt.Sprintf("%d of %d (%d ppm)", part, whole, *ppm)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// hundredths writes cents as units, and basis points as percent.
func hundredths(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

func span(seconds int64) string {
	return fmt.Sprintf("%dh%02dm%02ds", seconds/3600, seconds/60%60, seconds%60)
}

// maxFactsShown bounds a row; JSON has them all.
const maxFactsShown = 6

func facts(list []Fact) string {
	var b strings.Builder
	for i, f := range list {
		// The first and the last say most: how it began and what it came to.
		if left := len(list) - maxFactsShown; left > 0 && i >= maxFactsShown/2 && i < maxFactsShown/2+left {
			if i == maxFactsShown/2 {
				fmt.Fprintf(&b, ", … %d more", left)
			}
			continue
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "#%d %s %s", f.Position, f.Type, f.OccurredAt)
	}
	return b.String()
}

// text writes lines and tables and keeps the first error.
type text struct {
	w     io.Writer
	table *tabwriter.Writer
	err   error
}

func newText(w io.Writer) *text {
	return &text{w: w, table: tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
}

func (t *text) line(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format+"\n", args...)
	}
}

func (t *text) row(cells ...any) {
	if t.err != nil {
		return
	}
	for i, c := range cells {
		if i > 0 {
			fmt.Fprint(t.table, "\t")
		}
		fmt.Fprint(t.table, c)
	}
	_, t.err = fmt.Fprintln(t.table)
}

func (t *text) flush() {
	if t.err == nil {
		t.err = t.table.Flush()
	}
}
