package event_test

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// sampleText has all that JSON writers treat in different ways.
const sampleText = "Hello \"client\" \\ 100 % <b>& more</b>,\n\tgrüße – 你好 🙂\u2028done\u007f"

// words are the values of the enums that the samples show.
var words = map[reflect.Type]string{
	reflect.TypeFor[event.SanctionReason]():     string(event.SanctionTOS),
	reflect.TypeFor[event.FlagBasis]():          string(event.FlagPoorCollaboration),
	reflect.TypeFor[event.ContactBasis]():       string(event.ContactConsistentlyNegative),
	reflect.TypeFor[event.Visibility]():         string(event.VisibilityPrivate),
	reflect.TypeFor[event.HoldKind]():           string(event.HoldCircumvention),
	reflect.TypeFor[event.WithdrawReason]():     string(event.WithdrawHiredOther),
	reflect.TypeFor[event.ContractKind]():       string(event.KindHourly),
	reflect.TypeFor[event.Via]():                string(event.ViaProposal),
	reflect.TypeFor[event.Side]():               string(event.SideFreelancer),
	reflect.TypeFor[event.ReleaseCause]():       string(event.ReleasedAuto),
	reflect.TypeFor[event.RefundCause]():        string(event.RefundEndedByFreelancer),
	reflect.TypeFor[event.ExclusionBasis]():     string(event.ExcludedByPerk),
	reflect.TypeFor[event.DisputeAnswer]():      string(event.AnswerContest),
	reflect.TypeFor[event.DecidedBy]():          string(event.DecidedByArbitration),
	reflect.TypeFor[event.SegmentKind]():        string(event.SegmentManual),
	reflect.TypeFor[event.Badge]():              string(event.BadgeTopRatedPlus),
	reflect.TypeFor[event.CloseReason]():        string(event.CloseCancelled),
	reflect.TypeFor[event.RemoveReason]():       string(event.RemoveTOS),
	reflect.TypeFor[event.InterviewFormat]():    string(event.FormatPanel),
	reflect.TypeFor[event.InterviewChannel]():   string(event.ChannelInPerson),
	reflect.TypeFor[event.HoldBlock]():          string(event.BlockSearch),
	reflect.TypeFor[event.CloseAccountReason](): string(event.CloseAccountLeft),
	reflect.TypeFor[event.OfferClosing]():       string(event.OfferClosedDeclined),
	reflect.TypeFor[event.RefusalCause]():       string(event.RefusedRuled),
	reflect.TypeFor[event.DisputeLapse]():       string(event.LapseProtects),
	reflect.TypeFor[event.Unprotected]():        string(event.UnprotectedPaymentMethod),
	reflect.TypeFor[event.JobDuration]():        string(event.Duration3To6Months),
	reflect.TypeFor[event.JobReport]():          string(event.ReportWrongSection),
	reflect.TypeFor[event.JobText]():            string(event.JobDescription),
	reflect.TypeFor[event.GrantReason]():        string(event.GrantMonthly),
	reflect.TypeFor[event.OfferWithdrawal]():    string(event.OfferJobRemoved),
	reflect.TypeFor[event.Actor]():              string(event.ActorPlatform),
	reflect.TypeFor[event.Day]():                "2016-02-29",
	reflect.TypeFor[event.Month]():              "2016-02",
	reflect.TypeFor[string]():                   "plain text",
}

// sample makes an event of the type of e: a full one has every field set, the
// other leaves the optional ones absent.
func sample(e event.Event, full bool) event.Event {
	v := reflect.New(reflect.TypeOf(e).Elem())
	n := 0
	fill(v.Elem(), full, &n)
	return v.Interface().(event.Event)
}

func fill(v reflect.Value, full bool, n *int) {
	for i := range v.NumField() {
		if strings.HasSuffix(v.Type().Field(i).Tag.Get("json"), ",omitzero") && !full {
			continue
		}
		fillField(v.Field(i), full, n)
	}
}

func fillField(f reflect.Value, full bool, n *int) {
	*n++
	switch p := f.Addr().Interface().(type) {
	case *uuid.UUID:
		*p = sampleID(*n)
		return
	case *event.Time:
		*p = event.MustParseTime("2016-02-29T23:59:50Z").AddDays(*n)
		return
	case *event.Week:
		*p = event.Week{Year: 2015, Number: 53}
		return
	case *event.Text:
		*p = sampleText
		return
	case *[]string:
		*p = []string{"go", "event sourcing", sampleText}
		return
	case *[]event.Text:
		*p = []event.Text{"go", "event sourcing", sampleText}
		return
	}
	switch f.Kind() {
	case reflect.Int, reflect.Int64:
		f.SetInt(int64(1 + *n%5))
	case reflect.Bool:
		f.SetBool(true)
	case reflect.Struct:
		fill(f, full, n)
	case reflect.Pointer:
		f.Set(reflect.New(f.Type().Elem()))
		f.Elem().SetInt(int64(1 + *n%5))
	case reflect.Slice:
		f.Set(reflect.MakeSlice(f.Type(), 2, 2))
		for i := range f.Len() {
			fillField(f.Index(i), full, n)
		}
	case reflect.String:
		word, ok := words[f.Type()]
		if !ok {
			panic(fmt.Sprintf("no sample of %v", f.Type()))
		}
		f.SetString(word)
	default:
		panic(fmt.Sprintf("no sample of %v", f.Type()))
	}
}

// sampleID is a readable UUID: its last digits count.
func sampleID(n int) uuid.UUID {
	return uuid.MustParse(fmt.Sprintf("5a3b1e00-feed-4bad-8c0d-%012d", n))
}

func sampleMeta(full bool) event.Meta {
	m := event.Meta{
		OccurredAt: event.MustParseTime("2016-01-05T10:00:00Z"), Actor: event.ActorFreelancer,
		CommandID: sampleID(101), CorrelationID: sampleID(102), CausationID: sampleID(103),
	}
	if !full {
		m.OccurredAt, m.Actor = first, event.ActorTimer
	}
	return m
}

// paths lists the stored fields of a struct, nested ones and those of a list's items
// as outer.inner.
func paths(t reflect.Type, full bool, prefix string) []string {
	list := []string{}
	for i := range t.NumField() {
		name, option, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if option != "" && !full {
			continue
		}
		list = append(list, prefix+name)
		ft := t.Field(i).Type
		if ft.Kind() == reflect.Slice {
			ft = ft.Elem()
		}
		if ft.Kind() == reflect.Struct && ft != reflect.TypeFor[event.Week]() {
			list = append(list, paths(ft, full, prefix+name+".")...)
		}
	}
	return list
}
