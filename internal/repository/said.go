package repository

import (
	"errors"
	"hash/maphash"
	"reflect"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/jsonform"
	"github.com/marketcore/marketplace/store"
)

// A command's id stands for what was said under it (fine print B2): the command, who
// acted and, where the sender named it, the moment. Of what was done the events'
// metadata tell that, by the digest, and the events what people wrote.

// Mark is what was said under a command's id, as far as the metadata of its events
// tells it, in little memory. Marks compare within one process.
type Mark uint64

// Unmarked is the Mark where the id alone decides: there is no digest, or none whose
// key is at hand.
const Unmarked Mark = 0

// marked is what a Mark is of.
type marked struct {
	digest  [16]byte
	at      event.Time
	actedBy string
}

var seed = maphash.MakeSeed()

func (m *marked) mark() Mark { return Mark(maphash.Comparable(seed, *m) | 1) }

// MarkOf is the Mark of what came to events with that metadata.
func (r *Repository) MarkOf(m *event.Meta) Mark {
	if r.keyOf(m.CommandDigest) == nil {
		return Unmarked
	}
	return (&marked{m.CommandDigest, m.OccurredAt, m.ActedBy}).mark()
}

// Marked reports whether a request, which names its moment, may have left a Mark, and
// says so of all under Unmarked. What people wrote is not in a Mark.
func (r *Repository) Marked(q Request, m Mark) bool {
	if m == Unmarked {
		return true
	}
	for _, d := range r.digests {
		for _, digest := range []func(aggregate.Command) ([16]byte, error){d.of, d.old} {
			made, err := digest(q.Command)
			if err != nil {
				return false // what cannot be written was never done
			}
			if (&marked{made, q.At, q.ActedBy}).mark() == m {
				return true
			}
		}
	}
	return false
}

// keyOf is who made a digest, nil if that is nobody here.
func (r *Repository) keyOf(digest [16]byte) *digests {
	for _, d := range r.digests {
		if d.key == [named]byte(digest[:named]) {
			return d
		}
	}
	return nil
}

// reused reports whether a request says something else than that which came to the
// events under its id.
func (r *Repository) reused(q Request, first event.Meta, events []event.Event) bool {
	d := r.keyOf(first.CommandDigest)
	if d == nil {
		return false // nothing can tell
	}
	if q.ActedBy != first.ActedBy || q.Named && q.At != first.OccurredAt {
		return true
	}
	own, err := d.of(q.Command)
	if err == nil && own != first.CommandDigest {
		own, err = d.old(q.Command)
	}
	return err != nil || own != first.CommandDigest || !sameText(q.Command, events)
}

// SameText reports whether what people wrote in a request is what stands in the events
// under its id. Where there are none it does: the id alone decides then.
func (s *Session) SameText(q Request) (bool, error) {
	if f := formsOf(q.Command); f == nil || len(f.texts) == 0 {
		return true, nil
	}
	stream := aggregate.Stream(q.Command)
	first, known, err := s.firstOf(stream, q.ID)
	if err != nil || !known {
		return !known, err
	}
	var events []event.Event
	for rec, err := range s.repository.store.ReadStream(s.ctx, stream, first) {
		if err != nil {
			return false, err
		}
		env, err := s.repository.registry.Decode(&rec) // in memory of its own
		if err != nil {
			return false, err
		}
		if env.CommandID != q.ID {
			break
		}
		events = append(events, env.Event)
	}
	return len(events) == 0 || sameText(q.Command, events), nil
}

// Of streams that are longer than a few events it is remembered where each command's
// begin: a script may repeat all lines of one. Beyond maxPlaced commands all is forgotten.
const (
	longStream = 64
	maxPlaced  = 1 << 20
)

// places are the revisions of the first events of the commands of a stream, up to next.
type places struct {
	next    uint64
	first   map[uuid.UUID]uint64
	counted int // of them in Session.places
}

// firstOf is the revision of the first event of a command in a stream.
func (s *Session) firstOf(stream string, command uuid.UUID) (revision uint64, known bool, err error) {
	p := s.placed[stream]
	if p == nil {
		p = &places{first: map[uuid.UUID]uint64{}}
	}
	if revision, known = p.first[command]; known {
		return revision, true, nil
	}
	for rec, err := range s.repository.store.ReadStream(s.ctx, stream, p.next) {
		if errors.Is(err, store.ErrStreamNotFound) {
			break
		}
		if err != nil {
			return 0, false, err
		}
		meta, err := s.decoder.DecodeMeta(&rec)
		if err != nil {
			return 0, false, err
		}
		if _, known := p.first[meta.CommandID]; !known {
			p.first[meta.CommandID] = rec.Revision
		}
		p.next = rec.Revision + 1
	}
	s.place(stream, p)
	revision, known = p.first[command]
	return revision, known, nil
}

// place remembers the places of a long stream.
func (s *Session) place(stream string, p *places) {
	if len(p.first) < longStream {
		return
	}
	s.places += len(p.first) - p.counted
	p.counted = len(p.first)
	if s.places > maxPlaced || s.placed == nil {
		s.placed, s.places = map[string]*places{}, len(p.first)
	}
	s.placed[stream] = p
}

// sameText compares what people wrote in a command with what stands in its events:
// each field in the first event that has one of its name. What else they hold is from
// elsewhere, as the milestones of an offer are.
func sameText(c aggregate.Command, events []event.Event) bool {
	asked := textsOf(c)
	for _, name := range formsOf(c).texts {
		var done []string
		for _, e := range events {
			if slices.Contains(writtenIn(e).names, name) {
				done = textsOf(e)[name]
				break
			}
		}
		if !slices.Equal(asked[name], done) {
			return false
		}
	}
	return true
}

// written are the fields of what people wrote in a command or an event.
type written struct {
	form  *jsonform.Form
	names []string
}

var writtenForms sync.Map // by type

func writtenIn(of any) *written {
	t := reflect.Indirect(reflect.ValueOf(of)).Type()
	w, known := writtenForms.Load(t)
	if !known {
		f := formOf(of)
		w, _ = writtenForms.LoadOrStore(t, &written{f, f.TextNames()})
	}
	return w.(*written)
}

func textsOf(of any) map[string][]string {
	texts := map[string][]string{}
	writtenIn(of).form.Texts(reflect.Indirect(reflect.ValueOf(of)), texts)
	return texts
}

// AppendSaid appends all that a request says to b, so that two say the same if the
// bytes are equal. It fails for a command that cannot be written.
func (r *Repository) AppendSaid(b []byte, q Request) ([]byte, error) {
	codes := &r.digests[0].codes
	m := codes.Get().(*digester)
	defer codes.Put(m)
	if err := m.write(aggregate.Said(q.Command), func(f *forms) *jsonform.Form { return f.said }); err != nil {
		return b, err
	}
	b = append(append(b, m.text...), ' ')
	clear(m.text)
	b, err := q.At.AppendText(b)
	return append(append(b, ' '), q.ActedBy...), err
}

// LineDigest is the digest of what a rejected line said, under a key of its own.
func (r *Repository) LineDigest(key uuid.UUID, said []byte) [16]byte {
	return r.digests[0].line(key, said)
}

// SameLine reports whether a line says what the rejected one did that has the digest.
// Where none can tell, it does.
func (r *Repository) SameLine(digest [16]byte, key uuid.UUID, said []byte) bool {
	d := r.keyOf(digest)
	return d == nil || d.line(key, said) == digest
}
