// Package showtest has a policy unlike the published ones, and finds in a text
// the numbers that are another policy's.
package showtest

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

const (
	hour = 3600
	day  = 24 * hour
)

// Policy is one of which no number that is shown is the default's.
func Policy(t testing.TB) statistics.Policy {
	t.Helper()
	p := projectiontest.Preset(t, statistics.DefaultPolicy)
	p.Name = "primes"
	p.Responsiveness = statistics.ResponsivenessPolicy{
		Window: 131 * day, WithdrawnWithin: 5 * hour, Grace: 7 * hour, Fast: 17 * hour, Slow: 11 * day, MinCounted: 2,
	}
	p.JobSuccess.Feedback = statistics.FeedbackPolicy{SuccessfulOverall: 431, NeutralOverall: 311, SuccessfulRecommend: 8, NeutralRecommend: 5}
	p.JobSuccess.LongTermQuarters, p.JobSuccess.RunningDays, p.JobSuccess.RecentPaymentDays = 3, 83, 79
	p.JobSuccess.Weight = statistics.WeightPolicy{Steps: []statistics.WeightStep{{UpTo: 269_00, Weight: 7}, {UpTo: 1_009_00, Weight: 11}}, Above: 13, PerQuarter: 5, Max: 41}
	p.JobSuccess.MinOutcomes, p.JobSuccess.MinClients = 1, 1
	p.JobSuccess.WindowMonths, p.JobSuccess.QuarterMonths = []int{7, 19, 29}, 5
	p.DisputeRate.RecentMonths = 23
	p.Badge.Displayed, p.Badge.Profile = 71, 73
	p.Badge.Assessments, p.Badge.GoodAssessments = 59, 43
	p.Badge.FirstContractDays, p.Badge.HoldDays, p.Badge.ActiveDays = 61, 47, 53
	p.Badge.Paid, p.Badge.PlusPaid, p.Badge.PlusContract = 1_013_00, 10_007_00, 5_003_00
	p.Badge.PaidMonths, p.Badge.ViolationMonths, p.Badge.ViolationRule = 31, 37, "off_platform"
	p.Funnel.Days = 103
	p.Standing = statistics.StandingPolicy{FeedbackBelow: 211, ContactSources: 4, ContactDays: 193, SuspendSources: 5, SuspendDays: 107, BarDays: 409}
	p.Work = statistics.WorkPolicy{RecentMonths: 41, LongTermMonths: 13}
	p.Figures.Weeks = 997
	differ(reflect.ValueOf(&p).Elem(), reflect.ValueOf(projectiontest.Preset(t, statistics.DefaultPolicy)))
	require.NoError(t, p.Validate())
	return p
}

// differ changes the numbers that are the default's still: those of a statistic
// that has come since.
func differ(v, standard reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			differ(v.Field(i), standard.Field(i))
		}
	case reflect.Int, reflect.Int64:
		if v.Int() == standard.Int() {
			v.SetInt(v.Int() + 37)
		}
	}
}

var (
	// A measured span is none of a policy's periods.
	span = regexp.MustCompile(`\b[\d,]+ d \d+ h\b|\b\d+ h \d\d min\b`)
	// A decimal number, as hours worked are, is none of them either.
	period = regexp.MustCompile(`(?:^|[^\d.,])(\d[\d,]* (?:days?|months?|hours?|h))\b`)
)

// words are what the default's numbers are called.
var words = []string{
	"last year", "earlier years", "last day", "within a day", "three months", "three freelancers", "two more", "circumvention",
	"of the last 16 ", "13 or more", "of 90 %", "complete to 100 %", "started 90 d", " 1,000.00 USD or more", "from 4.50 on", "from 3.50 on", "below 3.50", "10,000.00 USD or more", "5,000.00 USD or more",
}

// Foreign are the periods in a text that the policy does not have, and other
// numbers of the default's.
func Foreign(p statistics.Policy, text string) (foreign []string) {
	own := periods(p)
	for _, found := range period.FindAllStringSubmatch(span.ReplaceAllString(text, ""), -1) {
		if !own[found[1]] {
			foreign = append(foreign, found[1])
		}
	}
	for _, w := range words {
		if strings.Contains(text, w) {
			foreign = append(foreign, w)
		}
	}
	return foreign
}

// periods are a policy's, as they are said.
func periods(p statistics.Policy) map[string]bool {
	own := map[string]bool{}
	Numbers(reflect.ValueOf(p), func(name string, n int64) {
		switch {
		case strings.Contains(name, "Months"):
			own[show.Months(int(n))] = true
		case strings.Contains(name, "Days"):
			own[show.Days(int(n))] = true
		case strings.HasPrefix(name, "Policy.Responsiveness.") && name != "Policy.Responsiveness.MinCounted":
			own[show.Period(n)], own[show.ShortPeriod(n)] = true, true
		}
	})
	return own
}

// Numbers gives each number in a policy to see, with the name of its field.
func Numbers(v reflect.Value, see func(name string, n int64)) { numbers("Policy", v, see) }

func numbers(name string, v reflect.Value, see func(string, int64)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			numbers(name+"."+v.Type().Field(i).Name, v.Field(i), see)
		}
	case reflect.Slice:
		for i := range v.Len() {
			numbers(name+"["+strconv.Itoa(i)+"]", v.Index(i), see)
		}
	case reflect.Int, reflect.Int64:
		see(name, v.Int())
	}
}

// Badges are the conditions' words under the policy, of every one.
func Badges(p statistics.BadgePolicy, money show.Currency) []string {
	return []string{
		"Job Success of 71 % or more now", "43 or more of the last 59 assessments with such a score", "first contract started 61 d 0 h ago",
		money.Money(p.Paid) + " or more paid in the last 31 months", "profile complete to 73 %", "no hold in the last 47 days",
		"a payment in the last 53 days", "no off platform in the last 37 months",
		money.Money(p.PlusPaid) + " or more paid in the last 31 months", "paid " + money.Money(p.PlusContract) + " or more in 31 months",
	}
}
