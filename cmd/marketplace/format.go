package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/event"
)

const (
	currencyVariable = "MARKETPLACE_CURRENCY"
	defaultCurrency  = "USD"
	unknown          = "–"
)

// currencyFlag is the code of the marketplace's one currency. The log does not
// know it: amounts in it are minor units.
type currencyFlag string

func (f *currencyFlag) add(cmd *cobra.Command) {
	cmd.Flags().Var(f, "currency", "code of the marketplace's currency (default $"+currencyVariable+", else "+defaultCurrency+")")
}

func (f *currencyFlag) String() string { return string(*f) }

func (f *currencyFlag) Set(s string) error {
	if len(s) != 3 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return fmt.Errorf("not a currency code such as %s", defaultCurrency)
	}
	*f = currencyFlag(s)
	return nil
}

func (f *currencyFlag) Type() string { return "code" }

// use is the currency to show amounts in.
func (f *currencyFlag) use() (currency, error) {
	if *f == "" {
		*f = defaultCurrency
		if code := os.Getenv(currencyVariable); code != "" {
			if err := f.Set(code); err != nil {
				return currency{}, usage("$%s is %q: %w", currencyVariable, code, err)
			}
		}
	}
	c := currency{code: string(*f), digits: 2}
	if n, other := minorDigits[c.code]; other {
		c.digits = n
	}
	return c, nil
}

// minorDigits are the currencies whose minor unit is not a hundredth (ISO 4217).
var minorDigits = map[string]int{
	"BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0, "KRW": 0, "KWD": 3,
	"LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}

// currency shows amounts of money.
type currency struct {
	code   string
	digits int // after the decimal point
}

// amount is the money without the code: 12,345.00.
func (c currency) amount(m event.Money) string { return decimal(int64(m), c.digits) }

// money is the money with the code: 12,345.00 USD.
func (c currency) money(m event.Money) string { return c.amount(m) + " " + c.code }

// decimal is n / 10^digits, with thousands apart.
func decimal(n int64, digits int) string {
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

// count is a number with thousands apart.
func count[N ~int | ~int64 | ~uint64](n N) string { return decimal(int64(n), 0) }

// percent shows basis points.
func percent(bp *int64) string {
	if bp == nil {
		return unknown
	}
	return decimal(*bp, 2) + " %"
}

// percentOfMillion shows parts per million in percent, half up.
func percentOfMillion(ppm *int64) string {
	if ppm == nil {
		return unknown
	}
	bp := (*ppm + 50) / 100
	return percent(&bp)
}

// span shows seconds in the two largest units that matter.
func span(seconds int64) string {
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

// of is "1 contract" or "3 contracts".
func of[N ~int | ~int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}
