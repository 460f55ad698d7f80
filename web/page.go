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
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
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

// functions are what templates write values with.
func functions(money show.Currency) template.FuncMap {
	return template.FuncMap{
		"amount":   func(m event.Money) string { return money.Amount(m) },
		"code":     func() string { return money.Code },
		"count":    func(n any) string { return counted(n) },
		"day":      func(t event.Time) string { return t.Date().String() },
		"badge":    show.Badge,
		"leftout":  show.LeftOut,
		"perk":     show.Perk,
		"leaves":   show.Assessments,
		"entitled": show.Entitlement,
		"given":    func(id uuid.UUID) bool { return id != uuid.Nil },
		"hours":    show.Hours,
		"join":     strings.Join,
		"lapse":    show.Lapse,
		"lot":      show.Lot,
		"nextstep": show.Step,
		"money":    func(m event.Money) string { return money.Money(m) },
		"of":       func(n any, one, many string) string { return show.Of(whole(n), one, many) },
		"overall":  func(hundredths int) string { return show.Decimal(int64(hundredths), 2) },
		"percent":  show.Percent,
		"public":   func(t event.Text) string { return string(t) },
		"ppm":      show.PercentOfMillion,
		"have": func(c statistics.Condition) string {
			if c.Have == nil {
				return show.Unknown
			}
			return show.Measure(*c.Have, c.Unit, money)
		},
		"protected":      show.Protected,
		"reason":         func(code any) string { return show.Reason(text(code)) },
		"recorded":       func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.999") },
		"shown":          func(t statistics.Shown) string { return string(t) },
		"short":          func(id uuid.UUID) string { return id.String()[:8] },
		"signal":         show.Signal,
		"standing":       show.Standing,
		"stars":          show.Stars,
		"span":           func(seconds *int64) string { return span(seconds) },
		"text":           text,
		"via":            show.Via,
		"badge_standing": show.BadgeStanding,
		"form":           show.Form,
		"when":           when,
	}
}

// periods are what templates write the periods of a policy with.
var periods = template.FuncMap{
	"aday":       show.ADay,
	"begins":     show.LastMonthsBegin,
	"days":       show.Days,
	"earlier":    show.EarlierMonths,
	"inwords":    show.InWords,
	"last":       show.Last,
	"lastmonths": show.LastMonths,
	"months":     show.Months,
	"period":     show.Period,
	"quarters":   show.Quarters,
	"rule":       show.StandingRule,
}

// text is one value or several in their own words.
func text(v ...any) string {
	var b strings.Builder
	for _, part := range v {
		fmt.Fprint(&b, part)
	}
	return b.String()
}

// whole is any integer; a template hands over several types of them.
func whole(n any) int64 {
	switch n := n.(type) {
	case int:
		return int64(n)
	case int64:
		return n
	case event.Connects:
		return int64(n)
	}
	panic(fmt.Sprintf("web: a template counts a %T", n)) // which Execute gives as an error
}

// counted is an integer, or a pointer to one that is nil if it is unknown.
func counted(n any) string {
	if p, ok := n.(*int64); ok {
		if p == nil {
			return show.Unknown
		}
		n = *p
	}
	return show.Count(whole(n))
}

func span(seconds *int64) string {
	if seconds == nil {
		return show.Unknown
	}
	return show.Span(*seconds)
}

// when is a moment for people and for machines.
func when(t event.Time) template.HTML {
	if t == event.Never {
		return "never"
	}
	return template.HTML(`<time datetime="` + t.String() + `">` + t.Std().Format("2006-01-02 15:04:05") + `</time>`)
}

// named is how a page calls an account.
func named(kind string, id uuid.UUID) string { return kind + " " + id.String() }

// pager is which part of a long list a page shows.
type pager struct {
	Of              string // the list's name
	From, To, Total int    // 1 to Total; all 0 of an empty list
	Earlier, Later  string // addresses of the parts beside, "" if there are none
}

// theList is the name in a query of the page number of a page's one list, or of the first;
// the others have names of their own, as in lists.
const theList = "page"

// lists are the names of page numbers.
var lists = []string{theList, "milestones", "money", "weeks", "disputes", "asked", "candidates", "events"}

// part is the number of the part of a list that the query asks for.
func (v *visit) part(list string) (int, error) {
	text := v.query.Get(list)
	if text == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, &problem{http.StatusNotFound, "The list has no page of that number; the first is 1."}
	}
	return n, nil
}

// pager is part n of a list of so many, each part of the same size.
func (v *visit) pager(list string, n, total, size int) (pager, error) {
	pages := max(1, (total+size-1)/size)
	if n > pages {
		return pager{}, &problem{http.StatusNotFound, fmt.Sprintf("The list has no page of that number; it has %s.", show.Of(pages, "page", "pages"))}
	}
	from := (n - 1) * size
	to := min(from+size, total)
	p := pager{Of: list, From: min(from+1, to), To: to, Total: total}
	if n > 1 {
		p.Earlier = v.inList(list, n-1)
	}
	if n < pages {
		p.Later = v.inList(list, n+1)
	}
	return p, nil
}

// inList is the address of a part of a list; of one that is not the first on its page,
// with the place of its heading.
func (v *visit) inList(list string, n int) string {
	if list == theList {
		return v.Again(list, n)
	}
	return v.Again(list, n) + "#" + list + "-head"
}

// paged gives the part of the page's list that the query asks for.
func paged[T any](v *visit, all []T, size int) ([]T, pager, error) {
	return pagedList(v, theList, all, size)
}

// pagedList gives the part of a list that the query asks for.
func pagedList[T any](v *visit, list string, all []T, size int) ([]T, pager, error) {
	n, err := v.part(list)
	if err != nil {
		return nil, pager{}, err
	}
	p, err := v.pager(list, n, len(all), size)
	if err != nil {
		return nil, pager{}, err
	}
	return all[(n-1)*size : p.To], p, nil
}

// facts are events that a statistic rests on, as a table of their own.
type facts struct {
	Of    string // what they are about, for who hears the table
	Facts []projection.Evidence
}

// Facts are the events of one of the things that an explanation lists.
func (v *visit) Facts(kind string, id uuid.UUID, list []projection.Evidence) facts {
	return facts{named(kind, id), list}
}

// disputeFigure is a dispute rate with the address of its explanation.
type disputeFigure struct {
	statistics.DisputeRate
	RecentMonths int
	Why          string
}

// Disputes is a dispute rate with the address of its explanation.
func (v *visit) Disputes(rate statistics.DisputeRate, why string) disputeFigure {
	return disputeFigure{rate, v.Policy.DisputeRate.RecentMonths, why}
}
