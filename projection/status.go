package projection

import (
	"fmt"
	"strings"

	"github.com/marketcore/marketplace/event"
)

// Status is how much of a log the records of a view hold, and with them an answer
// that is made of them. A read model is complete as far as its runners know: what was
// appended since the last of them ended it cannot know.
type Status struct {
	// Position: every event up to it is in the records.
	Position event.Position
	// Head is where the newest event stands that is known of.
	Head event.Position
	// Partitions is in how many parts the records are divided.
	Partitions int
	// Behind are the indexes of those parts that are not at Head, in order. Nobody
	// follows them, or their runners have not come so far, or have stopped.
	Behind []int
	// Foreign is how many events of streams that are not the marketplace's, see
	// event.Foreign, were passed over. A read model does not keep it: its runners
	// told theirs.
	Foreign uint64
}

// Complete reports whether the records hold all that is known of.
func (s Status) Complete() bool { return len(s.Behind) == 0 }

// String is a sentence for people, without its full stop.
func (s Status) String() string {
	switch n := len(s.Behind); {
	case n == 0:
		return fmt.Sprintf("everything up to position %d is counted", s.Position)
	case s.Partitions == 1:
		return fmt.Sprintf("the read model is behind: it counts events up to position %d, and the newest known is at %d", s.Position, s.Head)
	default:
		some := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(s.Behind)), ", "), "[]")
		are := "are"
		if n == 1 {
			are = "is"
		}
		return fmt.Sprintf("the read model is partial: of its %d partitions %d %s behind (%s), and the last of those counts events up to position %d; the newest known is at %d",
			s.Partitions, n, are, some, s.Position, s.Head)
	}
}
