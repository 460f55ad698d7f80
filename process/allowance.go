package process

import (
	"errors"
	"slices"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// Allowance says how many Connects every freelancer gets on the first of each month, at
// 00:00 UTC, from a month on and until the next allowance begins.
type Allowance struct {
	From   event.Month
	Amount event.Connects // 0: none
	Months int            // after how many calendar months they expire, from the month's first day; 1 is its end
}

// ModelAllowances are those of the model marketplace, by month: 60, gone at the month's end,
// from 2015-02 (seed 001; CM-595772, of 2019); none from 2019-06 (CM-595772); 10 for a
// year from 2020-12 (CM-898368; the year is inferred). The first of the month instead of
// a billing cycle is ours.
func ModelAllowances() []Allowance {
	return []Allowance{{"2015-02", 60, 1}, {"2019-06", 0, 0}, {"2020-12", 10, 12}}
}

func validateAllowances(all []Allowance) error {
	for i, v := range all {
		if _, err := event.ParseMonth(string(v.From)); err != nil || i > 0 && v.From <= all[i-1].From {
			return errors.New("process: Options.Connects: each allowance is from a month such as 2016-02, later than that of the one before it")
		}
		if v.Amount < 0 || v.Amount > aggregate.MaxConnects || v.Amount > 0 && (v.Months < 1 || v.Months > 1200) {
			return errors.New("process: Options.Connects: an allowance is of 0 to 1,000,000 Connects, for 1 to 1,200 months")
		}
	}
	return nil
}

// allowance is that of a month.
func (a *agenda) allowance(m event.Month) (of Allowance) {
	for _, v := range a.allowances {
		if v.From <= m {
			of = v
		}
	}
	return of
}

// after is the next month after one that has an allowance, "" if none will.
func (a *agenda) after(m event.Month) event.Month {
	for m < lastMonth {
		if m = m.Next(); a.allowance(m).Amount > 0 {
			return m
		}
		// No month has one until the next allowance begins.
		next := slices.IndexFunc(a.allowances, func(v Allowance) bool { return v.From > m })
		if next < 0 {
			return ""
		}
		if a.allowances[next].Amount > 0 {
			return a.allowances[next].From
		}
		m = a.allowances[next].From
	}
	return ""
}

const lastMonth event.Month = "9999-12"

// foldAllowance: each month's Connects follow from those of the month before (fine print
// R). A suspended freelancer's wait.
func (a *agenda) foldAllowance(env *event.Envelope) {
	switch e := env.Event.(type) {
	case *event.FreelancerRegistered:
		a.openAllowance(env, env.OccurredAt.Month(), nil)
	case *event.ConnectsGranted:
		if e.Reason == event.GrantMonthly {
			a.grantedFor(env, e.Month)
		}
	case *event.FreelancerSuspended:
		a.suspended[env.Stream] = true
	case *event.FreelancerReinstated:
		delete(a.suspended, env.Stream)
		a.release(env.Stream)
	case *event.FreelancerClosed:
		delete(a.suspended, env.Stream)
		a.closeAllowance(env.Stream)
	}
}

// granting is how far an account's allowances are.
type granting struct {
	Next  event.Month   `json:"next"`            // the month whose Connects are to be granted next
	Ahead []event.Month `json:"ahead,omitempty"` // later ones that somebody has granted
}

// grantedFor: the months before one that was granted are made up all the same, and of the
// others the next is not granted twice.
func (a *agenda) grantedFor(env *event.Envelope, m event.Month) {
	g, open := a.granting[env.Stream]
	switch {
	case !open || m < g.Next:
	case m == g.Next:
		a.openAllowance(env, m, g.Ahead)
	case !slices.Contains(g.Ahead, m):
		g.Ahead = append(g.Ahead, m)
		a.granting[env.Stream] = g
	}
}

// openAllowance opens the task for the first month after one that was not granted ahead.
func (a *agenda) openAllowance(env *event.Envelope, before event.Month, ahead []event.Month) {
	a.closeAllowance(env.Stream)
	m := a.nextOf(before, ahead)
	if m == "" || a.ended[env.Stream] {
		return
	}
	a.granting[env.Stream] = granting{m, later(ahead, m)}
	a.open(env, GrantMonthly, string(m), m.Start())
}

// nextOf is the next month after one that has an allowance and was not granted ahead.
func (a *agenda) nextOf(m event.Month, ahead []event.Month) event.Month {
	for m = a.after(m); slices.Contains(ahead, m); {
		m = a.after(m)
	}
	return m
}

// later are those of the months that are after one.
func later(months []event.Month, than event.Month) (kept []event.Month) {
	for _, m := range months {
		if m > than {
			kept = append(kept, m)
		}
	}
	return kept
}

// closeAllowance drops what is to be granted to an account.
func (a *agenda) closeAllowance(account string) {
	a.close(GrantMonthly, account, string(a.granting[account].Next))
	delete(a.granting, account)
}

// month is the month whose Connects a task is to grant as of a moment: its own, or a later
// one where those of its own would be gone already; "" if none.
func (a *agenda) month(t *task, now event.Time) event.Month {
	m := event.Month(t.Part)
	for m != "" && m.Start() <= now && m.Start().AddMonths(a.allowance(m).Months) <= now {
		m = a.nextOf(m, a.granting[t.Stream].Ahead)
	}
	return m
}

// grant is what a task for a month's Connects gives.
func (a *agenda) grant(t *task) aggregate.Command {
	_, freelancer, _, _ := event.ParseStream(t.Stream)
	m := event.Month(t.Part)
	of := a.allowance(m)
	expires := m.Start().AddMonths(of.Months)
	return aggregate.GrantConnects{
		Freelancer: freelancer, N: of.Amount, Reason: event.GrantMonthly, Month: m, ExpiresAt: &expires,
	}
}

// passOver puts the task of another month in the place of one, or nothing.
func (a *agenda) passOver(e *entry, m event.Month) {
	a.done(e)
	t, g := e.task, a.granting[e.Stream]
	if m == "" {
		delete(a.granting, t.Stream)
		return
	}
	t.Part, t.Due = string(m), m.Start()
	a.granting[t.Stream] = granting{m, later(g.Ahead, m)}
	a.add(t)
}
