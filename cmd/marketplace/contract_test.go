package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// What people wrote is in JSON only where it is asked for.
func TestContractText(t *testing.T) {
	told := func(args ...string) (r struct {
		Disputes []struct {
			Reason string `json:"reason"`
		} `json:"disputes"`
		Feedback []struct {
			Comment string `json:"comment"`
			Overall int    `json:"overall"`
		} `json:"feedback"`
	}) {
		text := ok(t, append([]string{"contract", contract, "--store", small(t), "--as-of", moment, "--json"}, args...)...)
		require.NoError(t, json.Unmarshal([]byte(text), &r))
		return r
	}
	hidden, shown := told(), told("--show-text")
	require.NotEmpty(t, hidden.Disputes)
	require.Len(t, shown.Disputes, len(hidden.Disputes))
	require.Equal(t, "[personal text]", hidden.Disputes[0].Reason)
	require.NotContains(t, shown.Disputes[0].Reason, "[")
	require.NotEmpty(t, shown.Disputes[0].Reason)
	require.Len(t, shown.Feedback, len(hidden.Feedback))
}

// What was agreed of a milestone comes from a script into the answer: until when it is
// due always, beside when it was released, and what a person wrote where it is asked for.
func TestContractAgreed(t *testing.T) {
	const start = `"client":"` + client + `","freelancer":"` + freelancer + `"`
	const job, proposal, milestone = "10000000-0000-4000-8000-000000000001", "20000000-0000-4000-8000-000000000002", "30000000-0000-4000-8000-000000000003"
	lines := []string{
		`"at":"2016-01-05T10:00:00Z","cmd":"RegisterClient","client":"` + client + `"`,
		`"at":"2016-01-05T10:00:00Z","cmd":"RegisterFreelancer","freelancer":"` + freelancer + `"`,
		`"at":"2016-01-05T10:00:00Z","cmd":"PostJob","job":"` + job + `","client":"` + client + `","kind":"fixed","connects":0,"category":"web","title":"Site","description":"All of it"`,
		`"at":"2016-01-05T10:00:00Z","cmd":"SubmitProposal","proposal":"` + proposal + `","job":"` + job + `","freelancer":"` + freelancer + `","cover_letter":"Me"`,
		`"at":"2016-01-05T10:00:00Z","cmd":"MakeOffer","proposal":"` + proposal + `","kind":"fixed","milestones":[{"milestone":"` + milestone + `","amount":500,"description":"the menu","due":"2016-01-09"}]`,
		`"at":"2016-01-05T10:00:00Z","cmd":"AcceptOffer","proposal":"` + proposal + `"`,
		`"at":"2016-01-05T10:00:00Z","cmd":"StartContract","contract":"` + proposal + `","job":"` + job + `",` + start + `,"kind":"fixed","via":"proposal","proposal":"` + proposal + `","description":"the site"`,
		`"at":"2016-01-05T10:00:00Z","cmd":"AddMilestone","contract":"` + proposal + `","milestone":"` + job + `","amount":700,"description":"the dishes","due":"2016-02-29"`,
		`"at":"2016-01-05T10:00:00Z","cmd":"FundMilestone","contract":"` + proposal + `","milestone":"` + milestone + `"`,
		`"at":"2016-01-11T10:00:00Z","cmd":"ReleaseMilestone","contract":"` + proposal + `","milestone":"` + milestone + `"`,
	}
	script := ""
	for i, l := range lines {
		script += fmt.Sprintf("{\"id\":\"00000000-0000-4000-8000-%012d\",%s}\n", i+1, l)
	}
	url := newStore(t)
	require.Contains(t, ok(t, "import", write(t, filepath.Join(t.TempDir(), "agreed.ndjson"), script), "--store", url), "rejected   0")
	ask := []string{"contract", proposal, "--store", url, "--as-of", "2016-02-01T00:00:00Z"}

	told := ok(t, ask...)
	require.Contains(t, told, "1. closed, 5.00 USD, due 2016-01-09\n")
	require.Contains(t, told, "     funded 5.00: released 5.00, refunded 0.00, held 0.00\n     last released 2016-01-11T10:00:00Z, due 2016-01-09\n     agreed: [personal text]\n")
	require.Contains(t, told, "2. unfunded, 7.00 USD, due 2016-02-29\n")
	require.Contains(t, told, "     funded 0.00: released 0.00, refunded 0.00, held 0.00\n     agreed: [personal text]\n")
	shown := ok(t, append(ask, "--show-text")...)
	for _, agreed := range []string{"the site", "the menu", "the dishes"} {
		require.NotContains(t, told, agreed)
		require.Contains(t, shown, fmt.Sprintf(" agreed: %q\n", agreed))
	}

	asJSON := ok(t, append(ask, "--json")...)
	require.Contains(t, asJSON, `"released_at": "2016-01-11T10:00:00Z",`)
	require.Contains(t, asJSON, `"due": "2016-01-09",`)
	require.Contains(t, asJSON, `"released_at": null,`)
	require.Contains(t, asJSON, `"due": "2016-02-29",`)
	require.Equal(t, 3, strings.Count(asJSON, `"description": "[personal text]"`))
	asJSON = ok(t, append(ask, "--json", "--show-text")...)
	for _, agreed := range []string{"the site", "the menu", "the dishes"} {
		require.Contains(t, asJSON, `"description": "`+agreed+`"`)
	}
}

// A contract and its diary are of the log, which is said to who names a read model.
func TestContractNeedsLog(t *testing.T) {
	for _, args := range [][]string{{"contract", contract}, {"diary", hourly, "2016-W08"}} {
		r := call(t, append(args, "--read-model", "sqlite:nowhere.db")...)
		refused(t, r, exitUsage, "a read model keeps neither milestones nor segments, so "+args[0]+" is read from the log")
		require.Contains(t, r.err, "give the log that the read model follows with --store URL, and no --read-model")
	}
}

// Pages of a read model show contracts where its log is named too, and no other log's.
func TestServeReadModelWithLog(t *testing.T) {
	model := "sqlite:" + filepath.Join(t.TempDir(), "model.db")
	ok(t, "follow", "--once", "--read-model", model, "--store", small(t))
	path := "contracts/" + contract + "?as_of=" + moment
	alone := serving(t, "--read-model", model)
	w, err := http.Get(alone + path)
	require.NoError(t, err)
	require.NoError(t, w.Body.Close())
	require.Equal(t, http.StatusNotFound, w.StatusCode)
	require.Contains(t, page(t, serving(t, "--read-model", model, "--store", small(t))+path), "MilestoneReleased")

	other := newStore(t)
	script := write(t, filepath.Join(t.TempDir(), "other.ndjson"), `{"id":"00000000-0000-4000-8000-000000000001","at":"2016-01-05T10:00:00Z","cmd":"RegisterClient","client":"`+client+`"}`)
	ok(t, "import", script, "--store", other)
	fails(t, exitFailed, "the read model is of the log that begins with", "serve", "--listen", "127.0.0.1:0", "--read-model", model, "--store", other)
}

// A long text goes on over lines that fit, whatever it holds.
func TestWrapped(t *testing.T) {
	const text = "one two  three\n\tfour extraordinarily"
	require.Equal(t, "x: one two three four extraordinarily\n", wrapped("x: ", "  ", text, 0))
	require.Equal(t, "x: one two\n  three four\n  extraordinarily\n", wrapped("x: ", "  ", text, 13))
	require.Equal(t, "x: \n", wrapped("x: ", "  ", "", 13))
	for width := 20; width < 50; width++ {
		for line := range strings.Lines(wrapped("  agreed: ", "    ", strings.Repeat(text+" ", 9), width)) {
			require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), width)
		}
	}
}
