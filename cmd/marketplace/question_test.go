package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFlagsOfAQuestion: a command line to go on with holds no password, and can
// be pasted into a shell.
func TestFlagsOfAQuestion(t *testing.T) {
	q := question{store: storeFlag{name: "esdb://admin:changeit@db:2113?tls=true&tlsVerifyCert=false"}}
	require.NotContains(t, q.flags(), "changeit")
	require.Contains(t, q.flags(), "--store 'esdb://admin:xxxxx@db:2113?tls=true&tlsVerifyCert=false'")
	q = question{store: storeFlag{name: "sqlite:market.db"}}
	require.Contains(t, q.flags(), "--store sqlite:market.db")
	require.Equal(t, `'it'\''s'`, shellWord("it's"))
	require.Equal(t, "''", shellWord(""))
}

// TestAsOfADay: a day means its last second, or its first where something begins.
func TestAsOfADay(t *testing.T) {
	var asOf momentFlag
	require.NoError(t, asOf.Set("2018-06-30"))
	require.Equal(t, "2018-06-30T23:59:59Z", asOf.String())
	require.NoError(t, asOf.Set("2018-06-30T12:00:00Z"))
	require.Equal(t, "2018-06-30T12:00:00Z", asOf.String())
	since := momentFlag{begins: true}
	require.NoError(t, since.Set("2018-06-30"))
	require.Equal(t, "2018-06-30T00:00:00Z", since.String())
	for _, wrong := range []string{"2018-06-31", "2018-6-30", "2018-06-30T24:00:00Z", "yesterday", ""} {
		require.Error(t, asOf.Set(wrong), wrong)
	}
	require.Equal(t, ok(t, "stats", "--store", small(t), "--as-of", "2017-04-30T23:59:59Z", "--json"),
		ok(t, "stats", "--store", small(t), "--as-of", "2017-04-30", "--json"))
}
