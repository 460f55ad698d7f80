package engine_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// TestLinks: where links lead, to a stream of three events of which the first
// is truncated, to one with a tombstone, and to one whose events may be older
// than time.
func TestLinks(t *testing.T) {
	e := open(t)
	appendTo := func(stream, kind, data string) *engine.Record {
		a, err := e.Append(t.Context(), stream, engine.Any, []engine.Event{{ID: uuid.New(), Type: kind, JSON: true, Data: []byte(data)}})
		require.NoError(t, err)
		return e.Event(stream, uint64(a.Revision))
	}
	appendN(t, e, "s", 3)
	appendN(t, e, "s@t", 1)
	appendN(t, e, "gone", 1)
	appendTo("$$s", engine.MetadataType, `{"$tb":1}`)
	appendN(t, e, "ageless", 1)
	appendTo("$$ageless", engine.MetadataType, `{"$maxAge":100000000000}`)
	_, err := e.Tombstone(t.Context(), "gone", engine.Any)
	require.NoError(t, err)
	chained := appendTo("links", engine.LinkType, "2@s")

	nowhere := (*engine.Record)(nil)
	for data, want := range map[string]*engine.Record{
		"1@s":        e.Event("s", 1),
		"0@s":        nowhere,
		"3@s":        nowhere,
		"-1@s":       e.Event("s", 2),
		"-2@s":       nowhere,
		"+2@s":       e.Event("s", 2),
		" \t2\n@s":   e.Event("s", 2),
		"002@s":      e.Event("s", 2),
		"0@s@t":      e.Event("s@t", 0),
		"0@gone":     nowhere,
		"-1@gone":    nowhere,
		"0@ageless":  nowhere,
		"0@missing":  nowhere,
		"-1@missing": nowhere,
		"0":          nowhere,
		"0@":         nowhere,
		"0@links":    chained,
		"0@$$s":      e.Event("$$s", 0),
	} {
		link := appendTo("l", engine.LinkType, data)
		want := engine.Resolved{Link: link, Event: want}
		require.Equal(t, want, e.Resolve(link, true), "%q", data)
		require.Equal(t, want, e.ResolveLive(link, true), "%q", data)
		require.Equal(t, link, want.Original())
		require.Equal(t, engine.Resolved{Event: link}, e.Resolve(link, false), "%q", data)
		require.Equal(t, engine.Resolved{Event: link}, e.ResolveLive(link, false), "%q", data)
	}
	for _, data := range []string{"", "x", "x@s", "@s", "1.0@s", "1 0@s", "- 1@s", "0x1@s", "1_0@s", `{"n":1}`, "9223372036854775808@s"} {
		link := appendTo("l", engine.LinkType, data)
		require.Equal(t, engine.Resolved{Event: link}, e.Resolve(link, true), "%q", data)
		require.Equal(t, engine.Resolved{Link: link}, e.ResolveLive(link, true), "%q", data)
	}
	event := e.Event("s", 1)
	require.Equal(t, engine.Resolved{Event: event}, e.Resolve(event, true))
}
