package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// TestCatalogue: every version of every event is listed, and has its schema.
func TestCatalogue(t *testing.T) {
	list := ok(t, "catalogue")
	require.Equal(t, len(eventVersions())+1, strings.Count(list, "\n"))
	require.Len(t, eventVersions(), len(event.Types())+len(event.Upcasts()))
	for _, s := range eventVersions() {
		require.Contains(t, list, s.Type)
	}
	for _, args := range [][]string{{"InviteSent"}, {"OfferMade", "--version", "1"}, {"--asyncapi"}} {
		require.True(t, json.Valid([]byte(ok(t, append([]string{"catalogue"}, args...)...))), args)
	}
	require.Contains(t, ok(t, "catalogue", "OfferMade"), `"urn:marketplace:event:OfferMade:2"`)
	fails(t, exitNotFound, `there is no event "Sent"`, "catalogue", "Sent")
	fails(t, exitNotFound, "InviteSent has no version 9", "catalogue", "InviteSent", "--version", "9")
	fails(t, exitUsage, "none of the others can be", "catalogue", "--asyncapi", "--version", "1")
}
