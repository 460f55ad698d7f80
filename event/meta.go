package event

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/internal/jsonform"
)

// The metadata of an event: a flat JSON object of strings, in this order.
// $correlationId and $causationId are the names that EventStoreDB knows. The digest
// and who acted are left out where there is none, as in what was stored before there
// were such.
const (
	metaOccurredAt  = `{"occurredAt":"`
	metaVersion     = `","schemaVersion":"`
	metaActor       = `","actor":"`
	metaCommand     = `","commandId":"`
	metaCorrelation = `","$correlationId":"`
	metaCausation   = `","$causationId":"`
	metaDigest      = `","commandDigest":"`
	metaActedBy     = `","actedBy":"`
	metaEnd         = `"}`
)

const maxVersion = 1<<31 - 1

// parseActor gives the actor of that name, "" if there is none.
func parseActor(b []byte) Actor {
	switch string(b) {
	case string(ActorClient):
		return ActorClient
	case string(ActorFreelancer):
		return ActorFreelancer
	case string(ActorPlatform):
		return ActorPlatform
	case string(ActorTimer):
		return ActorTimer
	}
	return ""
}

func appendMeta(b []byte, version int, m Meta) ([]byte, error) {
	if m.OccurredAt < Earliest || m.OccurredAt > Latest {
		return nil, fmt.Errorf("occurred at %d, outside the years 0001 to 9999", int64(m.OccurredAt))
	}
	if parseActor([]byte(m.Actor)) == "" {
		return nil, fmt.Errorf("no actor")
	}
	b = append(b, metaOccurredAt...)
	b = m.OccurredAt.append(b)
	b = append(b, metaVersion...)
	b = strconv.AppendInt(b, int64(version), 10)
	b = append(b, metaActor...)
	b = append(b, m.Actor...)
	b = jsonform.AppendUUID(append(b, metaCommand...), m.CommandID)
	b = jsonform.AppendUUID(append(b, metaCorrelation...), m.CorrelationID)
	b = jsonform.AppendUUID(append(b, metaCausation...), m.CausationID)
	if m.CommandDigest != [16]byte{} {
		b = jsonform.AppendHex(append(b, metaDigest...), m.CommandDigest)
	}
	if m.ActedBy != "" {
		if !IsActor(m.ActedBy) {
			return nil, fmt.Errorf("acted by what is no id")
		}
		b = append(append(b, metaActedBy...), m.ActedBy...)
	}
	return append(b, metaEnd...), nil
}

// meta reads an event's metadata. Keys that are not ours are ignored, since
// other programs may add theirs (EventStoreDB's clients add trace ids).
func (d *Decoder) meta(b []byte, env *Envelope) error {
	if d.predictedMeta(b, env) {
		return nil
	}
	var fields map[string]json.RawMessage
	if !utf8.Valid(b) || json.Unmarshal(b, &fields) != nil || fields == nil {
		return fmt.Errorf("%w: not a JSON object", ErrMalformedMeta)
	}
	var m Meta
	var version uint64
	for _, f := range []struct {
		name     string
		optional bool
		read     func(text []byte) bool
	}{
		{"occurredAt", false, func(text []byte) (ok bool) { m.OccurredAt, ok = parseTime(text); return ok }},
		{"schemaVersion", false, func(text []byte) bool {
			var err error
			version, err = strconv.ParseUint(string(text), 10, 64)
			return err == nil && version >= 1 && version <= maxVersion
		}},
		{"actor", false, func(text []byte) bool { m.Actor = parseActor(text); return m.Actor != "" }},
		{"commandId", false, func(text []byte) (ok bool) { m.CommandID, ok = jsonform.ParseUUID(text); return ok }},
		{"$correlationId", false, func(text []byte) (ok bool) { m.CorrelationID, ok = jsonform.ParseUUID(text); return ok }},
		{"$causationId", false, func(text []byte) (ok bool) { m.CausationID, ok = jsonform.ParseUUID(text); return ok }},
		{"commandDigest", true, func(text []byte) bool { return parseDigest(text, &m.CommandDigest) }},
		{"actedBy", true, func(text []byte) bool { m.ActedBy = string(text); return IsActor(m.ActedBy) }},
	} {
		if _, there := fields[f.name]; f.optional && !there {
			continue
		}
		var text string
		if json.Unmarshal(fields[f.name], &text) != nil || !f.read([]byte(text)) {
			return fmt.Errorf("%w: %s is missing or not what it must be", ErrMalformedMeta, f.name)
		}
	}
	if d.forFold {
		m = Meta{OccurredAt: m.OccurredAt}
	}
	env.Version, env.Meta = int(version), m
	return nil
}

// predictedMeta reads metadata as appendMeta writes it. It reports false for
// everything else, and what it has set by then is to be set again.
func (d *Decoder) predictedMeta(b []byte, env *Envelope) bool {
	const at = len(metaOccurredAt)
	const version = at + 20 + len(metaVersion)
	if len(b) <= version || string(b[:at]) != metaOccurredAt || string(b[at+20:version]) != metaVersion {
		return false
	}
	var ok bool
	if env.OccurredAt, ok = parseTime(b[at : at+20]); !ok {
		return false
	}
	v, p, ok := parseInt(b, version)
	if !ok || v < 1 || v > maxVersion {
		return false
	}
	env.Version = int(v)
	actor := p + len(metaActor)
	if len(b) < actor || string(b[p:actor]) != metaActor {
		return false
	}
	if d.forFold {
		return true
	}
	word, p, _ := scanString(b, actor-1)
	if env.Actor = parseActor(word); env.Actor == "" {
		return false
	}
	p-- // before the quote, with which the next key begins
	const ids = len(metaCommand) + len(metaCorrelation) + len(metaCausation) + 3*36
	if len(b) < p+ids+len(metaEnd) ||
		!predictedID(b, &p, metaCommand, &env.CommandID) ||
		!predictedID(b, &p, metaCorrelation, &env.CorrelationID) ||
		!predictedID(b, &p, metaCausation, &env.CausationID) {
		return false
	}
	env.CommandDigest, env.ActedBy = [16]byte{}, ""
	if at := p + len(metaDigest); len(b) > at+2*len(env.CommandDigest) && string(b[p:at]) == metaDigest {
		p = at + 2*len(env.CommandDigest)
		if !parseDigest(b[at:p], &env.CommandDigest) {
			return false
		}
	}
	if at := p + len(metaActedBy); len(b) > at && string(b[p:at]) == metaActedBy {
		raw, end, escaped := scanString(b, at-1)
		if escaped || end == 0 {
			return false
		}
		if env.ActedBy = d.words.Of(raw); !IsActor(env.ActedBy) {
			return false
		}
		p = end - 1
	}
	return string(b[p:]) == metaEnd
}

func predictedID(b []byte, p *int, key string, dst *uuid.UUID) (ok bool) {
	id := *p + len(key)
	if string(b[*p:id]) != key {
		return false
	}
	*p = id + 36
	*dst, ok = jsonform.ParseUUID(b[id:*p])
	return ok
}

// MaxActor is the longest id of who acted, in bytes (ours).
const MaxActor = 64

// IsActor reports whether a text may be Meta.ActedBy: 1 to MaxActor letters, digits,
// '.', '_', ':' and '-' (fine print B13).
func IsActor(id string) bool {
	for _, c := range []byte(id) {
		switch {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
		case c == '.', c == '_', c == ':', c == '-':
		default:
			return false
		}
	}
	return id != "" && len(id) <= MaxActor
}

// parseDigest reads 32 hexadecimal digits in small letters, not all of them 0.
func parseDigest(text []byte, dst *[16]byte) (ok bool) {
	*dst, ok = jsonform.ParseLowerHex(text)
	return ok && *dst != [16]byte{}
}
