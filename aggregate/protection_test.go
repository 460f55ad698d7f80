package aggregate

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// TestProtection is fine print G10 and L1: what is decided at logging, and at invoicing.
func TestProtection(t *testing.T) {
	trusted := facts{clientDid(t0, &event.PaymentMethodVerified{}), freelancerDid(t0, &event.IdentityVerified{})}
	memo := edited(tracked, func(c *LogSegment) { c.Memo = "menu page" })
	logs := func(why event.Unprotected, change func(*LogSegment), more ...past) test {
		c := edited(memo, change)
		return given(hourlyWithManual, facts(nil).and(more...)).when(later, c).then(&event.SegmentLogged{
			Start: c.Start, Kind: c.Kind, Activity: c.Activity, Screenshot: c.Screenshot, Unprotected: why, Memo: c.Memo,
		})
	}
	bill := func(limit int64, minutes, over, protected int64, amount event.Money, segments ...event.Event) test {
		return given(hourly, contractSaw(t0, &event.WeeklyLimitChanged{WeeklyLimitMinutes: limit}), weekSaw(week1, t0, segments...)).
			when(monday, InvoiceWeek{contract, week1}).then(&event.WeekInvoiced{
			Minutes: minutes, OverLimitMinutes: over, ProtectedMinutes: protected, Amount: amount, ReviewEndsAt: reviewed})
	}
	at := func(i int64, protectable bool) event.Event { return segment(t0.AddSeconds(600*i), protectable) }
	same := func(*LogSegment) {}
	manual := func(c *LogSegment) { c.Kind = event.SegmentManual }
	nothing := func(c *LogSegment) { c.Memo, c.Activity, c.Screenshot = "", 0, false }
	hold := func(k event.HoldKind) fact { return freelancerDid(t0, &event.HoldPlaced{Kind: k}) }
	ref, sha := "s3://shots/1", strings.Repeat("AB", 32)
	evidence := func(change func(*LogSegment)) LogSegment {
		return edited(memo, func(c *LogSegment) { c.ScreenshotRef, c.ScreenshotSHA256 = &ref, &sha; change(c) })
	}
	table{
		"G10 every condition holds":                 logs("", same, trusted),
		"G10 manual time never is":                  logs(event.UnprotectedManual, manual, trusted),
		"G10 manual before all others":              logs(event.UnprotectedManual, func(c *LogSegment) { nothing(c); manual(c) }),
		"G10 without memo":                          logs(event.UnprotectedNoMemo, func(c *LogSegment) { c.Memo = "" }, trusted),
		"G10 a memo of white space":                 logs(event.UnprotectedNoMemo, func(c *LogSegment) { c.Memo = " \u00a0\n" }, trusted),
		"G10 no memo before all others":             logs(event.UnprotectedNoMemo, nothing),
		"G10 without activity":                      logs(event.UnprotectedNoActivity, func(c *LogSegment) { c.Activity = 0 }, trusted),
		"G10 no activity before the rest":           logs(event.UnprotectedNoActivity, func(c *LogSegment) { c.Activity, c.Screenshot = 0, false }),
		"G10 activity of 1 is enough":               logs("", func(c *LogSegment) { c.Activity = 1 }, trusted),
		"G10 without screenshot":                    logs(event.UnprotectedNoScreenshot, func(c *LogSegment) { c.Screenshot = false }, trusted),
		"G10 no screenshot before the accounts":     logs(event.UnprotectedNoScreenshot, func(c *LogSegment) { c.Screenshot = false }),
		"G10 the client's payment method is lost":   logs(event.UnprotectedPaymentMethod, same, trusted, clientDid(t0, &event.PaymentMethodLost{})),
		"G10 the payment method before the rest":    logs(event.UnprotectedPaymentMethod, same, hold(event.HoldPayment)),
		"G10 the freelancer's identity is revoked":  logs(event.UnprotectedIdentity, same, trusted, freelancerDid(t0, &event.IdentityVerificationRevoked{})),
		"G10 the identity before the hold":          logs(event.UnprotectedIdentity, same, trusted[:1], hold(event.HoldIdentity)),
		"G10 the client's identity does not matter": logs(event.UnprotectedIdentity, same, trusted[:1], clientDid(t0, &event.IdentityVerified{})),
		"G10 a payment hold":                        logs(event.UnprotectedHold, same, trusted, hold(event.HoldPayment)),
		"G10 an identity hold":                      logs(event.UnprotectedHold, same, trusted, hold(event.HoldIdentity)),
		"G10 other holds do not matter":             logs("", same, trusted, hold(event.HoldQuality), hold(event.HoldCircumvention)),
		"G10 a lifted hold does not matter":         logs("", same, trusted, hold(event.HoldPayment), freelancerDid(t0, &event.HoldLifted{Kind: event.HoldPayment})),
		"L1 accounts as they are read, whatever their clock": logs("", same,
			clientDid(after(9, 0), &event.PaymentMethodVerified{}), freelancerDid(after(9, 0), &event.IdentityVerified{})),

		"G11 a reference and a digest": given(hourly).when(later, evidence(same)).then(&event.SegmentLogged{
			Start: memo.Start, Kind: memo.Kind, Activity: 5, Screenshot: true, ScreenshotRef: ref, ScreenshotSHA256: strings.ToLower(sha),
			Unprotected: event.UnprotectedPaymentMethod, Memo: memo.Memo}),
		"G11 without a screenshot":        given(hourly).when(later, evidence(func(c *LogSegment) { c.Screenshot = false })).rejected(Invalid),
		"G11 a digest without one":        given(hourly).when(later, evidence(func(c *LogSegment) { c.Screenshot, c.ScreenshotRef = false, nil })).rejected(Invalid),
		"B14 an empty reference":          given(hourly).when(later, evidence(func(c *LogSegment) { c.ScreenshotRef = ptr("") })).rejected(Invalid),
		"B14 a reference of white space":  given(hourly).when(later, evidence(func(c *LogSegment) { c.ScreenshotRef = ptr(" ") })).rejected(Invalid),
		"B15 an empty digest":             given(hourly).when(later, evidence(func(c *LogSegment) { c.ScreenshotSHA256 = ptr("") })).rejected(Invalid),
		"B15 a digest of 62 digits":       given(hourly).when(later, evidence(func(c *LogSegment) { c.ScreenshotSHA256 = ptr(sha[2:]) })).rejected(Invalid),
		"B15 a digest of 63 and a letter": given(hourly).when(later, evidence(func(c *LogSegment) { c.ScreenshotSHA256 = ptr(sha[1:] + "g") })).rejected(Invalid),

		"L1 the limit is decided at invoicing":            bill(20, 30, 10, 20, 1000, at(0, true), at(1, true), at(2, true)),
		"L1 a partly billed segment is not protected":     bill(19, 30, 11, 10, 950, at(0, true), at(1, true), at(2, true)),
		"L1 the earliest are billed first, as they start": bill(10, 20, 10, 10, 500, at(5, false), at(1, true)),
		"L1 not as they were logged":                      bill(10, 20, 10, 0, 500, at(5, true), at(1, false)),
		"L1 only those that were protectable":             bill(60, 30, 0, 20, 1500, at(0, true), at(1, false), at(2, true)),
	}.run(t)

	// The verified client of another contract does not matter.
	other := uuid.MustParse("c0000000-0000-4000-8000-000000000002")
	unpaid := segment(memo.Start, true)
	unpaid.Unprotected = event.UnprotectedPaymentMethod
	given(hourly, freelancerDid(t0, &event.IdentityVerified{}), fact{event.ClientStream(other), t0, []event.Event{&event.ClientRegistered{}, &event.PaymentMethodVerified{}}}).
		when(later, memo).then(unpaid).check(t)
}
