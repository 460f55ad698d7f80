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
func optionalText(t event.Text) *Shown { return orNil(Shown(t)) }

// orNil is nil, and null in JSON, of what is not known.
func orNil[T comparable](value T) *T {
	if value == *new(T) {
		return nil
	}
	return &value
}

func shownList(texts []event.Text) []Shown {
	all := make([]Shown, len(texts))
	for i, t := range texts {
		all[i] = Shown(t)
	}
	return all
}
