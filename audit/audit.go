// Package audit looks whether a log is one that the marketplace can have written:
// verifying a log finds bytes that were changed, an audit finds events that are whole
// and ought not to be.
//
// Rules holds every event against the decision that must have led to it
// (aggregate.Replay): money that was released and never funded, an invite of a client
// who was suspended, a deadline that nobody could have set. What it finds are Findings,
// which are no error: an error says that the log could not be read. docs/audit.md says
// what an audit cannot see.
package audit

import (
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// Options are an audit's settings. The zero value is ready for use.
type Options struct {
	// AsOf leaves out what happened later: it is neither counted nor judged. Default:
	// nothing is left out.
	AsOf time.Time

	// Terms are the periods that the marketplace had all its life. One that is 0, the
	// default, is not known: deadlines are taken as they are then, if any whole period
	// leads to them (aggregate.Replay).
	Terms aggregate.Terms

	// Aggregates is how many are kept in memory. Of others the stream is read again
	// when it is needed. Default 500,000, which are 1 to 2 kB each. At least 1.
	Aggregates int

	// Findings is after how many the audit ends. Default 1,000.
	Findings int
}

func (o Options) withDefaults() Options {
	if o.AsOf.IsZero() {
		o.AsOf = event.Latest.Std()
	}
	if o.Aggregates == 0 {
		o.Aggregates = 500_000
	}
	if o.Findings <= 0 {
		o.Findings = 1_000
	}
	return o
}

// Report is what an audit came to.
type Report struct {
	Events     int64 `json:"events"`      // of the marketplace that were looked at
	Streams    int64 `json:"streams"`     // that they are in
	PassedOver int64 `json:"passed_over"` // events of streams that are not the marketplace's
	// Unjudged are events of which nothing can be said: those behind a finding after
	// which their stream cannot be folded, and those whose decision read such a stream.
	Unjudged int64     `json:"unjudged"`
	Complete bool      `json:"complete"` // false where it ended after Options.Findings
	Findings []Finding `json:"findings"` // in the order of the log
}

// Finding is an event that ought not to be there, or not so.
type Finding struct {
	Position   event.Position `json:"position"`
	Stream     string         `json:"stream"`
	Revision   uint64         `json:"revision"`
	EventID    uuid.UUID      `json:"event_id"`
	Type       string         `json:"type"`
	OccurredAt event.Time     `json:"occurred_at"`
	Code       string         `json:"code"`    // that of an aggregate.Breach, or one of this package
	Rule       string         `json:"rule"`    // that is broken, such as "rules 3" or "fine print F7"
	Command    string         `json:"command"` // that was decided again, "" if there is none
	What       string         `json:"what"`    // a sentence; it holds no personal text
}

// Codes of findings beside those of aggregate.Breach.
const (
	Gap        = "gap"         // an event of the stream is missing before it
	Repeated   = "repeated"    // its command had been done before
	StreamName = "stream_name" // its stream has a category of the marketplace and no valid id
)
