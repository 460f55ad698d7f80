package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What people see of a URL is the URL, but for its password.
func TestStoreIsShown(t *testing.T) {
	for url, shown := range map[string]string{
		"sqlite:a folder/market.db": "sqlite:a folder/market.db",
		"memory:":                   "memory:",
		"esdb://admin:changeit@a:2113,b:2113?tls=1": "esdb://admin:xxxxx@a:2113,b:2113?tls=1",
		"esdb://admin:%zz@host":                     "the log",
	} {
		require.Equal(t, shown, storeFlag{name: url}.shown())
	}
}
