package catalogue_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/catalogue"
)

var update = flag.Bool("update", false, "write docs/catalogue.md anew")

func sources() catalogue.Sources {
	return catalogue.Sources{
		Aggregate: "../../aggregate", Event: "../../event",
		Outlines: aggregate.Outlines(), Types: event.Types(), Upcasts: event.Upcasts(),
	}
}

// TestDocs: docs/catalogue.md shows every command and every event as it is.
func TestDocs(t *testing.T) {
	const path, begin = "../../docs/catalogue.md", "<!-- made by go test ./internal/catalogue -update -->\n"
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	head, _, found := strings.Cut(string(text), begin)
	require.True(t, found)
	made, err := catalogue.Write(sources())
	require.NoError(t, err)
	want := head + begin + made
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(text), "go test ./internal/catalogue -update writes it anew")
}

// TestMissing: what a new command or event lacks is said in words.
func TestMissing(t *testing.T) {
	outline := func(edit func(*aggregate.Outline)) func(*catalogue.Sources) {
		return func(s *catalogue.Sources) { edit(&s.Outlines[0]) }
	}
	for want, edit := range map[string]func(*catalogue.Sources){
		"RegisterClient has no sender, event or code":   outline(func(o *aggregate.Outline) { o.Codes = nil }),
		"no command of aggregate.Outlines comes to it":  func(s *catalogue.Sources) { s.Types = append(s.Types, event.Type{Event: &foreign{}, Version: 1}) },
		"event.foreign has no doc comment":              func(s *catalogue.Sources) { s.Types = append(s.Types, event.Type{Event: &foreign{}, Version: 1}) },
		"catalogue_test.foreign.N is a number without":  func(s *catalogue.Sources) { s.Types = append(s.Types, event.Type{Event: &foreign{}, Version: 1}) },
		"is rejected cover_letter_required":             func(s *catalogue.Sources) { s.Outlines = s.Outlines[:1] },
		"catalogue_test.reason has no constants":        func(s *catalogue.Sources) { s.Types = append(s.Types, event.Type{Event: &foreign{}, Version: 1}) },
		"type map[string]int, for which the catalogue ": func(s *catalogue.Sources) { s.Types = append(s.Types, event.Type{Event: &foreign{}, Version: 1}) },
	} {
		s := sources()
		edit(&s)
		_, err := catalogue.Write(s)
		require.ErrorContains(t, err, want)
	}
	s := sources()
	s.Event = "../../docs" // a folder without sources
	_, err := catalogue.Write(s)
	require.ErrorContains(t, err, "has no doc comment")
}

type reason string

// foreign is an event that lacks everything.
type foreign struct {
	N int            `json:"n"`
	R reason         `json:"r"`
	M map[string]int `json:"m"`
}

func (*foreign) EventType() string { return "foreign" }

// TestLists: a list says what its items are.
func TestLists(t *testing.T) {
	type step struct {
		Milestone uuid.UUID   `json:"milestone"`
		Amount    event.Money `json:"amount"`
		Note      event.Text  `json:"note,omitzero"`
	}
	type listedV1 struct {
		Jobs  []uuid.UUID     `json:"jobs"`
		Via   []event.Via     `json:"via"`
		Steps []step          `json:"steps,omitzero"`
		Spent *event.Connects `json:"spent,omitzero"`
	}
	s := sources()
	s.Upcasts = append(s.Upcasts, event.NewUpcast(event.Schema{Type: "InviteSent", Version: 1}, event.Schema{Type: "InviteSent", Version: 2},
		func(*listedV1, *event.InviteSent) error { return nil }))
	made, err := catalogue.Write(s)
	require.NoError(t, err)
	for _, row := range []string{
		"| `jobs` | list; each id | UUID | yes |  |",
		"| `via` | list; each one of `invite`, ",
		"| `steps` | list of {milestone, amount, note} |  | no |  |\n| `steps.milestone` | id | UUID | yes |  |\n| `steps.amount` | money | minor units | yes |  |\n" +
			"| `steps.note` | personal text |  | no |  |",
		"| `spent` | integer | Connects | no |  |",
	} {
		require.Contains(t, made, row)
	}
}

// TestOldVersions: a version that is only read has its shape, too, whether the
// type is still written or not.
func TestOldVersions(t *testing.T) {
	type sentV1 struct {
		Job  uuid.UUID `json:"job"`
		Days int       `json:"days"` // until it expires
	}
	s := sources()
	for _, from := range []event.Schema{{Type: "InviteSent", Version: 1}, {Type: "InterviewInvited", Version: 3}} {
		s.Upcasts = append(s.Upcasts, event.NewUpcast(from, event.Schema{Type: "InviteSent", Version: 2},
			func(*sentV1, *event.InviteSent) error { return nil }))
	}
	made, err := catalogue.Write(s)
	require.ErrorContains(t, err, "sentV1.Days is a number without a unit", "its comment is in no source that is read")
	require.Contains(t, made, "Version 1, read as InviteSent v2:\n\n| field | type | unit | always | |\n|---|---|---|---|---|\n| `job` | id |")
	require.Contains(t, made, "### InterviewInvited, version 3\n\nOnly in old logs.")
}
