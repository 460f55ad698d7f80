package catalogue

import (
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
)

// commands writes what can be asked for.
func (c *catalogue) commands() {
	c.printf("\n## Commands\n\nWho may send them, the table that `aggregate.SendersOf` answers from:\n\n| command | sender |\n|---|---|\n")
	for _, o := range c.Outlines {
		c.printf("| %s | %s |\n", link(aggregate.CommandName(o.Command)), senders(o))
	}
	for _, o := range c.Outlines {
		name := aggregate.CommandName(o.Command)
		c.printf("\n### %s\n\n%s\n\n", name, c.doc("aggregate", name))
		if len(o.Senders) == 0 || len(o.Events) == 0 || len(o.Codes) == 0 {
			c.fault("%s has no sender, event or code: fill in its row of aggregate.Outlines", name)
		}
		var events []string
		for _, e := range o.Events {
			events = append(events, link(e.EventType()))
		}
		c.printf("Sent by: %s. Stream: %s. Comes to: %s. Rejected: %s.\n\n",
			senders(o), quoted(streams(o.Command)), strings.Join(events, ", "), quoted(o.Codes))
		c.commandFields(o)
	}
}

func (c *catalogue) commandFields(o aggregate.Outline) {
	c.printf("| field | type | unit | required | |\n|---|---|---|---|---|\n")
	for _, f := range c.fields(reflect.TypeOf(o.Command), "") {
		required := "yes"
		if f.optional {
			required = "no"
		}
		if f.name == "cover_letter" && slices.Contains(o.Codes, aggregate.CoverLetterRequired) {
			required = "yes, with a code of its own"
		}
		c.printf("| `%s` | %s | %s | %s | %s |\n", f.name, f.kind, f.unit, required, f.comment)
	}
}

// senders is a command's row of the table of senders.
func senders(o aggregate.Outline) string {
	parts := make([]string, len(o.Senders))
	for i, s := range o.Senders {
		parts[i] = s.String()
	}
	return strings.Join(parts, "; ")
}

// streams lists the categories of the streams that a command may write: of most
// it is one, of some it depends on which of two ids is given.
func streams(command aggregate.Command) []string {
	var found []string
	add := func(c aggregate.Command) {
		category, _, _ := strings.Cut(aggregate.Stream(c), "-")
		if !slices.Contains(found, category) {
			found = append(found, category)
		}
	}
	typ := reflect.TypeOf(command)
	for i := range typ.NumField() {
		if typ.Field(i).Type != reflect.TypeFor[uuid.UUID]() {
			continue
		}
		v := reflect.New(typ).Elem()
		v.Field(i).Set(reflect.ValueOf(uuid.Max))
		add(v.Interface().(aggregate.Command))
	}
	return found
}
