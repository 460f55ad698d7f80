package repository

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"hash"
	"reflect"
	"sync"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/jsonform"
)

// A command's digest is kept with its id, so that another command under the same id
// is not taken for it. It is the HMAC-SHA-256 of the command's name and its fields as
// a script has them, cut to 12 bytes, behind 4 bytes that name the key: what was made
// under a key that is not at hand compares with nothing. What people wrote does not
// enter it; that is compared with the events themselves, as long as they have it.
//
// A line of an import that was rejected has no events. Its digest is of all that it
// said, under a key of its own beside.

// publicKey is the key of who has no other. It keeps nothing secret.
const publicKey = "marketplace: the digest of a command"

// named is how much of a digest names its key.
const named = 4

// digests makes the digests of one key. It is safe for concurrent use.
type digests struct {
	key   [named]byte
	codes sync.Pool // of *digester
}

// digester makes one digest after the other in the same memory.
type digester struct {
	mac      hash.Hash
	text     []byte
	commands map[reflect.Type]*digested
}

// digested is what a digester needs for the commands of one type.
type digested struct {
	begin string // of the text: their name
	forms
	value reflect.Value // one of them, which has an address
}

// forms are how the commands of one type are written to be compared.
type forms struct {
	said    *jsonform.Form // all that they say
	lean    *jsonform.Form // without what people write
	written *jsonform.Form // likewise, as digests had it once: with what is false
	texts   []string       // the fields of what people write
}

func newDigests(key []byte) *digests {
	key = bytes.Clone(key)
	// hmac keeps what it has made of the key, so that only New costs memory.
	d := &digests{codes: sync.Pool{New: func() any {
		return &digester{mac: hmac.New(sha256.New, key), commands: map[reflect.Type]*digested{}}
	}}}
	name := hmac.New(sha256.New, key)
	name.Write([]byte("marketplace: the name of the key"))
	copy(d.key[:], name.Sum(nil))
	return d
}

// of is the digest of a command that is valid; of others it may fail.
func (d *digests) of(c aggregate.Command) (digest [16]byte, err error) {
	return d.command(aggregate.Said(c), func(f *forms) *jsonform.Form { return f.lean })
}

// old is the digest as it was made once of what may be spelled in two ways.
func (d *digests) old(c aggregate.Command) (digest [16]byte, err error) {
	return d.command(c, func(f *forms) *jsonform.Form { return f.written })
}

func (d *digests) command(c aggregate.Command, form func(*forms) *jsonform.Form) (digest [16]byte, err error) {
	m := d.codes.Get().(*digester)
	defer d.codes.Put(m)
	if err := m.write(c, form); err != nil {
		return digest, err
	}
	return d.sum(m), nil
}

// line is the digest of what a rejected line said, under its own key.
func (d *digests) line(key uuid.UUID, said []byte) [16]byte {
	m := d.codes.Get().(*digester)
	defer d.codes.Put(m)
	m.text = append(append(m.text[:0], key[:]...), said...)
	return d.sum(m)
}

func (d *digests) sum(m *digester) (digest [16]byte) {
	m.mac.Reset()
	m.mac.Write(m.text)
	clear(m.text) // it may hold personal text
	m.text = m.mac.Sum(m.text[:0])
	copy(digest[copy(digest[:], d.key[:]):], m.text)
	return digest
}

// write writes a command's name and fields into the text.
func (m *digester) write(c aggregate.Command, form func(*forms) *jsonform.Form) (err error) {
	v := reflect.Indirect(reflect.ValueOf(c))
	w := m.commands[v.Type()]
	if w == nil {
		f := formsOf(c)
		if f == nil {
			return fmt.Errorf("marketplace: %T is not one of aggregate.Commands", c)
		}
		w = &digested{aggregate.CommandName(c) + " ", *f, reflect.New(f.said.Type).Elem()}
		m.commands[v.Type()] = w
	}
	w.value.Set(v)
	defer w.value.SetZero() // it may hold personal text
	if m.text, err = form(&w.forms).Append(append(m.text[:0], w.begin...), w.value); err != nil {
		return fmt.Errorf("marketplace: %s has no digest: %w", aggregate.CommandName(c), err)
	}
	return nil
}

// formsOf are the forms of a command, nil if it is none of aggregate.Commands.
func formsOf(c aggregate.Command) *forms {
	return commandForms()[reflect.Indirect(reflect.ValueOf(c)).Type()]
}

var commandForms = sync.OnceValue(func() map[reflect.Type]*forms {
	all := map[reflect.Type]*forms{}
	for _, c := range append(append(aggregate.Commands(), aggregate.Brought()...), aggregate.AssessJobSuccess{}.With(event.JobSuccessAssessed{})) {
		f := formOf(c)
		all[f.Type] = &forms{said: f.Said(), lean: f.Said().WithoutText(), written: f.WithoutText(), texts: f.TextNames()}
	}
	return all
})

var kinds = jsonform.KindsOf[event.Time, event.Week, event.Text]()

// formOf is the form of a command or an event.
func formOf(of any) *jsonform.Form {
	f, err := kinds.Form(reflect.Indirect(reflect.ValueOf(of)).Type())
	if err != nil {
		panic(err) // cannot happen: the tests write every command and every event
	}
	return f
}
