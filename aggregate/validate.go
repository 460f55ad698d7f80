package aggregate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// MaxText is the longest text of a command, in bytes.
const MaxText = 1 << 20

// validation collects what a command alone can tell. Of several failures the
// one decides that comes first in the rules: any invalid before any
// invalid_amount before cover_letter_required.
type validation struct {
	command  Command
	failures [3]*Rejection
}

func validate(c Command) *validation { return &validation{command: c} }

func (v *validation) err() error {
	for _, r := range v.failures {
		if r != nil {
			return r
		}
	}
	return nil
}

func (v *validation) fail(rank int, code Code, format string, args ...any) {
	if v.failures[rank] == nil {
		v.failures[rank] = &Rejection{
			Code: code, Command: CommandName(v.command), Stream: v.command.stream(), Detail: fmt.Sprintf(format, args...),
		}
	}
}

func (v *validation) must(ok bool, format string, args ...any) *validation {
	if !ok {
		v.fail(0, Invalid, format, args...)
	}
	return v
}

// id wants an id: the nil UUID stands for none.
func (v *validation) id(name string, id uuid.UUID) *validation {
	return v.must(id != uuid.Nil, "%s is missing", name)
}

// text wants text of a size that can be stored; it may be empty.
func (v *validation) text(name string, text string) *validation {
	return v.must(len(text) <= MaxText, "%s is longer than %d bytes", name, MaxText).
		must(utf8.ValidString(text), "%s is not UTF-8", name)
}

// filled wants text that holds more than white space.
func (v *validation) filled(name string, text string) *validation {
	return v.text(name, text).must(!blank(text), "%s is missing", name)
}

// day wants a real date, or none.
func (v *validation) day(name string, d event.Day) *validation {
	_, err := event.ParseDay(string(d))
	return v.must(d == "" || err == nil, "%s must be a date, such as 2016-02-29", name)
}

func (v *validation) week(w event.Week) *validation {
	_, err := event.ParseWeek(w.String())
	return v.must(err == nil, "week must be an ISO week that exists, such as 2016-W05")
}

// given wants text that may be left out, and holds more than white space where it is
// not.
func (v *validation) given(name string, text string) *validation {
	return v.text(name, text).must(text == "" || !blank(text), "%s is blank", name)
}

// texts wants a list of texts of a size that can be stored, in all.
func (v *validation) texts(name string, list []event.Text) *validation {
	size := 0
	for _, text := range list {
		v.text(name, string(text))
		size += len(text) + 1
	}
	return v.must(size <= MaxText, "%s are longer than %d bytes", name, MaxText)
}

// sha256 wants a digest in hexadecimal digits, small or capital, or none.
func (v *validation) sha256(name string, digest string) *validation {
	digits, err := hex.DecodeString(digest)
	return v.must(digest == "" || err == nil && len(digits) == sha256.Size, "%s must be 64 hexadecimal digits", name)
}

func (v *validation) amount(name string, m event.Money) *validation {
	if m <= 0 {
		v.fail(1, InvalidAmount, "%s is %d, must be above 0", name, m)
	}
	return v
}

func (v *validation) share(name string, m event.Money) *validation {
	if m < 0 {
		v.fail(1, InvalidAmount, "%s is %d, must not be below 0", name, m)
	}
	return v
}

// coverLetter wants text that holds more than white space; without it the code
// is one of its own.
func (v *validation) coverLetter(what string, letter event.Text) *validation {
	v.text("cover_letter", string(letter))
	if blank(string(letter)) {
		v.fail(2, CoverLetterRequired, "%s with a cover letter", what)
	}
	return v
}

// terms wants a kind of contract, for an hourly one its fields, of which rate
// and limit are required, and for a fixed-price one none of them.
func (v *validation) terms(kind event.ContractKind, rate *event.Money, limit *int64, manual *bool) {
	oneOf(v, "kind", kind, event.KindFixed, event.KindHourly)
	if kind == event.KindFixed {
		v.must(rate == nil && limit == nil && manual == nil,
			"hourly_rate, weekly_limit_minutes and manual_time_allowed go with kind hourly only")
		return
	}
	v.must(rate != nil, "hourly_rate is missing")
	v.must(limit != nil, "weekly_limit_minutes is missing")
	v.must(limit == nil || *limit > 0, "weekly_limit_minutes must be above 0")
	if rate != nil {
		v.amount("hourly_rate", *rate)
	}
}

func oneOf[S ~string](v *validation, name string, value S, list ...S) *validation {
	return v.must(slices.Contains(list, value), "%s must be one of %v", name, list)
}

// shown reports whether an event can show the moment.
func shown(t event.Time) bool {
	return t != event.Never && t == t.AddSeconds(0) // which keeps moments in those years
}

func blank(text string) bool { return strings.TrimSpace(text) == "" }
