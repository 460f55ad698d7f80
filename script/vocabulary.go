package script

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/jsonform"
	"github.com/marketcore/marketplace/internal/jsonscan"
)

// vocabulary is every command that a script may hold, by its name. It does not
// change once made.
type vocabulary map[string]*form

// form is what a command looks like in a script: its name and its fields.
type form struct {
	name string
	*jsonform.Form
}

// kinds are how the fields of commands are written.
var kinds = jsonform.KindsOf[event.Time, event.Week, event.Text]()

// commands is the vocabulary of package aggregate.
var commands = sync.OnceValue(func() vocabulary {
	v, err := newVocabulary(aggregate.Commands())
	if err != nil {
		panic(err) // cannot happen: the tests read every command
	}
	return v
})

// envelope names the fields that every line may have; all but the last it must have.
var envelope = [...]string{envelopeID: "id", envelopeAt: "at", envelopeCmd: "cmd", envelopeActedBy: "acted_by"}

const (
	envelopeID = iota
	envelopeAt
	envelopeCmd
	envelopeActedBy
)

type envelopeValues [len(envelope)]jsonscan.Value

func newVocabulary(commands []aggregate.Command) (vocabulary, error) {
	v := vocabulary{}
	for _, c := range commands {
		f, err := newForm(aggregate.CommandName(c), reflect.TypeOf(c))
		if err != nil {
			return nil, fmt.Errorf("script: %s: %w", aggregate.CommandName(c), err)
		}
		if len(f.Fields) > maxMembers {
			return nil, fmt.Errorf("script: %s has more than %d fields", f.name, maxMembers)
		}
		for _, name := range envelope {
			if f.Find(name) >= 0 {
				return nil, fmt.Errorf("script: %s: a field is named %s, as every line's own", f.name, name)
			}
		}
		if v[f.name] != nil {
			return nil, fmt.Errorf("script: two commands are named %s", f.name)
		}
		v[f.name] = f
	}
	return v, nil
}

func newForm(name string, t reflect.Type) (*form, error) {
	f, err := kinds.Form(t)
	return &form{name, f}, err
}
