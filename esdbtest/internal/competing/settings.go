package competing

import (
	"time"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// Key names a group: the stream it reads, or engine.AllStream, and its name.
type Key struct{ Stream, Group string }

// String is the id of the subscription as EventStoreDB writes it.
func (k Key) String() string { return k.Stream + "::" + k.Group }

// Names of the streams in which EventStoreDB keeps what a group must remember.
func (k Key) checkpointStream() string {
	return "$persistentsubscription-" + k.String() + "-checkpoint"
}
func (k Key) parkedStream() string { return "$persistentsubscription-" + k.String() + "-parked" }

// Settings are those of a group. Counts, times and sizes are taken as they are,
// also those below 0.
type Settings struct {
	Links           bool
	ExtraStatistics bool
	Start           Position // where a group without a checkpoint starts, inclusive, or End
	// MessageTimeout is how long a consumer may take for an event before it
	// is given to another; once a second somebody looks. 0 has passed at once.
	MessageTimeout time.Duration
	MaxRetryCount  int // then the event is parked
	// A checkpoint is written after MaxCheckpoint events or, once a second,
	// after MinCheckpoint if CheckpointAfter has passed since the last; 0
	// never passes.
	CheckpointAfter time.Duration
	MinCheckpoint   int
	MaxCheckpoint   int
	MaxSubscribers  int // 0: any number
	LiveBuffer      int // how many of the latest live events are kept
	ReadBatch       int
	Buffer          int
	Strategy        Strategy
	Filter          *Filter // of a group on engine.AllStream
}

// Filter is a filter in a form that can be kept. A regular expression wins over
// prefixes.
type Filter struct {
	By       engine.Subject
	Prefixes []string
	Regex    string
}

// Sizes of reads.
const (
	maxBatch     = 100 // events
	defaultBatch = 20
	leastPage    = 10
)

// batch is how many events are read at a time, at most.
func (s *Settings) batch() int {
	if s.ReadBatch == 0 {
		return defaultBatch
	}
	return min(s.ReadBatch, maxBatch)
}

// page is how many events of the stream or the log are read at a time.
func (s *Settings) page() int { return min(max(s.ReadBatch, leastPage), s.batch()) }

func (s *Settings) filter() (engine.Filter, error) {
	if s.Filter == nil {
		return engine.Filter{}, nil
	}
	return engine.NewFilter(s.Filter.By, s.Filter.Prefixes, s.Filter.Regex)
}

// Refused says in EventStoreDB's words why a group cannot be made so.
type Refused struct{ Reason string }

func (e *Refused) Error() string { return "competing: " + e.Reason }

// check refuses settings that a group cannot have.
func (s *Settings) check(key Key, head uint64) error {
	switch {
	case s.Strategy.chooser() == nil:
		return &Refused{"Consumer strategy " + string(s.Strategy) + " does not exist."}
	case key.Stream != engine.AllStream:
		return nil
	case s.Start.Prepare > s.Start.Commit:
		return &Refused{"Invalid Start From position: prepare position must be less than or equal to the commit position."}
	case s.Start.Commit > int64(head):
		return &Refused{"Invalid Start From position: commit position must be less than or equal to the last commit position in the transaction file."}
	}
	return nil
}

// checkSizes refuses a batch that the buffer has no room for.
func (s *Settings) checkSizes() error {
	if s.ReadBatch >= s.Buffer {
		return &Refused{"Specified argument was out of the range of valid values. (Parameter 'ReadBatchSize may not be greater than or equal to BufferSize')"}
	}
	return nil
}
