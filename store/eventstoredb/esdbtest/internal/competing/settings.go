package competing

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
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

// Settings are those of a group.
type Settings struct {
	Links           bool `json:"resolveLinkTos"`
	ExtraStatistics bool `json:"extraStatistics"`
	// Start is where a group without a checkpoint starts, inclusive.
	Start engine.From `json:"start"`
	// MessageTimeout is how long a consumer may take for an event before it
	// is given to another; 0 is for ever.
	MessageTimeout time.Duration `json:"messageTimeout"`
	MaxRetryCount  int           `json:"maxRetryCount"` // then the event is parked
	// A checkpoint is written after MaxCheckpoint events, or after
	// CheckpointAfter if there were MinCheckpoint.
	CheckpointAfter time.Duration `json:"checkPointAfter"`
	MinCheckpoint   int           `json:"minCheckPointCount"`
	MaxCheckpoint   int           `json:"maxCheckPointCount"`
	MaxSubscribers  int           `json:"maxSubscriberCount"` // 0: any number
	LiveBuffer      int           `json:"liveBufferSize"`     // reported, not used: a group always reads the log
	ReadBatch       int           `json:"readBatchSize"`
	Buffer          int           `json:"historyBufferSize"`
	Strategy        Strategy      `json:"consumerStrategy"`
	Filter          *Filter       `json:"filter,omitempty"` // of a group on engine.AllStream
}

// Filter is a filter in a form that can be kept.
type Filter struct {
	By       engine.Subject `json:"by"`
	Prefixes []string       `json:"prefixes,omitempty"`
	Regex    string         `json:"regex,omitempty"`
}

// Bounds of the settings: what a client asks beyond them is cut down.
const (
	maxBuffer    = 10_000
	maxReadBatch = 1_000
	maxGroups    = 10_000
)

// normalize fills in what is missing and cuts down what is too much.
func (s *Settings) normalize() error {
	s.Buffer = min(max(s.Buffer, 1), maxBuffer)
	s.ReadBatch = min(max(s.ReadBatch, 1), maxReadBatch)
	s.MaxCheckpoint = max(s.MaxCheckpoint, 1)
	if s.Start.Value > math.MaxInt64 {
		s.Start = engine.From{End: true}
	}
	if s.Strategy == "" {
		s.Strategy = RoundRobin
	}
	if !s.Strategy.known() {
		return fmt.Errorf("competing: consumer strategy %q does not exist", s.Strategy)
	}
	_, err := s.filter()
	return err
}

func (s *Settings) filter() (engine.Filter, error) {
	if s.Filter == nil {
		return engine.ServedFilter(), nil
	}
	return engine.NewFilter(s.Filter.By, s.Filter.Prefixes, s.Filter.Regex)
}

// configStream holds, as its last event, the settings of all groups.
const (
	configStream = "$persistentSubscriptionConfig"
	configType   = "$PersistentConfig"
)

// config is that event's data.
type config struct {
	Version string  `json:"version"`
	Entries []entry `json:"entries"`
}

type entry struct {
	Stream   string   `json:"stream"`
	Group    string   `json:"group"`
	Settings Settings `json:"settings"`
}

func (c config) event() (engine.Event, error) {
	data, err := json.Marshal(c)
	return engine.Event{ID: uuid.New(), Type: configType, JSON: true, Data: data}, err
}
