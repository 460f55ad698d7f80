package catalogue

import (
	"reflect"
	"slices"
	"strings"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// ownStreams are the streams of events that no command comes to.
var ownStreams = map[string]string{"ImportLineRejected": event.CategoryImport}

// events writes what can be in a log.
func (c *catalogue) events() {
	c.printf("\n## Events\n")
	for _, t := range c.Types {
		name := t.Event.EventType()
		c.printf("\n### %s\n\n%s\n\n", name, c.doc("event", name))
		commands, _ := c.writtenBy(name)
		categories := c.categoriesOf(name)
		if len(categories) == 0 {
			c.fault("%s is in no stream: no command of aggregate.Outlines comes to it", name)
		}
		c.printf("Stream: %s.", quoted(categories))
		if len(commands) > 0 {
			c.printf(" Written by: %s.", strings.Join(commands, ", "))
		}
		rows := c.fields(reflect.TypeOf(t.Event).Elem(), "")
		if texts := personal(rows); len(texts) > 0 {
			c.printf(" Personal text: %s.", quoted(texts))
		}
		c.printf("\n\n")
		c.eventFields(event.Schema{Type: name, Version: t.Version}, "today's", rows)
		c.oldVersions(name)
	}
	c.replaced()
}

// writtenBy finds the commands that come to an event and the streams it is in.
func (c *catalogue) writtenBy(name string) (commands, categories []string) {
	for _, o := range c.Outlines {
		if !slices.ContainsFunc(o.Events, func(e event.Event) bool { return e.EventType() == name }) {
			continue
		}
		commands = append(commands, link(aggregate.CommandName(o.Command)))
		for _, category := range streams(o.Command) {
			if !slices.Contains(categories, category) {
				categories = append(categories, category)
			}
		}
	}
	return commands, categories
}

func (c *catalogue) eventFields(s event.Schema, which string, rows []field) {
	if len(rows) == 0 {
		c.printf("Version %d, %s: no fields.\n", s.Version, which)
		return
	}
	c.printf("Version %d, %s:\n\n| field | type | unit | always | |\n|---|---|---|---|---|\n", s.Version, which)
	for _, f := range rows {
		always := "yes"
		if f.optional {
			always = "no"
		}
		c.printf("| `%s` | %s | %s | %s | %s |\n", f.name, f.kind, f.unit, always, f.comment)
	}
}

// oldVersions writes the shapes that the event had.
func (c *catalogue) oldVersions(name string) {
	for _, u := range c.Upcasts {
		if u.From.Type == name {
			c.printf("\n")
			c.eventFields(u.From, "read as "+u.To.String(), c.fields(u.Shape(), ""))
		}
	}
}

// replaced writes the types that only old logs hold.
func (c *catalogue) replaced() {
	for _, u := range c.Upcasts {
		if slices.ContainsFunc(c.Types, func(t event.Type) bool { return t.Event.EventType() == u.From.Type }) {
			continue
		}
		c.printf("\n### %s, version %d\n\nOnly in old logs.\n\n", u.From.Type, u.From.Version)
		c.eventFields(u.From, "read as "+u.To.String(), c.fields(u.Shape(), ""))
	}
}

// whatever are the codes that package marketplace rejects with, whatever the command.
var whatever = []string{string(aggregate.InFuture), string(aggregate.IDReused)}

// rejections writes the vocabulary of codes, each with who is rejected so.
func (c *catalogue) rejections() {
	c.printf("\n## Rejection codes\n\n| code | why | commands |\n|---|---|---|\n")
	for _, code := range c.words.codes {
		if code.comment == "" {
			c.fault("code %s has no comment beside it: say why a command gets it", code.value)
		}
		count := 0
		for _, o := range c.Outlines {
			for _, own := range o.Codes {
				if string(own) == code.value {
					count++
				}
			}
		}
		switch {
		case slices.Contains(whatever, code.value):
			count = len(c.Outlines)
		case count == 0:
			c.fault("no command of aggregate.Outlines is rejected %s", code.value)
		}
		c.printf("| `%s` | %s | %d |\n", code.value, code.comment, count)
	}
}
