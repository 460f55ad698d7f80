package projection

import "github.com/marketcore/marketplace/event"

// PaidQuarters is in how many blocks of the given months, cut from the
// contract's start, the freelancer was paid as of the moment. A border is the
// start plus whole months, clamped each time from the start itself (31 August +
// 9 = 31 May), at the start's time of day; a payment on it is of the later
// block. Blocks go on after the end. A refund unpays none. Less than a month is
// taken for one.
func (r *ContractRecord) PaidQuarters(asOf event.Time, months int) int {
	months = max(months, 1)
	blocks, begin, end := 0, 0, event.Time(0) // the last paid block is the one from begin months on, to end
	for i := range r.Payments {
		p := &r.Payments[i]
		if p.Kind == PaymentRefund || p.At > asOf || (blocks > 0 && p.At < end) {
			continue
		}
		begin = max(begin, wholeMonths(r.Started.At, p.At)/months*months)
		for end = monthsAfter(r.Started.At, begin+months); end <= p.At; {
			begin += months
			end = monthsAfter(r.Started.At, begin+months)
		}
		blocks++
	}
	return blocks
}

// monthsAfter is event.Time.AddMonths without its stop at the last second of the
// year 9999, so that some border is later than every payment.
func monthsAfter(t event.Time, months int) event.Time {
	date := t.Date()
	return date.AddMonths(months).Start() + (t - date.Start())
}

// wholeMonths is a number of months n, at most one too few, with from + n months
// not after to; 0 if to is before from.
func wholeMonths(from, to event.Time) int {
	a, b := from.Std(), to.Std()
	return max(0, (b.Year()-a.Year())*12+int(b.Month())-int(a.Month())-1)
}

// LastPayment is the last release, hours or bonus as of the moment.
func (r *ContractRecord) LastPayment(asOf event.Time) Moment {
	for i := len(r.Payments) - 1; i >= 0; i-- {
		if p := &r.Payments[i]; p.Kind != PaymentRefund && p.At <= asOf {
			return p.Moment
		}
	}
	return never
}
