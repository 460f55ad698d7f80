package engine

import (
	"context"
	"strings"

	"github.com/google/uuid"
)

// MaxStreamName bounds a stream's name, in bytes.
const MaxStreamName = 64 << 10

// Appended says what an append did.
type Appended struct {
	Revision int64  // of the last event written, now or the first time; -1 of none in an empty stream
	Position uint64 // of that event, 0 of none
	Repeated bool   // the events were there already
}

// Append writes events to the end of a stream, all or none. It fails with
// *WrongVersion or *Deleted. An append repeated with the same ids is answered
// as the first time, as far as check knows them.
func (e *Engine) Append(ctx context.Context, name string, expected Expected, events []Event) (Appended, error) {
	if err := validStream(name); err != nil {
		return Appended{}, err
	}
	ids := make([]uuid.UUID, len(events))
	for i, ev := range events {
		if ids[i] = ev.ID; ev.ID == uuid.Nil {
			return Appended{}, ErrEmptyEventID
		}
	}
	if err := e.lock(); err != nil {
		return Appended{}, err
	}
	defer e.write.Unlock()
	d, err := e.check(name, expected, ids)
	if err != nil {
		return Appended{}, err
	}
	if !d.write {
		return Appended{Revision: int64(d.last.Revision), Position: d.last.Position, Repeated: true}, nil
	}
	current := e.streams[name].last()
	records := make([]*Record, 0, len(events)+1)
	for i, ev := range events {
		records = append(records, e.record(name, uint64(current+1)+uint64(i), ev))
	}
	if r := e.reopening(name, d, current, events); r != nil {
		records = append(records, r)
	}
	if err := e.commit(ctx, records); err != nil {
		return Appended{}, err
	}
	a := Appended{Revision: current + int64(len(events))}
	if len(events) > 0 {
		a.Position = records[len(events)-1].Position
	}
	return a, nil
}

// reopening is the metadata record that lets a soft-deleted stream be read
// again from the given write on, nil if there is nothing to reopen. Writing
// the metadata of a soft-deleted stream reopens it too.
func (e *Engine) reopening(name string, d decision, current int64, events []Event) *Record {
	if d.undelete {
		raw := withTruncateBefore(e.rawMetadata(name), current+1)
		return e.metadataRecord(name, raw, 0)
	}
	of, ok := IsMetadataStream(name)
	if !ok || len(events) == 0 {
		return nil
	}
	raw := events[len(events)-1].Data
	if !e.metadataOf(of).softDeleted() || parseMetadata(raw).softDeleted() {
		return nil
	}
	return e.metadataRecord(of, withTruncateBefore(raw, e.streams[of].last()+1), len(events))
}

// metadataRecord makes the next record of a stream's metadata, with skip
// others of the same write before it.
func (e *Engine) metadataRecord(of string, data []byte, skip int) *Record {
	name := MetadataStream(of)
	revision := uint64(e.streams[name].last()+1) + uint64(skip)
	return e.record(name, revision, Event{ID: newID(), Type: MetadataType, JSON: true, Data: data})
}

// record makes a record of an event, but for its position.
func (e *Engine) record(stream string, revision uint64, ev Event) *Record {
	return &Record{Event: ev, Stream: stream, Revision: revision, Created: ticks(e.now())}
}

// Delete hides a stream's events until something is appended to it. It answers
// with the position of the metadata that says so, and fails as Append does.
func (e *Engine) Delete(ctx context.Context, name string, expected Expected) (uint64, error) {
	if err := e.begin(name, expected); err != nil {
		return 0, err
	}
	defer e.write.Unlock()
	var r *Record
	if _, ok := IsMetadataStream(name); ok {
		s := e.streams[name]
		r = e.record(name, uint64(s.last()+1), Event{ID: newID(), Type: MetadataType, JSON: true, Data: []byte("{}")})
	} else {
		r = e.metadataRecord(name, withTruncateBefore(e.rawMetadata(name), softDeletedBefore), 0)
	}
	if err := e.commit(ctx, []*Record{r}); err != nil {
		return 0, err
	}
	return r.Position, nil
}

// Tombstone ends a stream for good: its name cannot be used again.
func (e *Engine) Tombstone(ctx context.Context, name string, expected Expected) (uint64, error) {
	if err := e.begin(name, expected); err != nil {
		return 0, err
	}
	defer e.write.Unlock()
	r := e.record(name, TombstoneRevision, Event{ID: newID(), Type: TombstoneType})
	if err := e.commit(ctx, []*Record{r}); err != nil {
		return 0, err
	}
	return r.Position, nil
}

// begin checks a deletion and, if it may go on, takes the writers' lock.
func (e *Engine) begin(name string, expected Expected) error {
	if err := validStream(name); err != nil {
		return err
	}
	if err := e.lock(); err != nil {
		return err
	}
	if _, err := e.check(name, expected, []uuid.UUID{newID()}); err != nil {
		e.write.Unlock()
		return err
	}
	return nil
}

func validStream(name string) error {
	if name == "" || name == AllStream || name == metadataPrefix || len(name) > MaxStreamName || strings.HasPrefix(name, "$$$$") {
		return ErrInvalidStream
	}
	return nil
}
