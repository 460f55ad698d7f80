package archive

import (
	"encoding/binary"

	packing "github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/format"
)

// decode takes so many values from a page's bytes.
func (p *page) decode(b []byte, n int, kind format.Type, encoding format.Encoding) (err error) {
	p.ints, p.small, p.bytes, p.offsets = nil, nil, nil, nil
	if n == 0 {
		return nil
	}
	switch {
	case p.indexed:
		p.small, err = decodeIndexes(p.memory.small, b, n)
		p.memory.small = p.small
	case encoding == format.DeltaBinaryPacked && kind == format.Int64:
		p.ints, err = decodeDelta(p.memory.ints, b, n)
		p.memory.ints = p.ints
	case encoding != format.Plain:
		return errPage
	case kind == format.Int64 && len(b) == 8*n:
		p.ints = grown(p.memory.ints, n)
		for i := range p.ints {
			p.ints[i] = int64(binary.LittleEndian.Uint64(b[8*i:]))
		}
		p.memory.ints = p.ints
	case kind == format.Int32 && len(b) == 4*n:
		p.small = grown(p.memory.small, n)
		for i := range p.small {
			p.small[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
		}
		p.memory.small = p.small
	case kind == format.FixedLenByteArray && len(b) == idBytes*n:
		p.bytes = b
	case kind == format.ByteArray:
		p.bytes, p.offsets, err = decodeWords(grown(p.memory.offsets, n+1), b, n)
		p.memory.offsets = p.offsets
	default:
		return errPage
	}
	return err
}

// decodeWords takes so many byte arrays, each behind its length, and moves them
// together.
func decodeWords(offsets []uint32, b []byte, n int) ([]byte, []uint32, error) {
	words := b[:0]
	offsets[0] = 0
	for i := range n {
		if len(b) < 4 {
			return nil, nil, errPage
		}
		size := binary.LittleEndian.Uint32(b)
		if b = b[4:]; uint64(size) > uint64(len(b)) {
			return nil, nil, errPage
		}
		words = append(words, b[:size]...)
		b = b[size:]
		offsets[i+1] = uint32(len(words))
	}
	if len(b) > 0 {
		return nil, nil, errPage
	}
	return words, offsets, nil
}

// decodeLevels takes the levels of so many rows, which have so many zeros.
func decodeLevels(memory, b []byte, rows, zeros int) ([]byte, error) {
	if !runsHold(b, 1, rows) {
		return nil, errPage
	}
	levels, err := (&rle.Encoding{BitWidth: 1}).DecodeLevels(grown(memory, rows+8)[:0], b)
	if err != nil {
		return nil, err
	}
	levels = levels[:rows]
	values, all := 0, byte(0)
	for _, there := range levels {
		values += int(there)
		all |= there
	}
	if values != rows-zeros || all > 1 {
		return nil, errPage
	}
	return levels, nil
}

// decodeIndexes takes so many indexes, behind the number of their bits.
func decodeIndexes(memory []int32, b []byte, n int) ([]int32, error) {
	if len(b) == 0 || b[0] > 32 || !runsHold(b[1:], int(b[0]), n) {
		return nil, errPage
	}
	small, err := (&rle.Encoding{BitWidth: int(b[0])}).DecodeInt32(grown(memory, n+8)[:0], b[1:])
	if err != nil {
		return nil, err
	}
	return small[:n], nil
}

// runsHold reports whether runs of values of so many bits are so many values, or
// up to 7 more where the last run is packed, and all of their bytes are there. The
// decoder makes room for what they claim.
func runsHold(b []byte, bits, n int) bool {
	values := uint64(0)
	for len(b) > 0 {
		head, size := binary.Uvarint(b)
		if size <= 0 {
			return false
		}
		b = b[size:]
		count, bytes := head>>1, uint64(bits+7)/8
		if count == 0 || count > uint64(n) {
			return false
		}
		if head&1 != 0 {
			bytes = count * uint64(bits)
			count *= 8
		}
		if values += count; values > uint64(n)+7 || bytes > uint64(len(b)) {
			return false
		}
		b = b[bytes:]
	}
	return values >= uint64(n)
}

// How integers are packed: so many in a block, of so many parts.
const (
	deltaBlock = 128
	deltaParts = 4
)

// decodeDelta takes so many integers, which stand as differences.
func decodeDelta(memory []int64, b []byte, n int) ([]int64, error) {
	if !deltaHolds(b, n) {
		return nil, errPage
	}
	ints, err := new(packing.BinaryPackedEncoding).DecodeInt64(grown(memory, n)[:0], b)
	if err == nil && len(ints) != n {
		err = errPage
	}
	return ints, err
}

// deltaHolds reports whether the blocks of integers are of so many, and all of
// their bytes are there.
func deltaHolds(b []byte, n int) bool {
	for _, want := range []int{deltaBlock, deltaParts, n} {
		have, size := binary.Uvarint(b)
		if size <= 0 || have != uint64(want) {
			return false
		}
		b = b[size:]
	}
	_, size := binary.Varint(b) // the first one
	if size <= 0 {
		return false
	}
	b = b[size:]
	const part = deltaBlock / deltaParts
	for n--; n > 0; {
		_, size := binary.Varint(b) // the least difference
		if size <= 0 || len(b) < size+deltaParts {
			return false
		}
		bits := b[size : size+deltaParts]
		b = b[size+deltaParts:]
		for i := 0; i < deltaParts && n > 0; i++ {
			bytes := part * int(bits[i]) / 8
			if bits[i] > 64 || bytes > len(b) {
				return false
			}
			b = b[bytes:]
			n -= part
		}
	}
	return true
}
