package script_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/script"
)

// FuzzLine: no line makes the reader panic; one with a readable id is an object
// for encoding/json too, with that id; one that is read is read the same after
// it was written.
func FuzzLine(f *testing.F) {
	every, err := os.ReadFile(everyCommand)
	require.NoError(f, err)
	for line := range bytes.Lines(every) {
		f.Add(bytes.TrimSpace(line))
	}
	for _, line := range []string{
		"", "{}", "[]", good + good, bonus("1e2"), skills(`["\ud83d\ude00","\ud83d"]`), scores(`{"skills":{}}`),
		withID(`"` + strings.ToUpper(id) + `"`), accept(`,"cover_letter":"\u0000"`), with("Sing", `"a":[{"b":-0.5E+3}]`),
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l := script.ParseLine(b)
		code := codeOf(t, l)
		var fields map[string]json.RawMessage
		object := utf8.Valid(b) && json.Unmarshal(b, &fields) == nil && fields != nil
		if !object {
			require.False(t, l.HasID)
			require.Nil(t, l.Cmd)
		}
		if l.HasID {
			var text string
			require.NoError(t, json.Unmarshal(fields["id"], &text))
			require.Equal(t, strings.ToLower(text), l.ID.String())
		}
		if l.Cmd != nil {
			var text string
			require.NoError(t, json.Unmarshal(fields["cmd"], &text))
			require.Equal(t, text, *l.Cmd)
		}
		if code != "" {
			return
		}
		written, err := script.Append(nil, l.ID, l.At, l.Command)
		if len(b) > script.MaxLine/8 && err != nil {
			return // escapes may make it longer than a line may be
		}
		require.NoError(t, err)
		again := script.ParseLine(written)
		require.NoError(t, again.Err)
		require.Equal(t, l.Command, again.Command)
		require.Equal(t, l.ID, again.ID)
		require.Equal(t, l.At, again.At)
	})
}
