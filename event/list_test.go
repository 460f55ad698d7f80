package event_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// plan is a planned of which the members given are not as they must be.
func plan(members string) string {
	return `{"contract":"` + sampleID(1).String() + `",` + members + `}`
}

// An empty list is not an absent one, as predicted and in the general way.
func TestEmptyLists(t *testing.T) {
	reg := everyVersion()
	absent := &planned{Contract: sampleID(1), Holds: []event.HoldKind{}, Steps: []step{}}
	empty := &planned{Contract: sampleID(1), Holds: []event.HoldKind{}, Steps: []step{{Milestone: sampleID(2), Tags: []string{}}},
		Rivals: []uuid.UUID{}, Later: []step{}, Tags: []string{}, Notes: []event.Text{}}
	d := reg.NewDecoder()
	for _, want := range []*planned{absent, empty, absent} {
		p, err := reg.Encode(sampleID(3), sampleMeta(true), want)
		require.NoError(t, err)
		for _, spelling := range []string{"%s", " %s"} {
			rec := &event.Record{Proposed: p}
			rec.Data = fmt.Appendf(nil, spelling, p.Data)
			require.Equal(t, spelling == "%s", event.Predicts(d, rec))
			for _, decode := range []func(*event.Record) (event.Envelope, error){reg.Decode, d.Decode} {
				env, err := decode(rec)
				require.NoError(t, err)
				require.Equal(t, want, env.Event)
			}
		}
	}
	p, err := reg.Encode(sampleID(3), sampleMeta(true), &planned{Contract: sampleID(1), Tags: []string{}})
	require.NoError(t, err)
	require.Equal(t, plan(`"holds":[],"steps":[],"tags":[]`), string(p.Data), "nil is written where it may not be left out")
}

// What a caller keeps of an event's lists and pointers stays as it is.
func TestListsHaveMemoryOfTheirOwn(t *testing.T) {
	reg := everyVersion()
	for _, spelling := range []string{"%s", " %s"} {
		d := reg.NewDecoder()
		decode := func(e *planned) planned {
			p, err := reg.Encode(sampleID(1), sampleMeta(true), e)
			require.NoError(t, err)
			env, err := d.Decode(&event.Record{Proposed: event.Proposed{Type: p.Type, Metadata: p.Metadata, Data: fmt.Appendf(nil, spelling, p.Data)}})
			require.NoError(t, err)
			return *env.Event.(*planned)
		}
		first := sample(&planned{}, true).(*planned)
		kept := decode(first)
		three := event.Connects(-7)
		decode(&planned{Holds: []event.HoldKind{"a", "b", "c"}, Rivals: make([]uuid.UUID, 3), Later: []step{{Tags: []string{"z"}}, {}},
			Steps: []step{{Amount: 1, Tags: []string{"x", "y"}, Attempts: new(int)}, {}, {}}, Connects: &three})
		require.Equal(t, first, &kept)
	}
}

// Every integer fits a pointer, 0 is not an absent one.
func TestPointersToIntegers(t *testing.T) {
	reg := everyVersion()
	full, folded := reg.NewDecoder(), reg.NewFoldDecoder()
	for _, n := range []event.Connects{0, -1, 1 << 40, -1 << 63, 1<<63 - 1} {
		want := &planned{Holds: []event.HoldKind{}, Steps: []step{}, Connects: &n}
		p, err := reg.Encode(sampleID(1), sampleMeta(true), want)
		require.NoError(t, err)
		require.Contains(t, string(p.Data), fmt.Sprintf(`"connects":%d}`, n))
		for _, d := range []*event.Decoder{full, folded} {
			env, err := d.Decode(&event.Record{Proposed: p})
			require.NoError(t, err)
			require.Equal(t, want, env.Event)
		}
	}
	for _, wrong := range []string{`"3"`, `3.5`, `1e2`, `9223372036854775808`, `true`, `[3]`} {
		_, err := full.Decode(record("Planned", "2", plan(`"holds":[],"steps":[],"connects":`+wrong)))
		require.ErrorIs(t, err, event.ErrMalformed, wrong)
	}
}

func TestMalformedLists(t *testing.T) {
	reg := everyVersion()
	full, folded := reg.NewDecoder(), reg.NewFoldDecoder()
	id := `"` + sampleID(2).String() + `"`
	decode := func(members string) error {
		_, err := full.Decode(record("Planned", "2", plan(members)))
		_, foldErr := folded.Decode(record("Planned", "2", plan(members)))
		require.Equal(t, err == nil, foldErr == nil, members)
		return err
	}
	require.NoError(t, decode(`"holds":["a"],"rivals":[`+id+`],"steps":[{"milestone":`+id+`,"amount":1}]`))
	for members, field := range map[string]string{
		`"holds":null,"steps":[]`:                                                "holds",
		`"holds":{},"steps":[]`:                                                  "holds",
		`"holds":"SECRET","steps":[]`:                                            "holds",
		`"holds":["a",null],"steps":[]`:                                          "holds",
		`"holds":["a",],"steps":[]`:                                              "not a JSON object",
		`"holds":["a" "b"],"steps":[]`:                                           "not a JSON object",
		`"holds":[,],"steps":[]`:                                                 "not a JSON object",
		`"holds":["a","steps":[]`:                                                "not a JSON object",
		`"holds":[["a"]],"steps":[]`:                                             "holds",
		`"holds":[],"rivals":["SECRET"],"steps":[]`:                              "rivals",
		`"holds":[],"rivals":[` + id + `,null],"steps":[]`:                       "rivals",
		`"holds":[],"rivals":[7],"steps":[]`:                                     "rivals",
		`"holds":[],"steps":{}`:                                                  "steps",
		`"holds":[],"steps":[null]`:                                              "steps",
		`"holds":[],"steps":["SECRET"]`:                                          "not a JSON object",
		`"holds":[],"steps":[{"milestone":` + id + `}]`:                          "amount",
		`"holds":[],"steps":[{"milestone":` + id + `,"amount":null}]`:            "amount",
		`"holds":[],"steps":[{"milestone":` + id + `,"amount":"SECRET"}]`:        "amount",
		`"holds":[],"steps":[{"milestone":` + id + `,"amount":1,"SECRET":1}]`:    "a field that the type does not have",
		`"holds":[],"steps":[{"milestone":` + id + `,"amount":1,"tags":[null]}]`: "tags",
		`"holds":[],"steps":[{"milestone":` + id + `,"amount":1},null]`:          "steps",
	} {
		err := decode(members)
		require.ErrorIs(t, err, event.ErrMalformed, members)
		require.ErrorContains(t, err, field, members)
		require.NotContains(t, err.Error(), "SECRET")
	}
}

// What an upcast puts into a list can be stored, or is refused.
func TestUpcastToListsThatCannotBeStored(t *testing.T) {
	for field, change := range map[string]func(*planned){
		"holds":       func(e *planned) { e.Holds = []event.HoldKind{"a", "\xff"} },
		"description": func(e *planned) { e.Steps = []step{{}, {Description: "SECRET\xff"}} },
		"note":        func(e *planned) { e.Later = []step{{Marks: marks{Note: "SECRET\xff"}}} },
		"tags":        func(e *planned) { e.Steps = []step{{Tags: []string{"\xff"}}} },
	} {
		reg, err := event.NewRegistry([]event.Type{{Event: &planned{}, Version: 2}}, []event.Upcast{
			event.NewUpcast(schema("Planned", 1), schema("Planned", 2), func(_ *struct{}, next *planned) error {
				change(next)
				return nil
			}),
		})
		require.NoError(t, err)
		_, err = reg.Decode(record("Planned", "1", "{}"))
		require.ErrorIs(t, err, event.ErrMalformed)
		require.ErrorContains(t, err, field)
		require.NotContains(t, err.Error(), "SECRET")
	}
}

// A fold takes the text out of its own list, not of one that an upcast shares.
func TestFoldLeavesSharedLists(t *testing.T) {
	shared := []step{{Milestone: sampleID(1), Description: "as it is", Marks: marks{Note: "too"}}}
	reg, err := event.NewRegistry([]event.Type{{Event: &planned{}, Version: 2}}, []event.Upcast{
		event.NewUpcast(schema("Planned", 1), schema("Planned", 2), func(_ *struct{}, next *planned) error {
			next.Steps = shared
			return nil
		}),
	})
	require.NoError(t, err)
	env, err := reg.NewFoldDecoder().Decode(record("Planned", "1", "{}"))
	require.NoError(t, err)
	require.Equal(t, []step{{Milestone: sampleID(1)}}, env.Event.(*planned).Steps)
	require.Equal(t, []step{{Milestone: sampleID(1), Description: "as it is", Marks: marks{Note: "too"}}}, shared)
}

// What cannot be written inside a list is refused, and not shown.
func TestListsNotEncodable(t *testing.T) {
	reg := everyVersion()
	for _, e := range []*planned{
		{Steps: []step{{Description: "SECRET\xff"}}}, {Holds: []event.HoldKind{"SECRET\xff"}}, {Later: []step{{Tags: []string{"SECRET\xff"}}}},
	} {
		_, err := reg.Encode(sampleID(1), sampleMeta(true), e)
		require.ErrorIs(t, err, event.ErrNotEncodable)
		require.NotContains(t, err.Error(), "SECRET")
	}
}
