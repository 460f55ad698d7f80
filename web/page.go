package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/marketcore/marketplace/internal/show"
)

// page is what a template shows: {{.Title}}, {{.Body}}, and the visit's methods.
type page struct {
	*visit
	name   string // of its template
	status int    // 200 if it is 0
	again  bool   // another attempt may succeed
	Title  string
	Above  []crumb // the pages that this one is under
	Body   any

	redirect string // the address to go to instead
}

// crumb is a link to a page above.
type crumb struct{ Name, Link string }

//go:embed templates/*.html
var sources embed.FS

// templates are those of the pages by name, each with the layout around it.
type templates map[string]*template.Template

func parseTemplates(money show.Currency) (templates, error) {
	shared := template.New("layout.html").Funcs(functions(money)).Funcs(periods)
	if _, err := shared.ParseFS(sources, "templates/layout.html", "templates/parts.html"); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	files, err := fs.Glob(sources, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	all := templates{}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "layout" || name == "parts" {
			continue
		}
		t, err := shared.Clone()
		if err == nil {
			t, err = t.ParseFS(sources, file)
		}
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		all[name] = t
	}
	return all, nil
}

// render gives what sends the page, whole.
func (s *site) render(v *visit, p *page) (send func(http.ResponseWriter)) {
	if p.redirect != "" {
		return func(w http.ResponseWriter) { http.Redirect(w, v.request, p.redirect, http.StatusSeeOther) }
	}
	p.visit = v
	var b bytes.Buffer
	if err := s.pages[p.name].Execute(&b, p); err != nil {
		s.options.Logger.Error("a page could not be rendered", "page", p.name, "error", err)
		return func(w http.ResponseWriter) {
			http.Error(w, "the page could not be rendered", http.StatusInternalServerError)
		}
	}
	return func(w http.ResponseWriter) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		// The past can change too: a fact may be recorded long after it happened.
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Length", strconv.Itoa(b.Len()))
		if p.again {
			h.Set("Retry-After", "2")
		}
		if p.status != 0 {
			w.WriteHeader(p.status)
		}
		if v.request.Method != http.MethodHead {
			_, _ = w.Write(b.Bytes()) // fails if the client disconnected
		}
	}
}
