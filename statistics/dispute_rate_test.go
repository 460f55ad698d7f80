package statistics_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/statistics"
)

// TestDisputeRate: rules 5 and fine print K1.
func TestDisputeRate(t *testing.T) {
	d := projectiontest.Named("dispute")
	opened, cancelled := &event.DisputeOpened{By: event.SideClient, Dispute: d}, &event.DisputeCancelled{Dispute: d}
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
		{"disputed, not ended", []step{{projectiontest.June, opened}}, "0 0 0 0"},
		{"ended", []step{ended(projectiontest.June)}, "1 0 1 0"},
		{"ended at T", []step{ended(projectiontest.Noon)}, "1 0 1 0"},
		{"ended after T", []step{{projectiontest.June, opened}, ended(projectiontest.Noon + 1)}, "0 0 0 0"},
		{"disputed before the end", []step{{projectiontest.June, opened}, ended(projectiontest.June)}, "1 1 1 1"},
		{"disputed after the end", []step{ended(projectiontest.June), {projectiontest.June + projectiontest.Day, opened}}, "1 1 1 1"},
		{"disputed at T", []step{ended(projectiontest.June), {projectiontest.Noon, opened}}, "1 1 1 1"},
		{"disputed after T", []step{ended(projectiontest.June), {projectiontest.Noon + 1, opened}}, "1 0 1 0"},
		{"cancelled", []step{{projectiontest.June, opened}, {projectiontest.June, cancelled}, ended(projectiontest.June)}, "1 0 1 0"},
		{"cancelled at T", []step{{projectiontest.June, opened}, ended(projectiontest.June), {projectiontest.Noon, cancelled}}, "1 0 1 0"},
		{"cancelled after T", []step{{projectiontest.June, opened}, ended(projectiontest.June), {projectiontest.Noon + 1, cancelled}}, "1 1 1 1"},
		{"lapsed", []step{{projectiontest.June, opened}, {projectiontest.June, &event.DisputeLapsed{Dispute: d}}, ended(projectiontest.June)}, "1 1 1 1"},
		{"resolved", []step{{projectiontest.June, opened}, {projectiontest.June, &event.DisputeResolved{Dispute: d}}, ended(projectiontest.June)}, "1 1 1 1"},
		{"two disputes count once", []step{{projectiontest.June, opened}, {projectiontest.June, &event.DisputeLapsed{Dispute: d}}, {projectiontest.June, &event.DisputeOpened{By: event.SideClient, Dispute: projectiontest.Named("second")}}, ended(projectiontest.June)}, "1 1 1 1"},
		{"one of two cancelled", []step{{projectiontest.June, opened}, {projectiontest.June, cancelled}, {projectiontest.June, &event.DisputeOpened{By: event.SideClient, Dispute: projectiontest.Named("second")}}, ended(projectiontest.June)}, "1 1 1 1"},
		{"ended a year ago today, disputed long before", []step{{projectiontest.At("2015-01-01T00:00:00Z"), opened}, ended(projectiontest.At("2016-07-15T00:00:00Z"))}, "1 1 1 1"},
		{"ended a day earlier, disputed within the year", []step{ended(projectiontest.At("2016-07-14T23:59:59Z")), {projectiontest.At("2016-07-20T00:00:00Z"), opened}}, "1 1 0 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := projectiontest.NewWorld(t)
			w.OnContract("job", projectiontest.At("2014-01-01T00:00:00Z"), &event.ContractStarted{Via: event.ViaDirect})
			for _, s := range c.steps {
				w.OnContract("job", s.at, s.Event)
			}
			p := statistics.DefaultDisputeRate()
			x := p.Explain(w.Contracts, projectiontest.Noon)
			r := x.DisputeRate
			require.Equal(t, c.want, fmt.Sprint(r.Ended, r.Disputed, r.Ended12m, r.Disputed12m))
			require.Equal(t, r, p.Of(w.Contracts, projectiontest.Noon))
			require.Len(t, x.Contracts, int(r.Ended))
		})
	}
}

// TestDisputeRateInPPM: half up, and null where none has ended.
func TestDisputeRateInPPM(t *testing.T) {
	w := projectiontest.NewWorld(t)
	p := statistics.DefaultDisputeRate()
	require.Equal(t, statistics.DisputeRate{}, p.Of(nil, projectiontest.Noon))
	for i := range 3 {
		name := fmt.Sprint("job ", i)
		addJob(w, name, job{end: projectiontest.June.AddMonths(-24)})
		if i < 2 {
			w.OnContract(name, projectiontest.June, &event.DisputeOpened{By: event.SideClient, Dispute: projectiontest.Named(name)})
		}
	}
	require.Equal(t, statistics.DisputeRate{Ended: 3, Disputed: 2, PPM: projectiontest.Ptr(int64(666_667))}, p.Of(w.Contracts, projectiontest.Noon))
}

// TestEveryEndedContractCounts: unpaid ones, voided clients', excluded
// feedback's and those without any (fine print K1).
func TestEveryEndedContractCounts(t *testing.T) {
	w := projectiontest.NewWorld(t)
	w.Client("voided", projectiontest.June, &event.ClientRegistered{}, &event.ClientBarred{Reason: event.SanctionTOS})
	addJob(w, "unpaid", job{end: projectiontest.June, unpaid: true})
	addJob(w, "voided", job{client: "voided", end: projectiontest.June, overall: 500})
	addJob(w, "excluded", job{end: projectiontest.June, overall: 500, excluded: projectiontest.June})
	addJob(w, "silent", job{end: projectiontest.June})
	require.Equal(t, int64(4), statistics.DefaultDisputeRate().Of(w.Contracts, projectiontest.Noon).Ended)
}
