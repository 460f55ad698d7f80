package aggregate

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
)

// billedNaively is an independent calculation of a week's bill: minute by minute
// through the week, in fractions.
func billedNaively(segments map[event.Time]bool, limit int64, rate event.Money) (minutes, over, protected int64, amount *big.Int) {
	cents := new(big.Rat)
	for start := week1.Start(); start < week1.End(); start += 600 {
		protectable, worked := segments[start]
		if !worked {
			continue
		}
		whole := true
		for range 10 {
			minutes++
			if minutes > limit {
				over++
				whole = false
				continue
			}
			cents.Add(cents, big.NewRat(int64(rate), 60))
		}
		if whole && protectable {
			protected += 10
		}
	}
	cents.Add(cents, big.NewRat(1, 2)) // half up
	return minutes, over, protected, new(big.Int).Div(cents.Num(), cents.Denom())
}

// TestBillingAgainstNaive is fine print G5 and L3 as a law: limit cuts, rounding,
// protected minutes, and invalid_amount exactly where 64 bits end.
func TestBillingAgainstNaive(t *testing.T) {
	overflows, fits := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		limits := []*rapid.Generator[int64]{rapid.Int64Range(1, 400), rapid.Just(int64(10080))}
		rates := []*rapid.Generator[int64]{rapid.Int64Range(1, 20000), rapid.Int64Range(math.MaxInt64/2, math.MaxInt64), rapid.Int64Min(1)}
		limit := oneOfThese(t, limits).Draw(t, "limit")
		rate := event.Money(oneOfThese(t, rates).Draw(t, "rate"))
		segments := map[event.Time]bool{}
		var log []event.Event
		for range 1 + pick(t, 60) {
			start := week1.Start().AddSeconds(600 * int64(pick(t, 1008)))
			if _, twice := segments[start]; twice {
				continue
			}
			segments[start] = rapid.Bool().Draw(t, "protectable")
			log = append(log, segment(start, segments[start]))
		}
		scenario := given(accounts, contractSaw(t0, &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer,
			Kind: event.KindHourly, Via: event.ViaDirect, HourlyRate: rate, WeeklyLimitMinutes: limit}), weekSaw(week1, t0, log...)).
			when(monday, InvoiceWeek{contract, week1})

		minutes, over, protected, amount := billedNaively(segments, limit, rate)
		if !amount.IsInt64() {
			overflows++
			scenario.rejected(InvalidAmount).check(t)
			return
		}
		fits++
		scenario.then(&event.WeekInvoiced{Minutes: minutes, OverLimitMinutes: over, ProtectedMinutes: protected,
			Amount: event.Money(amount.Int64()), ReviewEndsAt: reviewed}).check(t)
	})
	require.Positive(t, overflows)
	require.Positive(t, fits)
}

// segment is one that nothing but the limit can unprotect, or one without a memo.
func segment(start event.Time, protectable bool) *event.SegmentLogged {
	e := logged(start)
	if protectable {
		e.Memo, e.Unprotected = "menu page", ""
	}
	return e
}

func TestFullWeek(t *testing.T) {
	var log []event.Event
	for start := week1.Start(); start < week1.End(); start += 600 {
		log = append(log, segment(start, true))
	}
	week := func(rate event.Money) whenStage {
		return given(accounts, contractSaw(t0, &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer, Kind: event.KindHourly,
			Via: event.ViaDirect, HourlyRate: rate, WeeklyLimitMinutes: math.MaxInt64}), weekSaw(week1, t0, log...)).
			when(monday, InvoiceWeek{contract, week1})
	}
	week(3000).then(&event.WeekInvoiced{Minutes: 10080, ProtectedMinutes: 10080, Amount: 168 * 3000, ReviewEndsAt: reviewed}).check(t)
	week(huge / 168).then(&event.WeekInvoiced{Minutes: 10080, ProtectedMinutes: 10080, Amount: huge / 168 * 168, ReviewEndsAt: reviewed}).check(t)
	week(huge/168 + 1).rejected(InvalidAmount).check(t)
	week(huge).rejected(InvalidAmount).check(t)
}
