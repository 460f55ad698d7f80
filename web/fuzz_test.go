package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzAddress: whatever is asked for, on whatever page, is answered: with a page, or
// with what is wrong with the address. Nothing is ours to be sorry for.
func FuzzAddress(f *testing.F) {
	h := site(f)
	for _, path := range []string{
		"/", "/search", "/jobs", "/weeks", "/weeks/2017-W05", "/funnel", "/dispute-rate", "/accounts", "/static/style.css", firstEvent(f), "/events/1", "", "//", "/../x", "nowhere", "/%zz",
		"/freelancers/" + busiest, "/freelancers/" + freelancer + "/job-success", "/freelancers/" + busiest + "/responsiveness", "/freelancers/" + freelancer + "/badges",
		"/freelancers/" + freelancer + "/work", "/freelancers/" + freelancer + "/profile", "/freelancers/" + freelancer + "/funnel", "/freelancers/" + freelancer + "/dispute-rate",
		"/clients", "/contracts/" + contract, "/jobs/" + contract, "/contracts/" + contract + "/weeks/2017-W05",
		"/clients/" + client, "/clients/" + client + "/profile", "/clients/" + client + "/dispute-rate",
	} {
		for _, query := range []string{
			"", "as_of=2017-04-30", "as_of=2017-04-30T12%3A00%3A00Z&policy=2015&page=2", "page=9223372036854775807", "page=-1", "milestones=2&weeks=0&disputes=x&events=9223372036854775807", "as_of=0001-01-01", "as_of=2035-12-31T23:59:59Z",
			"state=barred&due=1&order=signals&page=3", "score=90&available=1&badge=top_rated&level=very_responsive&order=newest&page=1", "score=-9223372036854775808", "text=a+b&skills=go%2C+sql&category=web&kind=hourly&budget_min=0&rate_min=9223372036854775807&order=candidates", "budget_min=92233720368547758.08", "id=" + client, "%zz&;=&&as_of=%00", "as_of=2017-04-30&as_of=x&policy=\xff",
		} {
			f.Add(path, query)
		}
	}
	f.Fuzz(func(t *testing.T, path, query string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, (&http.Request{
			Method: http.MethodGet, URL: &url.URL{Path: path, RawQuery: query}, RequestURI: path + "?" + query, Host: "localhost", Header: http.Header{},
		}).WithContext(t.Context()))
		require.Less(t, w.Code, http.StatusInternalServerError, "%q %q: %s", path, query, w.Body)
	})
}
