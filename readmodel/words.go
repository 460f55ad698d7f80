package readmodel

import (
	"fmt"
	"slices"
)

// words are how the values of an enumeration are written, each at the index
// that it stands for.
type words[K ~uint8] []string

func wordColumn[R any, K ~uint8](name, doc string, w words[K], of func(*R) *K) value[R, string] {
	return value[R, string]{column(name, Text, doc), func(r *R) string { return w[*of(r)] }, func(r *R, word string) error {
		i := slices.Index(w, word)
		if i < 0 {
			return fmt.Errorf("column %s holds %.40q, which is none of %q", name, word, []string(w))
		}
		*of(r) = K(i)
		return nil
	}}
}
