package sqlite

import (
	"context"

	"github.com/marketcore/marketplace/store"
)

// Append implements store.Store.
func (s *Store) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	r := request{writes: []store.Write{w}, answer: make(chan answer, 1)}
	a := s.ask(ctx, &r)
	if a.err != nil {
		return store.Appended{}, a.err
	}
	return a.appended[0], nil
}

// AppendAll implements store.Transactor.
func (s *Store) AppendAll(ctx context.Context, writes []store.Write) ([]store.Appended, error) {
	r := request{writes: writes, answer: make(chan answer, 1)}
	a := s.ask(ctx, &r)
	return a.appended, a.err
}

// Truncate hides a stream's events before a revision from ReadStream, as a
// stream's $tb does in EventStoreDB; ReadAll still yields them. Truncating
// beyond the end hides what is there, and nothing that comes later.
func (s *Store) Truncate(ctx context.Context, stream string, before uint64) error {
	r := request{truncate: &truncation{stream, before}, answer: make(chan answer, 1)}
	return s.ask(ctx, &r).err
}

// ask hands a request to the writer and waits for the answer. Until the writer
// takes it, the end of the context withdraws it; from then on the transaction
// is short and its true outcome worth waiting for.
func (s *Store) ask(ctx context.Context, r *request) answer {
	if err := s.alive(ctx); err != nil {
		return answer{err: err}
	}
	if s.writer == nil {
		return answer{err: errReadOnly}
	}
	if s.damage.streams != nil { // what was decided may have missed an event
		return answer{err: s.damage.streams}
	}
	if err := store.Validate(r.writes...); err != nil {
		return answer{err: err}
	}
	select {
	case s.writer.requests <- r:
		return <-r.answer
	case <-s.writer.stop:
		return answer{err: store.ErrClosed}
	case <-ctx.Done():
		return answer{err: store.Cancelled(ctx)}
	}
}
