package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// TestEveryPage follows every link from the overview, as of a day in the middle
// of the small history: each answers, and is sound HTML.
func TestEveryPage(t *testing.T) {
	h := site(t)
	seen := map[string]bool{}
	open := []string{"/?as_of=2017-04-30"}
	kinds := map[string]int{}
	for len(open) > 0 {
		address := open[len(open)-1]
		open = open[:len(open)-1]
		if seen[address] {
			continue
		}
		seen[address] = true
		kind := strings.Split(address, "/")[1]
		if kinds[kind]++; testing.Short() && kinds[kind] > 40 {
			continue // the others do nothing that these do not
		}
		w := get(h, address)
		require.Equal(t, http.StatusOK, w.Code, address)
		text := w.Body.String()
		if kind == "static" {
			continue
		}
		doc := parsed(t, text)
		sound(t, address, text, doc)
		for _, a := range append(elements(doc, "a"), elements(doc, "link")...) {
			if href := attribute(a, "href"); !strings.HasPrefix(href, "#") {
				open = append(open, href)
			}
		}
	}
	for kind, least := range map[string]int{"freelancers": 30, "clients": 30, "contracts": 30, "events": 300, "dispute-rate?as_of=2017-04-30": 1, "jobs?as_of=2017-04-30": 1} {
		require.GreaterOrEqual(t, kinds[kind], least, "pages of %s, of %v", kind, kinds)
	}
}

// voids are the elements that have no end.
var voids = map[string]bool{"meta": true, "link": true, "input": true, "br": true, "img": true, "hr": true}

// sound checks what makes a page readable by all: elements that are closed in
// their order, ids that are unique and there where something refers to them, one
// main heading, headings that skip no level, names of inputs, tables and images.
func sound(t *testing.T, address, text string, doc *html.Node) {
	t.Helper()
	balanced(t, address, text)
	ids := map[string]bool{}
	labelled := map[string]bool{}
	for n := range doc.Descendants() {
		if i := attribute(n, "id"); i != "" {
			require.False(t, ids[i], "%s: id %q twice", address, i)
			ids[i] = true
		}
		if n.Data == "label" {
			labelled[attribute(n, "for")] = true
		}
	}
	level := 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, name := range []string{"aria-labelledby", "aria-describedby", "for"} {
			for i := range strings.FieldsSeq(attribute(n, name)) {
				require.True(t, ids[i], "%s: %s refers to %q", address, name, i)
			}
		}
		for _, a := range n.Attr {
			require.NotEqual(t, "style", a.Key, "%s: the policy forbids inline styles", address)
			require.False(t, strings.HasPrefix(a.Key, "on"), "%s: a script in %s", address, a.Key)
		}
		switch n.Data {
		case "script", "style", "iframe", "object":
			t.Fatalf("%s has a %s", address, n.Data)
		case "input", "select":
			if attribute(n, "type") != "hidden" {
				require.True(t, labelled[attribute(n, "id")], "%s: an input without a label", address)
			}
		case "table":
			require.Len(t, elements(n, "caption"), 1, "%s: a table without a caption", address)
			require.NotEmpty(t, elements(n, "td"), "%s: a table without data", address)
		case "th":
			require.NotEmpty(t, attribute(n, "scope"), "%s: a th without a scope", address)
			require.NotEmpty(t, words(n), "%s: an empty th", address)
		case "svg":
			if attribute(n, "aria-hidden") == "" {
				require.Equal(t, "img", attribute(n, "role"), address)
				require.NotEmpty(t, words(elements(n, "title")[0]), address)
				require.NotEmpty(t, words(elements(n, "desc")[0]), address)
			}
		case "a", "button", "h1", "h2", "h3", "summary":
			require.NotEmpty(t, words(n), "%s: a %s without words", address, n.Data)
		case "nav", "form":
			require.NotEmpty(t, attribute(n, "aria-label"), "%s: a %s without a name", address, n.Data)
		}
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			next := int(n.Data[1] - '0')
			require.LessOrEqual(t, next, level+1, "%s: %s after h%d", address, n.Data, level)
			level = next
		}
	}
	for name, want := range map[string]int{"h1": 1, "main": 1, "title": -1} {
		if n := len(elements(doc, name)); want >= 0 {
			require.Equal(t, want, n, "%s: %s", address, name)
		}
	}
	require.Equal(t, "en", attribute(elements(doc, "html")[0], "lang"))
}

// balanced checks that every element is closed, in order; the parser mends it
// silently.
func balanced(t *testing.T, address, text string) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			require.Empty(t, open, "%s: not closed", address)
			return
		case html.StartTagToken:
			if name, _ := z.TagName(); !voids[string(name)] {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			require.NotEmpty(t, open, "%s: </%s>", address, name)
			require.Equal(t, open[len(open)-1], string(name), "%s: closed in another order", address)
			open = open[:len(open)-1]
		}
	}
}

// TestHostile: what a visitor sends never becomes markup.
func TestHostile(t *testing.T) {
	h := site(t)
	attack := `"><script>alert(1)</script><b x='`
	escaped := url.QueryEscape(attack)
	for _, address := range []string{
		"/?as_of=" + escaped, "/?policy=" + escaped, "/?x=" + escaped + "&" + escaped + "=x", "/accounts?id=" + escaped,
		"/search?text=" + escaped + "&skills=" + escaped, "/jobs?text=" + escaped + "&category=" + escaped, "/jobs?kind=" + escaped, "/jobs?budget_min=" + escaped,
		"/freelancers/" + url.PathEscape(attack), "/clients/" + url.PathEscape(attack) + "/dispute-rate", "/events/" + url.PathEscape(attack),
		"/" + url.PathEscape(attack), "/%00", "/?as_of=%ff%fe", "/freelancers/" + freelancer + "/job-success?page=" + escaped,
		"/freelancers/" + freelancer + "?javascript:alert(1)=" + escaped, "/?as_of=2017-04-30&as_of=" + escaped,
	} {
		w := get(h, address)
		text := w.Body.String()
		if w.Code >= 300 && w.Code < 400 {
			continue
		}
		require.Less(t, w.Code, 500, address)
		require.NotContains(t, text, "<script", address)
		sound(t, address, text, parsed(t, text))
	}
}
