package competing

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// configStream holds, as its last event, the settings of all groups, in
// EventStoreDB's form.
const (
	configStream  = "$persistentSubscriptionConfig"
	configType    = "$PersistentConfig"
	configVersion = "2"
)

// config is that event's data.
type config struct {
	Version string    `json:"version"`
	Updated time.Time `json:"updated"`
	Entries []entry   `json:"entries"`
}

type entry struct {
	Stream          string  `json:"stream"`
	Group           string  `json:"group"`
	Filter          *filter `json:"filter,omitempty"`
	Links           bool    `json:"resolveLinkTos"`
	ExtraStatistics bool    `json:"extraStatistics"`
	MessageTimeout  int64   `json:"messageTimeout"` // milliseconds
	Start           string  `json:"startPosition"`
	LiveBuffer      int     `json:"liveBufferSize"`
	Buffer          int     `json:"historyBufferSize"`
	MaxRetryCount   int     `json:"maxRetryCount"`
	ReadBatch       int     `json:"readBatchSize"`
	CheckpointAfter int64   `json:"checkPointAfter"` // milliseconds
	MinCheckpoint   int     `json:"minCheckPointCount"`
	MaxCheckpoint   int     `json:"maxCheckPointCount"`
	MaxSubscribers  int     `json:"maxSubscriberCount"`
	Strategy        string  `json:"namedConsumerStrategy"`
}

// filter is a filter as it is kept: prefixes have commas between them, so that
// one with a comma is two after a restart, and a filter of nothing is none.
type filter struct {
	Context string `json:"context"`
	Type    string `json:"type"`
	Data    string `json:"data"`
}

const (
	contextStream = "streamid"
	contextType   = "eventtype"
	typeRegex     = "regex"
	typePrefix    = "prefix"
)

func keep(key Key, s Settings) entry {
	return entry{
		Stream: key.Stream, Group: key.Group, Filter: keepFilter(s.Filter),
		Links: s.Links, ExtraStatistics: s.ExtraStatistics,
		MessageTimeout: s.MessageTimeout.Milliseconds(),
		Start:          key.write(s.Start),
		LiveBuffer:     s.LiveBuffer, Buffer: s.Buffer, ReadBatch: s.ReadBatch,
		MaxRetryCount:   s.MaxRetryCount,
		CheckpointAfter: s.CheckpointAfter.Milliseconds(),
		MinCheckpoint:   s.MinCheckpoint, MaxCheckpoint: s.MaxCheckpoint,
		MaxSubscribers: s.MaxSubscribers, Strategy: string(s.Strategy),
	}
}

func keepFilter(f *Filter) *filter {
	if f == nil {
		return nil
	}
	kept := &filter{Context: contextStream, Type: typeRegex, Data: f.Regex}
	if f.By == engine.ByEventType {
		kept.Context = contextType
	}
	if f.Regex == "" {
		kept.Type, kept.Data = typePrefix, strings.Join(f.Prefixes, ",")
	}
	return kept
}

// group is a group as it is kept. It reports false of one that cannot be made
// again.
func (e entry) group() (Key, Settings, bool) {
	key := Key{e.Stream, e.Group}
	start, ok := key.parse(e.Start)
	f, kept := e.Filter.filter()
	s := Settings{
		Links: e.Links, ExtraStatistics: e.ExtraStatistics, Start: start,
		MessageTimeout:  time.Duration(e.MessageTimeout) * time.Millisecond,
		MaxRetryCount:   e.MaxRetryCount,
		CheckpointAfter: time.Duration(e.CheckpointAfter) * time.Millisecond,
		MinCheckpoint:   e.MinCheckpoint, MaxCheckpoint: e.MaxCheckpoint, MaxSubscribers: e.MaxSubscribers,
		LiveBuffer: e.LiveBuffer, ReadBatch: e.ReadBatch, Buffer: e.Buffer,
		Strategy: Strategy(e.Strategy), Filter: f,
	}
	return key, s, ok && kept && s.Strategy.chooser() != nil
}

func (f *filter) filter() (*Filter, bool) {
	if f == nil {
		return nil, true
	}
	parsed := &Filter{By: engine.ByStream}
	if f.Context == contextType {
		parsed.By = engine.ByEventType
	}
	if f.Type == typeRegex {
		parsed.Regex = f.Data
		return parsed, f.Data != ""
	}
	for prefix := range strings.SplitSeq(f.Data, ",") {
		if prefix != "" {
			parsed.Prefixes = append(parsed.Prefixes, prefix)
		}
	}
	return parsed, f.Data != ""
}

// entriesWith are the entries with a group made or changed.
func (r *Registry) entriesWith(key Key, s Settings) []entry {
	entries := slices.Clone(r.entries)
	if at := slices.IndexFunc(entries, key.names); at >= 0 {
		entries[at] = keep(key, s)
		return entries
	}
	return append(entries, keep(key, s))
}

func (r *Registry) entriesWithout(key Key) []entry {
	return slices.DeleteFunc(slices.Clone(r.entries), key.names)
}

// names reports whether an entry is the group's.
func (k Key) names(e entry) bool { return e.Stream == k.Stream && e.Group == k.Group }

// loadConfig reads the last configuration.
func (r *Registry) loadConfig() []entry {
	p, err := r.e.ReadStream(configStream, engine.EndRevision, 1, true)
	var c config
	if err != nil || len(p.Records) == 0 || json.Unmarshal(p.Records[0].Data, &c) != nil {
		return nil
	}
	return c.Entries
}

// saveConfig writes a configuration; the first time, that two are enough.
func (r *Registry) saveConfig(entries []entry) error {
	if r.e.LastRevision(configStream) < 0 {
		err := r.write(engine.MetadataStream(configStream), engine.MetadataType, []byte(`{"$maxCount":2}`))
		if err != nil {
			return err
		}
	}
	data, err := json.Marshal(config{Version: configVersion, Updated: time.Now(), Entries: entries})
	if err == nil {
		err = r.write(configStream, configType, data)
	}
	if err == nil {
		r.entries = entries
	}
	return err
}

func (r *Registry) write(stream, kind string, data []byte) error {
	_, err := r.e.Append(background, stream, engine.Any,
		[]engine.Event{{ID: uuid.New(), Type: kind, JSON: true, Data: data}})
	return err
}
