package statistics

import (
	"math/bits"

	"github.com/marketcore/marketplace/event"
)

// share is part/whole scaled, rounded half up: with scale 10,000 in basis
// points. It needs 0 <= part <= whole, whole > 0 and whole < 2^61, and is exact.
func share(part, whole, scale int64) int64 {
	hi, lo := bits.Mul64(uint64(part), uint64(2*scale))
	lo, carry := bits.Add64(lo, uint64(whole), 0)
	q, _ := bits.Div64(hi+carry, lo, uint64(2*whole))
	return int64(q)
}

// shareOrNil is share, nil with nothing to share: unknown is not zero.
func shareOrNil(part, whole, scale int64) *int64 {
	if whole == 0 {
		return nil
	}
	v := share(part, whole, scale)
	return &v
}

// meanOrNil is the mean of n numbers of the sum, half up; nil with none. It needs
// sum >= 0 and both < 2^61.
func meanOrNil(sum, n int64) *int64 {
	if n == 0 {
		return nil
	}
	v := (2*sum + n) / (2 * n)
	return &v
}

// compareFractions is -1, 0 or 1 as a/b is less than, equal to or greater than
// c/d. It needs a, c >= 0 and b, d > 0, and is exact.
func compareFractions(a, b, c, d int64) int {
	lh, ll := bits.Mul64(uint64(a), uint64(d))
	rh, rl := bits.Mul64(uint64(c), uint64(b))
	switch {
	case lh < rh || lh == rh && ll < rl:
		return -1
	case lh > rh || ll > rl:
		return 1
	}
	return 0
}

// windowStart is the first date d with d + months >= the moment's date: the
// beginning of a window of whole calendar months. A day is in the window from
// here on; because months are clamped, it is not always date - months.
func windowStart(asOf event.Time, months int) event.Date {
	today := asOf.Date()
	d := today.AddMonths(-months)
	for d.AddMonths(months) < today {
		d++
	}
	return d
}
