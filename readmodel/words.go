package readmodel

import (
	"fmt"
	"slices"
	"strings"
)

// kind is an enumeration of package projection, each value of which has a word.
type kind interface {
	~uint8
	Words() []string
}

func wordsOf[K kind]() []string { return K(0).Words() }

// wordColumn is written as the word of a kind. Its documentation lists the words,
// with a note behind them.
func wordColumn[R any, K kind](name, note string, of func(*R) *K) value[R, string] {
	words := wordsOf[K]()
	last := len(words) - 1
	doc := strings.Join(words[:last], ", ") + " or " + words[last] + note
	return value[R, string]{column(name, Text, doc), func(r *R) string { return words[*of(r)] }, func(r *R, word string) error {
		i := slices.Index(words, word)
		if i < 0 {
			return fmt.Errorf("column %s holds %.40q, which is none of %q", name, word, words)
		}
		*of(r) = K(i)
		return nil
	}}
}
