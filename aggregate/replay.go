package aggregate

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/marketcore/marketplace/event"
)

// Written is what a log holds of one command: events that stand next to each other in
// one stream and name the same command, moment and actor.
type Written struct {
	Stream string
	At     event.Time
	Actor  event.Actor
	Events []event.Event
}

// Breach says that no decision could have come to what a log holds.
type Breach struct {
	// Code is that of the rejection which the command gets, such as "not_funded",
	// or one of NotEntitled, OtherOutcome and NoCommand.
	Code    string
	Rule    string // that is broken, such as "rules 3" or "fine print F7"
	Command string // the command that was decided again, "" if there is none
	Event   int    // which of the events shows it
	What    string // a sentence; it holds no personal text
}

// What is wrong with events beside the rejection of their command.
const (
	NotEntitled  = "not_entitled"  // the command is not that actor's
	OtherOutcome = "other_outcome" // the command is accepted, and comes to something else
	NoCommand    = "no_command"    // no command comes to such events in such a stream
)

// Replay takes the decision behind events again: it finds the command of which they
// say that it was given, decides it on what read gives, the state before them, and
// compares. It returns nil where the decision comes to just these events, in this
// stream and by this actor. Its error is one of read.
//
// A deadline is frozen in its event (law 2), so nobody has to know under which terms
// it was made. A period of the terms that is 0 is unknown: it is what the events say,
// at least 1, and Terms.DisputeDays, of which none says anything, is without end.
//
// What a command says and its events repeat, such as a text, is taken from them. So
// Replay cannot tell a text that was changed, nor whether a score, a badge or a
// sanction was right: what it is made of stands in no aggregate.
func Replay(read Read, terms Terms, w Written) (*Breach, error) {
	var nearest *Breach
	for _, r := range recoveries(w) {
		b, err := r.replay(read, terms, w)
		if b == nil || err != nil {
			return nil, err
		}
		if nearest == nil || r.sentBy(w.Actor) {
			nearest = b
		}
	}
	if nearest == nil {
		nearest = &Breach{Code: NoCommand, What: "no command comes to " + named(w.Events) + " here"}
	}
	if nearest.Rule == "" {
		nearest.Rule = ruleOf(nearest.Code, w)
	}
	return nearest, nil
}

func (r *recovery) replay(read Read, terms Terms, w Written) (*Breach, error) {
	c := r.command(w)
	breach := func(event int, code, format string, args ...any) *Breach {
		return &Breach{Code: code, Command: CommandName(c), Event: event, What: fmt.Sprintf(format, args...)}
	}
	if stream := c.stream(); stream != w.Stream {
		return breach(0, NoCommand, "it would be in stream %s", stream), nil
	}
	d, err := Decide(read, terms.told(w.At, w.Events), w.At, c)
	var rejected *Rejection
	switch {
	case errors.As(err, &rejected):
		return breach(0, string(rejected.Code), "%s", rejected.Detail), nil
	case err != nil:
		return nil, err
	case d.Before != nil:
		return breach(0, OtherOutcome, "the application on the account must come before it"), nil
	case d.Actor != w.Actor:
		return breach(0, NotEntitled, "it is by the %s, and would be by the %s", w.Actor, d.Actor), nil
	}
	for i, e := range w.Events {
		if i == len(d.Events) {
			return breach(i, OtherOutcome, "the decision comes to nothing after the %d events before it", i), nil
		}
		if what := difference(e, d.Events[i]); what != "" {
			return breach(i, OtherOutcome, "%s", what), nil
		}
	}
	if missing := d.Events[len(w.Events):]; len(missing) > 0 {
		return breach(len(w.Events)-1, OtherOutcome, "the decision comes to %s after it", named(missing)), nil
	}
	return nil, nil
}

// difference says in which field an event is not the one that was decided, "" if in
// none. What differs was computed, or is of another stream: never a text.
func difference(is, decided event.Event) string {
	if is.EventType() != decided.EventType() {
		return "the decision comes to " + decided.EventType() + " instead"
	}
	a, b := reflect.ValueOf(is).Elem(), reflect.ValueOf(decided).Elem()
	for i := range a.NumField() {
		if x, y, f := a.Field(i), b.Field(i), a.Type().Field(i); !sameField(&f, x, y) {
			return fmt.Sprintf("%s is %v, and would be %v", jsonName(f), show(x), show(y))
		}
	}
	return ""
}

// sameField reports whether two values of a field are written alike: a list that is nil
// is so as one without items, unless it may be left out.
func sameField(f *reflect.StructField, x, y reflect.Value) bool {
	optional := strings.HasSuffix(f.Tag.Get("json"), ",omitzero")
	if x.Kind() == reflect.Slice && x.Len() == 0 && y.Len() == 0 {
		return !optional || x.IsNil() == y.IsNil()
	}
	return reflect.DeepEqual(x.Interface(), y.Interface())
}

// show is a value as a breach may show it. A Text hides itself, and a word that is none
// of ours may be anything.
func show(v reflect.Value) any {
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() == reflect.Slice {
		return listed(v)
	}
	if v.Kind() == reflect.String && strings.Trim(v.String(), "abcdefghijklmnopqrstuvwxyz_") != "" {
		return "another word"
	}
	return v.Interface()
}

// listed shows a list by the number of its items, which may be words and texts.
func listed(v reflect.Value) string {
	if v.IsNil() {
		return "no list"
	}
	return fmt.Sprintf("a list of %d", v.Len())
}

// named names the types of events, each once.
func named(events []event.Event) string { return strings.Join(kindsOf(events), " and ") }
