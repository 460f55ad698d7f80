package event

import (
	"fmt"
	"io"
	"log/slog"
)

// Text is what a person wrote: a cover letter, a message, a comment, a reason.
//
// It is the only type that holds personal text, so it is the one place where
// such text can be sealed under its author's key. No rule and no statistic
// depends on what it says, and it never prints: formatting or logging a Text
// shows only that there is one. Convert it with string(t) to show it to those
// who may read it.
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
