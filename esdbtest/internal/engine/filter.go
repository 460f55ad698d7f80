package engine

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Filter picks records of the log. The zero value picks what a reader of the
// log without a filter gets: all that is not bookkeeping, which no filter can
// pick.
type Filter struct {
	on       func(*Record) string
	prefixes []prefix
	regex    *regexp.Regexp
}

// Errors about a filter.
var (
	// ErrForeignPrefix: a prefix that only EventStoreDB can compare.
	ErrForeignPrefix = errors.New("engine: EventStoreDB compares by its language data, which is not here, a prefix with a combining or invisible character")
	// ErrFilterTooLarge: a filter has too much text.
	ErrFilterTooLarge = fmt.Errorf("engine: a filter has more than %d bytes of text", maxFilterLength)
)

const maxFilterLength = 64 << 10

// Subject is what a filter looks at.
type Subject int

// Subjects of a filter.
const (
	ByStream Subject = iota
	ByEventType
)

// NewFilter makes a filter by a regular expression or, if that is empty, by
// prefixes, without any of which it picks nothing. A link is looked at, not
// what it leads to. It fails with ErrNoRegex and, of what EventStoreDB can do
// and this cannot, with ErrForeignRegex, ErrForeignPrefix or ErrFilterTooLarge.
func NewFilter(by Subject, prefixes []string, regex string) (Filter, error) {
	f := Filter{on: func(r *Record) string { return r.Stream }}
	if by == ByEventType {
		f.on = func(r *Record) string { return r.Type }
	}
	if size := len(regex) + len(strings.Join(prefixes, "")); size > maxFilterLength {
		return Filter{}, ErrFilterTooLarge
	}
	var err error
	if regex != "" {
		f.regex, err = compileRegex(regex)
		return f, err
	}
	for _, p := range prefixes {
		if strings.ContainsFunc(p, func(r rune) bool { return invisible(r) || unicode.IsMark(r) }) {
			return Filter{}, ErrForeignPrefix
		}
		f.prefixes = append(f.prefixes, newPrefix(p))
	}
	return f, nil
}

// Match reports whether the filter picks a record.
func (f Filter) Match(r *Record) bool {
	switch {
	case bookkeeping(r.Stream):
		return false
	case f.on == nil:
		return true
	case f.regex != nil:
		return f.regex.MatchString(regexUnits(f.on(r)))
	}
	return slices.ContainsFunc(f.prefixes, func(p prefix) bool { return p.of(f.on(r)) })
}

// bookkeeping reports whether a stream is of the server's own: who leads since
// when, and the checkpoints and parked messages of a persistent subscription to
// the log, which would feed on itself.
func bookkeeping(stream string) bool {
	return stream == EpochStream || strings.HasPrefix(stream, "$persistentsubscription-$all::") &&
		(strings.HasSuffix(stream, "-checkpoint") || strings.HasSuffix(stream, "-parked"))
}

// prefix is compared as readers of text do, not by bytes: whether a letter is
// written in one or with a mark behind it makes no difference, it does not end
// before such a mark, and what is invisible is passed over.
type prefix struct {
	text       string
	decomposed string
}

func newPrefix(text string) prefix { return prefix{text, norm.NFD.String(text)} }

// of reports whether a text begins with the prefix.
func (p prefix) of(text string) bool {
	if !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || invisible(r) }) {
		return strings.HasPrefix(text, p.text)
	}
	visible := strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, text)
	rest, ok := strings.CutPrefix(norm.NFD.String(visible), p.decomposed)
	return ok && (p.text == "" || !strings.ContainsFunc(first(rest), unicode.IsMark))
}

// first is the first character of a text, if there is one.
func first(text string) string {
	for i := range text {
		if i > 0 {
			return text[:i]
		}
	}
	return text
}

// invisible reports whether a character is nothing to look at: a control or
// format character that is no white space.
func invisible(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) && !unicode.IsSpace(r) }
