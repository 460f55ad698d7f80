package projection_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// world folds given events into records, each at the next position.
type world struct {
	t         testing.TB
	position  event.Position
	next      map[string]uint64
	clients   map[uuid.UUID]*projection.ClientRecord
	invites   []*projection.InviteRecord
	contracts []*projection.ContractRecord
}

func newWorld(t testing.TB) *world {
	return &world{t: t, next: map[string]uint64{}, clients: map[uuid.UUID]*projection.ClientRecord{}}
}

// named makes an id of a name, so that tests can speak of "ann".
func named(name string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)) }

func at(s string) event.Time { return event.MustParseTime(s) }

// envelope is the next event of a stream.
func (w *world) envelope(stream string, when event.Time, e event.Event) *event.Envelope {
	w.position++
	env := &event.Envelope{Stream: stream, Revision: w.next[stream], Position: w.position, Meta: event.Meta{OccurredAt: when}, Event: e}
	w.next[stream]++
	return env
}

func (w *world) client(name string, when event.Time, events ...event.Event) {
	id := named(name)
	if w.clients[id] == nil {
		w.clients[id] = &projection.ClientRecord{}
	}
	for _, e := range events {
		require.NoError(w.t, w.clients[id].Fold(w.envelope(event.ClientStream(id), when, e)))
	}
}

func (w *world) invite(name string) *projection.InviteRecord {
	for _, r := range w.invites {
		if r.ID == named(name) {
			return r
		}
	}
	r := &projection.InviteRecord{}
	w.invites = append(w.invites, r)
	return r
}

func (w *world) contract(name string) *projection.ContractRecord {
	for _, r := range w.contracts {
		if r.ID == named(name) {
			return r
		}
	}
	r := &projection.ContractRecord{}
	w.contracts = append(w.contracts, r)
	return r
}

func (w *world) onInvite(name string, when event.Time, events ...event.Event) {
	r := w.invite(name)
	for _, e := range events {
		require.NoError(w.t, r.Fold(w.envelope(event.InviteStream(named(name)), when, e)))
	}
}

func (w *world) onContract(name string, when event.Time, events ...event.Event) {
	r := w.contract(name)
	for _, e := range events {
		require.NoError(w.t, r.Fold(w.envelope(event.ContractStream(named(name)), when, e)))
	}
}

func (w *world) lookup(id uuid.UUID) *projection.ClientRecord { return w.clients[id] }

func preset(t testing.TB, name string) projection.Policy {
	p, err := projection.Preset(name)
	require.NoError(t, err)
	return p
}

func ptr[T any](v T) *T { return &v }
