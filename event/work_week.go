package event

import "fmt"

// SegmentKind is how ten minutes of work were recorded.
type SegmentKind string

// The kinds of segments.
const (
	SegmentTracked SegmentKind = "tracked"
	SegmentManual  SegmentKind = "manual"
)

// Unprotected is why payment protection does not cover a segment.
type Unprotected string

// The reasons, in the order in which the first that holds is told.
const (
	UnprotectedManual        Unprotected = "manual"
	UnprotectedNoMemo        Unprotected = "no_memo"
	UnprotectedNoActivity    Unprotected = "no_activity"
	UnprotectedNoScreenshot  Unprotected = "no_screenshot"
	UnprotectedPaymentMethod Unprotected = "payment_method" // the client's is not verified
	UnprotectedIdentity      Unprotected = "identity"       // the freelancer's is not verified
	UnprotectedHold          Unprotected = "hold"           // one of the freelancer's is in force
	UnprotectedAccount       Unprotected = "account"        // one of the three, in a log of the first edition
	UnprotectedOverLimit     Unprotected = "over_limit"     // never in an event: known from the invoice on
)

// SegmentLogged says that ten minutes of work entered the Work Diary.
type SegmentLogged struct {
	Start      Time        `json:"start"` // at :00, :10, …
	Kind       SegmentKind `json:"kind"`
	Activity   int         `json:"activity"` // 0 to 10
	Screenshot bool        `json:"screenshot"`
	// ScreenshotRef says where the host keeps the screenshot and ScreenshotSHA256, 64
	// hexadecimal digits, what it was. Neither is ever opened here.
	ScreenshotRef    string `json:"screenshot_ref,omitzero"`
	ScreenshotSHA256 string `json:"screenshot_sha256,omitzero"`
	// Unprotected is the first reason why payment protection does not cover the
	// segment, as of the logging. Without one all of its conditions held but the weekly
	// limit, which is known only when the week is invoiced.
	Unprotected Unprotected `json:"unprotected,omitzero"`
	Memo        Text        `json:"memo,omitzero"`
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
