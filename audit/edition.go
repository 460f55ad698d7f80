package audit

import (
	"context"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// A log that was begun under the first edition of the rules holds decisions that today's
// rules would not take, and every event of it is a fact (fine print C6). It does not say
// under which edition an event was written, but in which version: so its first edition
// is what stands before the first event in a version of today's that had an older one,
// up to the last event in such an older version. A log without one has no first edition,
// and behind that place an old version excuses nothing.

// firstEdition is the position at which the log's first edition ends, 0 if it has none.
// It reads the log as far as that takes.
func firstEdition(ctx context.Context, s store.Store, registry *event.Registry) (event.Position, error) {
	today := map[string]int{}
	for _, t := range event.Types() {
		today[t.Event.EventType()] = t.Version
	}
	end := event.Position(0)
	for rec, err := range s.ReadAll(ctx, store.Span{}) {
		if err != nil {
			return 0, err
		}
		if today[rec.Type] < 2 || event.Foreign(rec.Stream) {
			continue
		}
		env, err := registry.Decode(&rec)
		if err != nil {
			return 0, err
		}
		if env.Version == today[rec.Type] {
			return end, nil
		}
		end = env.Position
	}
	return end, nil
}
