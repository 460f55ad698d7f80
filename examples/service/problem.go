package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
)

const problemType = "application/problem+json"

// problem is a refusal as RFC 9457 has it. Code is the library's, which is
// stable; Detail is for people and holds no personal text.
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Code   string `json:"code,omitempty"`
	Stream string `json:"stream,omitempty"`
}

func (p problem) write(w http.ResponseWriter) {
	p.Title = http.StatusText(p.Status)
	write(w, p.Status, problemType, p)
}

// retryAfter is what a requester is told to wait when the log is away, in seconds.
const retryAfter = 2

// fail tells an error. Its info says how; what the requester can do nothing about
// stays in the host's log.
func (s *service) fail(w http.ResponseWriter, r *http.Request, err error) {
	var rejected *aggregate.Rejection
	why := context.Cause(r.Context())
	away := why != nil && marketplace.ErrorInfoOf(why).Code != "cancelled" // the log, which ended the request
	if away && marketplace.ErrorInfoOf(err).HTTP >= http.StatusInternalServerError && !errors.Is(err, errForbidden) {
		err = why
	}
	switch info := marketplace.ErrorInfoOf(err); {
	case errors.As(err, &rejected):
		problem{Status: info.HTTP, Code: info.Code, Detail: rejected.Detail, Stream: rejected.Stream}.write(w)
	case errors.Is(err, errForbidden):
		problem{Status: http.StatusForbidden, Code: "forbidden", Detail: err.Error()}.write(w)
	case !away && (why != nil || errors.Is(err, context.Canceled)):
		// Nobody is there to be told. Whether the command was done, sending it
		// again with its key will tell.
	case info.HTTP < http.StatusInternalServerError:
		problem{Status: info.HTTP, Code: info.Code, Detail: err.Error()}.write(w)
	case info.Again:
		s.logger.Warn("the log is away", "path", r.URL.Path, "error", err)
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
		problem{Status: info.HTTP, Code: info.Code, Detail: "send the same request again, with the same Idempotency-Key"}.write(w)
	default:
		s.logger.Error("a request failed", "path", r.URL.Path, "error", err)
		problem{Status: info.HTTP, Code: info.Code}.write(w)
	}
}
