package jsonscan_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/internal/jsonscan"
)

// FuzzJSON: what JSON is, and what its texts say, encoding/json says as well.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,-0,0.5,1e+9,true,false,null,"x"]}`, `"\ud83d\ude00\u00e9\b\f\n\r\t\/\\\""`, `"\ud83d"`, `[1,]`, `{"a":1,}`, `01`, `-`, ` {} `, "{\"a\":\"\xff\"}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(sameAsEncodingJSON)
}

func sameAsEncodingJSON(t *testing.T, b []byte) {
	valid := json.Valid(b) && utf8.Valid(b) // which encoding/json does not ask for
	trimmed := bytes.TrimLeft(b, " \t\r\n")
	require.Equal(t, valid && trimmed[0] == '{', jsonscan.IsObject(b), "%q", b)
	if !utf8.Valid(b) {
		return // is refused before
	}
	s := jsonscan.New(b)
	v, ok := s.Value(0)
	require.Equal(t, valid, ok && s.End(), "%q", b)
	if !valid || v.Kind != jsonscan.String {
		return
	}
	var want string
	require.NoError(t, json.Unmarshal(b, &want))
	if chars, isText := v.Chars(); isText {
		require.Equal(t, want, string(chars))
	} else {
		require.Contains(t, want, "\ufffd", "only half a surrogate pair is no text")
	}
}

// The same for texts made of pieces of JSON, which are often nearly right.
func TestJSONOfPieces(t *testing.T) {
	pieces := []string{
		"{", "}", "[", "]", ",", ":", `"a"`, `"`, `\`, `\u`, `\ud83d`, `\ude00`, "0041", "true", "false", "null", "nul",
		"0", "1", "-", "+", ".", "e", "E", " ", "\t", "\n", "\r", "\f", "\x00", "é", "\xff", `{"a":`, `[1,`, `"\n"`, `"\u00e9\ud83d\ude00"`,
	}
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(rt, "pieces"), "")
		for _, text := range []string{text, `"` + text + `"`, `{"a":` + text + `}`, `[` + text + `]`} {
			sameAsEncodingJSON(t, []byte(text))
		}
	})
}

// As deep as encoding/json goes, and no deeper.
func TestDepth(t *testing.T) {
	for _, depth := range []int{9_998, 9_999, 10_000, 20_000} {
		b := []byte(`{"a":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + "}")
		require.Equal(t, json.Valid(b), jsonscan.IsObject(b), "%d", depth)
	}
}
