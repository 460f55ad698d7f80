package jsonform_test

import (
	"encoding/hex"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/internal/jsonform"
)

// moment, week and text stand for the types of package event.
type (
	moment int64
	week   struct{ Year int }
	text   string
)

func (m moment) AppendText(b []byte) ([]byte, error) { return append(b, "once"...), nil }
func (w week) AppendText(b []byte) ([]byte, error)   { return append(b, "weekly"...), nil }

var kinds = jsonform.KindsOf[moment, week, text]()

type inner struct {
	Mark int `json:"mark,omitzero"`
}

type example struct {
	ID     uuid.UUID `json:"id"`
	At     moment    `json:"at"`
	In     week      `json:"in"`
	Words  text      `json:"words"`
	Choice string    `json:"choice,omitzero"`
	Amount int64     `json:"amount"`
	Rate   *int64    `json:"rate,omitzero"`
	Open   bool      `json:"open"`
	Skills []string  `json:"skills"`
	Notes  []text    `json:"notes"`
	Scores inner     `json:"scores"`
}

func TestForm(t *testing.T) {
	f, err := kinds.Form(reflect.TypeFor[example]())
	require.NoError(t, err)
	want := []jsonform.Kind{jsonform.UUID, jsonform.Time, jsonform.Week, jsonform.Text, jsonform.String, jsonform.Int64, jsonform.Int64,
		jsonform.Bool, jsonform.Strings, jsonform.Texts, jsonform.Struct}
	for i := range f.Fields {
		require.Equal(t, want[i], f.Fields[i].Kind, f.Fields[i].Name)
		require.Equal(t, i, f.Find(f.Fields[i].Name))
	}
	require.Equal(t, -1, f.Find("nothing"))

	zero, rate := example{}, int64(0)
	for in, want := range map[*example]string{
		&zero: `{"id":"00000000-0000-0000-0000-000000000000","at":"once","in":"weekly","words":"","amount":0,"open":false,"skills":[],"notes":[],"scores":{}}`,
		{ID: uuid.UUID{0xab}, Words: "\t", Choice: "b", Amount: -7, Rate: &rate, Open: true, Skills: []string{"go", "c"}, Notes: []text{"\""}, Scores: inner{3}}: `{"id":"ab000000-0000-0000-0000-000000000000","at":"once","in":"weekly","words":"\t","choice":"b","amount":-7,"rate":0,"open":true,"skills":["go","c"],"notes":["\""],"scores":{"mark":3}}`,
	} {
		got, err := f.Append([]byte(">"), reflect.ValueOf(in).Elem())
		require.NoError(t, err)
		require.Equal(t, ">"+want, string(got))
	}
	_, err = f.Append(nil, reflect.ValueOf(&example{Notes: []text{"\xff"}}).Elem())
	require.ErrorContains(t, err, "notes")
}

func TestFormRefuses(t *testing.T) {
	both := reflect.TypeFor[string]() // go vet refuses such a struct too
	twice := reflect.StructOf([]reflect.StructField{{Name: "A", Type: both, Tag: `json:"a"`}, {Name: "B", Type: both, Tag: `json:"a"`}})
	for want, v := range map[string]any{
		"is no struct":              7,
		"field A needs a json name": struct{ A int }{},
		"field A needs a name of its own": struct {
			A int `json:"a b"`
		}{},
		"field B needs a name of its own": reflect.Zero(twice).Interface(),
		"no option but omitzero": struct {
			A int `json:"a,omitempty"`
		}{},
		"field A may be absent": struct {
			A *int `json:"a"`
		}{},
		"field A is of type float64": struct {
			A float64 `json:"a"`
		}{},
		"field A is of type *jsonform_test.": struct {
			A *inner `json:"a,omitzero"`
		}{},
		"field A is of type *[]string": struct {
			A *[]string `json:"a,omitzero"`
		}{},
		"In.field A is of type uint": struct {
			In struct {
				A uint `json:"a"`
			} `json:"in"`
		}{},
	} {
		_, err := kinds.Form(reflect.TypeOf(v))
		require.ErrorContains(t, err, want)
	}
}

// Text is spelled as encoding/json does without HTML escapes, and refused if it
// would not come back.
func TestAppendText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.Just("\x00\x1f\x7f\"\\/\u2028\ufffd😀<&>\t\b"),
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		got, err := jsonform.AppendText([]byte(">"), s)
		if !utf8.ValidString(s) {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		var want strings.Builder
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		require.NoError(t, enc.Encode(s))
		require.Equal(t, ">"+strings.TrimSuffix(want.String(), "\n"), string(got))
	})
}

func TestUUID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		written := string(jsonform.AppendUUID(nil, id))
		require.Equal(t, id.String(), written)
		for _, s := range []string{written, strings.ToUpper(written)} {
			got, ok := jsonform.ParseUUID(s)
			require.True(t, ok)
			require.Equal(t, id, got)
		}
		got, ok := jsonform.ParseLowerUUID(written)
		require.True(t, ok)
		require.Equal(t, id, got)
	})
	const id = "9d5c2a44-3a0b-4e0c-8f5e-2f1f6f3c7b10"
	_, ok := jsonform.ParseLowerUUID(strings.ToUpper(id))
	require.False(t, ok)
	for _, s := range []string{"", "{" + id + "}", "urn:uuid:" + id, strings.ReplaceAll(id, "-", ""), id + "0", "g" + id[1:], strings.Replace(id, "-", "0", 1)} {
		_, ok := jsonform.ParseUUID(s)
		require.False(t, ok, s)
	}
}

func TestHex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes"))
		written := jsonform.AppendHex([]byte(">"), of)
		require.Equal(t, ">"+hex.EncodeToString(of[:]), string(written))
		got, ok := jsonform.ParseLowerHex(written[1:])
		require.True(t, ok)
		require.Equal(t, of, got)
		_, ok = jsonform.ParseLowerHex(written[2:])
		require.False(t, ok)
		written[rapid.IntRange(1, 32).Draw(t, "digit")] = rapid.SampledFrom([]byte("gAF/:`@ \x00\xff")).Draw(t, "other")
		_, ok = jsonform.ParseLowerHex(written[1:])
		require.False(t, ok)
	})
}

// Words are bounded in number and size; the zero value keeps none.
func TestWords(t *testing.T) {
	w := jsonform.Words{}
	for i := range 2 * jsonform.MaxWords {
		word := strings.Repeat("x", i%(2*jsonform.MaxWordSize)) + string(rune('a'+i%26)) + string(rune(0x4e00+i))
		require.Equal(t, word, w.Of([]byte(word)))
	}
	require.LessOrEqual(t, len(w), jsonform.MaxWords)
	for word := range w {
		require.LessOrEqual(t, len(word), jsonform.MaxWordSize)
	}
	var none jsonform.Words
	require.Equal(t, "a", none.Of([]byte("a")))
	require.Empty(t, none)
}
