package script_test

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/script"
)

// Writing and reading a command is the same as validating it, for commands
// right and wrong.
func TestReadingUndoesWriting(t *testing.T) {
	for _, zero := range aggregate.Commands() {
		t.Run(aggregate.CommandName(zero), rapid.MakeCheck(func(t *rapid.T) {
			v := reflect.New(reflect.TypeOf(zero)).Elem()
			draw(t, v, aggregate.CommandName(zero))
			c := v.Interface().(aggregate.Command)
			id := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
			at := anyTime().Draw(t, "at")

			b, err := script.Append([]byte("before"), id, at, c)
			require.NoError(t, err)
			require.True(t, bytes.HasPrefix(b, []byte("before{")) && bytes.HasSuffix(b, []byte("}\n")))
			l := script.ParseLine(b[len("before"):])
			require.Equal(t, id, l.ID)
			require.Equal(t, aggregate.CommandName(c), *l.Cmd)
			if want := aggregate.ValidateAt(c, at); want != nil {
				var r *aggregate.Rejection
				require.ErrorAs(t, want, &r)
				require.Equal(t, string(r.Code), codeOf(t, l), "%v", want)
				return
			}
			require.NoError(t, l.Err)
			require.Equal(t, at, l.At)
			require.Equal(t, c, l.Command)
		}))
	}
}

func anyTime() *rapid.Generator[event.Time] {
	first, last := event.MustParseTime("0001-01-01T00:00:00Z"), event.MustParseTime("9999-12-31T23:59:59Z")
	return rapid.Map(rapid.Int64Range(int64(first), int64(last)), func(s int64) event.Time { return event.Time(s) })
}

// choices are the lists of values, by their types.
var choices = map[reflect.Type][]string{
	reflect.TypeFor[event.Actor]():              {"client", "freelancer", "platform", "timer"},
	reflect.TypeFor[event.Side]():               {"client", "freelancer"},
	reflect.TypeFor[event.SanctionReason]():     {"tos", "conduct", "payment", "fraud"},
	reflect.TypeFor[event.Visibility]():         {"public", "private"},
	reflect.TypeFor[event.HoldKind]():           {"identity", "quality", "payment", "circumvention"},
	reflect.TypeFor[event.HoldBlock]():          {"proposals", "contracts", "search"},
	reflect.TypeFor[event.CloseAccountReason](): {"tos", "conduct", "payment", "fraud", "left"},
	reflect.TypeFor[event.WithdrawReason]():     {"changed_mind", "hired_other", "job_closed", "client_sanctioned"},
	reflect.TypeFor[event.ContractKind]():       {"fixed", "hourly"},
	reflect.TypeFor[event.Via]():                {"invite", "proposal"},
	reflect.TypeFor[event.SegmentKind]():        {"tracked", "manual"},
	reflect.TypeFor[event.ExclusionBasis]():     {"moderation", "perk"},
	reflect.TypeFor[event.DisputeAnswer]():      {"accept", "contest"},
	reflect.TypeFor[event.DecidedBy]():          {"settlement", "mediation", "arbitration"},
	reflect.TypeFor[event.CloseReason]():        {"filled", "cancelled", "expired", "client_sanctioned"},
	reflect.TypeFor[event.JobDuration]():        {"under_1_month", "1_to_3_months", "3_to_6_months", "over_6_months"},
	reflect.TypeFor[event.JobReport]():          {"scam", "wrong_section", "tos", "other"},
	reflect.TypeFor[event.GrantReason]():        {"monthly", "signup", "bonus", "other"},
	reflect.TypeFor[event.Month]():              {"2016-02", "2016-13"},
	reflect.TypeFor[event.Day]():                {"2016-02-29", "2015-02-29"},
	reflect.TypeFor[event.OfferWithdrawal]():    {"changed_mind", "hired_other", "job_removed", "client_sanctioned"},
	reflect.TypeFor[event.OfferClosing]():       {"declined", "withdrawn", "expired"},
	reflect.TypeFor[event.RemoveReason]():       {"tos", "other"},
	reflect.TypeFor[event.InterviewFormat]():    {"one_on_one", "panel", "telephone", "group"},
	reflect.TypeFor[event.InterviewChannel]():   {"chat", "audio", "video", "in_person"},
	reflect.TypeFor[event.Badge]():              {"top_rated", "top_rated_plus"},
}

// draw fills v with values that are mostly right.
func draw(t *rapid.T, v reflect.Value, name string) {
	switch v.Interface().(type) {
	case uuid.UUID:
		id := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, name)
		id[0] |= 1 // not the nil UUID
		v.Set(reflect.ValueOf(uuid.UUID(id)))
		return
	case event.Time:
		at := anyTime().Draw(t, name)
		if rapid.IntRange(0, 9).Draw(t, "aligned") > 0 {
			at -= at % 600
		}
		v.Set(reflect.ValueOf(at))
		return
	case event.Week:
		v.Set(reflect.ValueOf(event.WeekOf(anyTime().Draw(t, name) / 2))) // clear of weeks that reach beyond the years
		return
	case []string:
		v.Set(reflect.ValueOf(rapid.SliceOfN(rapid.String(), 0, 5).Draw(t, name)))
		return
	case []event.Text:
		v.Set(reflect.ValueOf([]event.Text{}))
		for _, text := range rapid.SliceOfN(rapid.String(), 0, 5).Draw(t, name) {
			v.Set(reflect.Append(v, reflect.ValueOf(event.Text(text))))
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if strings.Contains(f.Tag.Get("json"), "omitzero") && rapid.Bool().Draw(t, f.Name+" left out") {
				continue
			}
			draw(t, v.Field(i), f.Name)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		draw(t, v.Elem(), name)
	case reflect.Slice:
		n := rapid.IntRange(0, 3).Draw(t, name+" items")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			draw(t, v.Index(i), name)
		}
	case reflect.String:
		if list, ok := choices[v.Type()]; ok {
			v.SetString(rapid.SampledFrom(append([]string{"other"}, list...)).Draw(t, name))
			return
		}
		v.SetString(rapid.OneOf(rapid.String(), rapid.Just("\x00\x1f\x7f\"\\/\u2028\ufffd😀<&>")).Draw(t, name))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, name))
	case reflect.Int:
		v.SetInt(int64(rapid.OneOf(rapid.IntRange(1, 5), rapid.IntRange(0, 101), rapid.Int()).Draw(t, name)))
	case reflect.Int64:
		v.SetInt(rapid.OneOf(rapid.Int64Range(1, 1e9), rapid.Int64()).Draw(t, name))
	default:
		panic(fmt.Sprintf("no values for %v", v.Type()))
	}
}

func TestNotEncodable(t *testing.T) {
	when, one := event.MustParseTime(at), uuid.MustParse(id)
	for name, tc := range map[string]struct {
		at event.Time
		c  aggregate.Command
	}{
		"nothing":          {when, nil},
		"a pointer":        {when, &aggregate.RegisterClient{Client: one}},
		"a nil pointer":    {when, (*aggregate.RegisterClient)(nil)},
		"never":            {event.Never, aggregate.RegisterClient{Client: one}},
		"not UTF-8":        {when, aggregate.FlagClient{Client: one, Reason: "\xff"}},
		"a list not UTF-8": {when, aggregate.DescribeProfile{Freelancer: one, Skills: []event.Text{"go", "\xff"}}},
		"a week of none":   {when, aggregate.InvoiceWeek{Contract: one}},
		"too long":         {when, aggregate.FlagClient{Client: one, Reason: event.Text(strings.Repeat("x", script.MaxLine))}},
		"start of never":   {when, aggregate.DeleteSegment{Contract: one, Start: math.MaxInt64}},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := script.Append([]byte("before"), one, tc.at, tc.c)
			require.ErrorIs(t, err, script.ErrNotEncodable)
			require.Equal(t, "before", string(b))
		})
	}
}

// Reading and writing agree on how long a line may be.
func TestLongestLine(t *testing.T) {
	longest := script.ParseLine([]byte(sized(script.MaxLine)))
	b, err := script.Append(nil, longest.ID, longest.At, longest.Command)
	require.NoError(t, err)
	require.Equal(t, sized(script.MaxLine)+"\n", string(b))

	c := longest.Command.(aggregate.FlagClient)
	c.Reason += "x"
	_, err = script.Append(nil, longest.ID, longest.At, c)
	require.ErrorIs(t, err, script.ErrNotEncodable)
}

func TestForms(t *testing.T) {
	for name, example := range map[string]any{
		"no struct": 1,
		"no name":   struct{ A int }{},
		"other options": struct {
			A int `json:"a,omitempty"`
		}{},
		"a pointer that is required": struct {
			A *int `json:"a"`
		}{},
		"a float": struct {
			A float64 `json:"a"`
		}{},
		"inside": struct {
			A struct {
				B []int `json:"b"`
			} `json:"a"`
		}{},
	} {
		require.Error(t, script.CheckForm(example), name)
	}
	require.NoError(t, script.CheckForm(struct {
		A *event.Money `json:"a,omitzero"`
	}{}))

	require.NoError(t, script.CheckVocabulary(aggregate.RegisterClient{}, aggregate.BarClient{}))
	require.Error(t, script.CheckVocabulary(aggregate.RegisterClient{}, aggregate.RegisterClient{}))
	require.Error(t, script.CheckVocabulary(&aggregate.RegisterClient{}), "a pointer")
}
