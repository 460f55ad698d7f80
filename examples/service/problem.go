package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
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

// statuses are those of rejections that are not 409 Conflict: what the request
// itself has wrong, and what is not there. All others are about the state that
// the command met.
var statuses = map[aggregate.Code]int{
	aggregate.Invalid:             http.StatusUnprocessableEntity,
	aggregate.InvalidAmount:       http.StatusUnprocessableEntity,
	aggregate.CoverLetterRequired: http.StatusUnprocessableEntity,
	aggregate.NotFound:            http.StatusNotFound,
	aggregate.ClientSuspended:     http.StatusForbidden,
	aggregate.ProfilePrivate:      http.StatusForbidden,
}

// retryAfter is what a requester is told to wait when the log is away, in seconds.
const retryAfter = 2

// fail tells an error. What the requester can do nothing about stays in the
// host's log.
func (s *service) fail(w http.ResponseWriter, r *http.Request, err error) {
	var rejected *aggregate.Rejection
	switch {
	case errors.As(err, &rejected):
		status, ok := statuses[rejected.Code]
		if !ok {
			status = http.StatusConflict
		}
		problem{Status: status, Code: string(rejected.Code), Detail: rejected.Detail, Stream: rejected.Stream}.write(w)
	case errors.Is(err, errForbidden):
		problem{Status: http.StatusForbidden, Code: "forbidden", Detail: err.Error()}.write(w)
	case errors.Is(err, statistics.ErrNotFound):
		problem{Status: http.StatusNotFound, Code: string(aggregate.NotFound), Detail: err.Error()}.write(w)
	case errors.Is(err, statistics.ErrUnknownPolicy):
		problem{Status: http.StatusBadRequest, Code: "unknown_policy", Detail: err.Error()}.write(w)
	case r.Context().Err() != nil || errors.Is(err, context.Canceled):
		// Nobody is there to be told. Whether the command was done, sending it
		// again with its key will tell.
	case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrUnavailable), errors.Is(err, store.ErrClosed):
		s.logger.Warn("the log is away", "path", r.URL.Path, "error", err)
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
		problem{Status: http.StatusServiceUnavailable, Code: store.CodeOf(err),
			Detail: "send the same request again, with the same Idempotency-Key"}.write(w)
	default:
		s.logger.Error("a request failed", "path", r.URL.Path, "error", err)
		problem{Status: http.StatusInternalServerError}.write(w)
	}
}
