package marketplace

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/script"
)

// ImportReport says what became of a script's lines: Lines = Applied + Repeated
// + Rejected, blank lines aside.
type ImportReport struct {
	Lines      int64             `json:"lines"`
	Applied    int64             `json:"applied"`
	Repeated   int64             `json:"repeated"` // the command id had an outcome before
	Rejected   int64             `json:"rejected"`
	Rejections []ImportRejection `json:"rejections"` // in line order
}

// ImportRejection is a line that was rejected.
type ImportRejection struct {
	Line   int64          `json:"line"` // physical line number, from 1
	ID     *uuid.UUID     `json:"id"`   // nil if none can be read
	Cmd    *string        `json:"cmd"`  // as it stands, nil if it is no text
	Code   aggregate.Code `json:"code"` // of a rejection, or that of store.ErrTooLarge
	Detail string         `json:"detail"`
}

// ImportRepeat is a line whose command id had an outcome before, and that outcome.
type ImportRepeat struct {
	Line  int64     `json:"line"` // physical line number, from 1
	ID    uuid.UUID `json:"id"`
	Cmd   *string   `json:"cmd"`   // as it stands, nil if it is no text
	First string    `json:"first"` // ImportApplied or ImportRejected

	Stream    string         `json:"stream,omitempty"`     // applied: which stream it wrote
	FirstLine int64          `json:"first_line,omitempty"` // rejected: in which line of its script it stood
	Code      aggregate.Code `json:"code,omitempty"`       // rejected: why
}

// The outcomes that an ImportRepeat may tell.
const (
	ImportApplied  = "applied"
	ImportRejected = "rejected"
)

// ImportOptions are an import's settings. The zero value is ready for use.
type ImportOptions struct {
	// Line is called for each line that is read, before it is decided: to tell, for
	// one, a file in which no line is a command. It changes nothing of the line.
	Line func(*script.Line)

	// Progress is called with the report so far, after every group of lines
	// that has become durable. Its Rejections are nil.
	Progress func(ImportReport)

	// Rejection is called for each rejected line once its outcome is durable,
	// in line order, instead of collecting it in the report: for a script with
	// more rejections than memory should hold. An error of it ends the import.
	Rejection func(ImportRejection) error

	// Repeat is called for each repeated line, in line order, with the outcome that
	// its command id had first. An error of it ends the import. It takes about 200
	// bytes more of memory for each command of the log.
	Repeat func(ImportRepeat) error
}
