package jsonform

import (
	"encoding/binary"

	"github.com/google/uuid"
)

// AppendUUID appends 8-4-4-4-12 hexadecimal digits in small letters.
func AppendUUID(b []byte, u uuid.UUID) []byte {
	var d [36]byte
	binary.BigEndian.PutUint64(d[0:], digits(u[0:]))
	binary.BigEndian.PutUint64(d[10:], digits(u[4:]))
	copy(d[9:], d[10:14]) // makes room for a dash
	binary.BigEndian.PutUint64(d[20:], digits(u[8:]))
	copy(d[19:], d[20:24])
	binary.BigEndian.PutUint64(d[28:], digits(u[12:]))
	d[8], d[13], d[18], d[23] = '-', '-', '-', '-'
	return append(b, d[:]...)
}

// digits are the 8 hexadecimal digits of 4 bytes, made all at once: the value of each
// comes to stand in a byte of its own, and what makes a character of it is added.
func digits(b []byte) uint64 {
	x := uint64(binary.BigEndian.Uint32(b))
	x = (x | x<<16) & 0x0000ffff_0000ffff
	x = (x | x<<8) & 0x00ff00ff_00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f_0f0f0f0f
	letters := (x + 0x06060606_06060606) >> 4 & 0x01010101_01010101
	return x + 0x30303030_30303030 + letters*('a'-'0'-10)
}

// ParseUUID reads 8-4-4-4-12 hexadecimal digits, in small letters or capitals, and
// none of the other forms that a UUID may have.
func ParseUUID[T string | []byte](b T) (u uuid.UUID, ok bool) { return parseHex(b, &anyHex) }

// ParseLowerUUID is ParseUUID of small letters only: of the one spelling in which
// AppendUUID writes.
func ParseLowerUUID[T string | []byte](b T) (u uuid.UUID, ok bool) { return parseHex(b, &lowerHex) }

// parseHex reads a UUID in its usual form, with the digits that the table knows.
func parseHex[T string | []byte](b T, digits *[256]byte) (u uuid.UUID, ok bool) {
	if len(b) != 36 || b[8] != '-' || b[13] != '-' || b[18] != '-' || b[23] != '-' {
		return u, false
	}
	var bad byte
	for i, x := range [16]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34} {
		hi, lo := digits[b[x]], digits[b[x+1]]
		bad |= hi | lo
		u[i] = hi<<4 | lo&0xf
	}
	return u, bad < 16
}

// The values of hexadecimal digits, 255 of any other byte.
var lowerHex, anyHex = hexTables()

func hexTables() (lower, both [256]byte) {
	for i := range lower {
		lower[i] = 255
	}
	for i := range 10 {
		lower['0'+i] = byte(i)
	}
	for i := range 6 {
		lower['a'+i] = byte(10 + i)
	}
	both = lower
	for i := range 6 {
		both['A'+i] = byte(10 + i)
	}
	return lower, both
}

// AppendHex appends the hexadecimal digits of 16 bytes in small letters.
func AppendHex(b []byte, of [16]byte) []byte {
	for i := 0; i < len(of); i += 4 {
		b = binary.BigEndian.AppendUint64(b, digits(of[i:]))
	}
	return b
}

// ParseLowerHex reads what AppendHex writes, and nothing else.
func ParseLowerHex(b []byte) (of [16]byte, ok bool) {
	if len(b) != 2*len(of) {
		return of, false
	}
	var bad byte
	for i := range of {
		hi, lo := lowerHex[b[2*i]], lowerHex[b[2*i+1]]
		bad |= hi | lo
		of[i] = hi<<4 | lo&0xf
	}
	return of, bad < 16
}
