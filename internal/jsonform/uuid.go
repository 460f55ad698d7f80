package jsonform

import (
	"encoding/hex"

	"github.com/google/uuid"
)

// AppendUUID appends 8-4-4-4-12 hexadecimal digits in small letters.
func AppendUUID(b []byte, u uuid.UUID) []byte {
	b = append(hex.AppendEncode(b, u[:4]), '-')
	b = append(hex.AppendEncode(b, u[4:6]), '-')
	b = append(hex.AppendEncode(b, u[6:8]), '-')
	b = append(hex.AppendEncode(b, u[8:10]), '-')
	return hex.AppendEncode(b, u[10:])
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
