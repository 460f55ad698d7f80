package process_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
)

// grants are the allowances that were granted after a place in the log: their month,
// amount and end.
func (h *host) grants() (told []string) {
	for _, env := range h.events(h.seen) {
		if e, ok := env.Event.(*event.ConnectsGranted); ok && e.Reason == event.GrantMonthly {
			told = append(told, fmt.Sprintf("%v %d until %v", e.Month, e.Amount, e.ExpiresAt))
		}
	}
	return told
}

// Each month's Connects are granted on its first day, and made up after an outage (fine
// print R).
func TestMonthlyConnects(t *testing.T) {
	monthly := []process.Allowance{{From: "2015-02", Amount: 60, Months: 1}}
	byHand := func(when string, m event.Month) step {
		return on(when, aggregate.GrantConnects{Freelancer: named("ann"), N: 7, Reason: event.GrantMonthly, Month: m})
	}
	account := func(when string, c aggregate.Command) step { return on(when, c) }
	suspend := aggregate.SuspendFreelancer{Freelancer: named("ann"), Reason: event.SanctionTOS}
	for name, row := range map[string]struct {
		connects []process.Allowance
		given    []step
		moments  []moment
	}{
		"R not unless the host says so": {nil, nil, []moment{{"2024-03-01T00:00:00Z", nil}}},
		"R on the first of the next month, for a year": {process.ModelAllowances(), nil, []moment{
			{"2024-01-31T23:59:59Z", nil}, {"2024-02-01T00:00:00Z", []string{"2024-02 10 until 2025-02-01T00:00:00Z"}},
			{"2024-02-29T23:59:59Z", nil}, {"2024-03-01T00:00:00Z", []string{"2024-03 10 until 2025-03-01T00:00:00Z"}}}},
		"R missed ones are made up": {process.ModelAllowances(), nil, []moment{{"2024-04-10T00:00:00Z", []string{
			"2024-02 10 until 2025-02-01T00:00:00Z", "2024-03 10 until 2025-03-01T00:00:00Z", "2024-04 10 until 2025-04-01T00:00:00Z"}}, {"2024-04-30T23:59:59Z", nil}}},
		"R those that would be gone are passed over": {monthly, nil, []moment{{"2024-04-10T00:00:00Z", []string{"2024-04 60 until 2024-05-01T00:00:00Z"}}}},
		"R in the second of its end one is gone":     {monthly, nil, []moment{{"2024-03-01T00:00:00Z", []string{"2024-03 60 until 2024-04-01T00:00:00Z"}}}},
		"R not in months without": {[]process.Allowance{{From: "2015-02", Amount: 60, Months: 1}, {From: "2024-02"}, {From: "2024-04", Amount: 5, Months: 12}}, nil, []moment{
			{"2024-03-31T23:59:59Z", nil}, {"2024-04-01T00:00:00Z", []string{"2024-04 5 until 2025-04-01T00:00:00Z"}}}},
		"R not for a month that somebody granted for": {process.ModelAllowances(), []step{byHand("2024-02-01T00:00:00Z", "2024-02")}, []moment{
			{"2024-02-10T00:00:00Z", nil}, {"2024-03-01T00:00:00Z", []string{"2024-03 10 until 2025-03-01T00:00:00Z"}}}},
		"R a later month that somebody granted for stops no earlier one": {process.ModelAllowances(), []step{byHand("2024-03-02T00:00:00Z", "2024-03")}, []moment{
			{"2024-04-01T00:00:00Z", []string{"2024-02 10 until 2025-02-01T00:00:00Z", "2024-04 10 until 2025-04-01T00:00:00Z"}}}},
		"R nor does an earlier one begin anything again": {process.ModelAllowances(), []step{byHand("2024-02-01T00:00:00Z", "2023-11")}, []moment{
			{"2024-02-10T00:00:00Z", []string{"2024-02 10 until 2025-02-01T00:00:00Z"}}}},
		"R a closed account gets none": {process.ModelAllowances(), []step{account("2024-01-10T00:00:00Z", aggregate.CloseFreelancer{Freelancer: named("ann"), Reason: event.CloseAccountLeft})},
			[]moment{{"2024-03-01T00:00:00Z", nil}}},
		"R a suspended one waits": {process.ModelAllowances(), []step{account("2024-01-10T00:00:00Z", suspend)}, []moment{{"2024-03-01T00:00:00Z", nil}}},
		"R until it is reinstated": {process.ModelAllowances(), []step{account("2024-01-10T00:00:00Z", suspend),
			account("2024-02-20T00:00:00Z", aggregate.ReinstateFreelancer{Freelancer: named("ann")})}, []moment{{"2024-02-21T00:00:00Z", []string{"2024-02 10 until 2025-02-01T00:00:00Z"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			o := process.Options{Connects: row.connects, Checkpoint: &process.MemoryCheckpoint{}}
			h := newHostOn(t, newLog(), o)
			h.do("2024-01-01T00:00:00Z", people...)
			h.steps(row.given...)
			for _, m := range row.moments {
				h.settle(m.at)
				require.Equal(t, m.then, h.grants(), m.at)
				h.settle(m.at)
				require.Empty(t, h.grants(), "once")
				require.NoError(t, h.p.Save(t.Context()))
				h.restart(o)
			}
			h.restart(process.Options{Connects: row.connects})
			h.settle(row.moments[len(row.moments)-1].at)
			require.Empty(t, h.grants(), "also for who begins anew")
		})
	}
}

func TestAllowancesAreChecked(t *testing.T) {
	h := newHost(t)
	for name, wrong := range map[string][]process.Allowance{
		"no month": {{From: "2024-13", Amount: 1, Months: 1}}, "out of order": {{From: "2024-02"}, {From: "2024-01"}},
		"less than none": {{From: "2024-01", Amount: -1, Months: 1}}, "no end": {{From: "2024-01", Amount: 1}},
	} {
		_, err := h.m.Processes(process.Options{Connects: wrong})
		require.ErrorContains(t, err, "Options.Connects", name)
	}
}
