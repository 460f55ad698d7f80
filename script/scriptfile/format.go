package scriptfile

import (
	"bytes"
	"path/filepath"
	"strings"
)

// format is how a script lies in a file, as far as its first bytes tell.
type format int

const (
	plain  format = iota
	marked        // plain, behind a byte order mark
	zstandard
	gzipped
	foreign // not read, for the reason beside it
)

const byteOrderMark = "\xef\xbb\xbf"

// magics are first bytes that tell a format.
var magics = []struct {
	start  string
	format format
	reason string
}{
	{"\x28\xb5\x2f\xfd", zstandard, ""},
	{"\x1f\x8b", gzipped, ""},
	{"\xff\xfe", foreign, wide},
	{"\xfe\xff", foreign, wide},
	{"BZh", foreign, packed("bzip2")},
	{"\xfd7zXZ\x00", foreign, packed("xz")},
	{"\x04\x22\x4d\x18", foreign, packed("lz4")},
	{"PK\x03\x04", foreign, packed("zip")},
	{"7z\xbc\xaf\x27\x1c", foreign, packed("7-Zip")},
	{"\x1f\x9d", foreign, packed("compress")},
	{"LZIP", foreign, packed("lzip")},
	{"\xff\x06\x00\x00sNaPpY", foreign, packed("Snappy")},
}

const (
	wide  = "it is UTF-16 or UTF-32, and a script is UTF-8; convert it first, as iconv does"
	array = "it is a JSON array, and a script is a JSON object a line; take it apart first, as jq -c '.[]' does"
)

func packed(program string) string {
	return "it is compressed with " + program + ", which is not read; zstd and gzip are, or decompress it first"
}

// longestStart is how many bytes are looked at: more than any magic has, and white
// space before the bracket of an array.
const longestStart = 512

// formatOf tells the format from the first bytes. More bytes may tell more.
func formatOf(b []byte) (f format, reason string, more bool) {
	for _, m := range magics {
		if bytes.HasPrefix(b, []byte(m.start)) {
			return m.format, m.reason, false
		}
		more = more || strings.HasPrefix(m.start, string(b))
	}
	if skippable, undecided := skips(b); skippable {
		return zstandard, "", false
	} else if more = more || undecided; len(b) > 0 && bytes.IndexByte(b[:min(len(b), 2)], 0) >= 0 {
		return foreign, wide, false
	}
	text, mark := bytes.CutPrefix(b, []byte(byteOrderMark))
	if mark {
		f = marked
	}
	text = bytes.TrimLeft(text, " \t\r\n")
	inside, opens := bytes.CutPrefix(text, []byte("["))
	inside = bytes.TrimLeft(inside, " \t\r\n")
	switch {
	case opens && bytes.HasPrefix(inside, []byte("{")):
		return foreign, array, false
	case len(text) == 0 || opens && len(inside) == 0:
		more = true
	}
	return f, "", more || len(b) < 2 || strings.HasPrefix(byteOrderMark, string(b))
}

// skips reports a frame of zstd that holds nothing of the text.
func skips(b []byte) (is, undecided bool) {
	const rest = "\x2a\x4d\x18"
	if len(b) == 0 || b[0]&0xf0 != 0x50 {
		return false, len(b) == 0
	}
	return strings.HasPrefix(string(b[1:]), rest), strings.HasPrefix(rest, string(b[1:]))
}

// formatByName is the format that a file's name promises.
func formatByName(name string) format {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".zst", ".zstd":
		return zstandard
	case ".gz":
		return gzipped
	}
	return plain
}
