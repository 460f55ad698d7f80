package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/web"
)

func TestStatus(t *testing.T) {
	h := site(t)
	for address, want := range map[string]struct {
		status int
		words  string
	}{
		"/":                                   {200, "the log’s newest event is of 2018-"},
		"/?as_of=2000-01-01":                  {200, "no freelancer is registered"},
		"/?as_of=0001-01-01T00:00:00Z":        {200, "no client is registered"},
		"/?as_of=2035-12-31":                  {200, "hires"},
		"/?as_of=2036-01-02":                  {400, "at most 10 years ahead"},
		"/?as_of=9999-12-31":                  {400, "at most 10 years ahead"},
		"/?as_of=yesterday":                   {400, "as_of must be a date"},
		"/?as_of=2017-02-30":                  {400, "as_of must be a date"},
		"/?as_of=2017-04-30T12:00:00":         {400, "as_of must be a date"},
		"/?as_of=2017-04-30T12:00:00%2B02:00": {400, "as_of must be a date"},
		"/?policy=2014":                       {400, "policy must be one of 2015, 2020-03"},
		"/?policy=&as_of=":                    {200, "hires"},
		"/nowhere":                            {404, "no page at this address"},
		"/freelancers/" + nobody:              {404, "no freelancer " + nobody + " was registered as of"},
		"/freelancers/nobody":                 {404, "no id of the form"},
		"/freelancers/" + strings.ReplaceAll(freelancer, "-", ""): {404, "no id of the form"},
		"/freelancers/" + freelancer:                              {200, "too few"},
		"/freelancers/" + freelancer + "?as_of=2015-12-31":        {404, "was registered as of 2015-12-31t23:59:59z"},
		"/freelancers/" + freelancer + "/job-success?page=2":      {404, "the list has no page of that number; it has 1 page"},
		"/freelancers/" + freelancer + "/job-success?page=x":      {404, "no page of that number"},
		"/freelancers/" + freelancer + "/job-success?page=0":      {404, "no page of that number"},
		"/freelancers/" + nobody + "/job-success":                 {404, "no freelancer"},
		"/freelancers/" + nobody + "/responsiveness":              {404, "no freelancer"},
		"/freelancers/" + nobody + "/dispute-rate":                {404, "no freelancer"},
		"/freelancers/" + client:                                  {404, "no freelancer"},
		"/clients/" + client:                                      {200, "spent"},
		"/clients/" + freelancer:                                  {404, "no client"},
		"/clients/" + freelancer + "/dispute-rate":                {404, "no client"},
		"/accounts?id=" + freelancer:                              {303, ""},
		"/accounts?id=" + strings.ToUpper(client):                 {303, ""},
		"/accounts?id=" + nobody:                                  {404, "no account " + nobody},
		"/accounts?id=me":                                         {400, "the id of an account has the form"},
		"/accounts":                                               {400, "the id of an account has the form"},
		"/freelancers/" + nobody + "/badges":                      {404, "no freelancer"},
		"/freelancers/" + nobody + "/funnel":                      {404, "no freelancer"},
		"/freelancers/" + nobody + "/work":                        {404, "no freelancer"},
		"/clients/" + nobody + "/profile":                         {404, "no client"},
		"/search":                                                 {200, "freelancers found"},
		"/search?as_of=2000-01-01":                                {200, "0 freelancers found"},
		"/search?score=101":                                       {400, "score is 101; it is 0 to 100 percent"},
		"/search?score=many":                                      {400, "score must be a whole number"},
		"/search?rate_min=x":                                      {400, "rate_min must be an amount of usd, such as 25.00"},
		"/search?rate_max=-1":                                     {400, "rate_max must be an amount"},
		"/search?paid_min=1.005":                                  {400, "paid_min must be an amount"},
		"/search?hours_min=few":                                   {400, "hours_min must be a whole number of hours"},
		"/search?hours_min=-1":                                    {400, "hours_min is below 0"},
		"/search?order=paid":                                      {200, "freelancers found"},
		"/search?badge=best":                                      {400, "badge is"},
		"/search?level=never":                                     {400, "level is"},
		"/search?order=price":                                     {400, "order is"},
		"/search?page=2000":                                       {404, "no page of that number"},
		"/search?page=99999999":                                   {404, "no page of that number"},
		"/clients?as_of=2000-01-01":                               {200, "0 clients"},
		"/weeks":                                                  {200, "week by week"},
		"/weeks?as_of=2000-01-01":                                 {200, "nothing has happened yet"},
		"/weeks/2017-W05":                                         {200, "week 2017-w05"},
		"/weeks/2000-W05":                                         {200, "nothing happened in it"},
		"/weeks/2017-W53":                                         {404, "there is no such week"},
		"/weeks/2017-w05":                                         {404, "there is no such week"},
		"/funnel":                                                 {200, "no hire"},
		firstEvent(t):                                             {200, "clientregistered"},
		"/events/0":                                               {404, "which is a number from 1"},
		"/events/-1":                                              {404, "which is a number from 1"},
		"/events/99999999":                                        {404, "no event at position 99999999"},
		"/events/99999999999999999999":                            {404, "which is a number from 1"},
		"/static/style.css":                                       {200, ""},
		"/static/favicon.svg":                                     {200, ""},
		"/static/":                                                {404, "no page at this address"},
		"/static/../doc.go":                                       {404, "no page at this address"},
		"/?x=" + strings.Repeat("x", 3000):                        {414, "longer than 2,048 bytes"},
	} {
		w := get(h, address)
		if w.Code == http.StatusMovedPermanently || w.Code == http.StatusTemporaryRedirect { // a path made clean
			w = get(h, w.Header().Get("Location"))
		}
		require.Equal(t, want.status, w.Code, address)
		if want.words != "" {
			text := strings.ToLower(words(parsed(t, w.Body.String())))
			require.Contains(t, text, want.words, address)
			require.NotContains(t, text, "statistics: ", "%s: the name of a package is none of a visitor's business", address)
		}
		if want.status >= http.StatusBadRequest {
			require.NotRegexp(t, `\b(projection|statistics|readmodel|store): `, words(parsed(t, w.Body.String())), "a package's name says nothing to a visitor: "+address)
		}
	}
}

func TestHeaders(t *testing.T) {
	h := site(t)
	for _, address := range []string{"/", "/nowhere", "/?policy=x", "/static/style.css", firstEvent(t)} {
		head := get(h, address).Header()
		require.Contains(t, head.Get("Content-Security-Policy"), "default-src 'none'", address)
		require.Contains(t, head.Get("Content-Security-Policy"), "frame-ancestors 'none'", address)
		require.NotContains(t, head.Get("Content-Security-Policy"), "unsafe", address)
		require.Equal(t, "nosniff", head.Get("X-Content-Type-Options"), address)
		require.Equal(t, "DENY", head.Get("X-Frame-Options"), address)
		require.NotEmpty(t, head.Get("Content-Type"), address)
	}
	require.Equal(t, "no-store", get(h, "/").Header().Get("Cache-Control"))

	style := get(h, "/static/style.css").Header()
	require.Contains(t, style.Get("Content-Type"), "text/css")
	require.NotEmpty(t, style.Get("ETag"))
}

func TestOnlyRead(t *testing.T) {
	h := site(t)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodTrace, "ANYTHING"} {
		w := send(h, method, "/")
		require.Equal(t, http.StatusMethodNotAllowed, w.Code, method)
		require.Equal(t, "GET, HEAD", w.Header().Get("Allow"), method)
	}
	w := send(h, http.MethodHead, "/?as_of="+moment)
	require.Equal(t, http.StatusOK, w.Code)
	require.Zero(t, w.Body.Len())
	require.Equal(t, fmt.Sprint(get(h, "/?as_of="+moment).Body.Len()), w.Header().Get("Content-Length"))
}

// TestNumbers: the pages say what the reports say, which another implementation
// computed, at every moment and under every policy.
func TestNumbers(t *testing.T) {
	h := site(t)
	for _, name := range []string{
		"small.stats.2016-12-31.json", "small.stats.2017-04-30.json", "small.stats.2017-04-30.2015.json",
		"small.stats.2017-04-30.2020-03.json", "small.stats.2018-02-28.json",
	} {
		t.Run(name, func(t *testing.T) {
			r := report(t, name)
			query := url.Values{"as_of": {r.AsOf.String()}, "policy": {r.Policy}}.Encode()
			policy, err := statistics.Preset(r.Policy)
			require.NoError(t, err)
			usd, err := show.CurrencyOf("USD")
			require.NoError(t, err)

			overview := words(document(t, h, "/?"+query))
			require.Contains(t, overview, "Paid to freelancers "+usd.Amount(r.Marketplace.Paid))
			require.Contains(t, overview, "Invites sent "+show.Count(r.Marketplace.InvitesSent))
			require.Contains(t, overview, "Dispute rate "+show.PercentOfMillion(r.Marketplace.DisputeRate.PPM))
			require.Contains(t, overview, "by invite "+show.Count(r.Marketplace.Hires.Invite))
			require.Contains(t, overview, "direct "+show.Count(r.Marketplace.Hires.Direct))

			require.NotEmpty(t, r.Freelancers)
			for id, f := range r.Freelancers {
				text := words(document(t, h, "/freelancers/"+id.String()+"?"+query))
				score := show.Unknown + " too few outcomes"
				if f.JobSuccess != nil {
					score = fmt.Sprintf("%d %% from the best window that counts, %d months", f.JobSuccess.Displayed, f.JobSuccess.WindowMonths)
				}
				require.Contains(t, text, "Job Success "+score)
				require.Contains(t, text, "Invites answered "+show.Percent(f.Responsiveness.RateBP)+" "+show.Level(f.Responsiveness.Level, policy.Responsiveness))
				require.Contains(t, text, "Dispute rate "+show.PercentOfMillion(f.DisputeRate.PPM))
				require.Contains(t, text, "Paid "+usd.Amount(f.Paid))
			}
			for id, c := range r.Clients {
				text := words(document(t, h, "/clients/"+id.String()+"?"+query))
				require.Contains(t, text, "Spent "+usd.Amount(c.Spent))
				require.Contains(t, text, "Dispute rate "+show.PercentOfMillion(c.DisputeRate.PPM))
			}
		})
	}
}

// TestExplanations: a page lists what the explanation lists.
func TestExplanations(t *testing.T) {
	h := site(t)
	policy, err := statistics.Preset(statistics.DefaultPolicy)
	require.NoError(t, err)
	model := projection.NewModel()
	require.NoError(t, model.Load(t.Context(), small(t).Store(), 1))

	score, err := statistics.Ask(t.Context(), model, statistics.ExplainJobSuccess(id(freelancer)), at(moment), policy)
	require.NoError(t, err)
	page := document(t, h, "/freelancers/"+freelancer+"/job-success?as_of="+moment)
	for _, c := range score.Contracts {
		require.Contains(t, words(page), c.Contract.String())
		for _, f := range c.Facts {
			require.Contains(t, words(page), fmt.Sprintf("#%d %s", f.Position, f.Type))
		}
	}
	require.Contains(t, words(page), "(76 − 25) / 101")

	answers, err := statistics.Ask(t.Context(), model, statistics.ExplainResponsiveness(id(busiest)), at(moment), policy)
	require.NoError(t, err)
	text := words(document(t, h, "/freelancers/"+busiest+"/responsiveness?as_of="+moment))
	require.NotEmpty(t, answers.Invites)
	for _, i := range answers.Invites {
		require.Contains(t, text, i.Invite.String())
	}

	disputes, err := statistics.Ask(t.Context(), model, statistics.ExplainMarketplaceDisputeRate(), at(moment), policy)
	require.NoError(t, err)
	found := map[string]bool{}
	for page := 1; len(found) < len(disputes.Contracts); page++ {
		doc := document(t, h, fmt.Sprintf("/dispute-rate?as_of=%s&page=%d", moment, page))
		before := len(found)
		for _, item := range elements(doc, "li") {
			if codes := elements(item, "code"); len(codes) == 3 {
				found[words(codes[0])] = true
			}
		}
		require.Greater(t, len(found), before, "page %d", page)
	}
	for _, c := range disputes.Contracts {
		require.True(t, found[c.Contract.String()], c.Contract)
	}
}

func TestLinksKeepMomentAndPolicy(t *testing.T) {
	h := handler(t, web.Options{Log: small(t).Store(), Prefix: "/stats"})
	for _, address := range []string{"/stats/", "/stats/freelancers/" + freelancer, "/stats/clients/" + client, "/stats" + firstEvent(t), "/stats/dispute-rate",
		"/stats/search", "/stats/jobs", "/stats/weeks", "/stats/weeks/2017-W05", "/stats/funnel", "/stats/freelancers/" + freelancer + "/badges"} {
		doc := document(t, h, address+"?as_of=2017-04-30&policy=2020-11")
		for _, a := range elements(doc, "a") {
			if href := attribute(a, "href"); href != "#main" {
				require.True(t, strings.HasPrefix(href, "/stats/"), href)
				kept, err := url.Parse(href)
				require.NoError(t, err)
				require.Equal(t, "2017-04-30", kept.Query().Get("as_of"), href)
				require.Equal(t, "2020-11", kept.Query().Get("policy"), href)
			}
		}
	}
	w := get(h, "/stats/accounts?as_of=2017-04-30&policy=2020-11&id="+client)
	require.Equal(t, "/stats/clients/"+client+"?as_of=2017-04-30&policy=2020-11", w.Header().Get("Location"))
	for _, address := range []string{"/", "/statsx", "/stats//weeks", "/stats/weeks/../weeks", "/other/stats/"} {
		w := get(h, address)
		require.Equal(t, http.StatusNotFound, w.Code, address)
		require.Contains(t, w.Body.String(), "no page at this address", address)
	}
	w = get(h, "/stats")
	require.Equal(t, http.StatusPermanentRedirect, w.Code)
	require.Equal(t, "/stats/", w.Header().Get("Location"))
}

func TestWithoutLog(t *testing.T) {
	h := handler(t, web.Options{})
	text := words(document(t, h, "/freelancers/"+freelancer+"/job-success?as_of="+moment))
	require.Regexp(t, `#\d+ ContractStarted`, text)
	for _, a := range elements(document(t, h, "/freelancers/"+freelancer+"/job-success?as_of="+moment), "a") {
		require.NotContains(t, attribute(a, "href"), "/events/")
	}
	w := get(h, "/events/1")
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Contains(t, w.Body.String(), "read model, which holds no events")
}

func TestOptions(t *testing.T) {
	for name, o := range map[string]web.Options{
		"currency":    {Currency: "dollars"},
		"concurrency": {Concurrency: -1},
		"no slash":    {Prefix: "stats"},
		"last slash":  {Prefix: "/stats/"},
	} {
		_, err := web.NewHandler(small(t).Questions, o)
		require.ErrorContains(t, err, "web: Options.", name)
	}
	text := words(document(t, handler(t, web.Options{Currency: "JPY"}), "/freelancers/"+freelancer+"?as_of="+moment))
	require.Contains(t, text, "2,410,000 JPY", "it has no minor unit")
}

// slow is a reader who takes nothing until it is told to.
type slow struct {
	*httptest.ResponseRecorder
	began chan struct{}
	read  chan struct{}
}

func (w slow) Write(b []byte) (int, error) {
	close(w.began)
	<-w.read
	return w.ResponseRecorder.Write(b)
}

// TestSlowReader: one who reads slowly keeps nobody else from a page.
func TestSlowReader(t *testing.T) {
	h := handler(t, web.Options{Concurrency: 1})
	w := slow{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	}()
	<-w.began
	require.Equal(t, http.StatusOK, get(h, "/").Code)
	close(w.read)
	<-done
	require.Equal(t, http.StatusOK, w.Code)
}
