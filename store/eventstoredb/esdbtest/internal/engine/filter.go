package engine

import (
	"fmt"
	"regexp"
	"strings"
)

// Filter picks records of the log. The zero value matches every record.
type Filter struct {
	on       func(*Record) string
	prefixes []string
	regex    *regexp.Regexp
	served   bool // leave out the bookkeeping of the server
}

// maxFilterLength bounds the text of a filter, in bytes.
const maxFilterLength = 64 << 10

// Subject is what a filter looks at.
type Subject int

// Subjects of a filter.
const (
	ByStream Subject = iota
	ByEventType
)

// NewFilter makes a filter by prefixes or, if there are none, by a regular
// expression. Its syntax is RE2's, where EventStoreDB has .NET's.
func NewFilter(by Subject, prefixes []string, regex string) (Filter, error) {
	f := Filter{prefixes: prefixes, served: true}
	switch by {
	case ByStream:
		f.on = func(r *Record) string { return r.Stream }
	case ByEventType:
		f.on = func(r *Record) string { return r.Type }
	}
	size := len(regex)
	for _, p := range prefixes {
		size += len(p)
	}
	if size > maxFilterLength {
		return Filter{}, fmt.Errorf("engine: a filter of %d bytes, more than %d", size, maxFilterLength)
	}
	if len(prefixes) > 0 {
		return f, nil
	}
	var err error
	if f.regex, err = regexp.Compile(regex); err != nil {
		return Filter{}, fmt.Errorf("engine: filter: %w", err)
	}
	return f, nil
}

// ServedFilter matches what a subscription to $all without a filter of its own
// gets: everything but the bookkeeping of persistent subscriptions to $all,
// which would feed on itself.
func ServedFilter() Filter { return Filter{served: true} }

// Match reports whether the filter picks a record.
func (f Filter) Match(r *Record) bool {
	if f.served && bookkeeping(r.Stream) {
		return false
	}
	if f.on == nil {
		return true
	}
	subject := f.on(r)
	if f.regex != nil {
		return f.regex.MatchString(subject)
	}
	for _, p := range f.prefixes {
		if strings.HasPrefix(subject, p) {
			return true
		}
	}
	return false
}

// bookkeeping reports whether a stream holds checkpoints or parked messages of
// a persistent subscription to $all.
func bookkeeping(stream string) bool {
	return strings.HasPrefix(stream, "$persistentsubscription-$all::") &&
		(strings.HasSuffix(stream, "-checkpoint") || strings.HasSuffix(stream, "-parked"))
}
