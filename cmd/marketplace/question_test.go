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
