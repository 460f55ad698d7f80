package readmodel

import (
	"fmt"
	"strings"

	"github.com/marketcore/marketplace/event"
)

// The columns here are of what people wrote, and of what may be absent.

// A text may hold U+0000, which PostgreSQL stores nowhere and at which functions of other
// databases end. All tables have U+001A and 0 in place of it, so that every database gives
// back what a model in memory has; U+001A itself, as rare, is doubled.
var toStored, toText = strings.NewReplacer("\x00", "\x1a0", "\x1a", "\x1a\x1a"), strings.NewReplacer("\x1a0", "\x00", "\x1a\x1a", "\x1a")

// escaped is a text as tables have it.
func escaped(text string) string { return toStored.Replace(text) }

// unescaped reads what escaped wrote.
func unescaped(stored string) string {
	if strings.IndexByte(stored, '\x1a') < 0 {
		return stored
	}
	return toText.Replace(stored)
}

// textListOrNull keeps a list of texts as event.TextList has it, nil as NULL.
func textListOrNull[R any](name, doc string, of func(*R) *[]event.Text) nullable[R, string] {
	return nullable[R, string]{column(name, Text, doc).null(),
		func(r *R) (string, bool) { return event.TextList(*of(r)), *of(r) != nil },
		func(r *R, text *string) error {
			if *of(r) = nil; text == nil {
				return nil
			}
			list, ok := event.ParseTextList(*text)
			if !ok || list == nil {
				return fmt.Errorf("column %s holds no list of texts", name)
			}
			*of(r) = list
			return nil
		}}
}

// integerOrNull keeps 0 as NULL.
func integerOrNull[R any, T ~int64](name, doc string, of func(*R) *T) nullable[R, int64] {
	return nullable[R, int64]{column(name, Integer, doc).null(),
		func(r *R) (int64, bool) { return int64(*of(r)), *of(r) != 0 },
		func(r *R, n *int64) error {
			if *of(r) = 0; n != nil {
				*of(r) = T(*n)
			}
			return nil
		}}
}
