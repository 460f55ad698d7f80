package statistics_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/statistics"
)

// TestWhichInvitesCount: rules 2, fine print E5, E6, J1.
func TestWhichInvitesCount(t *testing.T) {
	now := projectiontest.At("2016-06-30T12:00:00Z")
	accepted, withdrawn := &event.InviteAccepted{}, &event.InviteWithdrawn{}
	for _, c := range []struct {
		name        string
		sent        event.Time
		unavailable bool
		then        event.Event
		when        event.Time
		want        string // "counted", "answered after n s" or why it does not count
	}{
		{name: "90 days ago to the second", sent: now - 90*projectiontest.Day, then: accepted, when: now - 89*projectiontest.Day, want: "outside_window"},
		{name: "a second less than 90 days ago", sent: now - 90*projectiontest.Day + 1, then: accepted, when: now - 90*projectiontest.Day + 2, want: "answered after 1 s"},
		{name: "sent at T, unanswered", sent: now, want: "unanswered_too_recent"},
		{name: "sent and answered at T", sent: now, then: accepted, when: now, want: "answered after 0 s"},
		{name: "sent after T", sent: now + 1, want: "not seen"},
		{name: "unanswered for 24 h to the second", sent: now - projectiontest.Day, want: "counted"},
		{name: "unanswered for a second less", sent: now - projectiontest.Day + 1, want: "unanswered_too_recent"},
		{name: "answered within the 24 h", sent: now - projectiontest.Hour, then: accepted, when: now - projectiontest.Hour + 5, want: "answered after 5 s"},
		{name: "answered at T", sent: now - 2*projectiontest.Day, then: accepted, when: now, want: "answered after 172800 s"},
		{name: "answered after T", sent: now - 2*projectiontest.Day, then: accepted, when: now + 1, want: "counted"},
		{name: "answered after T, too recent", sent: now - projectiontest.Hour, then: accepted, when: now + 1, want: "unanswered_too_recent"},
		{name: "declined", sent: now - 9*projectiontest.Day, then: &event.InviteDeclined{}, when: now - 8*projectiontest.Day, want: "answered after 86400 s"},
		{name: "reported", sent: now - 9*projectiontest.Day, then: &event.InviteReported{}, when: now - 8*projectiontest.Day, want: "answered after 86400 s"},
		{name: "archived", sent: now - 9*projectiontest.Day, then: &event.InviteArchived{}, when: now - 8*projectiontest.Day, want: "counted"},
		{name: "expired", sent: now - 40*projectiontest.Day, then: &event.InviteExpired{}, when: now - 10*projectiontest.Day, want: "counted"},
		{name: "not available", sent: now - 9*projectiontest.Day, unavailable: true, then: accepted, when: now - 8*projectiontest.Day, want: "freelancer_not_available"},
		{name: "withdrawn a second before 24 h", sent: now - 9*projectiontest.Day, then: withdrawn, when: now - 8*projectiontest.Day - 1, want: "withdrawn_early"},
		{name: "withdrawn after 24 h to the second", sent: now - 9*projectiontest.Day, then: withdrawn, when: now - 8*projectiontest.Day, want: "counted"},
		{name: "withdrawn within 24 h, at T", sent: now - projectiontest.Hour, then: withdrawn, when: now, want: "withdrawn_early"},
		{name: "withdrawn within 24 h, after T", sent: now - projectiontest.Hour, then: withdrawn, when: now + 1, want: "unanswered_too_recent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := projectiontest.NewWorld(t)
			w.OnInvite("invite", c.sent, projectiontest.Sent(!c.unavailable))
			if c.then != nil {
				w.OnInvite("invite", c.when, c.then)
			}
			x := statistics.DefaultResponsiveness().Explain(projectiontest.Named("freelancer"), w.Invites, now)
			got := "not seen"
			for _, v := range x.Invites {
				switch {
				case !v.Counted:
					got = string(v.Reason)
				case v.Answered:
					got = fmt.Sprintf("answered after %d s", *v.ResponseS)
				default:
					got = "counted"
				}
			}
			require.Equal(t, c.want, got)
		})
	}
}

// TestResponsiveness: rates, median and level, rules 2 and fine print E7.
func TestResponsiveness(t *testing.T) {
	const (
		fast  = int64(projectiontest.Day - projectiontest.Second) // 24 h less a second
		slow  = int64(projectiontest.Day)
		slow3 = int64(3*projectiontest.Day - projectiontest.Second)
		over3 = int64(3 * projectiontest.Day)
		none  = int64(-1) // not answered
	)
	repeat := func(n int, v int64) []int64 {
		var list []int64
		for range n {
			list = append(list, v)
		}
		return list
	}
	join := func(lists ...[]int64) (all []int64) {
		for _, l := range lists {
			all = append(all, l...)
		}
		return all
	}
	for _, c := range []struct {
		name      string
		responses []int64 // seconds
		want      string
	}{
		{"no invite", nil, `{"counted":0,"answered":0,"answered_24h":0,"answered_72h":0,"rate_bp":null,"median_response_s":null,"level":null}`},
		{"none answered", repeat(5, none), `{"counted":5,"answered":0,"answered_24h":0,"answered_72h":0,"rate_bp":0,"median_response_s":null,"level":"over_3_days"}`},
		{"four are too few for a level", repeat(4, 10), `{"counted":4,"answered":4,"answered_24h":4,"answered_72h":4,"rate_bp":10000,"median_response_s":10,"level":null}`},
		{"five are enough", repeat(5, 10), `{"counted":5,"answered":5,"answered_24h":5,"answered_72h":5,"rate_bp":10000,"median_response_s":10,"level":"under_24h"}`},
		{"24 h to the second is not under 24 h", repeat(5, slow), `{"counted":5,"answered":5,"answered_24h":0,"answered_72h":5,"rate_bp":10000,"median_response_s":86400,"level":"under_3_days"}`},
		{"72 h to the second is not under 72 h", repeat(5, over3), `{"counted":5,"answered":5,"answered_24h":0,"answered_72h":0,"rate_bp":10000,"median_response_s":259200,"level":"over_3_days"}`},
		{"half under 24 h is not more than half", join(repeat(3, fast), repeat(3, slow3)), `{"counted":6,"answered":6,"answered_24h":3,"answered_72h":6,"rate_bp":10000,"median_response_s":86399,"level":"under_3_days"}`},
		{"more than half under 24 h", join(repeat(4, fast), repeat(3, none)), `{"counted":7,"answered":4,"answered_24h":4,"answered_72h":4,"rate_bp":5714,"median_response_s":86399,"level":"under_24h"}`},
		{"half under 72 h is not more than half", join(repeat(3, slow3), repeat(3, none)), `{"counted":6,"answered":3,"answered_24h":0,"answered_72h":3,"rate_bp":5000,"median_response_s":259199,"level":"over_3_days"}`},
		{"the lower middle of an even number", []int64{40, 10, 30, 20}, `{"counted":4,"answered":4,"answered_24h":4,"answered_72h":4,"rate_bp":10000,"median_response_s":20,"level":null}`},
		{"the middle of an odd number", []int64{40, 10, 30}, `{"counted":3,"answered":3,"answered_24h":3,"answered_72h":3,"rate_bp":10000,"median_response_s":30,"level":null}`},
		{"two thirds round up", join(repeat(2, 7), repeat(1, none)), `{"counted":3,"answered":2,"answered_24h":2,"answered_72h":2,"rate_bp":6667,"median_response_s":7,"level":null}`},
		{"half a basis point rounds up", join(repeat(1, 7), repeat(31, none)), `{"counted":32,"answered":1,"answered_24h":1,"answered_72h":1,"rate_bp":313,"median_response_s":7,"level":"over_3_days"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := projectiontest.At("2016-06-30T12:00:00Z")
			w := projectiontest.NewWorld(t)
			for i, s := range c.responses {
				name := fmt.Sprint("invite ", i)
				w.OnInvite(name, now-20*projectiontest.Day, projectiontest.Sent(true))
				if s != none {
					w.OnInvite(name, now-20*projectiontest.Day+event.Time(s), &event.InviteAccepted{}, &event.ContactExchanged{})
				}
			}
			got, err := json.Marshal(statistics.DefaultResponsiveness().Of(w.Invites, now))
			require.NoError(t, err)
			require.JSONEq(t, c.want, string(got))
		})
	}
}

// TestResponsivenessFollowsItsPolicy: no number of the rule is in the code.
func TestResponsivenessFollowsItsPolicy(t *testing.T) {
	now := projectiontest.At("2016-06-30T12:00:00Z")
	w := projectiontest.NewWorld(t)
	w.OnInvite("old", now-10*projectiontest.Day, projectiontest.Sent(true))
	w.OnInvite("old", now-9*projectiontest.Day, &event.InviteAccepted{})
	w.OnInvite("new", now-2*projectiontest.Hour, projectiontest.Sent(true))
	w.OnInvite("new", now-projectiontest.Hour, &event.InviteAccepted{})
	w.OnInvite("withdrawn", now-3*projectiontest.Hour, projectiontest.Sent(true))
	w.OnInvite("withdrawn", now-projectiontest.Hour, &event.InviteWithdrawn{})
	p := statistics.ResponsivenessPolicy{Window: int64(5 * projectiontest.Day), WithdrawnWithin: 60, Grace: 60, Fast: 60, Slow: 2 * 3600, MinCounted: 2}
	r := p.Of(w.Invites, now)
	require.Equal(t, statistics.Responsiveness{Counted: 2, Answered: 1, Answered72h: 1, RateBP: projectiontest.Ptr(int64(5000)),
		MedianResponseS: projectiontest.Ptr(int64(3600)), Level: statistics.LevelOver3Days}, r)
}
