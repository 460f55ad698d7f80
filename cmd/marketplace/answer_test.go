package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// bothStore is a log in which one id is a client's and a freelancer's.
func bothStore(t *testing.T) string {
	t.Helper()
	url := newStore(t)
	for _, args := range []string{"RegisterClient --client", "RegisterFreelancer --freelancer"} {
		ok(t, append([]string{"do", "--store", url, "--at", "2020-01-01"}, append(strings.Fields(args), someClient)...)...)
	}
	return url
}

// An id alone finds its account, both where it is two.
func TestStatsOfAnID(t *testing.T) {
	of := []string{"--store", small(t), "--as-of", moment}
	require.Equal(t, ok(t, append(of, "stats", "--freelancer", freelancer)...), ok(t, append(of, "stats", freelancer)...))
	require.Equal(t, ok(t, append(of, "stats", "--client", client)...), ok(t, append(of, "stats", client)...))
	fails(t, exitNotFound, "no client or freelancer "+someCommand, append(of, "stats", someCommand)...)
	fails(t, exitUsage, "an id is given", append(of, "stats", client, "--client", client)...)

	url := bothStore(t)
	text := ok(t, "stats", someClient, "--store", url)
	require.Contains(t, text, "Client "+someClient)
	require.Contains(t, text, "Freelancer "+someClient)
	for id, store := range map[string]string{someClient: url, client: small(t)} {
		var got struct {
			ID                 string
			Client, Freelancer *struct{}
		}
		require.NoError(t, json.Unmarshal([]byte(ok(t, "stats", id, "--json", "--store", store)), &got))
		require.Equal(t, id, got.ID)
		require.NotNil(t, got.Client)
		require.Equal(t, id == someClient, got.Freelancer != nil)
	}
}

// Who asks for the wrong kind of account is told which it is.
func TestTheOtherKind(t *testing.T) {
	of := []string{"--store", small(t), "--as-of", moment}
	for _, args := range []string{"my-stats", "stats --freelancer", "explain job-success", "explain work"} {
		fails(t, exitNotFound, "this is a client\nmarketplace client "+client, append(append(strings.Fields(args), client), of...)...)
	}
	for _, args := range []string{"client", "stats --client", "explain client"} {
		fails(t, exitNotFound, "this is a freelancer\nmarketplace my-stats "+freelancer, append(append(strings.Fields(args), freelancer), of...)...)
	}
}

// Answers in JSON say of what, of when, under which rule and in which money they are;
// those of the rules are as the rules have them.
func TestAnswersSayWhatTheyAre(t *testing.T) {
	type said struct {
		ID, Policy, Currency, Unit string
		AsOf                       string `json:"as_of"`
	}
	of := func(args string) (got said) {
		text := ok(t, append(strings.Fields(args), "--store", small(t), "--as-of", "2017-04-30", "--policy", "2015", "--currency", "JPY", "--json")...)
		require.NoError(t, json.Unmarshal([]byte(text), &got))
		for _, name := range []string{`"id"`, `"as_of"`, `"policy"`, `"currency"`, `"unit"`} {
			require.LessOrEqual(t, strings.Count(text, "\n  "+name+":"), 1, "once each")
		}
		return got
	}
	whole := said{"", "2015", "JPY", "1", "2017-04-30T23:59:59Z"}
	for _, args := range []string{"search", "figures", "explain week 2017-W05", "explain funnel", "explain dispute-rate"} {
		require.Equal(t, whole, of(args), args)
	}
	for _, e := range explanations {
		if strings.HasSuffix(e.use, "ID") || strings.HasSuffix(e.use, "[ID]") {
			id := freelancer
			if e.name() == "client" {
				id = client
			}
			one := whole
			one.ID = id
			require.Equal(t, one, of("explain "+e.name()+" "+id), e.use)
		}
	}
	for id, args := range map[string]string{freelancer: "my-stats " + freelancer, client: "client " + client} {
		one := whole
		one.ID = id
		require.Equal(t, one, of(args))
	}
	require.Equal(t, said{Policy: "2015", AsOf: "2017-04-30T23:59:59Z"}, of("stats"))
	require.Equal(t, said{}, of("stats --freelancer "+freelancer))
	text, err := withHead(head{AsOf: "a", Policy: "p", Currency: "c", Unit: "u"}, []byte("{}"))
	require.NoError(t, err)
	require.JSONEq(t, `{"as_of":"a","policy":"p","currency":"c","unit":"u"}`, string(text))
}
