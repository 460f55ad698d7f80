package script_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/script"
)

func TestParseCommand(t *testing.T) {
	invite := uuid.MustParse("9d5c2a44-3a0b-4e0c-8f5e-2f1f6f3c7b10")
	c, err := script.ParseCommand("AcceptInvite", []byte(` {"invite":"9D5C2A44-3a0b-4e0c-8f5e-2f1f6f3c7b10", "cover_letter":"Gladly."} `))
	require.NoError(t, err)
	require.Equal(t, aggregate.AcceptInvite{Invite: invite, CoverLetter: "Gladly."}, c)

	for _, bad := range []struct {
		name, command, fields string
		code                  aggregate.Code
	}{
		{"an unknown command", "Accept", `{}`, aggregate.Invalid},
		{"no command", "", `{}`, aggregate.Invalid},
		{"no object", "AcceptInvite", `[]`, aggregate.Invalid},
		{"nothing", "AcceptInvite", ``, aggregate.Invalid},
		{"two objects", "AcceptInvite", `{} {}`, aggregate.Invalid},
		{"not UTF-8", "AcceptInvite", "{\"invite\":\"\xff\"}", aggregate.Invalid},
		{"a field missing", "AcceptInvite", `{"cover_letter":"Gladly."}`, aggregate.Invalid},
		{"a field it has not", "AcceptInvite", `{"invite":"9d5c2a44-3a0b-4e0c-8f5e-2f1f6f3c7b10","job":null}`, aggregate.Invalid},
		{"an id of its own", "ArchiveInvite", `{"invite":"9d5c2a44-3a0b-4e0c-8f5e-2f1f6f3c7b10","id":"9d5c2a44-3a0b-4e0c-8f5e-2f1f6f3c7b10"}`, aggregate.Invalid},
		{"a moment of its own", "ArchiveInvite", `{"invite":"9d5c2a44-3a0b-4e0c-8f5e-2f1f6f3c7b10","at":"2016-01-04T09:00:00Z"}`, aggregate.Invalid},
		{"too many fields", "ArchiveInvite", "{" + strings.Repeat(`"a":1,`, 1000) + `"b":1}`, aggregate.Invalid},
		{"too long", "ArchiveInvite", strings.Repeat(" ", script.MaxLine+1), aggregate.Invalid},
		{"what Validate refuses", "AcceptInvite", `{"invite":"9d5c2a44-3a0b-4e0c-8f5e-2f1f6f3c7b10","cover_letter":" "}`, aggregate.CoverLetterRequired},
	} {
		t.Run(bad.name, func(t *testing.T) {
			c, err := script.ParseCommand(bad.command, []byte(bad.fields))
			require.ErrorIs(t, err, bad.code)
			require.Nil(t, c)
		})
	}
}
