package competing

import (
	"encoding/binary"
	"math"
	"math/bits"
	"unicode/utf16"
)

// The numbers of the hash that EventStoreDB takes for buckets: an early form of
// xxHash of 32 bits.
const (
	hashSeed          = 0xc58f1a7b
	hashPrime1        = 2654435761
	hashPrime2 uint32 = 2246822519
	hashPrime3 uint32 = 3266489917
	hashPrime4 uint32 = 668265263
	hashPrime5 uint32 = 0x165667b1
	hashStart  uint32 = (hashSeed + hashPrime1) & math.MaxUint32
)

// hash is the hash of a text's UTF-16 form.
func hash(text string) uint32 {
	units := utf16.Encode([]rune(text))
	b := make([]byte, 0, 2*len(units))
	for _, u := range units {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	if len(b) < 16 {
		return hashShort(b)
	}
	return hashLong(b)
}

// hashLong mixes 16 bytes at a time, the last of them always at the end.
func hashLong(b []byte) uint32 {
	var lanes [4]uint32
	lanes[0] = hashStart
	lanes[1] = lanes[0]*hashPrime2 + uint32(len(b))
	lanes[2] = lanes[1] * hashPrime3
	lanes[3] = lanes[2] * hashPrime4
	mix := func(b []byte, turns [4]int) {
		for i := range lanes {
			lanes[i] += bits.RotateLeft32(lanes[i], turns[i])
			lanes[i] = lanes[i]*hashPrime1 + binary.LittleEndian.Uint32(b[4*i:])
		}
	}
	last := len(b) - 16
	for at := 0; at < last; at += 16 {
		mix(b[at:], [4]int{13, 11, 17, 19})
	}
	mix(b[last:], [4]int{17, 19, 13, 11})
	for i, turn := range [4]int{11, 17, 19, 13} {
		lanes[i] *= hashPrime2
		lanes[i] += bits.RotateLeft32(lanes[i], turn)
		lanes[i] *= hashPrime3
	}
	h := lanes[0] + bits.RotateLeft32(lanes[1], 3) + bits.RotateLeft32(lanes[2], 6) + bits.RotateLeft32(lanes[3], 9)
	h ^= h >> 11
	h += (hashPrime4 + uint32(len(b))) * hashPrime1
	h ^= h >> 15
	h *= hashPrime2
	return h ^ h>>13
}

// hashShort mixes words, and the last bytes one by one.
func hashShort(b []byte) uint32 {
	h, turn := hashPrime5, hashStart
	n := uint32(len(b))
	for ; len(b) > 4; b = b[4:] {
		h += binary.LittleEndian.Uint32(b) + turn
		turn++
		h += bits.RotateLeft32(h, 17) * hashPrime4
		h *= hashPrime1
	}
	for _, c := range b {
		h += uint32(c) + turn
		turn++
		h *= hashPrime1
	}
	h += n
	h ^= h >> 15
	h *= hashPrime2
	h ^= h >> 13
	h *= hashPrime3
	return h ^ h>>16
}
