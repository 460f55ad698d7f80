package esdbtest

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/google/uuid"
)

// The words of .NET about texts that are no ids.
const (
	guidUnrecognized refusal = "Unrecognized Guid format."
	guidLength       refusal = "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."
	guidDashes       refusal = "Dashes are in the wrong position for GUID parsing."
	guidDigits       refusal = "Guid string should only contain hexadecimal characters."
	guidBrace        refusal = "Expected {0xdddddddd, etc}."
	guidPrefix       refusal = "Expected 0x prefix."
	guidComma        refusal = "Could not find a comma, or the length between the previous token and the comma was zero (i.e., '0x,'etc.)."
	guidLastBrace    refusal = "Could not find a brace, or the length between the previous token and the brace was zero (i.e., '0x,'etc.)."
	guidEndBrace     refusal = "Could not find the ending brace."
	guidMore         refusal = "Additional non-parsable characters are at the end of the string."
)

// parseGUID reads the forms of an id that .NET knows: 32 digits; with 4 dashes
// among them; that in braces or parentheses; and as a structure of numbers.
func parseGUID(text string) (uuid.UUID, error) {
	if id, err := uuid.Parse(text); err == nil && len(text) == 36 { // nearly always
		return id, nil
	}
	text = oneByteEach(strings.TrimSpace(text))
	switch {
	case len(text) < 32:
		return uuid.Nil, guidUnrecognized
	case text[0] == '(':
		return enclosedGUID(text, ')')
	case text[0] == '{' && text[9] == '-':
		return enclosedGUID(text, '}')
	case text[0] == '{':
		return structuredGUID(text)
	case text[8] == '-':
		return dashedGUID(text)
	case len(text) != 32:
		return uuid.Nil, guidLength
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil, guidDigits
	}
	return id, nil
}

// oneByteEach writes every unit of UTF-16 as one byte, to count them as .NET
// does; those that are no ASCII are no part of an id.
func oneByteEach(text string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		if unit > unicode.MaxASCII {
			unit = '?'
		}
		b.WriteByte(byte(unit))
	}
	return b.String()
}

func enclosedGUID(text string, end byte) (uuid.UUID, error) {
	if len(text) != 38 || text[37] != end {
		return uuid.Nil, guidLength
	}
	return dashedGUID(text[1:37])
}

// dashedGUID reads an id with dashes. In the parts but the last 8 digits a plus
// and 0x may stand in the place of leading digits.
func dashedGUID(text string) (uuid.UUID, error) {
	switch {
	case len(text) != 36:
		return uuid.Nil, guidLength
	case text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-':
		return uuid.Nil, guidDashes
	}
	if id, err := uuid.Parse(text); err == nil {
		return id, nil
	}
	var id uuid.UUID
	for _, part := range []struct{ at, from, to int }{{4, 9, 13}, {6, 14, 18}, {8, 19, 23}, {10, 24, 28}} {
		n, ok := hexNumber(text[part.from:part.to])
		if !ok {
			return uuid.Nil, guidDigits
		}
		binary.BigEndian.PutUint16(id[part.at:], uint16(n))
	}
	first, ok := hexNumber(text[:8])
	last, digits := hexDigits(text[28:])
	if !ok || !digits {
		return uuid.Nil, guidDigits
	}
	binary.BigEndian.PutUint32(id[:], uint32(first))
	binary.BigEndian.PutUint32(id[12:], uint32(last))
	return id, nil
}

// structuredGUID reads {0x…,0x…,0x…,{0x…, seven more}}, with blanks wherever
// and as many digits in each as there are.
func structuredGUID(text string) (uuid.UUID, error) {
	r := &guidReader{rest: strings.Join(strings.Fields(text), "")[1:]}
	var id uuid.UUID
	binary.BigEndian.PutUint32(id[:], r.number(',', 1<<32-1))
	binary.BigEndian.PutUint16(id[4:], uint16(r.number(',', 1<<32-1)))
	binary.BigEndian.PutUint16(id[6:], uint16(r.number(',', 1<<32-1)))
	r.expect('{', guidBrace)
	for i := 8; i < 15; i++ {
		id[i] = byte(r.number(',', 0xFF))
	}
	id[15] = byte(r.number('}', 0xFF))
	r.expect('}', guidEndBrace)
	if r.err == nil && r.rest != "" {
		r.err = guidMore
	}
	if r.err != nil {
		return uuid.Nil, r.err
	}
	return id, nil
}

// guidReader reads the parts of a structure, up to the first fault.
type guidReader struct {
	rest string
	err  error
}

func (r *guidReader) fail(why refusal) {
	if r.err == nil {
		r.err = why
	}
}

func (r *guidReader) expect(c byte, otherwise refusal) {
	if r.rest == "" || r.rest[0] != c {
		r.fail(otherwise)
		return
	}
	r.rest = r.rest[1:]
}

// number reads 0x and digits up to a character.
func (r *guidReader) number(until byte, most uint64) uint32 {
	if r.err != nil {
		return 0
	}
	if len(r.rest) < 2 || r.rest[0] != '0' || r.rest[1]|0x20 != 'x' {
		r.fail(guidPrefix)
		return 0
	}
	r.rest = r.rest[2:]
	end := strings.IndexByte(r.rest, until)
	switch {
	case end <= 0 && until == ',':
		r.fail(guidComma)
		return 0
	case end <= 0:
		r.fail(guidLastBrace)
		return 0
	}
	n, ok := hexNumber(r.rest[:end])
	r.rest = r.rest[end+1:]
	switch {
	case n > most:
		r.fail(guidUnrecognized)
	case !ok:
		r.fail(guidDigits)
	}
	return uint32(n)
}

// hexNumber reads digits behind a plus and 0x, which need not be there.
func hexNumber(text string) (n uint64, ok bool) {
	text = strings.TrimPrefix(text, "+")
	if len(text) > 1 && text[0] == '0' && text[1]|0x20 == 'x' {
		text = text[2:]
	}
	return hexDigits(text)
}

// hexDigits reads digits, of which there may be none.
func hexDigits(text string) (n uint64, ok bool) {
	text = strings.TrimLeft(text, "0")
	if text == "" {
		return 0, true
	}
	n, err := strconv.ParseUint(text, 16, 64) // the largest number of one that is too large
	return n, err == nil || errors.Is(err, strconv.ErrRange)
}
