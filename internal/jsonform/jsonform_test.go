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

type word string

type item struct {
	ID    uuid.UUID `json:"id"`
	Words text      `json:"words,omitzero"`
	Notes []text    `json:"notes,omitzero"`
	Inner inner     `json:"inner,omitzero"`
}

type lists struct {
	IDs   []uuid.UUID `json:"ids"`
	Words []word      `json:"kinds,omitzero"`
	Items []item      `json:"items,omitzero"`
}

func TestLists(t *testing.T) {
	f, err := kinds.Form(reflect.TypeFor[lists]())
	require.NoError(t, err)
	for i, of := range []jsonform.Kind{jsonform.UUID, jsonform.String, jsonform.Struct} {
		require.Equal(t, jsonform.List, f.Fields[i].Kind)
		require.Equal(t, of, f.Fields[i].Elem.Kind)
		require.Equal(t, f.Fields[i].Name, f.Fields[i].Elem.Name)
	}
	const id = "ab000000-0000-0000-0000-000000000000"
	two := &lists{IDs: []uuid.UUID{{0xab}, {0xab}}, Words: []word{"a", "\n"},
		Items: []item{{ID: uuid.UUID{0xab}, Words: "one", Notes: []text{"two"}}, {ID: uuid.UUID{0xab}, Words: "three", Inner: inner{4}}}}
	for in, want := range map[*lists]string{
		{}: `{"ids":[]}`,
		{IDs: []uuid.UUID{}, Words: []word{}, Items: []item{}}: `{"ids":[],"kinds":[],"items":[]}`,
		two: `{"ids":["` + id + `","` + id + `"],"kinds":["a","\n"],"items":[{"id":"` + id + `","words":"one","notes":["two"]},` +
			`{"id":"` + id + `","words":"three","inner":{"mark":4}}]}`,
	} {
		got, err := f.Append(nil, reflect.ValueOf(in).Elem())
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	lean, err := f.WithoutText().Append(nil, reflect.ValueOf(two).Elem())
	require.NoError(t, err)
	require.Equal(t, `{"ids":["`+id+`","`+id+`"],"kinds":["a","\n"],"items":[{"id":"`+id+`"},{"id":"`+id+`","inner":{"mark":4}}]}`, string(lean))
	require.Len(t, f.Fields[2].Elem.Nested.Fields, 4, "the form itself keeps the text")

	texts := map[string][]string{}
	f.Texts(reflect.ValueOf(two).Elem(), texts)
	require.Equal(t, map[string][]string{"items": {"one", "1", "two", "three", "0"}}, texts)
	require.Equal(t, []string{"items"}, f.TextNames())
	texts = map[string][]string{}
	f.Texts(reflect.ValueOf(lists{Items: []item{{}, {}}}), texts)
	require.Empty(t, texts)

	for in, where := range map[*lists]string{
		{Words: []word{"\xff"}}:                      "kinds",
		{Items: []item{{Words: "\xff"}}}:             "items: words",
		{Items: []item{{}, {Notes: []text{"\xff"}}}}: "items: notes",
	} {
		_, err := f.Append(nil, reflect.ValueOf(in).Elem())
		require.ErrorContains(t, err, where)
	}
}

type choosy struct {
	Open   *bool    `json:"open,omitzero"`
	Amount *int64   `json:"amount,omitzero"`
	Title  *text    `json:"title,omitzero"`
	Must   bool     `json:"must"`
	Notes  []text   `json:"notes,omitzero"`
	Skills []string `json:"skills,omitzero"`
	Items  []oneOf  `json:"items,omitzero"`
}

type oneOf struct {
	Title *text `json:"title,omitzero"`
	Due   *bool `json:"due,omitzero"`
}

// In an optional field false and an empty text say what nothing says; 0 and an empty
// list do not.
func TestSaid(t *testing.T) {
	f, err := kinds.Form(reflect.TypeFor[choosy]())
	require.NoError(t, err)
	no, yes, zero, empty, some := false, true, int64(0), text(""), text("x")
	blank := &choosy{Open: &no, Amount: &zero, Title: &empty, Notes: []text{}, Skills: []string{}, Items: []oneOf{{&empty, &no}}}
	for in, want := range map[*choosy][3]string{
		{}:    {`{"must":false}`, `{"must":false}`, `{"must":false}`},
		blank: {`{"open":false,"amount":0,"title":"","must":false,"notes":[],"skills":[],"items":[{"title":"","due":false}]}`, `{"amount":0,"must":false,"notes":[],"skills":[],"items":[{}]}`, `{"amount":0,"must":false,"notes":[],"skills":[],"items":[{}]}`},
		{Open: &yes, Title: &some, Notes: []text{""}, Items: []oneOf{{&some, &yes}}}: {
			`{"open":true,"title":"x","must":false,"notes":[""],"items":[{"title":"x","due":true}]}`,
			`{"open":true,"title":"x","must":false,"notes":[""],"items":[{"title":"x","due":true}]}`,
			`{"open":true,"must":false,"items":[{"due":true}]}`},
	} {
		for i, form := range []*jsonform.Form{f, f.Said(), f.Said().WithoutText()} {
			got, err := form.Append(nil, reflect.ValueOf(in).Elem())
			require.NoError(t, err)
			require.Equal(t, want[i], string(got))
		}
	}
	require.Equal(t, []string{"title", "notes", "items"}, f.TextNames())
}

// loop is of a type that has no end.
type loop struct {
	More []loop `json:"more"`
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
		"field A is of type *[]uuid.UUID": struct {
			A *[]uuid.UUID `json:"a,omitzero"`
		}{},
		"field A is of type []*jsonform_test.": struct {
			A []*inner `json:"a"`
		}{},
		"field A is of type [][]": struct {
			A [][]word `json:"a"`
		}{},
		"field A is of type []int64": struct {
			A []int64 `json:"a"`
		}{},
		"field A is of type []jsonform_test.moment": struct {
			A []moment `json:"a"`
		}{},
		"More.field More is of type []jsonform_test.loop, a list inside": loop{},
		"A.In.field B is of type []jsonform_test.word, a list inside": struct {
			A []struct {
				In struct {
					B []word `json:"b"`
				} `json:"in"`
			} `json:"a"`
		}{},
		"A.field B is of type uint": struct {
			A []struct {
				B uint `json:"b"`
			} `json:"a"`
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
