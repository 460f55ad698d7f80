package event

import "bytes"

// AppendMetadata appends an event's metadata as Encode writes it. It fails for a
// moment outside the years 0001 to 9999 and without an actor.
func AppendMetadata(b []byte, version int, m Meta) ([]byte, error) { return appendMeta(b, version, m) }

// ParseMetadata reads metadata that is byte for byte what AppendMetadata writes
// of it. It reports false for every other, readable or not, so a store may keep
// the parts in place of the bytes.
func ParseMetadata(b []byte) (m Meta, version int, ok bool) {
	var env Envelope
	var d Decoder
	if !d.predictedMeta(b, &env) {
		return Meta{}, 0, false
	}
	var space [512]byte
	again, err := appendMeta(space[:0], env.Version, env.Meta)
	if err != nil || !bytes.Equal(b, again) {
		return Meta{}, 0, false
	}
	return env.Meta, env.Version, true
}
