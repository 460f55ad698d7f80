// Package show writes money, shares, spans, events and reasons for people, on
// the command line and on pages alike.
package show

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/marketcore/marketplace/event"
)

// Unknown stands where a number is unknown, which is not zero.
const Unknown = "–"

// DefaultCurrency is the code of a marketplace's currency unless it has another.
const DefaultCurrency = "USD"

// Currency shows amounts of money. The log does not know it: amounts in it are
// minor units.
type Currency struct {
	Code   string
	digits int // after the decimal point
}

// CurrencyOf is the currency with a code of three capital letters (ISO 4217).
func CurrencyOf(code string) (Currency, error) {
	if len(code) != 3 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return Currency{}, fmt.Errorf("not a currency code such as %s", DefaultCurrency)
	}
	if n, other := minorDigits[code]; other {
		return Currency{code, n}, nil
	}
	return Currency{code, 2}, nil
}

// minorDigits are the currencies whose minor unit is not a hundredth (ISO 4217).
var minorDigits = map[string]int{
	"BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0, "KRW": 0, "KWD": 3,
	"LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}

// Unit is what one of the integers in the log, in JSON and in tables is worth: "0.01".
func (c Currency) Unit() string { return Decimal(1, c.digits) }

// Amount is the money without the code: 12,345.00.
func (c Currency) Amount(m event.Money) string { return Decimal(int64(m), c.digits) }

// Money is the money with the code: 12,345.00 USD.
func (c Currency) Money(m event.Money) string { return c.Amount(m) + " " + c.Code }

// Parse reads an amount as people write it: 12345, 12345.5 or 12345.00, no less than 0.
// It reports whether the text is one.
func (c Currency) Parse(text string) (event.Money, bool) {
	whole, part, _ := strings.Cut(text, ".")
	if whole == "" || len(part) > c.digits || strings.Trim(whole+part, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", c.digits-len(part)), 10, 64)
	return event.Money(n), err == nil
}

// Decimal is n / 10^digits, with thousands apart.
func Decimal(n int64, digits int) string {
	text := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, text = "-", text[1:]
	}
	if short := digits + 1 - len(text); short > 0 {
		text = strings.Repeat("0", short) + text
	}
	whole, fraction := text[:len(text)-digits], text[len(text)-digits:]
	var b strings.Builder
	b.WriteString(sign)
	for i, digit := range []byte(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digit)
	}
	if digits > 0 {
		b.WriteString("." + fraction)
	}
	return b.String()
}

// Count is a number with thousands apart.
func Count[N ~int | ~int64 | ~uint64](n N) string { return Decimal(int64(n), 0) }

// Percent shows basis points.
func Percent(bp *int64) string {
	if bp == nil {
		return Unknown
	}
	return Decimal(*bp, 2) + " %"
}

// PercentOfMillion shows parts per million in percent, half up.
func PercentOfMillion(ppm *int64) string {
	if ppm == nil {
		return Unknown
	}
	bp := (*ppm + 50) / 100
	return Percent(&bp)
}

// Span shows seconds in the two largest units that matter.
func Span(seconds int64) string {
	days, hours, minutes := seconds/86400, seconds/3600%24, seconds/60%60
	switch {
	case days > 0:
		return fmt.Sprintf("%d d %d h", days, hours)
	case hours > 0:
		return fmt.Sprintf("%d h %02d min", hours, minutes)
	case minutes > 0:
		return fmt.Sprintf("%d min", minutes)
	}
	return fmt.Sprintf("%d s", seconds)
}

// Of is "1 contract" or "3 contracts".
func Of[N ~int | ~int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}
