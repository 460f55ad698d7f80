package sqlite

import (
	"errors"
	"math"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// maxTypes is how many event types a log may have: their keys have two bytes.
const maxTypes = math.MaxUint16

// serve does one request inside the transaction. An answer that refuses has
// written nothing; an error fails the transaction.
func (t *transaction) serve(r *request, now time.Time) (answer, error) {
	if r.truncate != nil {
		refused, err := t.truncate(r.truncate)
		return answer{err: refused}, err
	}
	appended := make([]store.Appended, len(r.writes))
	several := len(r.writes) > 1 // a single write that is refused needs no undoing
	if several {
		if err := t.save.Exec(); err != nil {
			return answer{}, err
		}
	}
	for i := range r.writes {
		var refused, err error
		if appended[i], refused, err = t.append(&r.writes[i], now.UnixMicro()); err != nil {
			return answer{}, err
		}
		if refused != nil {
			if several {
				err = t.takeBack()
			}
			return answer{err: refused}, err
		}
	}
	if several {
		return answer{appended: appended}, t.release.Exec()
	}
	return answer{appended: appended}, nil
}

func (t *transaction) takeBack() error {
	return errors.Join(t.undo.Exec(), t.release.Exec(), t.look())
}

// append does one write. It refuses it before it writes anything of it.
func (t *transaction) append(w *store.Write, recordedAt int64) (done store.Appended, refused, err error) {
	if refused := t.tooManyTypes(w); refused != nil {
		return done, refused, nil
	}
	if w.Expected == store.NoStream { // nearly always right, and then one look-up less
		created, err := t.create(w)
		if err == nil && created {
			done, err = t.addAll(w, t.lastStream, 0, recordedAt)
		}
		if err != nil || created {
			return done, nil, err
		}
	}
	st, found, err := t.stream(w.Stream)
	if err != nil {
		return done, nil, err
	}
	have := store.NoStream
	if found {
		have = store.Expected(st.revision)
	}
	if w.Expected != store.Any && w.Expected != have {
		done, repeated, err := t.repeated(w, st, have)
		if err == nil && !repeated {
			refused = store.Conflict(w.Stream, w.Expected, have)
		}
		return done, refused, err
	}
	first := int64(have) + 1
	if found {
		err = exec(t.moveStream, st.revision+int64(len(w.Events)), st.id)
	} else {
		_, err = t.create(w)
		st.id = t.lastStream
	}
	if err == nil {
		done, err = t.addAll(w, st.id, first, recordedAt)
	}
	return done, nil, err
}

// addAll writes the events of a write at the end of the log.
func (t *transaction) addAll(w *store.Write, stream, first, recordedAt int64) (store.Appended, error) {
	for i := range w.Events {
		if err := t.add(w, i, stream, first+int64(i), recordedAt); err != nil {
			return store.Appended{}, err
		}
	}
	last := first + int64(len(w.Events)) - 1
	return store.Appended{Revision: uint64(last), Position: event.Position(t.head)}, nil
}

// create adds the row of the write's stream unless there is one.
func (t *transaction) create(w *store.Write) (created bool, err error) {
	if err := exec(t.addStream, t.lastStream+1, w.Stream, int64(len(w.Events))-1); err != nil {
		return false, err
	}
	if t.conn.Changes() == 0 {
		return false, nil
	}
	t.lastStream++
	return true, nil
}

// tooManyTypes refuses a write whose new types the log has no room for.
func (t *transaction) tooManyTypes(w *store.Write) error {
	added := 0
	for i := range w.Events {
		if _, known := t.types[w.Events[i].Type]; !known {
			added++
		}
	}
	if len(t.types)+added <= maxTypes {
		return nil
	}
	return store.ErrTooLarge.In(w.Stream).With(nil, "a log holds at most %d event types", maxTypes)
}

// add writes the i-th event of a write at the end of the log.
func (t *transaction) add(w *store.Write, i int, stream, revision, recordedAt int64) error {
	e := &w.Events[i]
	kind, known := t.types[e.Type]
	if !known {
		kind = uint16(len(t.types)) + 1
		if err := exec(t.addType, int64(kind), e.Type); err != nil {
			return err
		}
		t.types[e.Type] = kind
	}
	row := stored{
		position: t.head + 1,
		stream:   stream,
		revision: revision,
		header:   header{id: e.ID, recordedAt: recordedAt, kind: kind},
		data:     e.Data,
		metadata: e.Metadata,
	}
	if err := t.addEvent.insert(&row, w.Stream, e.Type); err != nil {
		return err
	}
	t.head++
	return nil
}

// stream finds a stream's row.
func (t *transaction) stream(name string) (st streamState, found bool, err error) {
	if err := bind(t.streamByName, name); err != nil {
		return st, false, err
	}
	if found = t.streamByName.Step(); found {
		st.id, st.revision = t.streamByName.ColumnInt64(0), t.streamByName.ColumnInt64(1)
	}
	return st, found, finish(t.streamByName)
}

// repeated reports whether the write's events stand right behind its expected
// revision, and where the last of them does.
func (t *transaction) repeated(w *store.Write, st streamState, have store.Expected) (done store.Appended, yes bool, err error) {
	// In this order, because an expectation may be as large as an int64.
	if w.Expected > have || int64(len(w.Events)) > int64(have-w.Expected) {
		return done, false, nil
	}
	first := int64(w.Expected) + 1
	if err := bind(t.idsByRevision, st.id, first, first+int64(len(w.Events))-1); err != nil {
		return done, false, err
	}
	same := 0
	var h header
	for same < len(w.Events) && t.idsByRevision.Step() {
		revision := t.idsByRevision.ColumnInt64(0)
		if revision != first+int64(same) || !h.parse(t.idsByRevision.ColumnRawBlob(1)) || h.id != w.Events[same].ID {
			break
		}
		done = store.Appended{Revision: uint64(revision), Position: event.Position(t.idsByRevision.ColumnInt64(2))}
		same++
	}
	return done, same == len(w.Events), finish(t.idsByRevision)
}

func (t *transaction) truncate(c *truncation) (refused, err error) {
	st, found, err := t.stream(c.stream)
	if err != nil {
		return nil, err
	}
	if !found {
		return store.ErrStreamNotFound.In(c.stream), nil
	}
	return nil, exec(t.cutStream, int64(min(c.before, uint64(st.revision)+1)), st.id)
}
