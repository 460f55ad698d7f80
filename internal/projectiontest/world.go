// Package projectiontest has what the tests of records and of statistics share.
package projectiontest

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// The day of most tests, and a moment before it.
var (
	Noon = At("2017-07-15T12:00:00Z")
	June = At("2017-06-01T09:00:00Z")
)

// Spans of time.
const (
	Second = event.Time(1)
	Hour   = 3600 * Second
	Day    = 24 * Hour
)

// world folds given events into records, each at the next position.
type World struct {
	t         testing.TB
	position  event.Position
	next      map[string]uint64
	Clients   map[uuid.UUID]*projection.ClientRecord
	Invites   []*projection.InviteRecord
	Contracts []*projection.ContractRecord
}

func NewWorld(t testing.TB) *World {
	return &World{t: t, next: map[string]uint64{}, Clients: map[uuid.UUID]*projection.ClientRecord{}}
}

// named makes an id of a name, so that tests can speak of "ann".
func Named(name string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)) }

func At(s string) event.Time { return event.MustParseTime(s) }

// envelope is the next event of a stream.
func (w *World) Envelope(stream string, when event.Time, e event.Event) *event.Envelope {
	w.position++
	env := &event.Envelope{Stream: stream, Revision: w.next[stream], Position: w.position, Meta: event.Meta{OccurredAt: when}, Event: e}
	w.next[stream]++
	return env
}

func (w *World) Client(name string, when event.Time, events ...event.Event) {
	id := Named(name)
	if w.Clients[id] == nil {
		w.Clients[id] = &projection.ClientRecord{}
	}
	for _, e := range events {
		require.NoError(w.t, w.Clients[id].Fold(w.Envelope(event.ClientStream(id), when, e)))
	}
}

func (w *World) Invite(name string) *projection.InviteRecord {
	for _, r := range w.Invites {
		if r.ID == Named(name) {
			return r
		}
	}
	r := &projection.InviteRecord{}
	w.Invites = append(w.Invites, r)
	return r
}

func (w *World) Contract(name string) *projection.ContractRecord {
	for _, r := range w.Contracts {
		if r.ID == Named(name) {
			return r
		}
	}
	r := &projection.ContractRecord{}
	w.Contracts = append(w.Contracts, r)
	return r
}

func (w *World) OnInvite(name string, when event.Time, events ...event.Event) {
	r := w.Invite(name)
	for _, e := range events {
		require.NoError(w.t, r.Fold(w.Envelope(event.InviteStream(Named(name)), when, e)))
	}
}

func (w *World) OnContract(name string, when event.Time, events ...event.Event) {
	r := w.Contract(name)
	for _, e := range events {
		require.NoError(w.t, r.Fold(w.Envelope(event.ContractStream(Named(name)), when, e)))
	}
}

func (w *World) Lookup(id uuid.UUID) *projection.ClientRecord { return w.Clients[id] }

func Preset(t testing.TB, name string) statistics.Policy {
	p, err := statistics.Preset(name)
	require.NoError(t, err)
	return p
}

func Ptr[T any](v T) *T { return &v }

func Sent(available bool) *event.InviteSent {
	return &event.InviteSent{Client: Named("client"), Freelancer: Named("freelancer"), FreelancerAvailable: available}
}
