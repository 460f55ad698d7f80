package sqlite

import (
	"context"
	"iter"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Subscribe implements store.Store. Beside another writing process it looks for
// news every Options.PollInterval; in the writing process the writer tells it.
func (s *Store) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		b := takeBatch()
		defer b.giveBack()
		told := false // that it has caught up with after
		for {
			grown := s.growth.next() // before looking, so that nothing slips by
			var head event.Position
			err := s.read(ctx, func(r *reader) error {
				b.empty()
				n, err := r.head()
				head = event.Position(n)
				if err == nil {
					err = store.Known(after, head)
				}
				if err != nil {
					return err
				}
				if head == after {
					return s.damage.events
				}
				return b.fillFrom(r, int64(after)+1, n)
			})
			for i := range b.records {
				if gone := s.alive(ctx); gone != nil {
					yield(store.Notification{}, gone)
					return
				}
				after, told = b.records[i].Position, false
				if !yield(store.Notification{Record: &b.records[i], Position: after}, nil) {
					return
				}
			}
			if err != nil {
				yield(store.Notification{}, err)
				return
			}
			if head > after {
				continue
			}
			if !told && !yield(store.Notification{Position: after}, nil) {
				return
			}
			told = true
			s.wait(ctx, grown)
		}
	}
}

// watchInterval is how often a subscription of a writing store, which the writer
// tells of news, looks whether the file is still there.
const watchInterval = time.Second

// wait returns when the log may have grown, and when the store is closed or the
// context has ended.
func (s *Store) wait(ctx context.Context, grown <-chan struct{}) {
	interval := s.options.PollInterval
	if s.writer != nil {
		interval = max(interval, watchInterval)
	}
	t := time.NewTimer(interval)
	defer t.Stop()
	select {
	case <-grown:
	case <-t.C:
	case <-s.closed:
	case <-ctx.Done():
	}
}
