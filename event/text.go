package event

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/marketcore/marketplace/internal/jsonform"
)

// Text is what a person wrote: a cover letter, a message, a comment, a reason, a
// skill in own words; a []Text is a list of such.
//
// It is the only type that holds personal text, so it is the one place where
// such text can be sealed under its author's key. No rule and no statistic
// depends on what it says, and it never prints: whoever formats, logs or marshals
// a Text, or what holds one, shows only that there is one. Convert it with
// string(t) to show it to those who may read it. Registry.Encode writes it as it
// is, which is how it is stored.
//
// In two cases fmt asks no type how it looks: for %p and %w, of which go vet warns,
// and for a verb that does not fit a pointer in a list. A struct of your own that
// holds text and is listed by pointer needs a Format, as the events have one.
type Text string

const redacted = "[personal text]"

// String hides the text.
func (t Text) String() string {
	if t == "" {
		return ""
	}
	return redacted
}

// Format hides the text from every verb of fmt, the wrong ones too.
func (t Text) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, t.String()) }

// LogValue hides the text from logs.
func (t Text) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText hides the text from encoding/json and all others that ask for it,
// as the handlers of logs do.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// TextList is a list of texts as one: a JSON array of strings, "" of nil. Tables and
// columns hold a list so, because a text may have every character in it.
func TextList(texts []Text) string {
	if texts == nil {
		return ""
	}
	b := []byte{'['}
	for i, t := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b, _ = jsonform.AppendText(b, strings.ToValidUTF8(string(t), "\uFFFD"))
	}
	return string(append(b, ']'))
}

// ParseTextList reads what TextList wrote. It reports false for anything else.
func ParseTextList(s string) (texts []Text, ok bool) {
	if s == "" {
		return nil, true
	}
	b := []byte(s)
	texts, end, ok := list[Text](b, 0)
	return texts, ok && end == len(b)
}
