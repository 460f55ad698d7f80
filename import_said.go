package marketplace

import (
	"bytes"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/internal/repository"
	"github.com/marketcore/marketplace/script"
)

// said is what was said under the command ids that have an outcome (fine print B2).
type said struct {
	marks    map[uuid.UUID]repository.Mark // in the log; Unmarked of rejected lines
	rejected map[uuid.UUID]rejectedLine
	fresh    map[uuid.UUID]int // in a line of the group that was the first under its id
}

// rejectedLine is what is kept of what a rejected line said.
type rejectedLine struct {
	digest [16]byte
	key    uuid.UUID
}

// request is what a line asks for that is not invalid.
func request(line *script.Line) repository.Request {
	return repository.Request{
		ID: line.ID, Correlation: line.ID, Causation: line.ID, Command: line.Command, ActedBy: line.ActedBy, At: line.At, Named: true,
	}
}

// appendSaid appends what a line says: what an invalid one does are its bytes, which
// begin with a brace and so are no command.
func (m *Marketplace) appendSaid(b []byte, line *script.Line) ([]byte, error) {
	if line.Command == nil {
		return append(b, line.Raw...), nil
	}
	return m.repository.AppendSaid(b, request(line))
}

// compare tells whether something was said under a line's id before, and whether the
// line says the same.
func (im *importer) compare(line *script.Line) (known, same bool, err error) {
	if i, fresh := im.said.fresh[line.ID]; fresh {
		same, err = im.market.sameLines(im.lines[i], line)
		return true, same, err
	}
	mark, known := im.said.marks[line.ID]
	if !known {
		return false, false, nil
	}
	if first, rejected := im.said.rejected[line.ID]; rejected {
		text, err := im.market.appendSaid(nil, line)
		defer clear(text)
		return true, err == nil && im.market.repository.SameLine(first.digest, first.key, text), err
	}
	if mark == repository.Unmarked {
		return true, true, nil // nothing can tell
	}
	if line.Command == nil {
		return true, false, nil
	}
	q := request(line)
	if !im.market.repository.Marked(q, mark) {
		return true, false, nil
	}
	same, err = im.session.SameText(q)
	return true, same, err
}

// sameLines reports whether two lines say the same.
func (m *Marketplace) sameLines(one, two *script.Line) (bool, error) {
	a, err := m.appendSaid(nil, one)
	if err != nil {
		return false, err
	}
	b, err := m.appendSaid(nil, two)
	same := bytes.Equal(a, b)
	clear(a)
	clear(b)
	return same && err == nil, err
}
