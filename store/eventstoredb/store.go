package eventstoredb

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/backoff"
	"github.com/marketcore/marketplace/store"
)

// Store is a log in EventStoreDB. Open one with Open.
type Store struct {
	options    Options
	target     *target
	supervisor *supervisor
	retry      backoff.Backoff // of one call's attempts

	base     context.Context // ends with Close
	stop     context.CancelFunc
	appended atomic.Uint64 // the newest position that an append here was told

	operations sync.RWMutex   // read-locked by those that run
	receivers  sync.WaitGroup // of subscriptions
}

var _ store.Store = (*Store)(nil)

// Open reads the connection string and starts to connect. It returns when the
// first attempt has ended; a server that is not there is looked for in the
// background. It fails with ErrBadURL, with ErrUnavailable if the server
// refuses the login or its certificate is not trusted, and with ErrCancelled.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	o.setDefaults()
	t, err := parseTarget(url)
	if err != nil {
		return nil, err
	}
	t.network = o.network
	if len(t.unknown) > 0 {
		o.Logger.Warn("eventstoredb: unknown settings in the connection string", "count", len(t.unknown))
	}
	if t.DisableTLS && t.Username != "" {
		o.Logger.Warn("eventstoredb: the login is not sent, because the connection string says tls=false")
	}
	s := &Store{
		options:    o,
		target:     t,
		supervisor: newSupervisor(t, o),
		retry:      backoff.Backoff{First: minRetryDelay, Last: min(o.SuspectAfter/4, o.MaxBackoff)},
	}
	s.base, s.stop = context.WithCancel(context.Background())
	go s.supervisor.run(s.base)
	select {
	case <-s.supervisor.first:
	case <-ctx.Done():
		return nil, errors.Join(store.Cancelled(ctx), s.Close())
	}
	s.supervisor.mu.Lock()
	refused := s.supervisor.refused
	s.supervisor.mu.Unlock()
	if refused != nil {
		return nil, errors.Join(refused, s.Close())
	}
	return s, nil
}

// Close implements store.Store. It closes the connections, which ends the calls
// to the server, and waits until they have ended. A loop over a read may still
// run: its next step is ErrClosed.
func (s *Store) Close() error {
	s.stop()
	s.supervisor.close()
	s.operations.Lock() // which waits for those that run; no other can begin
	defer s.operations.Unlock()
	s.receivers.Wait()
	return nil
}

// Head implements store.Store: the position of the newest event that ReadAll
// yields, so neither the system's nor, with StreamPrefixes, other programs'.
// It is at least what an Append of this store was told.
func (s *Store) Head(ctx context.Context) (event.Position, error) {
	h, err := s.hold(ctx)
	if err != nil {
		return 0, err
	}
	defer h.end()
	var head event.Position
	err = h.persist(func() (err error) {
		head, err = s.head(h)
		return err
	})
	return max(head, s.told()), err
}
