package competing

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// sourceStream is the stream that an event is of. A link without an event
// counts as what it points to.
func sourceStream(m *message) (string, bool) {
	r := m.record()
	if r.Type != engine.LinkType {
		return r.Stream, true
	}
	if _, stream, ok := strings.Cut(string(r.Data), "@"); ok {
		return stream, true
	}
	return string(r.Data), true
}

// record is the event or, without one, the link.
func (m *message) record() *engine.Record {
	if m.resolved.Event != nil {
		return m.resolved.Event
	}
	return m.resolved.Link
}

// correlation is the $correlationId in an event's metadata, or else the stream
// that it is of. Metadata that is no JSON cannot be read.
func correlation(m *message) (string, bool) {
	id, found, err := correlationID(m.record().Metadata)
	switch {
	case err != nil:
		return "", false
	case found:
		return id, true
	}
	return sourceStream(m)
}

const correlationKey = "$correlationId"

// correlationID looks for a text under the key, at any depth but no further
// than where the first object ends.
func correlationID(metadata []byte) (id string, found bool, err error) {
	d := json.NewDecoder(bytes.NewReader(metadata))
	var in nesting
	for expected := false; ; {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return "", false, nil
		}
		if err != nil {
			return "", false, err
		}
		text, isText := t.(string)
		if expected && isText {
			return text, true, nil
		}
		if t == json.Delim('}') {
			return "", false, nil
		}
		isKey := in.next(t)
		expected = isKey && text == correlationKey
	}
}

// nesting follows the tokens of JSON to tell names from values.
type nesting []level

// level is an object or an array that is open.
type level struct {
	object bool
	named  bool // of an object: the next token is a value
}

// next takes a token and reports whether it is a name.
func (n *nesting) next(t json.Token) bool {
	if inner := n.innermost(); inner != nil && inner.object && !inner.named {
		inner.named = true
		return true
	}
	switch t {
	case json.Delim('{'), json.Delim('['):
		*n = append(*n, level{object: t == json.Delim('{')})
		return false
	case json.Delim(']'):
		*n = (*n)[:len(*n)-1]
	}
	if inner := n.innermost(); inner != nil {
		inner.named = false // its value has ended
	}
	return false
}

func (n nesting) innermost() *level {
	if len(n) == 0 {
		return nil
	}
	return &n[len(n)-1]
}
