package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

func matches(t *testing.T, prefixes []string, regex, text string) bool {
	t.Helper()
	byStream, err := engine.NewFilter(engine.ByStream, prefixes, regex)
	require.NoError(t, err)
	byType, err := engine.NewFilter(engine.ByEventType, prefixes, regex)
	require.NoError(t, err)
	got := byStream.Match(&engine.Record{Stream: text, Event: engine.Event{Type: "\x00"}})
	require.Equal(t, got, byType.Match(&engine.Record{Stream: "\x00", Event: engine.Event{Type: text}}))
	return got
}

func TestFilterByPrefix(t *testing.T) {
	for _, c := range []struct {
		prefixes []string
		text     string
		want     bool
	}{
		{[]string{"x", "invite-"}, "invite-1", true},
		{[]string{"invite-"}, "contract-1", false},
		{[]string{"invite-"}, "Invite-1", false},
		{[]string{"invite-"}, "invite", false},
		{[]string{"invite"}, "invite", true},
		{nil, "invite", false},
		{[]string{""}, "invite", true},
		{[]string{""}, "\u0301", true},
		{[]string{"e"}, "e\u0301t", false},     // another letter
		{[]string{"e"}, "\u00e9t", false},      // the same one
		{[]string{"\u00e9"}, "e\u0301t", true}, // it again
		{[]string{"\u00e9t"}, "\u00e9t\u00e9", true},
		{[]string{"ab"}, "a\u00adb", true}, // a soft hyphen
		{[]string{"ab"}, "a\x00b", true},
		{[]string{"a b"}, "a\tb", false},
		{[]string{"тик"}, "тик-1", true},
	} {
		require.Equalf(t, c.want, matches(t, c.prefixes, "", c.text), "%q of %q", c.prefixes, c.text)
	}
	for _, p := range []string{"e\u0301", "\u0301", "a\u00adb", "\x00"} {
		_, err := engine.NewFilter(engine.ByStream, []string{"a", p}, "")
		require.ErrorIs(t, err, engine.ErrForeignPrefix, "%q", p)
	}
	_, err := engine.NewFilter(engine.ByStream, []string{strings.Repeat("a", 1<<20)}, "")
	require.ErrorIs(t, err, engine.ErrFilterTooLarge)
}

func TestFilterByRegex(t *testing.T) {
	for _, c := range []struct {
		regex, text string
		want        bool
	}{
		{`^[^\$].*`, "InviteSent", true},
		{`^[^\$].*`, "$metadata", false},
		{`-\d+$`, "a-12", true},
		{`-\d+$`, "a-12b", false},
		{`ade$`, "Made", true},
		{`(a|b)c`, "xbcx", true},
		{`a$`, "a\n", true},
		{`a\Z`, "a\n", true},
		{`a\z`, "a\n", false},
		{`(?m)^b$`, "a\nb\nc", true},
		{`^b$`, "a\nb\nc", false},
		{`a.b`, "a\nb", false},
		{`(?s)a.b`, "a\nb", true},
		{`(?s:a.b).c`, "a\nb\nc", false},
		{`a(?i)b`, "aB", true},
		{`a(?i)b`, "AB", false},
		{`((?i)a)b`, "AB", false},
		{`(?i)[a-c]`, "B", true},
		{`(?i)[^a-c]`, "B", false},
		{`(?i)K`, "\u212a", true},
		{`(?i)S`, "\u017f", false},
		{`(?i-i)a`, "A", false},
		{`(?n-s:a)`, "a", true},
		{`(?#what)a`, "a", true},
		{`(?<name>a)(?'n'b)`, "ab", true},
		{`(?<name>a)(?'n'b)`, "a", false},
		{`\w`, "\u00e9", true},
		{`^\w+$`, "naïve_1", true},
		{`^\w+$`, "a b", false},
		{`^\d$`, "\u0663", true},
		{`\W`, "тик", false},
		{`[\W\d]`, "тик", false},
		{`[\s\S]`, "a", true},
		{`[^\w]`, "é", false},
		{`\s`, "a\u00a0b", true},
		{`\s`, "a\u0085b", true},
		{`\p{Lu}`, "aB", true},
		{`\P{L}`, "aB", false},
		{`[\p{L}-]`, "-", true},
		{`[]a]`, "]", true},
		{`[a-]`, "-", true},
		{`[\b]`, "\b", true},
		{`[\x41-\u0043]`, "B", true},
		{`\x41\u0042\043\cJ\e`, "AB#\n\x1b", true},
		{`a{2}`, "aa", true},
		{`a{2,}?b`, "ab", false},
		{`a{,2}`, "a", false},
		{`a{,2}`, "a{,2}", true},
		{`{`, "{", true},
		{`a{2`, "a{2", true},
		{`a]}`, "a]}", true},
		{`^.$`, "\U0001F600", false}, // two units
		{`^..$`, "\U0001F600", true},
		{"^\U0001F600$", "\U0001F600", true},
		{`^\uD83D`, "\U0001F600", true},
		{`^[\uD83D\uDE00]+$`, "\U0001F600", true},
		{`^\w`, "\U00010400", false}, // a letter that is none in halves
		{`^[\u0000-\uFFFF]{2}$`, "\U0001F600", true},
		{`\.\-\/\ `, ".-/ ", true},
	} {
		require.Equalf(t, c.want, matches(t, []string{"nothing"}, c.regex, c.text), "%q of %q", c.regex, c.text)
	}
}

func TestRegexesThatAreNone(t *testing.T) {
	for _, regex := range []string{
		`(`, `)`, `a)`, `(?`, `(?:a`, `(?#a`, `[`, `[a`, `[]`, `[b-a]`, `[a-\d]`, `*`, `a|*`, `(*a)`, `a**`, `a+{2}`, `(?i)*`, `\`,
		`\q`, `\_`, `\Q`, `\x4`, `\u00`, `\pL`, `\p{Cyrillic}`, `\p{`, `(?P<a>b)`, `(?<1a>b)`, `(?<a`, `(?y)`, `[\`, `\c`, `\c1`, `[\8]`,
	} {
		_, err := engine.NewFilter(engine.ByStream, nil, regex)
		require.ErrorIs(t, err, engine.ErrNoRegex, "%q", regex)
	}
}

// TestRegexesOfDotNET: what Go cannot do is refused, and never done otherwise.
func TestRegexesOfDotNET(t *testing.T) {
	for _, regex := range []string{
		`a(?=b)`, `a(?!b)`, `(?<=a)b`, `(?<!a)b`, `(?>a)`, `(?(a)b|c)`, `(?<a-b>c)`, `(a)\1`, `(?<n>a)\k<n>`, `\bve`, `a\B`, `\G`,
		`\p{IsCyrillic}`, `\p{Cs}`, `[a-z-[aeiou]]`, `[[:alpha:]]`, `(?x) a`, `(?i)é`, `(?i)[é]`, `a{2000}`, `$\n`, `a\Zb`,
		strings.Repeat("(", 2000) + strings.Repeat(")", 2000), strings.Repeat(`\w`, 10_000),
	} {
		_, err := engine.NewFilter(engine.ByStream, nil, regex)
		require.ErrorIs(t, err, engine.ErrForeignRegex, "%q", regex)
	}
}

// TestBookkeepingIsNotPicked by any filter.
func TestBookkeepingIsNotPicked(t *testing.T) {
	everything, err := engine.NewFilter(engine.ByStream, nil, ".")
	require.NoError(t, err)
	for stream, want := range map[string]bool{
		"$persistentsubscription-$all::g-checkpoint": false,
		"$persistentsubscription-$all::g-parked":     false,
		"$persistentsubscription-$all::g-other":      true,
		"$persistentsubscription-s::g-checkpoint":    true,
		"$epoch-information":                         false,
		"$$$epoch-information":                       true,
		"$scavenges":                                 true,
	} {
		r := &engine.Record{Stream: stream}
		require.Equal(t, want, everything.Match(r), stream)
		require.Equal(t, want, engine.Filter{}.Match(r), stream)
	}
}

// FuzzRegex: no expression and no text make a filter panic.
func FuzzRegex(f *testing.F) {
	f.Add(`^[^\$].*`, "$x")
	f.Add(`(?i:[\W-z]){2,3}\cA|\x41$`, "é\U0001F600")
	f.Fuzz(func(t *testing.T, regex, text string) {
		if filter, err := engine.NewFilter(engine.ByStream, nil, regex); err == nil {
			filter.Match(&engine.Record{Stream: text})
		}
	})
}
