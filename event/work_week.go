package event

import "fmt"

// SegmentKind is how ten minutes of work were recorded.
type SegmentKind string

// The kinds of segments.
const (
	SegmentTracked SegmentKind = "tracked"
	SegmentManual  SegmentKind = "manual"
)

// SegmentLogged says that ten minutes of work entered the Work Diary.
type SegmentLogged struct {
	Start      Time        `json:"start"` // at :00, :10, …
	Kind       SegmentKind `json:"kind"`
	Activity   int         `json:"activity"` // 0 to 10
	Screenshot bool        `json:"screenshot"`
	// Protectable: at logging, all conditions of payment protection held but
	// the weekly limit, which is known only when the week is invoiced.
	Protectable bool `json:"protectable"`
	Memo        Text `json:"memo,omitzero"`
}

// SegmentDeleted takes a segment out of the diary again.
type SegmentDeleted struct {
	Start Time `json:"start"`
}

// WeekInvoiced locks the week's diary and bills it.
type WeekInvoiced struct {
	Minutes          int64 `json:"minutes"`            // all logged
	OverLimitMinutes int64 `json:"over_limit_minutes"` // not billed
	ProtectedMinutes int64 `json:"protected_minutes"`  // billed and covered by payment protection
	Amount           Money `json:"amount"`
	ReviewEndsAt     Time  `json:"review_ends_at"`
}

func (*SegmentLogged) EventType() string  { return "SegmentLogged" }
func (*SegmentDeleted) EventType() string { return "SegmentDeleted" }
func (*WeekInvoiced) EventType() string   { return "WeekInvoiced" }

func (e *SegmentLogged) Format(f fmt.State, verb rune) { format(f, verb, e) }
