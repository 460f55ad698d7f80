package statistics

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"

	"github.com/marketcore/marketplace/event"
)

// Shown is personal text in an answer for those who may read it. Its JSON says it; fmt
// and logs hide it as they hide an event.Text. Convert it with
// string(s) to show it.
type Shown event.Text

// String hides the text.
func (s Shown) String() string { return event.Text(s).String() }

// Format hides the text from every verb of fmt.
func (s Shown) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue hides the text from logs.
func (s Shown) LogValue() slog.Value { return event.Text(s).LogValue() }

// MarshalJSON shows the text.
func (s Shown) MarshalJSON() ([]byte, error) { return json.Marshal(string(s)) }

// optionalText is an optional text in an answer: null in JSON where it is empty.
func optionalText(t event.Text) *Shown {
	if t == "" {
		return nil
	}
	s := Shown(t)
	return &s
}

// word is a host's word in an answer: null in JSON where there is none.
func word(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// rate is an hourly rate in an answer: null in JSON where none was given.
func rate(m event.Money) *event.Money {
	if m == 0 {
		return nil
	}
	return &m
}

func shownList(texts []event.Text) []Shown {
	all := make([]Shown, len(texts))
	for i, t := range texts {
		all[i] = Shown(t)
	}
	return all
}
