package script

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/jsonform"
	"github.com/marketcore/marketplace/internal/jsonscan"
)

// parser turns the bytes of a line into a Line. It keeps memory to parse into
// from one line to the next.
type parser struct {
	commands vocabulary
	targets  map[string]*target // commands to decode into, made when first met
	words    jsonform.Words
	members  []member // of the line, but for the envelope's
}

// member is one name and value of a line.
type member struct {
	name  []byte
	at    int // the byte of the line with which it begins, from 0
	value jsonscan.Value
}

// readMember reads a name and its value, depth containers deep. A name that is no
// text is no field's name either: it comes out empty.
func readMember(s *jsonscan.Scanner, depth int) (m member, ok bool) {
	name, ok := s.Name()
	if !ok {
		return m, false
	}
	m.at = name.At
	m.name, _ = name.Chars()
	m.value, ok = s.Value(depth)
	return m, ok
}

// maxMembers is more than any command has: of a line with more members the rest
// is not kept, since it is invalid as it stands.
const maxMembers = 64

func newParser() parser {
	return parser{commands: commands(), targets: map[string]*target{}, words: jsonform.Words{}}
}

// line reads one line that is not blank.
func (p *parser) line(number int64, b []byte) *Line {
	l := &Line{Number: number}
	env, err := p.scan(b)
	if err != nil {
		l.Err = err
		return l
	}
	if text, ok := env[envelopeCmd].Chars(); ok && env[envelopeCmd].Kind == jsonscan.String {
		l.cmd = p.words.Of(text)
		l.Cmd = &l.cmd
	}
	l.ID, l.HasID = parseUUID(env[envelopeID])
	if l.Command, l.Err = p.command(l, env); errors.Is(l.Err, aggregate.Invalid) {
		l.At, l.ActedBy, l.Command = 0, "", nil
		if l.HasID {
			l.Raw = event.Text(bytes.Trim(b, " \t\r\n"))
		}
	}
	return l
}

// scan splits a line into its members and picks the envelope's out of them: the
// values of id, at, cmd and acted_by: null where one is missing, and no text where it is
// there twice. It fails for what is not one JSON object.
func (p *parser) scan(b []byte) (env envelopeValues, err error) {
	var seen [len(envelope)]bool
	p.members = p.members[:0]
	err = readObject(b, "the line", func(m member) {
		for i, known := range envelope {
			if string(m.name) == known {
				if seen[i] {
					m.value = jsonscan.Value{Kind: jsonscan.Array} // which of the two, nobody knows
				}
				env[i], seen[i] = m.value, true
				return
			}
		}
		p.keep(m)
	})
	if err != nil {
		return envelopeValues{}, err
	}
	return env, nil
}

func (p *parser) keep(m member) {
	if len(p.members) <= maxMembers {
		p.members = append(p.members, m)
	}
}

// readObject visits the members of text that is one JSON object and fails for
// all other text.
func readObject(b []byte, what string, visit func(member)) error {
	if !utf8.Valid(b) {
		return invalid("", "%s is not UTF-8", what)
	}
	s := jsonscan.New(b)
	fail := func(why string) error { return invalid("", "%s (byte %d)", why, s.Pos()+1) }
	if !s.Open('{') {
		return fail(what + " is no JSON object")
	}
	for first := true; ; first = false {
		more, ok := s.More(first, '}')
		if !ok {
			return fail(what + " is not valid JSON")
		}
		if !more {
			break
		}
		m, ok := readMember(&s, 1)
		if !ok {
			return fail(what + " is not valid JSON")
		}
		visit(m)
	}
	if !s.End() {
		return fail("something follows the JSON object")
	}
	return nil
}

// command decodes and validates the command of the members, which is given with the
// error if that is not Invalid. It sets l.At and l.ActedBy.
func (p *parser) command(l *Line, env envelopeValues) (aggregate.Command, error) {
	if !l.HasID {
		return nil, invalid("", "id is missing or no UUID")
	}
	if l.Cmd == nil {
		return nil, invalid("", "cmd is missing or no text")
	}
	t := p.target(*l.Cmd)
	if t == nil {
		return nil, invalid("", "cmd is unknown")
	}
	name := t.name
	at := env[envelopeAt]
	text, ok := at.Chars()
	if !ok || at.Kind != jsonscan.String || l.At.UnmarshalText(text) != nil {
		return nil, invalid(name, "at is missing or no time of the form YYYY-MM-DDTHH:MM:SSZ")
	}
	if by := env[envelopeActedBy]; by.Kind != jsonscan.Null {
		text, ok := by.Chars()
		if !ok || by.Kind != jsonscan.String || !event.IsActor(string(text)) {
			return nil, invalid(name, "acted_by is no id of 1 to %d letters, digits, '.', '_', ':' and '-'", event.MaxActor)
		}
		l.ActedBy = p.words.Of(text)
	}
	c, err := p.read(t)
	if err == nil {
		err = aggregate.ValidateAt(c, l.At)
	}
	return c, err
}

// read decodes and validates a command of the members. It fails with the command where
// that can be read.
func (p *parser) read(t *target) (aggregate.Command, error) {
	if wrong := p.fill(t, p.members); wrong != "" {
		return nil, invalid(t.name, "%s", wrong)
	}
	c := t.into.Interface().(aggregate.Command) // a copy
	return c, aggregate.Validate(c)
}
