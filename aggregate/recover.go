package aggregate

import (
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// recovery makes a command of what it came to. Events repeat what their command said
// under the same names, those of the json tags; where a name differs the command's
// field has it in a tag "event", and "*" there is the event itself. The rest is in the
// stream's name and in the metadata.
type recovery struct {
	outline Outline
	shape   reflect.Type // of the command
	fields  []recovered
}

// recovered says where a field of a command comes from.
type recovered struct {
	index []int // of the field
	name  string
	from  int // the field of the event, or one of those below
}

const (
	fromStream = -1 - iota // the id in the stream's name
	fromWeek               // the week in it
	fromActor
	fromEvent // all of it
	fromNowhere
)

// recoverable lists, by the type of an event, the commands that come first and
// foremost to it: it is the first of their outline. It alone tells what they said.
var recoverable = func() map[string][]*recovery {
	all := map[string][]*recovery{}
	for _, o := range append(Outlines(), brought()...) {
		r := newRecovery(o)
		all[o.Events[0].EventType()] = append(all[o.Events[0].EventType()], r)
	}
	return all
}()

func newRecovery(o Outline) *recovery {
	r := &recovery{outline: o, shape: reflect.TypeOf(o.Command)}
	if r.shape == reflect.TypeFor[AssessJobSuccess]() {
		r.shape = reflect.TypeFor[assessment]()
	}
	foremost := reflect.TypeOf(o.Events[0]).Elem()
	for _, f := range reflect.VisibleFields(r.shape) {
		if f.Anonymous {
			continue
		}
		r.fields = append(r.fields, recovered{f.Index, jsonName(f), source(f, foremost)})
	}
	return r
}

func source(f reflect.StructField, foremost reflect.Type) int {
	name := jsonName(f)
	if other := f.Tag.Get("event"); other != "" {
		name = other
	}
	if name == "*" {
		return fromEvent
	}
	for i := range foremost.NumField() {
		if jsonName(foremost.Field(i)) == name {
			return i
		}
	}
	switch f.Type {
	case reflect.TypeFor[uuid.UUID]():
		return fromStream
	case reflect.TypeFor[event.Week]():
		return fromWeek
	case reflect.TypeFor[event.Actor]():
		return fromActor
	}
	return fromNowhere
}

// recoveries are the commands that may have come to the events.
func recoveries(w Written) (found []*recovery) {
	kinds := kindsOf(w.Events)
	for _, name := range kinds {
		for _, r := range recoverable[name] {
			if r.comesTo(kinds) {
				found = append(found, r)
			}
		}
	}
	return found
}

// kindsOf are the types of events, each once.
func kindsOf(events []event.Event) (names []string) {
	for _, e := range events {
		if name := e.EventType(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// comesTo reports whether the command may come to events of such types.
func (r *recovery) comesTo(kinds []string) bool {
	for _, name := range kinds {
		if !slices.ContainsFunc(r.outline.Events, func(e event.Event) bool { return e.EventType() == name }) {
			return false
		}
	}
	return true
}

func (r *recovery) sentBy(a event.Actor) bool {
	return slices.ContainsFunc(r.outline.Senders, func(s Sender) bool { return s.Actor == a })
}

// command is the command that the events say was given. Who may not give it is left
// out, so that Decide finds what else is wrong.
func (r *recovery) command(w Written) Command {
	category, id, week, _ := event.ParseStream(w.Stream)
	foremost := w.Events[slices.IndexFunc(w.Events, func(e event.Event) bool {
		return reflect.TypeOf(e) == reflect.TypeOf(r.outline.Events[0])
	})]
	said := reflect.ValueOf(foremost).Elem()
	c := reflect.New(r.shape).Elem()
	for _, f := range r.fields {
		to := c.FieldByIndex(f.index)
		switch f.from {
		case fromStream:
			if f.name == idOf[category] {
				to.Set(reflect.ValueOf(id))
			}
		case fromWeek:
			to.Set(reflect.ValueOf(week))
		case fromActor:
			if r.sentBy(w.Actor) {
				to.Set(reflect.ValueOf(w.Actor))
			}
		case fromEvent:
			to.Set(said)
		case fromNowhere:
		default:
			give(to, said.Field(f.from))
		}
	}
	if r, ok := c.Addr().Interface().(interface{ recovered(event.Event) }); ok {
		r.recovered(foremost)
	}
	return c.Interface().(Command)
}

// idOf names the field for the id in a stream's name.
var idOf = map[string]string{
	event.CategoryClient: "client", event.CategoryFreelancer: "freelancer", event.CategoryInvite: "invite", event.CategoryJob: "job",
	event.CategoryProposal: "proposal", event.CategoryInterview: "interview", event.CategoryContract: "contract", event.CategoryWorkWeek: "contract",
}

// give sets a field of a command. What may be left out there is zero in the event.
func give(to, value reflect.Value) {
	if to.Kind() != reflect.Pointer || value.Kind() == reflect.Pointer {
		to.Set(value)
		return
	}
	if !value.IsZero() {
		to.Set(reflect.New(to.Type().Elem()))
		to.Elem().Set(value)
	}
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
