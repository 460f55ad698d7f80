// Package schemas has the events of the marketplace for programs in other languages: a
// JSON Schema (draft 2020-12) of every version of every event, and an AsyncAPI 3.0 document
// that says in which streams they are. The files are made of the structs of package event,
// and a version that was released keeps its fields for ever.
//
// Amounts are integers of minor units, moments whole seconds of UTC; "x-unit" says the unit
// of a number, and "x-personal" marks what a person wrote.
package schemas

import (
	"embed"
	"fmt"
)

//go:embed *.json
var Files embed.FS

// AsyncAPI is the AsyncAPI document. Its payloads are the other files.
func AsyncAPI() []byte { return read("asyncapi.json") }

// Event is the JSON Schema of a version of an event, nil if there is none.
func Event(eventType string, version int) []byte {
	return read(fmt.Sprintf("%s.v%d.json", eventType, version))
}

func read(name string) []byte {
	text, err := Files.ReadFile(name)
	if err != nil {
		return nil
	}
	return text
}
