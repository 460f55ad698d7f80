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

// World folds given events into records, each at the next position.
type World struct {
	t         testing.TB
	position  event.Position
	next      map[string]uint64
	folder    *projection.Folder
	Records   *projection.Records
	Clients   map[uuid.UUID]*projection.ClientRecord
	Invites   []*projection.InviteRecord // in the order of their first events, as the contracts
	Contracts []*projection.ContractRecord
}

func NewWorld(t testing.TB) *World {
	folder, err := projection.NewFolder(projection.Partition{})
	require.NoError(t, err)
	records := projection.NewRecords()
	return &World{t: t, next: map[string]uint64{}, folder: folder, Records: records, Clients: records.Clients}
}

// Named makes an id of a name, so that tests can speak of "ann".
func Named(name string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)) }

func At(s string) event.Time { return event.MustParseTime(s) }

// Envelope is the next event of a stream.
func (w *World) Envelope(stream string, when event.Time, e event.Event) *event.Envelope {
	w.position++
	env := &event.Envelope{Stream: stream, Revision: w.next[stream], Position: w.position, Meta: event.Meta{OccurredAt: when}, Event: e}
	w.next[stream]++
	return env
}

// Fold takes an event of a stream in.
func (w *World) Fold(env *event.Envelope) error {
	if err := w.folder.FoldDecoded(env, w.Records); err != nil {
		return err
	}
	_, id, _, _ := event.ParseStream(env.Stream)
	if r := w.Records.Invites[id]; r != nil && env.Stream == event.InviteStream(id) && r.Sent.Position == env.Position {
		w.Invites = append(w.Invites, r)
	}
	if r := w.Records.Contracts[id]; r != nil && env.Stream == event.ContractStream(id) && r.Started.Position == env.Position {
		w.Contracts = append(w.Contracts, r)
	}
	return nil
}

// On folds a stream's next events.
func (w *World) On(stream string, when event.Time, events ...event.Event) {
	for _, e := range events {
		require.NoError(w.t, w.Fold(w.Envelope(stream, when, e)))
	}
}

func (w *World) Client(name string, when event.Time, events ...event.Event) {
	w.On(event.ClientStream(Named(name)), when, events...)
}

func (w *World) OnInvite(name string, when event.Time, events ...event.Event) {
	w.On(event.InviteStream(Named(name)), when, events...)
}

func (w *World) OnContract(name string, when event.Time, events ...event.Event) {
	w.On(event.ContractStream(Named(name)), when, events...)
}

func (w *World) Invite(name string) *projection.InviteRecord { return w.Records.Invites[Named(name)] }

func (w *World) Contract(name string) *projection.ContractRecord {
	return w.Records.Contracts[Named(name)]
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
