package repository

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"hash"
	"maps"
	"reflect"
	"slices"
	"sync"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/jsonform"
)

// A command's digest is kept with its id, so that another command under the same id
// is not taken for it. It is the HMAC-SHA-256 of the command's name and its fields as
// a script has them, cut to 12 bytes, behind 4 bytes that name the key: what was made
// under a key that is not at hand compares with nothing. What people wrote does not
// enter it; that is compared with the events themselves, as long as they have it.

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
	mac    hash.Hash
	text   []byte
	values map[*jsonform.Form]reflect.Value // that have an address
}

func newDigests(key []byte) *digests {
	key = bytes.Clone(key)
	// hmac keeps what it has made of the key, so that only New costs memory.
	d := &digests{codes: sync.Pool{New: func() any {
		return &digester{mac: hmac.New(sha256.New, key), values: map[*jsonform.Form]reflect.Value{}}
	}}}
	name := hmac.New(sha256.New, key)
	name.Write([]byte("marketplace: the name of the key"))
	copy(d.key[:], name.Sum(nil))
	return d
}

// of is the digest of a command that is valid; of others it may fail.
func (d *digests) of(c aggregate.Command) (digest [16]byte, err error) {
	v := reflect.Indirect(reflect.ValueOf(c))
	form := commandForms()[v.Type()]
	if form == nil {
		return digest, fmt.Errorf("marketplace: %T is not one of aggregate.Commands", c)
	}
	m := d.codes.Get().(*digester)
	defer d.codes.Put(m)
	into, known := m.values[form]
	if !known {
		into = reflect.New(form.Type).Elem()
		m.values[form] = into
	}
	into.Set(v)
	defer into.SetZero() // it may hold personal text
	m.text = append(append(m.text[:0], aggregate.CommandName(c)...), ' ')
	if m.text, err = form.Append(m.text, into); err != nil {
		return digest, fmt.Errorf("marketplace: %s has no digest: %w", aggregate.CommandName(c), err)
	}
	m.mac.Reset()
	m.mac.Write(m.text)
	m.text = m.mac.Sum(m.text[:0])
	copy(digest[copy(digest[:], d.key[:]):], m.text)
	return digest, nil
}

// commandForms are the forms of all commands, without what people write.
var commandForms = sync.OnceValue(func() map[reflect.Type]*jsonform.Form {
	all := map[reflect.Type]*jsonform.Form{}
	for _, c := range append(append(aggregate.Commands(), aggregate.Brought()...), aggregate.AssessJobSuccess{}.With(event.JobSuccessAssessed{})) {
		all[reflect.TypeOf(c)] = formOf(c).WithoutText()
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

// texts collect what people wrote in commands or events, by the fields' names.
type texts map[string][]string

func (t texts) add(of any) { formOf(of).Texts(reflect.Indirect(reflect.ValueOf(of)), t) }

// reused reports whether a command is another one than that which came to the
// events under its id. Where none of the keys made their digest, none can tell.
func (r *Repository) reused(c aggregate.Command, digest [16]byte, events []event.Event) bool {
	for _, d := range r.digests {
		if d.key != [named]byte(digest[:named]) {
			continue
		}
		own, err := d.of(c)
		if err != nil || own != digest {
			return true // what cannot be written was never done
		}
		asked, done := texts{}, texts{}
		asked.add(c)
		for _, e := range events {
			done.add(e)
		}
		return !maps.EqualFunc(asked, done, slices.Equal[[]string])
	}
	return false
}
