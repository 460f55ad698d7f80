// Package web shows a marketplace's statistics as pages in a browser: the My
// Stats page of a freelancer, a client's standing, the marketplace's figures,
// and for each number its explanation down to the events.
//
//	h, err := web.NewHandler(market.Questions, web.Options{Log: market.Store()})
//	...
//	http.Handle("/", h)
//
// Every page is as of a moment and under a policy, which its query names
// (?as_of=2017-04-30&policy=2015) and every link keeps. A page is HTML that the
// server renders and that needs no JavaScript; plots are SVG with the same
// numbers in a table beside them.
//
// What people wrote is on no page, and neither is a feedback's private mark. Ids
// and amounts are, of everybody: a host puts its own login in front.
package web
