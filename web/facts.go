package web

import (
	"errors"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// facts are events that a statistic rests on, as a table of their own.
type facts struct {
	Of    string // what they are about, for who hears the table
	Facts []projection.Evidence
}

// Facts are the events of one of the things that an explanation lists.
func (v *visit) Facts(kind string, id uuid.UUID, list []projection.Evidence) facts {
	return facts{named(kind, id), list}
}

// Only is a list of one fact.
func (v *visit) Only(f projection.Evidence) []projection.Evidence { return []projection.Evidence{f} }

// FactsOf are the events of something that has no id.
func (v *visit) FactsOf(what string, list []projection.Evidence) facts { return facts{what, list} }

// FactsOfCondition are those of a badge's condition.
func (v *visit) FactsOfCondition(c statistics.Condition) facts {
	return facts{"condition " + c.Name, c.Facts}
}

// streamEvents are the events of one stream until the page's moment.
type streamEvents struct {
	Shown facts
	Pager pager
}

// eventsOf are the events of a stream, nil if the pages have no log.
func (s *site) eventsOf(v *visit, stream string) (*streamEvents, error) {
	if s.options.Log == nil {
		return nil, nil
	}
	var all []projection.Evidence
	decoder := event.Marketplace().NewDecoder()
	for rec, err := range s.options.Log.ReadStream(v.ctx(), stream, 0) {
		if errors.Is(err, store.ErrStreamNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		meta, err := decoder.DecodeMeta(&rec)
		if err != nil {
			return nil, err
		}
		if meta.OccurredAt <= v.AsOf.Bounded() {
			all = append(all, projection.Evidence{Position: rec.Position, Type: rec.Type, OccurredAt: meta.OccurredAt})
		}
	}
	shown, part, err := pagedList(v, "events", all, itemsShown)
	if err != nil {
		return nil, err
	}
	return &streamEvents{facts{"stream " + stream, shown}, part}, nil
}
