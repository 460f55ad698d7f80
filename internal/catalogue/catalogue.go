// Package catalogue makes docs/catalogue.md: every command and every event of
// the library, with all that a host, a gateway or an auditor asks of one. It
// repeats nothing by hand: what a command can come to is aggregate.Outlines, to
// which the tests hold the decisions; fields, units and versions are those of
// the registered structs; the words are their doc comments.
//
// What has no words, no unit or no stream is an error that says so.
package catalogue

import (
	"errors"
	"fmt"
	"strings"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// Sources is what a catalogue is made of.
type Sources struct {
	Aggregate, Event string // folders of the packages' sources
	Outlines         []aggregate.Outline
	Types            []event.Type
	Upcasts          []event.Upcast
}

// catalogue is one being written, with what is wrong so far.
type catalogue struct {
	Sources
	words  words
	b      strings.Builder
	faults []error
}

// Write is the text of the catalogue. Its error joins everything that is
// missing, so that one run names it all.
func Write(s Sources) (string, error) {
	w, err := readWords(s.Aggregate, s.Event)
	if err != nil {
		return "", err
	}
	c := &catalogue{Sources: s, words: w}
	c.commands()
	c.events()
	c.rejections()
	return c.b.String(), errors.Join(c.faults...)
}

func (c *catalogue) printf(format string, args ...any) { fmt.Fprintf(&c.b, format, args...) }

func (c *catalogue) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf(format, args...))
}

// doc is the comment of a type in one line.
func (c *catalogue) doc(pkg, name string) string {
	text := c.words.types[pkg+"."+name]
	if text == "" {
		c.fault("%s.%s has no doc comment: say what it means", pkg, name)
	}
	return text
}

// quoted lists names as code.
func quoted[S ~string](names []S) string {
	var parts []string
	for _, n := range names {
		parts = append(parts, "`"+string(n)+"`")
	}
	return strings.Join(parts, ", ")
}

// link leads to a heading of the catalogue.
func link(name string) string { return "[" + name + "](#" + strings.ToLower(name) + ")" }
