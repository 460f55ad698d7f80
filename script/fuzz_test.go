package script_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/script"
)

// FuzzLine: no line makes the reader panic; one with a readable id is an object
// for encoding/json too, with that id; one that is read is read the same after
// it was written.
func FuzzLine(f *testing.F) {
	every, err := os.ReadFile("testdata/every_command.ndjson")
	require.NoError(f, err)
	for line := range bytes.Lines(every) {
		f.Add(bytes.TrimSpace(line))
	}
	for _, line := range []string{
		"", "{}", "[]", good + good, bonus("1e2"), skills(`["\ud83d\ude00","\ud83d"]`), scores(`{"skills":{}}`),
		withID(`"` + strings.ToUpper(id) + `"`), accept(`,"cover_letter":"\u0000"`), with("Sing", `"a":[{"b":-0.5E+3}]`),
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l := script.ParseLine(b)
		code := codeOf(t, l)
		var fields map[string]json.RawMessage
		object := utf8.Valid(b) && json.Unmarshal(b, &fields) == nil && fields != nil
		if !object {
			require.False(t, l.HasID)
			require.Nil(t, l.Cmd)
		}
		if l.HasID {
			var text string
			require.NoError(t, json.Unmarshal(fields["id"], &text))
			require.Equal(t, strings.ToLower(text), l.ID.String())
		}
		if l.Cmd != nil {
			var text string
			require.NoError(t, json.Unmarshal(fields["cmd"], &text))
			require.Equal(t, text, *l.Cmd)
		}
		if code != "" {
			return
		}
		written, err := script.Append(nil, l.ID, l.At, l.Command)
		if len(b) > script.MaxLine/8 && err != nil {
			return // escapes may make it longer than a line may be
		}
		require.NoError(t, err)
		again := script.ParseLine(written)
		require.NoError(t, again.Err)
		require.Equal(t, l.Command, again.Command)
		require.Equal(t, l.ID, again.ID)
		require.Equal(t, l.At, again.At)
	})
}

// FuzzJSON: what JSON is, and what its texts say, encoding/json says as well.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,-0,0.5,1e+9,true,false,null,"x"]}`, `"\ud83d\ude00\u00e9\b\f\n\r\t\/\\\""`, `"\ud83d"`, `[1,]`, `{"a":1,}`, `01`, `-`, ` {} `,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(sameAsEncodingJSON)
}

func sameAsEncodingJSON(t *testing.T, b []byte) {
	if !utf8.Valid(b) {
		return // is refused before
	}
	require.Equal(t, json.Valid(b), script.ValidJSON(b), "%q", b)
	chars, isText := script.Chars(b)
	var want string
	if json.Valid(b) && len(b) > 0 && b[0] == '"' && json.Unmarshal(b, &want) == nil {
		if isText {
			require.Equal(t, want, chars)
		} else {
			require.Contains(t, want, "\ufffd", "only half a surrogate pair is no text")
		}
	} else if isText {
		// encoding/json takes white space behind it as well.
		require.NoError(t, json.Unmarshal(b, &want))
	}
}

// The same for texts made of pieces of JSON, which are often nearly right.
func TestJSONOfPieces(t *testing.T) {
	pieces := []string{
		"{", "}", "[", "]", ",", ":", `"a"`, `"`, `\`, `\u`, `\ud83d`, `\ude00`, "0041", "true", "false", "null", "nul",
		"0", "1", "-", "+", ".", "e", "E", " ", "\t", "\n", "\r", "\f", "\x00", "é", `{"a":`, `[1,`, `"\n"`, `"\u00e9\ud83d\ude00"`,
	}
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(rt, "pieces"), "")
		for _, text := range []string{text, `"` + text + `"`, `{"a":` + text + `}`, `[` + text + `]`} {
			sameAsEncodingJSON(t, []byte(text))
		}
	})
}
