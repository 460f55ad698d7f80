package readmodel

import (
	"fmt"

	"github.com/marketcore/marketplace/event"
)

// The columns here are of what people wrote, and of what may be absent.

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
