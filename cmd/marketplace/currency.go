package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/internal/show"
)

const currencyVariable = "MARKETPLACE_CURRENCY"

// currencyFlag is the code of the marketplace's one currency.
type currencyFlag string

func (f *currencyFlag) add(cmd *cobra.Command) {
	cmd.Flags().Var(f, "currency", "code of the marketplace's currency (default $"+currencyVariable+", else "+show.DefaultCurrency+")")
	complete(cmd, "currency", "USD", "EUR", "GBP", "CHF", "JPY", "INR", "AUD", "CAD")
}

func (f *currencyFlag) String() string { return string(*f) }

func (f *currencyFlag) Set(s string) error {
	_, err := show.CurrencyOf(s)
	if err == nil {
		*f = currencyFlag(s)
	}
	return err
}

func (f *currencyFlag) Type() string { return "code" }

// use is the currency to show amounts in.
func (f *currencyFlag) use() (show.Currency, error) {
	if *f == "" {
		*f = show.DefaultCurrency
		if code := os.Getenv(currencyVariable); code != "" {
			if err := f.Set(code); err != nil {
				return show.Currency{}, usage("$%s is %q: %w", currencyVariable, code, err)
			}
		}
	}
	return show.CurrencyOf(string(*f))
}
