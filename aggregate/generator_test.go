package aggregate

import (
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
)

// generator draws commands and events with fields from small pools, so that
// they often meet: most are right, some are wrong in every way that a field of
// its type can be.
type generator struct {
	wrong     int         // one field in so many is wrong
	contracts []uuid.UUID // which ones to name, one of them more often
}

var (
	hourlyContract = uuid.MustParse("30000000-0000-4000-8000-000000000002")
	job2           = uuid.MustParse("10000000-0000-4000-8000-000000000002")
	job3           = uuid.MustParse("10000000-0000-4000-8000-000000000003")
	proposal2      = uuid.MustParse("60000000-0000-4000-8000-000000000002")
	proposal3      = uuid.MustParse("60000000-0000-4000-8000-000000000003")
	proposal4      = uuid.MustParse("60000000-0000-4000-8000-000000000004")
	proposal5      = uuid.MustParse("60000000-0000-4000-8000-000000000005")

	// ids by the name of the field.
	ids = map[string][]uuid.UUID{
		"Client": {client}, "Freelancer": {freelancer}, "Invite": {invite}, "Job": {job, job, job2, job3}, "Proposal": {proposal, proposal2, proposal3, proposal4, proposal5},
		"Proposals": {proposal, proposal2, proposal3}, "Interview": {interview}, "Question": {question, nobody},
		"Milestone": {unfunded, funded, submitted}, "Dispute": {dispute1, dispute2},
	}
	// words by the type of the field.
	words = map[reflect.Type][]string{
		reflect.TypeFor[event.SanctionReason]():     {"tos", "conduct", "payment", "fraud"},
		reflect.TypeFor[event.FlagBasis]():          {"poor_collaboration", "other"},
		reflect.TypeFor[event.ContactBasis]():       {"consistently_negative", "other"},
		reflect.TypeFor[event.Visibility]():         {"public", "public", "private"},
		reflect.TypeFor[event.HoldKind]():           {"identity", "quality", "payment", "circumvention"},
		reflect.TypeFor[event.HoldBlock]():          {"proposals", "contracts", "search"},
		reflect.TypeFor[event.CloseAccountReason](): {"tos", "conduct", "payment", "fraud", "left"},
		reflect.TypeFor[event.WithdrawReason]():     {"changed_mind", "hired_other", "job_closed", "client_sanctioned"},
		reflect.TypeFor[event.ContractKind]():       {"fixed", "hourly"},
		reflect.TypeFor[event.Via]():                {"invite", "proposal"},
		reflect.TypeFor[event.Side]():               {"client", "freelancer"},
		reflect.TypeFor[event.Actor]():              {"", "platform"},
		reflect.TypeFor[event.ReleaseCause]():       {"client", "auto", "dispute"},
		reflect.TypeFor[event.OfferClosing]():       {"declined", "withdrawn", "expired"},
		reflect.TypeFor[event.RefusalCause]():       {"accepted", "lapsed", "ruled"},
		reflect.TypeFor[event.DisputeLapse]():       {"release", "refund", "none", "protect", "protect", "protect"},
		reflect.TypeFor[event.Unprotected]():        {"", "no_memo", "account"},
		reflect.TypeFor[event.Day]():                {"2016-02-29"},
		reflect.TypeFor[event.RefundCause]():        {"accepted", "lapsed", "ended_by_freelancer", "dispute"},
		reflect.TypeFor[event.ExclusionBasis]():     {"moderation", "perk", "our own word"},
		reflect.TypeFor[event.DisputeAnswer]():      {"accept", "contest"},
		reflect.TypeFor[event.DecidedBy]():          {"settlement", "mediation", "arbitration"},
		reflect.TypeFor[event.SegmentKind]():        {"tracked", "tracked", "manual"},
		reflect.TypeFor[event.CloseReason]():        {"filled", "cancelled", "cancelled", "expired", "client_sanctioned"},
		reflect.TypeFor[event.JobDuration]():        {"under_1_month", "over_6_months"},
		reflect.TypeFor[event.JobReport]():          {"scam", "wrong_section", "tos", "other"},
		reflect.TypeFor[event.JobText]():            {"title", "description", "category"},
		reflect.TypeFor[event.GrantReason]():        {"other", "monthly", "signup"},
		reflect.TypeFor[event.Month]():              {"", "2016-01", "2016-02"},
		reflect.TypeFor[event.OfferWithdrawal]():    {"changed_mind", "hired_other", "job_removed", "client_sanctioned"},
		reflect.TypeFor[event.RemoveReason]():       {"tos", "other"},
		reflect.TypeFor[event.InterviewFormat]():    {"one_on_one", "panel", "telephone", "group"},
		reflect.TypeFor[event.InterviewChannel]():   {"chat", "audio", "video", "in_person"},
		reflect.TypeFor[event.Badge]():              {"top_rated", "top_rated_plus"},
	}
	amounts = []int64{1, 3333, 5000, 6667, 10000, 20000}
)

// marker is in every text that a person wrote.
const marker = "SECRET"

func (g generator) fill(t *rapid.T, v reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		g.field(t, f, v.Field(i))
	}
}

func (g generator) field(t *rapid.T, f reflect.StructField, v reflect.Value) {
	wrong := pick(t, g.wrong) == 0
	switch v.Interface().(type) {
	case uuid.UUID:
		list := ids[f.Name]
		if f.Name == "Contract" {
			list = g.contracts
		}
		id := oneOfThese(t, list)
		if wrong {
			id = oneOfThese(t, []uuid.UUID{{}, nobody})
		} else if strings.HasSuffix(f.Tag.Get("json"), ",omitzero") && rapid.Bool().Draw(t, "no "+f.Name) {
			id = uuid.Nil
		}
		v.Set(reflect.ValueOf(id))
		return
	case event.Time:
		at := t0.AddSeconds(600 * int64(pick(t, 16)))
		if wrong {
			at = oneOfThese(t, []event.Time{at + 1, math.MinInt64, event.Never, 0, -600})
		}
		v.Set(reflect.ValueOf(at))
		return
	case event.Connects:
		n := oneOfThese(t, []event.Connects{1, 2, 3, 5, 8})
		if wrong {
			n = oneOfThese(t, []event.Connects{0, -1, MaxConnects + 1, math.MaxInt64, math.MinInt64})
		}
		v.Set(reflect.ValueOf(n))
		return
	case event.Week:
		w := oneOfThese(t, []event.Week{week1, week2})
		if wrong {
			w = event.Week{Year: rapid.Int().Draw(t, "year"), Number: rapid.Int().Draw(t, "number")}
		}
		v.Set(reflect.ValueOf(w))
		return
	case event.Text, []string, []event.Text:
		text := marker
		if f.Name == "Unmet" {
			text = oneOfThese(t, []string{"no_hold", "paid", ByPlatform})
		}
		if wrong {
			text = oneOfThese(t, []string{"", " ", marker + "\xff"})
		}
		if v.Kind() == reflect.Slice {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			v.Index(0).SetString(text)
		} else {
			v.SetString(text)
		}
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+pick(t, 3), 4))
		for i := range v.Len() {
			g.field(t, f, v.Index(i))
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, f.Name+" given") {
			v.Set(reflect.New(v.Type().Elem()))
			g.field(t, f, v.Elem())
		}
	case reflect.Struct:
		g.fill(t, v)
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, f.Name))
	case reflect.Int:
		v.SetInt(int64(1 + pick(t, 5)))
		if wrong {
			v.SetInt(oneOfThese(t, []int64{-1, 0, 6, 11, 101, math.MaxInt64, math.MinInt64}))
		}
	case reflect.Int64:
		v.SetInt(oneOfThese(t, amounts))
		if wrong {
			v.SetInt(oneOfThese(t, []int64{0, -1, 30001, math.MaxInt64, math.MinInt64}))
		}
	case reflect.String:
		word := marker
		if f.Name == "By" && v.Type() == reflect.TypeFor[event.Actor]() {
			word = oneOfThese(t, []string{"client", "freelancer", "platform"})
		} else if list := words[v.Type()]; list != nil {
			word = oneOfThese(t, list)
		} else if strings.HasSuffix(f.Name, "SHA256") {
			word = strings.Repeat("0f", 32)
		}
		if wrong {
			word = oneOfThese(t, []string{"", "timer", marker, marker + "\xff"})
		}
		v.SetString(word)
	default:
		panic(fmt.Sprintf("no way to draw a %v", v.Type()))
	}
}

// pick draws one of n, each as likely: rapid's own numbers are mostly small,
// and so would hardly leave the beginning of a list.
func pick(t *rapid.T, n int) int {
	i := 0
	for bit := 1; bit < 2*n; bit *= 2 {
		if rapid.Bool().Draw(t, "bit") {
			i += bit
		}
	}
	return i % n
}

func oneOfThese[T any](t *rapid.T, list []T) T { return list[pick(t, len(list))] }

func (g generator) command(t *rapid.T, of []Command) Command {
	c := oneOfThese(t, of)
	v := reflect.New(reflect.TypeOf(c)).Elem()
	g.fill(t, v)
	return v.Interface().(Command)
}

func (g generator) event(t *rapid.T, of []event.Event) event.Event {
	e := oneOfThese(t, of)
	v := reflect.New(reflect.TypeOf(e).Elem())
	g.fill(t, v.Elem())
	return v.Interface().(event.Event)
}

func registryEvents() []event.Event {
	var all []event.Event
	for _, t := range event.Types() {
		all = append(all, t.Event)
	}
	return all
}
