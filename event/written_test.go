package event_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
)

func TestParseMetadataGivesTheBytesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, version := metas().Draw(t, "meta"), rapid.IntRange(1, 1<<31-1).Draw(t, "version")
		b, err := event.AppendMetadata(nil, version, want)
		require.NoError(t, err)
		m, v, ok := event.ParseMetadata(b)
		require.True(t, ok)
		require.Equal(t, want, m)
		require.Equal(t, version, v)

		// One byte changed: the parts are those of the changed bytes, or none.
		i := rapid.IntRange(0, len(b)-1).Draw(t, "place")
		b[i] = rapid.Byte().Draw(t, "byte")
		if m, v, ok := event.ParseMetadata(b); ok {
			again, err := event.AppendMetadata(nil, v, m)
			require.NoError(t, err)
			require.Equal(t, string(b), string(again))
		}
	})
}

func TestParseMetadataOfOthers(t *testing.T) {
	p, err := event.Marketplace().Encode(sampleID(1), sampleMeta(true), &event.InviteExpired{})
	require.NoError(t, err)
	ours := string(p.Metadata)
	for name, other := range map[string]string{
		"nothing":              "",
		"an empty object":      "{}",
		"white space":          ours + " ",
		"another key":          strings.TrimSuffix(ours, "}") + `,"$traceId":"x"}`,
		"capitals in an id":    strings.Replace(ours, "5a3b1e00-feed", "5A3B1E00-FEED", 1),
		"an escape":            strings.Replace(ours, "freelancer", `\u0066reelancer`, 1),
		"a version with zeros": strings.Replace(ours, `"1"`, `"01"`, 1),
		"a digest of nothing":  strings.TrimSuffix(ours, "}") + `,"commandDigest":"` + strings.Repeat("0", 32) + `"}`,
		"no such actor":        strings.Replace(ours, "freelancer", "Freelancer", 1),
	} {
		t.Run(name, func(t *testing.T) {
			_, _, ok := event.ParseMetadata([]byte(other))
			require.False(t, ok)
		})
	}
}
