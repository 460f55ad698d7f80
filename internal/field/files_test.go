package field

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Scripts as editors, archivers and other programs write them.
func TestEncodings(t *testing.T) {
	const invites = 10
	for _, name := range []string{"base.ndjson", "bom.ndjson", "gz.ndjson.gz", "UPPER.NDJSON.ZST", "concat.ndjson.zst", "skip.ndjson.zst"} {
		t.Run(name, func(t *testing.T) {
			s := newShell(t)
			s.does("import %s --store sqlite:m.db", sample(t, "encodings/"+name))
			require.Equal(t, invites, s.events("sqlite:m.db", "InviteSent"))
		})
	}
	for name, words := range map[string]string{"utf16.ndjson": "UTF-16", "array.ndjson": "array", "trunc.ndjson.zst": ""} {
		t.Run(name, func(t *testing.T) {
			newShell(t).fails(words, "import %s --store sqlite:m.db", sample(t, "encodings/"+name))
		})
	}
	t.Run("the clean file repeats the one with a mark", func(t *testing.T) {
		s := newShell(t)
		s.does("import %s --store sqlite:m.db", sample(t, "encodings/bom.ndjson"))
		s.does("import %s --store sqlite:m.db", sample(t, "encodings/base.ndjson"))
		require.Equal(t, invites, s.events("sqlite:m.db", "InviteSent"))
	})
}

// What was earned within twelve months, to the cent and the day.
func TestEarningsOfTheYear(t *testing.T) {
	const (
		freelancer = "5ac73d74-8dd2-53ce-83cd-4f03c0198dc2"
		other      = "62d6904a-eb3d-5483-bfd2-d4bc76d4f336"
	)
	s := newShell(t)
	s.does("import %s --store sqlite:m.db", sample(t, "earnings/earn.ndjson"))
	for at, want := range map[string]string{
		"2025-02-28T23:59:59Z": "1,000.00", "2025-03-01T00:00:00Z": "958.72",
		"2025-02-01T10:00:00Z": "990.00", "2025-02-02T10:00:00Z": "1,000.00",
	} {
		require.Regexp(t, `paid in the last 12.*\b`+want, s.does("explain badges %s --store sqlite:m.db --as-of %s", freelancer, at), at)
	}
	require.Regexp(t, `one contract.*\b1,114\.75`, s.does("explain badges %s --store sqlite:m.db --as-of 2025-03-10T00:00:00Z", other))
}

// Deadlines over the ends of months and years, in UTC: four commands are too late
// or too early by a second.
func TestDeadlines(t *testing.T) {
	s := newShell(t)
	s.try("import %s --store sqlite:m.db --report r.json", sample(t, "deadlines/deadlines.ndjson"))
	require.Equal(t, map[string]int{"feedback_closed": 2, "too_early": 1, "too_late": 1}, s.codes("r.json"))
}

// One line that is more than a log takes at once has an outcome as every other,
// and the import goes on behind it.
func TestLargeAggregates(t *testing.T) {
	s := newShell(t)
	s.write("script.ndjson", milestones(33_000))
	for _, refused := range []map[string]int{{"too_large": 1}, {}} { // again: everything is known
		s.try("import script.ndjson --store sqlite:m.db --report r.json")
		require.Equal(t, refused, s.codes("r.json"))
		require.Equal(t, 2, s.events("sqlite:m.db", "ClientRegistered"), "the line behind it counts")
	}
	s.write("script.ndjson", milestones(20_000))
	s.does("import script.ndjson --store sqlite:ends.db")
	require.Equal(t, 1, s.events("sqlite:ends.db", "ContractEnded"))
}

// milestones is a script of a contract with so many funded milestones, of which
// the second half is refunded by its end.
func milestones(n int) string {
	const day = "2016-01-02T00:00:00Z"
	id := func(kind, i int) string { return fmt.Sprintf("%08d-0000-4000-8000-%012d", kind, i) }
	line, text := 0, []byte{}
	add := func(command, fields string, args ...any) {
		line++
		text = fmt.Appendf(text, `{"id":%q,"at":%q,"cmd":%q,%s}`+"\n", id(9, line), day, command, fmt.Sprintf(fields, args...))
	}
	client, freelancer, contract := id(1, 1), id(2, 1), id(3, 1)
	add("RegisterClient", `"client":%q`, client)
	add("RegisterFreelancer", `"freelancer":%q`, freelancer)
	add("OfferContract", `"contract":%q,"job":%q,"client":%q,"freelancer":%q,"kind":"fixed"`, contract, id(4, 1), client, freelancer)
	add("AcceptContract", `"contract":%q`, contract)
	for i := range n {
		add("AddMilestone", `"contract":%q,"milestone":%q,"amount":%d`, contract, id(5, i), 100+i)
		add("FundMilestone", `"contract":%q,"milestone":%q`, contract, id(5, i))
	}
	for i := range n / 2 {
		add("ReleaseMilestone", `"contract":%q,"milestone":%q`, contract, id(5, i))
	}
	add("EndContract", `"contract":%q,"by":"freelancer","reason":"x"`, contract)
	add("RegisterClient", `"client":%q`, id(1, 2))
	return string(text)
}
