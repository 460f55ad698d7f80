package archive

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// revisions checks that each stream's revisions are 0, 1, 2, … over a whole log. It
// takes about 60 bytes for each stream. Those of a stream that is not the
// marketplace's only ascend: whose it is may have truncated it, or have put links
// of EventStoreDB among its events.
type revisions struct {
	ours   map[streamKey]uint64 // the next revision
	others map[string]uint64
}

// streamKey is the name of a stream of ours, without a pointer.
type streamKey struct {
	id       uuid.UUID
	category uint8 // index of categories
	year     int16
	week     int8
}

func newRevisions() *revisions {
	return &revisions{map[streamKey]uint64{}, map[string]uint64{}}
}

// follow takes the next event of a stream. It fails with ErrGap unless its
// revision is the next one.
func (r *revisions) follow(stream string, revision uint64, at event.Position) error {
	var next uint64
	if key, ok := keyOf(stream); ok {
		next = r.ours[key]
		r.ours[key] = revision + 1
	} else {
		next = r.others[stream]
		r.others[stream] = revision + 1
	}
	if revision < next || revision > next && !event.Foreign(stream) {
		return gap(stream, next, revision, at)
	}
	return nil
}

// categories of which there may be very many streams.
var categories = [...]string{
	event.CategoryClient, event.CategoryFreelancer, event.CategoryInvite, event.CategoryJob, event.CategoryProposal,
	event.CategoryContract, event.CategoryWorkWeek,
}

func keyOf(stream string) (k streamKey, ok bool) {
	category, id, week, ok := event.ParseStream(stream)
	at := slices.Index(categories[:], category)
	if !ok || at < 0 {
		return k, false
	}
	return streamKey{id, uint8(at), int16(week.Year), int8(week.Number)}, true
}

func gap(stream string, want, have uint64, at event.Position) error {
	return ErrGap.In(stream).At(uint64(at)).With(nil, "its revision is %d, but the next one is %d: the log is not whole", have, want)
}
