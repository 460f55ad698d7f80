// Package web shows a marketplace's statistics as pages in a browser: the My
// Stats page of a freelancer, a client's standing, the marketplace's figures,
// and for each number its explanation down to contracts and events.
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
// Of what people wrote the pages show what is public, such as published feedback, and
// the rest only with Options.ShowText; a feedback's private mark is on none. Ids and
// amounts are, of everybody: a host puts its own login in front.
package web
