package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
)

const (
	someClient     = "11111111-1111-4111-8111-111111111111"
	someFreelancer = "22222222-2222-4222-8222-222222222222"
	someContract   = "33333333-3333-4333-8333-333333333333"
	someCommand    = "44444444-4444-4444-8444-444444444444"
)

// One command is sent, its fields given as flags, as JSON, or as both.
func TestDo(t *testing.T) {
	url := newStore(t)
	at := []string{"--at", "2020-01-01T00:00:00Z", "--store", url}
	do := func(args ...string) string { return ok(t, append(append([]string{"do"}, args...), at...)...) }
	require.Contains(t, do("RegisterClient", "--client", someClient), "applied: ClientRegistered\n  clientAccount-"+someClient+", revision 0, position 1\n")
	do("RegisterFreelancer", `{"freelancer":"`+someFreelancer+`"}`)
	do("StartContract", `{"contract":"`+someContract+`","job":"`+someCommand+`","client":"`+someClient+`","freelancer":"`+someFreelancer+`"}`,
		"--kind", "hourly", "--via", "proposal", "--hourly_rate", "1000", "--weekly-limit-minutes=600", "--manual-time-allowed")
	do("DescribeProfile", "--freelancer", someFreelancer, "--introduction", `"Hello", I say`, "--skills", "go", "--skills", "sql, too")
	do("EndContract", "--contract", someContract, "--by", "client", "--reason", "done")
	do("LeaveFeedback", "--contract", someContract, "--by", "client", "--recommend", "0",
		"--scores", `{"skills":5,"quality":5,"availability":5,"deadlines":5,"communication":5,"cooperation":5}`)
	events := ok(t, "events", "--json", "--show-text", "--store", url)
	require.Contains(t, events, `"hourly_rate":1000,"weekly_limit_minutes":600,"manual_time_allowed":true`)
	require.Contains(t, events, `"introduction":"\"Hello\", I say","skills":["go","sql, too"]`)
	require.Contains(t, events, `"recommend":0`)
	require.Equal(t, 6, strings.Count(events, `"occurred_at":"2020-01-01T00:00:00Z"`))

	r := callWith(t.Context(), strings.NewReader(`{"client":"`+someClient+`","reason":"complaint"}`), append([]string{"do", "ContactClient", "-"}, at...)...)
	require.Zero(t, r.code, r.err)
}

// Who acted is kept, shown and found, and part of what is sent again.
func TestDoActedBy(t *testing.T) {
	url := newStore(t)
	args := []string{"do", "RegisterClient", "--client", someClient, "--id", someCommand, "--store", url}
	ok(t, append(args, "--acted-by", "user-7")...)
	require.Contains(t, ok(t, append(args, "--acted-by", "user-7")...), "repeated: ")
	fails(t, exitFailed, "id_reused", append(args, "--acted-by", "user-8")...)
	fails(t, exitFailed, "id_reused", args...)
	fails(t, exitUsage, "no id of who acted", "do", "RegisterClient", "--client", someFreelancer, "--store", url, "--acted-by", "no one")
	ok(t, "do", "VerifyPaymentMethod", "--client", someClient, "--store", url)

	require.Contains(t, ok(t, "events", "--store", url), "ClientRegistered by client (user-7)\n")
	require.Contains(t, ok(t, "events", "--json", "--store", url), `"actor":"client","acted_by":"user-7",`)
	require.Equal(t, 1, strings.Count(ok(t, "events", "--json", "--store", url), "acted_by"))
	require.Equal(t, 1, strings.Count(ok(t, "events", "--json", "--store", url, "--acted-by", "user-7"), "\n"))
	require.Empty(t, ok(t, "events", "--json", "--store", url, "--acted-by", "user-8"))
	fails(t, exitUsage, "no id of who acted", "events", "--store", url, "--acted-by", "no one")
}

// What became of a command is told as JSON too, and by the exit status.
func TestDoOutcomes(t *testing.T) {
	url := newStore(t)
	args := []string{"do", "RegisterClient", "--client", someClient, "--id", someCommand, "--at", "2020-01-01", "--store", url, "--json"}
	var first, again, rejected sent
	require.NoError(t, json.Unmarshal([]byte(ok(t, args...)), &first))
	require.Equal(t, "applied", first.Outcome)
	require.Equal(t, someCommand, first.ID.String())
	require.Equal(t, []string{"ClientRegistered"}, first.Events)
	require.Zero(t, *first.Revision)
	require.NoError(t, json.Unmarshal([]byte(ok(t, args...)), &again))
	require.Equal(t, "repeated", again.Outcome)
	require.Equal(t, first.Position, again.Position)

	r := call(t, "do", "RegisterClient", "--client", someClient, "--store", url, "--json")
	require.Equal(t, exitFailed, r.code)
	require.NoError(t, json.Unmarshal([]byte(r.out), &rejected))
	require.Equal(t, "rejected", rejected.Outcome)
	require.Equal(t, "already_exists", rejected.Code)
	require.Nil(t, rejected.Revision)
	fails(t, exitFailed, "rejected: already_exists", "do", "RegisterClient", "--client", someClient, "--store", url)
	fails(t, exitNotFound, "rejected: not_found", "do", "VerifyIdentity", "--freelancer", someFreelancer, "--store", url)
	require.Equal(t, 1, strings.Count(ok(t, "events", "--store", url), "#"))
}

func TestDoWrongUse(t *testing.T) {
	for words, args := range map[string][]string{
		`there is no command "Sing"`:  {"Sing"},
		"client is missing":           {"RegisterClient"},
		"client is no UUID":           {"RegisterClient", "--client", "7"},
		"unknown flag":                {"RegisterClient", "--freelancer", someFreelancer},
		"a field that RegisterClient": {"RegisterClient", `{"client":"` + someClient + `","x":1}`},
		"given twice":                 {"RegisterClient", `{"client":"` + someClient + `"}`, "--client", someClient},
		"given as no JSON object":     {"RegisterClient", `[1]`, "--client", someClient},
		"no JSON object":              {"RegisterClient", `[1]`},
		"not integer":                 {"PayBonus", "--contract", someContract, "--amount", "12,50"},
		"is no integer of 64 bits":    {"PayBonus", "--contract", someContract, "--amount", "12.5"},
		"not a time of the form":      {"RegisterClient", "--client", someClient, "--at", "now"},
		"not an id of the form":       {"RegisterClient", "--client", someClient, "--id", "7"},
		"not true or false":           {"SetAvailability", "--freelancer", someFreelancer, "--available=maybe"},
		"accepts at most 1 arg(s)":    {"RegisterClient", "a", "b"},
	} {
		t.Run(words, func(t *testing.T) {
			folder := t.TempDir()
			fails(t, exitUsage, words, append(append([]string{"do"}, args...), "--store", "sqlite://"+folder+"/market.db")...)
			requireEmptyFolder(t, folder)
		})
	}
}

// Every command has a command line, with a flag for each of its fields.
func TestDoEveryCommand(t *testing.T) {
	root := (&cli{}).root()
	for _, c := range aggregate.Commands() {
		name := aggregate.CommandName(c)
		cmd, _, err := root.Find([]string{"do", name})
		require.NoError(t, err)
		require.Equal(t, name, cmd.Name())
		require.NotNil(t, cmd.Flags().Lookup("id"))
	}
}
