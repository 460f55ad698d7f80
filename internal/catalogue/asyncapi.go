package catalogue

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// asyncAPI is an AsyncAPI document: for each category of streams a channel, with the
// events that can be in it in today's version and all that old logs have.
func (c *catalogue) asyncAPI() object {
	messages, channels, operations := object{}, object{}, object{}
	add := func(s event.Schema, categories []string) {
		key := fmt.Sprintf("%s.v%d", s.Type, s.Version)
		messages[key] = object{
			"name": s.Type, "contentType": "application/json",
			"headers": object{"$ref": "#/components/schemas/Metadata"},
			"payload": object{"schemaFormat": "application/schema+json;version=draft-2020-12", "schema": object{"$ref": "./" + fileOf(s)}},
		}
		for _, category := range categories {
			channel, there := channels[category].(object)
			if !there {
				channel = channelOf(category)
				channels[category] = channel
				operations["read"+category] = object{
					"action": "receive", "channel": object{"$ref": "#/channels/" + category}, "summary": "Read the log, or a stream of it.",
				}
			}
			channel["messages"].(object)[key] = object{"$ref": "#/components/messages/" + key}
		}
	}
	for _, t := range c.Types {
		name := t.Event.EventType()
		add(event.Schema{Type: name, Version: t.Version}, c.categoriesOf(name))
	}
	for _, u := range c.Upcasts {
		categories := c.categoriesOf(u.From.Type)
		if len(categories) == 0 { // of a type that another took the place of
			categories = c.categoriesOf(u.To.Type)
		}
		add(u.From, categories)
	}
	return object{
		"asyncapi": "3.0.0",
		"info": object{
			"title": "marketplace", "version": "1", "license": object{"name": "Apache-2.0"},
			"description": "The events of a freelance marketplace, as they stand in its log.",
		},
		"defaultContentType": "application/json",
		"channels":           channels,
		"operations":         operations,
		"components":         object{"messages": messages, "schemas": object{"Metadata": metadata()}},
	}
}

// categoriesOf are the streams that an event is in.
func (c *catalogue) categoriesOf(name string) []string {
	_, categories := c.writtenBy(name)
	if own, ok := ownStreams[name]; ok && !slices.Contains(categories, own) {
		categories = append(categories, own)
	}
	return categories
}

func channelOf(category string) object {
	address, parameters := category+"-{id}", object{"id": object{"description": "a UUID"}}
	if category == event.CategoryWorkWeek {
		address = category + "-{id}-{week}"
		parameters = object{"id": object{"description": "the contract's UUID"}, "week": object{"description": "an ISO week, such as 2016-W05"}}
	}
	return object{"address": address, "parameters": parameters, "messages": object{}}
}

// metadata is the schema of what stands beside every event (event.Meta).
func metadata() object {
	text := func(t reflect.Type, said string) object {
		of := object{"description": said}
		for k, v := range patterns[t] {
			of[k] = v
		}
		return of
	}
	id, moment := reflect.TypeFor[uuid.UUID](), reflect.TypeFor[event.Time]()
	return object{
		"type": "object",
		"properties": object{
			"occurredAt":     text(moment, "when it happened"),
			"schemaVersion":  object{"type": "string", "pattern": `^[1-9]\d*$`, "description": "of the payload"},
			"actor":          object{"type": "string", "enum": []event.Actor{event.ActorClient, event.ActorFreelancer, event.ActorPlatform, event.ActorTimer}},
			"commandId":      text(id, "of the command that came to it"),
			"$correlationId": text(id, "the command id at the beginning of what followed from each other"),
			"$causationId":   text(id, "the event, or the command id, that it follows from"),
			"commandDigest":  object{"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "by which another command under the same id is known"},
			"actedBy":        object{"type": "string", "description": "the id of who acted"},
		},
		"required": []string{"$causationId", "$correlationId", "actor", "commandId", "occurredAt", "schemaVersion"},
	}
}
