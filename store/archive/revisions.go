package archive

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// revisions checks that each stream's revisions are 0, 1, 2, … over a whole log.
// It takes about 60 bytes for each stream.
type revisions struct {
	ours   map[streamKey]uint64 // the next revision
	others map[string]uint64
}

// streamKey is the name of a stream of ours, without a pointer.
type streamKey struct {
	id       uuid.UUID
	category byte // 0 of none
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
	if revision != next {
		return gap(stream, next, revision, at)
	}
	return nil
}

func keyOf(stream string) (k streamKey, ok bool) {
	category, id, week, ok := event.ParseStream(stream)
	if !ok {
		return k, false
	}
	k.id = id
	switch category {
	case event.CategoryClient:
		k.category = 1
	case event.CategoryFreelancer:
		k.category = 2
	case event.CategoryInvite:
		k.category = 3
	case event.CategoryContract:
		k.category = 4
	case event.CategoryWorkWeek:
		k.category, k.year, k.week = 5, int16(week.Year), int8(week.Number)
	default:
		return k, false
	}
	return k, true
}

func gap(stream string, want, have uint64, at event.Position) error {
	return &store.Error{Code: ErrGap.Code, Stream: stream, Position: at, Detail: fmt.Sprintf(
		"its revision is %d, but the next one is %d: the log is not whole", have, want)}
}
