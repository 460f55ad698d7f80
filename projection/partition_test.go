package projection_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
)

// TestPartitionIsStable: databases remember checkpoints by it.
func TestPartitionIsStable(t *testing.T) {
	contract := uuid.MustParse("5a3b1e00-feed-4bad-8c0d-000000000001")
	for n, want := range map[int]int{2: 1, 3: 2, 7: 5, 1024: 489} {
		var has []int
		for i := range n {
			if (projection.Partition{Index: i, Of: n}).Has(event.ContractStream(contract)) {
				has = append(has, i)
			}
		}
		require.Equal(t, []int{want}, has, "of %d", n)
	}
}

// TestEachStreamIsInOnePartition, with what belongs to it.
func TestEachStreamIsInOnePartition(t *testing.T) {
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		n := rapid.IntRange(1, 50).Draw(r, "n")
		id := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(r, "id"))
		stream := rapid.SampledFrom([]string{event.ContractStream(id), event.InviteStream(id), event.ClientStream(id), "contract-x", "host-1", ""}).Draw(r, "stream")
		holders := 0
		for i := range n {
			p := projection.Partition{Index: i, Of: n}
			_, err := projection.NewModelOf(p)
			require.NoError(t, err)
			if p.Has(stream) {
				holders++
			}
			require.Equal(t, p.Has(event.ContractStream(id)), p.Has(event.WorkWeekStream(id, event.Week{Year: 2015, Number: 53})))
		}
		require.Equal(t, 1, holders)
		require.True(t, projection.Partition{}.Has(stream))
	})
}

func TestInvalidPartitions(t *testing.T) {
	for _, p := range []projection.Partition{{Index: 1}, {Index: -1, Of: 2}, {Index: 2, Of: 2}, {Of: -1}, {Of: 1025}} {
		_, err := projection.NewModelOf(p)
		require.ErrorIs(t, err, projection.ErrInvalidPartition, "%v", p)
	}
}

// recordsOf are copies of a model's records, by their streams.
func recordsOf(t testing.TB, m *projection.Model) map[string]any {
	all := map[string]any{}
	for r, err := range m.Invites() {
		require.NoError(t, err)
		all[event.InviteStream(r.ID)] = *r
	}
	for r, err := range m.Contracts() {
		require.NoError(t, err)
		all[event.ContractStream(r.ID)] = *r
	}
	for r, err := range m.Freelancers() {
		require.NoError(t, err)
		all[event.FreelancerStream(r.ID)] = *r
	}
	for r, err := range m.Clients() {
		require.NoError(t, err)
		all[event.ClientStream(r.ID)] = *r
	}
	for r, err := range m.Jobs() {
		require.NoError(t, err)
		all[event.JobStream(r.ID)] = *r
	}
	for r, err := range m.Proposals() {
		require.NoError(t, err)
		all[event.ProposalStream(r.ID)] = *r
	}
	for r, err := range m.Interviews() {
		require.NoError(t, err)
		all[event.InterviewStream(r.ID)] = *r
	}
	for r, err := range m.Weeks() {
		require.NoError(t, err)
		all[event.WorkWeekStream(r.Contract, r.Week)] = *r
	}
	return all
}

// TestPartitionsMakeTheWhole: the records of all partitions' models are those of
// the whole log's, and a model to which they are added answers as that does.
func TestPartitionsMakeTheWhole(t *testing.T) {
	long.Sequential(t)
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		m := projectiontest.DrawMarket(r)
		moments, log := projectiontest.SomeMoments(r, m), projectiontest.LogOf(t, m.History)
		whole, got := projectiontest.Loaded(t, log), map[string]any{}
		added := projection.NewModel()
		n := rapid.IntRange(1, 7).Draw(r, "n")
		for i := range n {
			p := projection.Partition{Index: i, Of: n}
			m, err := projection.NewModelOf(p)
			require.NoError(t, err)
			require.NoError(t, m.Load(t.Context(), log, 1+i%3))
			require.Equal(t, whole.Position(), m.Position())
			part := recordsOf(t, m)
			for stream, record := range part {
				require.True(t, p.Has(stream))
				add(t, added, record)
			}
			maps.Copy(got, part)
		}
		require.Equal(t, recordsOf(t, whole), got)
		require.Equal(t, got, recordsOf(t, added))
		require.Equal(t, projectiontest.Reports(t, whole, moments), projectiontest.Reports(t, added, moments))
		require.Equal(t, projectiontest.Explanations(t, whole, moments), projectiontest.Explanations(t, added, moments))
	})
}

func add(t testing.TB, m *projection.Model, record any) {
	require.NoError(t, tryAdd(m, record))
}

func tryAdd(m *projection.Model, record any) error {
	rs, id := projection.NewRecords(), uuid.UUID{}
	switch r := record.(type) {
	case projection.InviteRecord:
		rs.Invites[id] = &r
	case projection.ContractRecord:
		rs.Contracts[id] = &r
	case projection.FreelancerRecord:
		rs.Freelancers[id] = &r
	case projection.ClientRecord:
		rs.Clients[id] = &r
	case projection.JobRecord:
		rs.Jobs[id] = &r
	case projection.ProposalRecord:
		rs.Proposals[id] = &r
	case projection.InterviewRecord:
		rs.Interviews[r.ID] = &r
	case projection.WeekRecord:
		rs.Weeks[r.ID()] = &r
	default:
		return fmt.Errorf("no record: %T", record)
	}
	return m.Add(rs)
}

// TestAddedOnce: a record that is there is not replaced, and one of no event is
// none.
func TestAddedOnce(t *testing.T) {
	log, _ := someHistory(t)
	m := projectiontest.Loaded(t, log)
	before := recordsOf(t, m)
	for _, record := range before {
		require.ErrorIs(t, tryAdd(m, record), projection.ErrRepeated)
	}
	for _, record := range []any{projection.InviteRecord{}, projection.ContractRecord{}, projection.FreelancerRecord{}, projection.ClientRecord{}} {
		require.ErrorIs(t, tryAdd(m, record), projection.ErrGap)
	}
	require.Equal(t, before, recordsOf(t, m))
}

// TestStoppedModelListsNothing but why it stopped.
func TestStoppedModelListsNothing(t *testing.T) {
	log, _ := someHistory(t)
	projectiontest.Write(t, log, "invite-x", unknown())
	m := projection.NewModel()
	require.Error(t, m.Load(t.Context(), log, 1))
	var got []any
	for r, err := range m.Invites() {
		got = append(got, r, err)
	}
	require.Equal(t, []any{(*projection.InviteRecord)(nil), m.Err()}, got)
}

// TestPartitionStopsAtItsOwn: an event that cannot be decoded stops the partition
// that its stream is in, and no other.
func TestPartitionStopsAtItsOwn(t *testing.T) {
	for _, stream := range []string{event.ImportStream(projectiontest.Named("import")), "contract-x"} {
		log, _ := someHistory(t)
		bad := projectiontest.Write(t, log, stream, unknown())
		for i := range 3 {
			p := projection.Partition{Index: i, Of: 3}
			m, err := projection.NewModelOf(p)
			require.NoError(t, err)
			err = m.Load(t.Context(), log, 1)
			if p.Has(stream) {
				require.ErrorIs(t, err, projection.ErrStopped)
				require.Equal(t, projectiontest.Before(t, log, bad), m.Position())
			} else {
				require.NoError(t, err)
				require.Equal(t, bad, m.Position())
			}
		}
	}
}
