package engine

import (
	"context"

	"github.com/google/uuid"
)

// MaxStreamName bounds a stream's name, in bytes.
const MaxStreamName = 64 << 10

// Appended says what an append did.
type Appended struct {
	Revision int64 // of the last event written, now or the first time; -1 of none in an empty stream
	// Position is that of this event. An append of nothing has a position of
	// its own, where no event stands; a repeated one whose last event cannot
	// be read any more has none, 0.
	Position uint64
	Repeated bool // the events were there already
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
		return e.repeated(d.last)
	}
	current := e.lastWritten(name)
	records := make([]*Record, 0, len(events)+1)
	for i, ev := range events {
		records = append(records, e.record(name, uint64(current+1)+uint64(i), ev))
	}
	a := Appended{Revision: current + int64(len(events))}
	if len(events) == 0 {
		a.Position = e.reserve(name)
	}
	if r := e.reopening(name, d, current, records); r != nil {
		records = append(records, r)
	}
	if err := e.commit(ctx, records); err != nil {
		return Appended{}, err
	}
	if len(events) > 0 {
		a.Position = records[len(events)-1].Position
	}
	return a, nil
}

// repeated answers an append whose last event was written before.
func (e *Engine) repeated(last *Record) (Appended, error) {
	a := Appended{Revision: int64(last.Revision), Repeated: true}
	if e.metadataOf(last.Stream).ageless(ticks(e.now())) {
		return Appended{}, &Unreadable{Stream: last.Stream}
	}
	if e.visible(last) {
		a.Position = last.Position
	}
	return a, nil
}

// reserve takes the place in the log of an append of nothing.
func (e *Engine) reserve(name string) uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	position := e.next
	e.blanks = append(e.blanks, position)
	e.next += (&Record{Stream: name}).size()
	return position
}

// reopening is the metadata record that lets a soft-deleted stream be read
// again from the given write on, nil if there is nothing to reopen. Writing
// the metadata of a soft-deleted stream, whatever it says, reopens it too,
// behind its events; data that is no JSON does so without such a record, and
// shows the events again, as it says nothing.
func (e *Engine) reopening(name string, d decision, current int64, records []*Record) *Record {
	if d.undelete {
		return e.reopeningRecord(name, e.metadataStream(name).newest().Data, current+1, 0)
	}
	of, ok := IsMetadataStream(name)
	if !ok || !e.consultToWrite(of).softDeleted() {
		return nil
	}
	data := e.metadataStream(of).newest().Data
	if len(records) > 0 {
		data = records[len(records)-1].Data
	}
	return e.reopeningRecord(of, data, e.lastWritten(of)+1, len(records))
}

// reopeningRecord makes the next record of a stream's metadata, which lets it
// be read from a revision on, with skip others of the same write before it.
func (e *Engine) reopeningRecord(of string, data []byte, from int64, skip int) *Record {
	changed, ok := reopened(data, from)
	if !ok {
		return nil
	}
	name := MetadataStream(of)
	return e.record(name, uint64(e.lastWritten(name)+1)+uint64(skip), metadataEvent(changed))
}

// metadataEvent is an event of metadata that the server writes by itself.
func metadataEvent(data []byte) Event {
	return Event{ID: newID(), Type: MetadataType, JSON: true, Data: data}
}

// record makes a record of an event, but for its position.
func (e *Engine) record(stream string, revision uint64, ev Event) *Record {
	return &Record{Event: ev, Stream: stream, Revision: revision, Created: ticks(e.now())}
}

// Delete hides a stream's events until something is appended to it, by
// metadata that says nothing else. It answers with the position of this
// metadata, and fails as Append does, and with *WrongVersion for a stream
// without events and metadata. That of a metadata stream hides nothing, as
// those have no metadata that counts.
func (e *Engine) Delete(ctx context.Context, name string, expected Expected) (uint64, error) {
	if err := e.begin(name, expected); err != nil {
		return 0, err
	}
	defer e.write.Unlock()
	last := e.lastWritten(MetadataStream(name))
	switch {
	case e.lastWritten(name) < 0 && last < 0:
		return 0, &WrongVersion{Stream: name, Expected: expected, Current: -1}
	case last == tombstoned:
		return 0, ErrMetadataEnded
	}
	r := e.record(MetadataStream(name), uint64(last+1), metadataEvent(softDeletion))
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

// validStream refuses names that cannot be one. EventStoreDB ends when
// something is appended to $$.
func validStream(name string) error {
	if name == "" || name == metadataPrefix || len(name) > MaxStreamName {
		return ErrInvalidStream
	}
	return nil
}
