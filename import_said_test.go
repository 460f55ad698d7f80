package marketplace_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/store"
)

// sayings are lines, and what may stand under their id then: the same, however it is
// spelled, or something else (fine print B2). What begins with $ stands for an id, in
// capitals for one in capitals, and $AT for the moment.
var sayings = []struct {
	name, first, then string
	same              bool
}{
	{"as it was", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client"}`, `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client"}`, true},
	{"another order, and spaces", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client"}`, " \t{ \"client\" : \"$client\", \"cmd\":\"VerifyPaymentMethod\",\"at\":\"$AT\", \"id\":\"$id\"} \r", true},
	{"ids in capitals", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client"}`, `{"id":"$ID","at":"$AT","cmd":"VerifyPaymentMethod","client":"$CLIENT"}`, true},
	{"escapes", `{"id":"$id","at":"$AT","cmd":"ContactClient","client":"$client","reason":"a/b é"}`, `{"id":"$id","at":"$AT","cmd":"\u0043ontactClient","client":"$client","re\u0061son":"\u0061\/b \u00e9"}`, true},
	{"acted_by null", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client"}`, `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client","acted_by":null}`, true},
	{"acted_by the same", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client","acted_by":"u-1"}`, `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","acted_by":"u-1","client":"$client"}`, true},
	{"optional null", `{"id":"$id","at":"$AT","cmd":"RecordComplaint","client":"$client","freelancer":"$freelancer","reason":"rude"}`, `{"id":"$id","at":"$AT","cmd":"RecordComplaint","client":"$client","freelancer":"$freelancer","contract":null,"reason":"rude"}`, true},
	{"optional text empty", `{"id":"$id","at":"$AT","cmd":"DeclineInvite","invite":"$contract"}`, `{"id":"$id","at":"$AT","cmd":"DeclineInvite","invite":"$contract","reason":""}`, true},
	{"optional false", start("hourly", ""), start("hourly", `,"manual_time_allowed":false`), true},
	{"optional false first", start("hourly", `,"manual_time_allowed":false`), start("hourly", `,"manual_time_allowed":null`), true},
	{"PayWeek's timer", `{"id":"$id","at":"$AT","cmd":"PayWeek","contract":"$contract","week":"2020-W20"}`, `{"id":"$id","at":"$AT","cmd":"PayWeek","contract":"$contract","week":"2020-W20","actor":"timer"}`, true},
	{"PayWeek's timer first", `{"id":"$id","at":"$AT","cmd":"PayWeek","contract":"$contract","week":"2020-W20","actor":"timer"}`, `{"id":"$id","at":"$AT","cmd":"PayWeek","contract":"$contract","week":"2020-W20","actor":null}`, true},
	{"blocks are a set", hold(`["search","proposals"]`), hold(`["proposals","search"]`), true},
	{"invalid, byte for byte", `{"id":"$id","at":"$AT","cmd":"Sing","a": 1}`, "\t" + `{"id":"$id","at":"$AT","cmd":"Sing","a": 1}` + " \r", true},
	{"the amount is refused", `{"id":"$id","at":"$AT","cmd":"PayBonus","contract":"$contract","amount":-5}`, `{"id":"$id","at":"$AT","cmd":"PayBonus","amount":-5,"contract":"$CONTRACT"}`, true},
	{"the letter is missing", `{"id":"$id","at":"$AT","cmd":"AcceptInvite","invite":"$contract"}`, `{"id":"$id","at":"$AT","cmd":"AcceptInvite","invite":"$contract","cover_letter":null}`, true},

	{"another at", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client"}`, `{"id":"$id","at":"2020-06-01T11:00:01Z","cmd":"VerifyPaymentMethod","client":"$client"}`, false},
	{"another cmd", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client"}`, `{"id":"$id","at":"$AT","cmd":"LosePaymentMethod","client":"$client"}`, false},
	{"another id in it", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client"}`, `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$freelancer"}`, false},
	{"who acted", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client"}`, `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client","acted_by":"u-1"}`, false},
	{"who acted, no more", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client","acted_by":"u-1"}`, `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client"}`, false},
	{"somebody else acted", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client","acted_by":"u-1"}`, `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client","acted_by":"U-1"}`, false},
	{"an unknown field", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client"}`, `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client","colour":"blue"}`, false},
	{"malformed", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client"}`, `{"id":"$id"}`, false},
	{"another text", `{"id":"$id","at":"$AT","cmd":"ContactClient","client":"$client","reason":"a"}`, `{"id":"$id","at":"$AT","cmd":"ContactClient","client":"$client","reason":"b"}`, false},
	{"a text with a space", `{"id":"$id","at":"$AT","cmd":"ContactClient","client":"$client","reason":"a"}`, `{"id":"$id","at":"$AT","cmd":"ContactClient","client":"$client","reason":"a "}`, false},
	{"a list in another order", describe(`["go","sql"]`), describe(`["sql","go"]`), false},
	{"a list with one less", describe(`["go",""]`), describe(`["go"]`), false},
	{"optional true", start("hourly", ""), start("hourly", `,"manual_time_allowed":true`), false},
	{"PayWeek's platform", `{"id":"$id","at":"$AT","cmd":"PayWeek","contract":"$contract","week":"2020-W20"}`, `{"id":"$id","at":"$AT","cmd":"PayWeek","contract":"$contract","week":"2020-W20","actor":"platform"}`, false},
	{"a default that is written out", `{"id":"$id","at":"$AT","cmd":"PauseContract","contract":"$contract"}`, `{"id":"$id","at":"$AT","cmd":"PauseContract","contract":"$contract","actor":"platform"}`, false},
	{"fewer blocks", hold(`["search","proposals"]`), hold(`["search"]`), false},
	{"no blocks and none said", hold(`[]`), hold(`null`), false},
	{"invalid, with a space", `{"id":"$id","at":"$AT","cmd":"Sing","a": 1}`, `{"id":"$id","at":"$AT","cmd":"Sing","a":1}`, false},
	{"invalid, its id in capitals", `{"id":"$id","at":"$AT","cmd":"Sing"}`, `{"id":"$ID","at":"$AT","cmd":"Sing"}`, false},
	{"invalid, and then not", `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client","a":1}`, `{"id":"$id","at":"$AT","cmd":"VerifyPaymentMethod","client":"$client"}`, false},
	{"the amount is refused, another is not", `{"id":"$id","at":"$AT","cmd":"PayBonus","contract":"$contract","amount":-5}`, `{"id":"$id","at":"$AT","cmd":"PayBonus","contract":"$contract","amount":5}`, false},
	{"the letter is there", `{"id":"$id","at":"$AT","cmd":"AcceptInvite","invite":"$contract"}`, `{"id":"$id","at":"$AT","cmd":"AcceptInvite","invite":"$contract","cover_letter":"Gladly."}`, false},
}

func start(kind, more string) string {
	return `{"id":"$id","at":"$AT","cmd":"StartContract","contract":"$id","job":"$contract","client":"$client","freelancer":"$freelancer","kind":"` + kind +
		`","via":"proposal","hourly_rate":4000,"weekly_limit_minutes":600` + more + `}`
}

func hold(blocks string) string {
	return `{"id":"$id","at":"$AT","cmd":"PlaceHold","freelancer":"$freelancer","kind":"payment","blocks":` + blocks + `}`
}

func describe(skills string) string {
	return `{"id":"$id","at":"$AT","cmd":"DescribeProfile","freelancer":"$freelancer","introduction":"","skills":` + skills + `}`
}

// Whatever became of a line, and wherever that is remembered, a line under its id is
// repeated if it says the same, else it is another, and changes nothing.
func TestLinesThatSayTheSame(t *testing.T) {
	everyLog(t, func(t *testing.T, log store.Store) {
		clock, known := noon, [2]string{uuid.NewString(), uuid.NewString()}
		host := func() *marketplace.Marketplace { return hostAt(t, log, &clock, marketplace.Options{}) }
		unknown := [2]string{uuid.NewString(), uuid.NewString()}
		accounts := `{"id":"` + uuid.NewString() + `","at":"2020-06-01T10:00:00Z","cmd":"RegisterClient","client":"` + known[0] + `"}
{"id":"` + uuid.NewString() + `","at":"2020-06-01T10:00:00Z","cmd":"RegisterFreelancer","freelancer":"` + known[1] + `"}`
		require.EqualValues(t, 2, markettest.ImportText(t, host(), accounts).Applied)
		for _, together := range []bool{true, false} {
			var script [2]strings.Builder
			var want []bool
			for _, parties := range [][2]string{known, unknown} { // most lines are applied with these, and rejected with those
				for _, s := range sayings {
					id, contract := uuid.NewString(), uuid.NewString()
					names := strings.NewReplacer("$id", id, "$ID", strings.ToUpper(id), "$AT", "2020-06-01T11:00:00Z",
						"$client", parties[0], "$CLIENT", strings.ToUpper(parties[0]), "$freelancer", parties[1],
						"$contract", contract, "$CONTRACT", strings.ToUpper(contract))
					first, then := names.Replace(s.first), names.Replace(s.then)
					fmt.Fprintln(&script[0], first)
					into := &script[1]
					if together {
						into = &script[0]
					}
					fmt.Fprintln(into, then)
					want = append(want, s.same)
				}
			}
			text := script[0].String()
			done := map[int64]aggregate.Code{}
			if !together {
				markettest.ImportText(t, host(), text)
				text = script[1].String()
			}
			before := len(markettest.Records(t, log))
			for _, again := range []bool{false, true} {
				report := markettest.ImportText(t, host(), text)
				clear(done)
				for _, r := range report.Rejections {
					done[r.Line] = r.Code
				}
				for i, same := range want {
					line := int64(i + 1)
					if together {
						line = int64(2*i + 2)
					}
					code := aggregate.Code("")
					if !same {
						code = aggregate.IDReused
					}
					require.Equal(t, code, done[line], "%s, together %v, again %v, rejected %v", sayings[i%len(sayings)].name, together, again, i >= len(sayings))
				}
				if !together || again {
					require.EqualValues(t, 0, report.Applied)
					require.Len(t, markettest.Records(t, log), before, "a repeat writes nothing")
				}
				before = len(markettest.Records(t, log))
			}
		}
	})
}

// What is kept of a rejected line tells nothing of it without its key, and the same
// line has another one elsewhere.
func TestRejectedLinesKeepNoText(t *testing.T) {
	text := `{"id":"` + uuid.NewString() + `","at":"2020-01-01T00:00:00Z","cmd":"ContactClient","client":"` + uuid.NewString() + `","reason":"hush"}`
	digests := map[[16]byte]bool{}
	for range 2 {
		log := markettest.NewLog()
		require.EqualValues(t, 1, markettest.ImportText(t, markettest.On(t, log), text).Rejected)
		rec := markettest.Records(t, log)[0]
		require.NotContains(t, string(rec.Data)+string(rec.Metadata), "hush")
		env, err := event.Marketplace().Decode(&rec)
		require.NoError(t, err)
		require.NotZero(t, env.Event.(*event.ImportLineRejected).Key)
		digests[env.CommandDigest] = true
	}
	require.Len(t, digests, 2)
}

// Where the log has no digest, or none under a key that is at hand, the id decides.
func TestImportWhereTheIDDecides(t *testing.T) {
	client, id, refused := uuid.NewString(), uuid.NewString(), uuid.NewString()
	line := func(id, cmd, client string) string {
		return `{"id":"` + id + `","at":"2020-01-01T00:00:00Z","cmd":"` + cmd + `","client":"` + client + `"}` + "\n"
	}
	log, clock := markettest.NewLog(), noon
	report := markettest.ImportText(t, hostAt(t, log, &clock, marketplace.Options{DigestKey: []byte("0123456789abcdef")}),
		line(id, "RegisterClient", client)+line(refused, "RegisterClient", client))
	require.EqualValues(t, 1, report.Applied)
	require.EqualValues(t, 1, report.Rejected)
	others := line(id, "BarClient", uuid.NewString()) + `{"id":"` + id + `"}` + "\n" + line(refused, "Sing", client) + line(refused, "LiftClientFlag", client)
	for name, log := range map[string]store.Store{"another key": log, "no digests": withoutDigests(t, markettest.Records(t, log))} {
		require.EqualValues(t, 4, markettest.ImportText(t, hostAt(t, log, &clock, marketplace.Options{}), others).Repeated, name)
	}
}
