package archive

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// idOf gives the same id for the same numbers.
func idOf(kind string, n int) uuid.UUID {
	var name [8]byte
	binary.BigEndian.PutUint64(name[:], uint64(n))
	return uuid.NewSHA1(uuid.NewSHA1(uuid.NameSpaceOID, []byte(kind)), name[:])
}

var registry = event.Marketplace()

// contract is the life of the n-th contract: eight events, in three commands.
func contract(t testing.TB, n int) store.Write {
	opened := event.MustParseTime("2016-01-04T00:00:00Z").AddSeconds(int64(n) * 977)
	milestone := idOf("milestone", n)
	recommend := n % 11
	w := store.Write{Stream: event.ContractStream(idOf("contract", n)), Expected: store.NoStream}
	add := func(at event.Time, command int, events ...event.Event) {
		for i, e := range events {
			m := event.Meta{OccurredAt: at, Actor: event.ActorClient, CommandID: idOf("command", 10*n+command)}
			m.CorrelationID, m.CausationID = m.CommandID, m.CommandID
			if n%7 == 0 {
				m.CorrelationID, m.CausationID = idOf("conversation", n), idOf("cause", n)
			}
			if n%2 == 0 {
				m.CommandDigest = idOf("digest", 10*n+command)
			}
			if n%3 == 0 {
				m.ActedBy = fmt.Sprintf("user-%d", n%13)
			}
			p, err := registry.Encode(event.ID(m.CommandID, i), m, e)
			require.NoError(t, err)
			w.Events = append(w.Events, p)
		}
	}
	add(opened, 0, &event.ContractStarted{Job: idOf("job", n), Client: idOf("client", n%31), Freelancer: idOf("freelancer", n%97),
		Kind: event.KindFixed, Via: []event.Via{event.ViaInvite, event.ViaProposal, event.ViaDirect}[n%3]})
	add(opened.AddHours(1), 1, &event.MilestoneAdded{Milestone: milestone, Amount: event.Money(100 * n)},
		&event.MilestoneFunded{Milestone: milestone, Amount: event.Money(100 * n)},
		&event.WorkSubmitted{Milestone: milestone, Attempt: 1, AutoReleaseAt: opened.AddDays(14)},
		&event.MilestoneReleased{Milestone: milestone, Amount: event.Money(100 * n), Cause: event.ReleasedByClient})
	add(opened.AddDays(2), 2, &event.DisputeOpened{Dispute: idOf("dispute", n), By: event.SideClient, Amount: 100, Reason: "late"},
		&event.ContractEnded{By: event.SideClient, FeedbackClosesAt: opened.AddDays(16), Reason: "completed"},
		&event.FeedbackSubmitted{By: event.SideClient, Overall: 100 + n%401, Recommend: &recommend, Comment: "Thank you."})
	return w
}

const contractEvents = 8

// newLog is an empty log, whose positions are names as EventStoreDB's are.
func newLog() store.Transactor {
	return storetest.Strict(memory.New(), 3).(store.Transactor)
}

// contracts is a log of n contracts, one after the other.
func contracts(t testing.TB, n int) store.Transactor {
	s := newLog()
	extend(t, s, 0, n)
	return s
}

func memoryOf(t testing.TB, n int) *memory.Store {
	s := memory.New()
	extend(t, s, 0, n)
	return s
}

func extend(t testing.TB, s store.Transactor, from, n int) {
	var writes []store.Write
	for i := range n {
		writes = append(writes, contract(t, from+i))
		if len(writes) == 1000 || i == n-1 {
			_, err := s.AppendAll(t.Context(), writes)
			require.NoError(t, err)
			writes = writes[:0]
		}
	}
}

// small makes files of few events, so that a small log has many.
var small = ExportOptions{groupEvents: 50, fileGroups: 3}

func exportOf(t testing.TB, log store.Store, o ExportOptions) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "archive")
	done, err := Export(t.Context(), log, dir, o)
	require.NoError(t, err)
	require.Equal(t, done.Through, done.Position)
	return dir
}

func opened(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// sameLogs reads both and compares everything.
func sameLogs(t testing.TB, want, have store.Store) {
	t.Helper()
	a, b := everything(t, want), everything(t, have)
	require.Equal(t, len(a), len(b))
	for i := range a {
		if !sameEvent(&a[i], &b[i]) || a[i].Position != b[i].Position || !a[i].RecordedAt.Equal(b[i].RecordedAt) {
			require.Equal(t, a[i], b[i], fmt.Sprint(i))
		}
	}
}

func everything(t testing.TB, s store.Store) (records []event.Record) {
	t.Helper()
	for rec, err := range s.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		records = append(records, rec.Clone())
	}
	return records
}
