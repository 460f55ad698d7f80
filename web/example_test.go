package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/web"
)

// A host mounts the pages under a path of its own, behind its own login.
func ExampleNewHandler() {
	market, err := open.Marketplace(context.Background(), "memory:", marketplace.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer market.Close()
	freelancer := uuid.MustParse("252b981e-bce9-4e06-9c0d-6cb1dc06657d")
	if _, err := market.Do(context.Background(), aggregate.RegisterFreelancer{Freelancer: freelancer}); err != nil {
		fmt.Println(err)
		return
	}

	pages, err := web.NewHandler(market.Questions, web.Options{Log: market.Store(), Prefix: "/statistics"})
	if err != nil {
		fmt.Println(err)
		return
	}
	withLogin := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if user, _, ok := r.BasicAuth(); !ok || user != "auditor" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	mux := http.NewServeMux()
	mux.Handle("/statistics/", withLogin(pages))

	request := httptest.NewRequest(http.MethodGet, "/statistics/freelancers/"+freelancer.String(), nil)
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, request)
	fmt.Println("without a login:", answer.Code)
	request.SetBasicAuth("auditor", "…")
	answer = httptest.NewRecorder()
	mux.ServeHTTP(answer, request)
	fmt.Println("with one:", answer.Code)
	// Output:
	// without a login: 401
	// with one: 200
}
