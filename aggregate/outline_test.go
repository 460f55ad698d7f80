package aggregate

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/jsonform"
)

// known is every command's outline, by its name.
var known = func() map[string]Outline {
	byName := map[string]Outline{}
	for _, o := range Outlines() {
		byName[CommandName(o.Command)] = o
	}
	return byName
}()

// met is what the scenarios have seen commands do: "SendInvite: client" and
// "SendInvite: InviteSent". It grows in one goroutine: no scenario is parallel.
var met = map[string]bool{}

// within checks that a decision keeps to its command's outline, and remembers
// what it came to.
func within(t require.TestingT, c Command, d Decision, err error) {
	name := CommandName(c)
	outline, ok := known[name]
	require.True(t, ok, "%s is missing in Outlines", name)
	if err != nil {
		var r *Rejection
		require.ErrorAs(t, err, &r)
		require.Contains(t, outline.Codes, r.Code, "%s can be rejected %s: say so in Outlines", name, r.Code)
		return
	}
	require.True(t, slices.ContainsFunc(SendersOf(c), func(s Claim) bool { return s.Actor == d.Actor }), "%s can be the %s's: say so in Outlines", name, d.Actor)
	met[name+": "+string(d.Actor)] = true
	for _, e := range d.Events {
		require.True(t, slices.ContainsFunc(outline.Events, func(o event.Event) bool { return o.EventType() == e.EventType() }),
			"%s can come to %s: say so in Outlines", name, e.EventType())
		met[name+": "+e.EventType()] = true
	}
	asked := map[string][]string{}
	collectTexts(t, c, asked)
	for field, texts := range asked {
		require.Equal(t, texts, firstTexts(t, d.Events, field),
			"%s: what people wrote is in the first event that has it, under its own name: a repeat is told by it", name)
	}
}

// firstTexts are those of a field in the first event that has it filled in. What further
// events hold is from elsewhere, as the milestones of an offer are.
func firstTexts(t require.TestingT, events []event.Event, field string) []string {
	for _, e := range events {
		written := map[string][]string{}
		collectTexts(t, e, written)
		if texts := written[field]; texts != nil {
			return texts
		}
	}
	return nil
}

func collectTexts(t require.TestingT, of any, into map[string][]string) {
	v := reflect.Indirect(reflect.ValueOf(of))
	form, err := jsonform.KindsOf[event.Time, event.Week, event.Text]().Form(v.Type())
	require.NoError(t, err)
	form.Texts(v, into)
}

// TestMain: after all scenarios, every sender and event of the outlines was met.
// The codes are held against the tables of the order of checks, one by one.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && everythingRan() {
		for _, missing := range neverMet() {
			fmt.Println("Outlines says what no scenario has seen:", missing)
			code = 1
		}
	}
	os.Exit(code)
}

// everythingRan reports whether no flag has left scenarios out.
func everythingRan() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list"} {
		if flag.Lookup(name).Value.String() != "" {
			return false
		}
	}
	return true
}

func neverMet() []string {
	var missing []string
	for _, o := range Outlines() {
		name := CommandName(o.Command)
		var says []string
		for _, s := range o.Senders {
			says = append(says, name+": "+string(s.Actor))
		}
		for _, e := range o.Events {
			says = append(says, name+": "+e.EventType())
		}
		missing = append(missing, slices.DeleteFunc(says, func(s string) bool { return met[s] })...)
	}
	return missing
}

// TestOutlineCodes: what a command can be rejected with is what its faults in
// the order of the checks are, no more and no less.
func TestOutlineCodes(t *testing.T) {
	faults := map[string][]Code{}
	for _, o := range everyCommand() {
		name := CommandName(o.cmd)
		faults[name] = append(faults[name], Invalid)
		for _, f := range o.faults {
			faults[name] = append(faults[name], f.code)
		}
	}
	for name, outline := range known {
		require.NotEmpty(t, outline.Senders, "%s: nobody sends it", name)
		require.NotEmpty(t, outline.Events, "%s: it comes to nothing", name)
		slices.Sort(faults[name])
		require.ElementsMatch(t, slices.Compact(faults[name]), outline.Codes,
			"%s: Outlines and the order of checks (order_*_test.go) say different codes", name)
	}
	require.Len(t, known, len(Outlines()), "a command is listed twice")
}
