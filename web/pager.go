package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

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

// resultsShown is how much a page shows of a list that is asked for part by part.
const resultsShown = 20

// listed asks for the part of a list that the query asks for, of a question that is told
// which part to give and answers with how long the whole is.
func listed[T any](v *visit, question func(offset, limit int) statistics.Question[T], total func(T) int64) (answer T, p pager, err error) {
	n, err := v.part(theList)
	if err != nil {
		return answer, p, err
	}
	if n > statistics.MaxSearchOffset/resultsShown {
		return answer, p, &problem{http.StatusNotFound, "The list has no page of that number."}
	}
	answer, err = marketplace.Ask(v.ctx(), v.asked, question((n-1)*resultsShown, resultsShown), v.options()...)
	if err != nil {
		return answer, p, err
	}
	p, err = v.pager(theList, n, int(total(answer)), resultsShown)
	return answer, p, err
}
