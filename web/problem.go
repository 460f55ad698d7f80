package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/statistics"
)

// problem is why there is no page, in a sentence for who asked for it.
type problem struct {
	status   int
	sentence string
}

func (p *problem) Error() string { return p.sentence }

func bad(sentence string) *problem { return &problem{http.StatusBadRequest, sentence} }

// nothing answers for every address that has no page.
func (s *site) nothing(*visit) (*page, error) {
	return nil, &problem{http.StatusNotFound, "There is no page at this address."}
}

// failed is the page that tells of an error. What is not the visitor's doing is
// logged; the library's errors hold no personal text.
func (s *site) failed(v *visit, err error) *page {
	var told *problem
	var none *statistics.NotFoundError
	again := false
	switch {
	case errors.As(err, &told):
	case errors.As(err, &none):
		told = &problem{fault.InfoOf(err).HTTP, absent(none)}
	default:
		info := fault.InfoOf(err)
		told, again = trouble(info), info.Again
		if !errors.Is(err, context.Canceled) && away(v.ctx()) == nil { // who knows that it is away tells of it
			s.options.Logger.Error("a page failed", "path", v.request.URL.Path, "error", err)
		}
	}
	return &page{name: "problem", status: told.status, again: again, Title: http.StatusText(told.status), Body: told.sentence}
}

// trouble says what the list does, in sentences.
func trouble(k fault.Info) *problem {
	sentence := "The page could not be computed: " + k.Meaning
	if k.Again {
		sentence = upper(k.Meaning)
	}
	return &problem{k.HTTP, sentence + ". " + upper(k.Do) + "."}
}

// absent says what there is not as of the page's moment.
func absent(e *statistics.NotFoundError) string {
	switch e.Kind {
	case "contract":
		return fmt.Sprintf("No contract %s had started as of %s.", e.ID, e.AsOf)
	case "job":
		return fmt.Sprintf("No job %s had been posted as of %s.", e.ID, e.AsOf)
	case "week":
		return fmt.Sprintf("Contract %s has nothing in week %s as of %s.", e.ID, e.Week, e.AsOf)
	}
	return fmt.Sprintf("No %s %s was registered as of %s.", e.Kind, e.ID, e.AsOf)
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// away is why there is no use in computing a page or going on with it, as
// Options.While says. It is nil if the page's time is up or the client disconnected.
func away(ctx context.Context) error {
	why := context.Cause(ctx)
	if code := fault.InfoOf(why).Code; code == "" || code == "cancelled" {
		return nil
	}
	return why
}

// refuse answers a request that comes to no page.
func (s *site) refuse(w http.ResponseWriter, r *http.Request, why error) {
	v, _ := s.visit(r)
	s.render(v, s.failed(v, why))(w)
}
