package projection_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// TestDisputeRate: rules 5 and fine print K1.
func TestDisputeRate(t *testing.T) {
	d := named("dispute")
	opened, cancelled := &event.DisputeOpened{Dispute: d}, &event.DisputeCancelled{Dispute: d}
	type step struct {
		at event.Time
		event.Event
	}
	ended := func(when event.Time) step { return step{when, &event.ContractEnded{By: event.SideClient}} }
	for _, c := range []struct {
		name  string
		steps []step
		want  string // ended, disputed, ended_12m, disputed_12m
	}{
		{"running", nil, "0 0 0 0"},
		{"disputed, not ended", []step{{june, opened}}, "0 0 0 0"},
		{"ended", []step{ended(june)}, "1 0 1 0"},
		{"ended at T", []step{ended(noon)}, "1 0 1 0"},
		{"ended after T", []step{{june, opened}, ended(noon + 1)}, "0 0 0 0"},
		{"disputed before the end", []step{{june, opened}, ended(june)}, "1 1 1 1"},
		{"disputed after the end", []step{ended(june), {june + day, opened}}, "1 1 1 1"},
		{"disputed at T", []step{ended(june), {noon, opened}}, "1 1 1 1"},
		{"disputed after T", []step{ended(june), {noon + 1, opened}}, "1 0 1 0"},
		{"cancelled", []step{{june, opened}, {june, cancelled}, ended(june)}, "1 0 1 0"},
		{"cancelled at T", []step{{june, opened}, ended(june), {noon, cancelled}}, "1 0 1 0"},
		{"cancelled after T", []step{{june, opened}, ended(june), {noon + 1, cancelled}}, "1 1 1 1"},
		{"lapsed", []step{{june, opened}, {june, &event.DisputeLapsed{Dispute: d}}, ended(june)}, "1 1 1 1"},
		{"resolved", []step{{june, opened}, {june, &event.DisputeResolved{Dispute: d}}, ended(june)}, "1 1 1 1"},
		{"two disputes count once", []step{{june, opened}, {june, &event.DisputeLapsed{Dispute: d}}, {june, &event.DisputeOpened{Dispute: named("second")}}, ended(june)}, "1 1 1 1"},
		{"one of two cancelled", []step{{june, opened}, {june, cancelled}, {june, &event.DisputeOpened{Dispute: named("second")}}, ended(june)}, "1 1 1 1"},
		{"ended a year ago today, disputed long before", []step{{at("2015-01-01T00:00:00Z"), opened}, ended(at("2016-07-15T00:00:00Z"))}, "1 1 1 1"},
		{"ended a day earlier, disputed within the year", []step{ended(at("2016-07-14T23:59:59Z")), {at("2016-07-20T00:00:00Z"), opened}}, "1 1 0 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.onContract("job", at("2014-01-01T00:00:00Z"), &event.ContractStarted{Via: event.ViaDirect})
			for _, s := range c.steps {
				w.onContract("job", s.at, s.Event)
			}
			p := projection.DefaultDisputeRate()
			x := p.Explain(w.contracts, noon)
			r := x.DisputeRate
			require.Equal(t, c.want, fmt.Sprint(r.Ended, r.Disputed, r.Ended12m, r.Disputed12m))
			require.Equal(t, r, p.Of(w.contracts, noon))
			require.Len(t, x.Contracts, int(r.Ended))
		})
	}
}

// TestDisputeRateInPPM: half up, and null where none has ended.
func TestDisputeRateInPPM(t *testing.T) {
	w := newWorld(t)
	p := projection.DefaultDisputeRate()
	require.Equal(t, projection.DisputeRate{}, p.Of(nil, noon))
	for i := range 3 {
		name := fmt.Sprint("job ", i)
		w.job(name, job{end: june.AddMonths(-24)})
		if i < 2 {
			w.onContract(name, june, &event.DisputeOpened{Dispute: named(name)})
		}
	}
	require.Equal(t, projection.DisputeRate{Ended: 3, Disputed: 2, PPM: ptr(int64(666_667))}, p.Of(w.contracts, noon))
}

// TestEveryEndedContractCounts: unpaid ones, voided clients', excluded
// feedback's and those without any (fine print K1).
func TestEveryEndedContractCounts(t *testing.T) {
	w := newWorld(t)
	w.client("voided", june, &event.ClientRegistered{}, &event.ClientBarred{Reason: event.SanctionTOS})
	w.job("unpaid", job{end: june, unpaid: true})
	w.job("voided", job{client: "voided", end: june, overall: 500})
	w.job("excluded", job{end: june, overall: 500, excluded: june})
	w.job("silent", job{end: june})
	require.Equal(t, int64(4), projection.DefaultDisputeRate().Of(w.contracts, noon).Ended)
}
