package script_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/script"
)

// listing has every kind of list, such as a command may.
type listing struct {
	IDs    []uuid.UUID      `json:"ids,omitzero"`
	Holds  []event.HoldKind `json:"holds,omitzero"`
	Steps  []listedStep     `json:"steps,omitzero"`
	Names  []string         `json:"names,omitzero"`
	Skills []event.Text     `json:"skills,omitzero"`
}

type listedStep struct {
	Milestone   uuid.UUID       `json:"milestone"`
	Amount      event.Money     `json:"amount"`
	Description event.Text      `json:"description,omitzero"`
	Tags        []string        `json:"tags,omitzero"`
	Connects    *event.Connects `json:"connects,omitzero"`
}

func TestLists(t *testing.T) {
	read := script.ReaderOf(listing{})
	one, two, zero := uuid.MustParse(id), uuid.MustParse(id2), event.Connects(0)
	step := `{"milestone":"` + id + `","amount":5`
	for text, want := range map[string]listing{
		`{}`: {},
		`{"ids":null,"holds":null,"steps":null,"names":null,"skills":null}`: {},
		`{"ids":[],"holds":[],"steps":[],"names":[],"skills":[]}`:           {[]uuid.UUID{}, []event.HoldKind{}, []listedStep{}, []string{}, []event.Text{}},
		`{"ids":[ "` + id + `" , "` + id2 + `"]}`:                           {IDs: []uuid.UUID{one, two}},
		`{"holds":["quality","payment"]}`:                                   {Holds: []event.HoldKind{event.HoldQuality, event.HoldPayment}},
		`{"steps":[` + step + `,"description":"a","tags":[],"connects":0},` + step + `,"tags":null},` + step + `,"tags":["x"]}]}`: {
			Steps: []listedStep{{one, 5, "a", []string{}, &zero}, {Milestone: one, Amount: 5}, {Milestone: one, Amount: 5, Tags: []string{"x"}}}},
	} {
		for range 2 { // in the memory of what was read before
			got, wrong := read(text)
			require.Empty(t, wrong, text)
			require.Equal(t, want, got)
		}
		written, err := script.Written(want)
		require.NoError(t, err)
		again, wrong := read(written)
		require.Empty(t, wrong, written)
		require.Equal(t, want, again)
	}
	written, err := script.Written(listing{})
	require.NoError(t, err)
	require.Equal(t, `{}`, written)
	written, err = script.Written(listing{IDs: []uuid.UUID{}, Names: []string{}, Skills: []event.Text{}, Steps: []listedStep{}})
	require.NoError(t, err)
	require.Equal(t, `{"ids":[],"steps":[],"names":[],"skills":[]}`, written, "an empty list is not an absent one")
}

// What was read stays as it is while more is read.
func TestListsHaveMemoryOfTheirOwn(t *testing.T) {
	read := script.ReaderOf(listing{})
	first, wrong := read(`{"ids":["` + id + `"],"holds":["quality"],"steps":[{"milestone":"` + id + `","amount":5,"tags":["a"],"connects":1}]}`)
	require.Empty(t, wrong)
	_, wrong = read(`{"ids":["` + id2 + `"],"holds":["payment"],"steps":[{"milestone":"` + id2 + `","amount":6,"tags":["b"],"connects":2}]}`)
	require.Empty(t, wrong)
	connects := event.Connects(1)
	require.Equal(t, listing{IDs: []uuid.UUID{uuid.MustParse(id)}, Holds: []event.HoldKind{event.HoldQuality},
		Steps: []listedStep{{Milestone: uuid.MustParse(id), Amount: 5, Tags: []string{"a"}, Connects: &connects}}}, first)
}

// What is wrong with a list names the field and the item, and quotes nothing.
func TestWrongLists(t *testing.T) {
	read := script.ReaderOf(listing{})
	const step = `{"milestone":"` + id + `","amount":5}`
	for text, want := range map[string]string{
		`{"ids":"SECRET"}`:                       "ids is no list",
		`{"ids":{}}`:                             "ids is no list",
		`{"ids":["` + id + `",null]}`:            "item 2 of ids is null",
		`{"ids":["SECRET"]}`:                     "item 1 of ids is no UUID",
		`{"ids":[7]}`:                            "item 1 of ids is no UUID",
		`{"ids":[["` + id + `"]]}`:               "item 1 of ids is no UUID",
		`{"ids":["` + uuid.Nil.String() + `"]}`:  "item 1 of ids is no UUID",
		`{"ids":[],"ids":[]}`:                    "ids is given twice",
		`{"holds":["quality",""]}`:               "item 2 of holds is empty",
		`{"holds":[1]}`:                          "item 1 of holds is no text",
		`{"holds":[null]}`:                       "item 1 of holds is null",
		`{"steps":` + step + `}`:                 "steps is no list",
		`{"steps":[` + step + `,null]}`:          "item 2 of steps is null",
		`{"steps":["SECRET"]}`:                   "item 1 of steps is no object",
		`{"steps":[[]]}`:                         "item 1 of steps is no object",
		`{"steps":[` + step + `,{"amount":5}]}`:  "item 2 of steps: milestone is missing",
		`{"steps":[{"milestone":"` + id + `"}]}`: "item 1 of steps: amount is missing",
		`{"steps":[{"milestone":"` + id + `","amount":5,"SECRET":1}]}`:                          "item 1 of steps: a field that steps does not have (byte 74)",
		`{"steps":[{"milestone":"` + id + `","amount":"SECRET"}]}`:                              "item 1 of steps: amount is no integer",
		`{"steps":[{"milestone":"` + id + `","amount":null}]}`:                                  "item 1 of steps: amount is null",
		`{"steps":[{"milestone":"` + id + `","amount":5,"amount":5}]}`:                          "item 1 of steps: amount is given twice",
		`{"steps":[{"milestone":"` + id + `","amount":5,"tags":["SECRET",null]}]}`:              "item 1 of steps: tags is no list of texts",
		`{"steps":[{"milestone":"` + id + `","amount":5,"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}]}`: "item 1 of steps has too many fields",
		`{"names":[null]}`: "names is no list of texts",
	} {
		_, wrong := read(text)
		require.Contains(t, wrong, want, text)
		require.NotContains(t, wrong, "SECRET")
	}
}

func TestFormsOfLists(t *testing.T) {
	require.NoError(t, script.CheckForm(listing{}))
	for name, example := range map[string]any{
		"a pointer to a list": struct {
			A *[]uuid.UUID `json:"a,omitzero"`
		}{},
		"a list of pointers": struct {
			A []*listedStep `json:"a"`
		}{},
		"a list of lists": struct {
			A [][]uuid.UUID `json:"a"`
		}{},
		"a list of structs with a list": struct {
			A []listing `json:"a"`
		}{},
	} {
		require.Error(t, script.CheckForm(example), name)
	}
}
