package main

import (
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

func (x *explanation) writeResponsiveness(e *statistics.ResponsivenessExplanation) {
	r := &e.Responsiveness
	x.printf("Responsiveness of freelancer %s\nas of %s, policy %s\n\n", e.Freelancer, e.AsOf, e.Policy)
	x.printf("  %s of the invites that count were answered: %s of %s\n", show.Percent(r.RateBP), show.Count(r.Answered), show.Count(r.Counted))
	p := x.question.rule().Responsiveness
	x.printf("  %s: %s answered under %s, %s under %s\n", show.Level(r.Level, p),
		show.Count(r.Answered24h), show.ShortPeriod(p.Fast), show.Count(r.Answered72h), show.ShortPeriod(p.Slow))
	if r.MedianResponseS != nil {
		x.printf("  median response: %s\n", show.Span(*r.MedianResponseS))
	}
	var counted, left []*statistics.InviteVerdict
	for i := range e.Invites {
		if v := &e.Invites[i]; v.Counted {
			counted = append(counted, v)
		} else {
			left = append(left, v)
		}
	}
	x.invites("Invites that count", counted)
	x.invites("Invites left out", left)
}

func (x *explanation) invites(title string, list []*statistics.InviteVerdict) {
	items(x, title, list, func(v **statistics.InviteVerdict) {
		x.printf("  %s  %s\n", (*v).Invite, verdict(*v))
		x.facts((*v).Facts)
	})
}

// verdict is what became of an invite, or why it does not count.
func verdict(v *statistics.InviteVerdict) string {
	switch {
	case !v.Counted:
		return show.Reason(v.Reason)
	case v.ResponseS != nil:
		return "answered after " + show.Span(*v.ResponseS)
	}
	return "not answered"
}
