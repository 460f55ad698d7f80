package archive

import (
	"encoding/binary"
	"errors"

	"github.com/parquet-go/parquet-go/encoding/thrift"
)

// errThrift: the bytes are no Thrift, or claim more than they hold.
var errThrift = errors.New("its structure is damaged or claims more than there is")

// maxNesting is how deep Thrift's structures stand in each other; those of Parquet
// stand in each other six deep.
const maxNesting = 16

// decodeThrift decodes the structure that bytes begin with and says how long it
// was. The decoder makes room for lists and strings of the lengths that it reads,
// so those are compared with the bytes that are there first.
func decodeThrift(b []byte, items int, into any) (int, error) {
	s := scan{b: b, items: items}
	if !s.structure(0) {
		return 0, errThrift
	}
	n := len(b) - len(s.b)
	return n, thrift.NewDecoder(new(thrift.CompactProtocol).NewReaderFromBytes(b[:n])).Decode(into)
}

// A scan walks through a structure in Thrift's compact protocol and keeps nothing.
// Its methods report whether all is there.
type scan struct {
	b     []byte // the rest
	items int    // how many elements lists may still have
}

func (s *scan) structure(depth int) bool {
	if depth > maxNesting {
		return false
	}
	for {
		head, ok := s.octet()
		if !ok || head == 0 {
			return ok
		}
		if head>>4 == 0 { // the field's number follows
			if _, ok := s.number(); !ok {
				return false
			}
		}
		if typ := thrift.Type(head & 15); typ != thrift.TRUE && typ != thrift.FALSE && !s.value(typ, depth) {
			return false
		}
	}
}

func (s *scan) value(typ thrift.Type, depth int) bool {
	switch typ {
	case thrift.TRUE, thrift.FALSE, thrift.I8:
		return s.skip(1)
	case thrift.I16, thrift.I32, thrift.I64:
		_, ok := s.number()
		return ok
	case thrift.DOUBLE:
		return s.skip(8)
	case thrift.UUID:
		return s.skip(16)
	case thrift.BINARY:
		n, ok := s.number()
		return ok && s.skip(n)
	case thrift.LIST, thrift.SET:
		head, ok := s.octet()
		n := uint64(head >> 4)
		if n == 15 {
			n, ok = s.number()
		}
		return ok && s.elements(n, depth, thrift.Type(head&15))
	case thrift.MAP:
		n, ok := s.number()
		if !ok || n == 0 {
			return ok
		}
		kinds, ok := s.octet()
		return ok && s.elements(n, depth, thrift.Type(kinds>>4), thrift.Type(kinds&15))
	case thrift.STRUCT:
		return s.structure(depth + 1)
	}
	return false
}

// elements walks through those of a list, or of a map, each of so many values.
func (s *scan) elements(n uint64, depth int, types ...thrift.Type) bool {
	if n > uint64(s.items) || n > uint64(len(s.b)) || depth >= maxNesting {
		return false
	}
	s.items -= int(n)
	for range n {
		for _, typ := range types {
			if !s.value(typ, depth+1) {
				return false
			}
		}
	}
	return true
}

func (s *scan) octet() (byte, bool) {
	if len(s.b) == 0 {
		return 0, false
	}
	b := s.b[0]
	s.b = s.b[1:]
	return b, true
}

func (s *scan) number() (uint64, bool) {
	v, n := binary.Uvarint(s.b)
	if n <= 0 {
		return 0, false
	}
	s.b = s.b[n:]
	return v, true
}

func (s *scan) skip(n uint64) bool {
	if n > uint64(len(s.b)) {
		return false
	}
	s.b = s.b[n:]
	return true
}
