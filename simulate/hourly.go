package simulate

import (
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// load is how much work an hourly contract has.
type load int

const (
	light load = iota
	medium
	full
)

// days gives how many days of a week have work and how many segments of ten
// minutes a day.
func (l load) days() (days, segments [2]int64) {
	switch l {
	case light:
		return [2]int64{1, 2}, [2]int64{3, 9}
	case medium:
		return [2]int64{2, 4}, [2]int64{5, 14}
	}
	return [2]int64{4, 5}, [2]int64{12, 30}
}

func (l load) most() int64 {
	days, segments := l.days()
	return days[1] * segments[1]
}

// week plans the days of work from now to the end of the week, and the next
// week; the first may be short.
func (k *contract) week() {
	f := k.freelancer
	if k.weeks == 0 || k.client.chance(10) {
		k.finish()
		return
	}
	k.weeks--
	monday := event.WeekOf(f.now).Start()
	next := int64(monday.AddDays(7) - f.now)
	days, segments := k.load.days()
	worked := f.between(days[0], days[1])
	for weekday := range int64(5) {
		if f.below(5-weekday) >= worked {
			continue
		}
		worked--
		n := f.between(segments[0], segments[1])
		if wait := int64(monday-f.now) + weekday*day + f.hours(8, 20); wait > 0 {
			f.plan(wait, func() { k.log(n) })
		}
	}
	if k.quarrel == atWork && k.weeks <= 1 {
		k.quarrel = never
		// The bill comes at Monday noon, and the week is under review until Friday.
		f.plan(next+13*hour, func() {
			k.disputeWeek(event.WeekOf(monday), func(bool) { k.client.plan(k.client.hours(1, 40), k.week) })
		})
		return
	}
	f.plan(next+f.hours(4, 16), func() { k.maybePause(k.week) })
}

// worked notes what the last week in which there was work comes to.
func (k *contract) worked(w event.Week, amount event.Money) {
	if k.lastWeek != w {
		k.lastWeek, k.lastAmount = w, 0
	}
	k.lastAmount += amount
}

// log enters the last n segments into the diary, all of the same day.
func (k *contract) log(n int64) {
	f := k.freelancer
	today := int64(f.now-f.now.Date().Start()) / (10 * minute)
	n = min(n, today)
	start := f.now.Date().Start().AddSeconds((today - n) * 10 * minute)
	kind := event.SegmentTracked
	if k.manual && f.chance(150) {
		kind = event.SegmentManual
	}
	for i := range n {
		segment := aggregate.LogSegment{
			Contract: k.id, Start: start.AddSeconds(i * 10 * minute), Kind: kind, Memo: memo,
			Activity: int(f.between(1, 10)), Screenshot: kind == event.SegmentTracked,
		}
		switch f.do(segment) {
		case applied:
			k.paid += k.rate / 6
			k.worked(event.WeekOf(segment.Start), k.rate/6)
		default:
			return // paused, in dispute, ended, or it never came to be
		}
	}
	if n > 0 && f.chance(15) {
		f.plan(f.minutes(2, 200), func() { f.do(aggregate.DeleteSegment{Contract: k.id, Start: start}) })
	}
}
