package projection_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// columnLog is a log that holds its events as columns too, in blocks.
type columnLog struct {
	store.Store
	parts  []store.ColumnPart
	blocks map[store.Span]*event.ColumnBlock
	spoil  func(*event.ColumnBlock) // what a defect does to each block
	err    error                    // of every second read
	reads  int
}

// columnsOf makes columns of a log, in blocks of so many events. The blocks for
// which bare says so have none.
func columnsOf(t testing.TB, s store.Store, size int, bare func(block int) bool) *columnLog {
	log := &columnLog{Store: s, blocks: map[store.Span]*event.ColumnBlock{}}
	b := event.Marketplace().NewColumnBuilder()
	after, events := event.Position(0), 0
	end := func(through event.Position) {
		p := store.ColumnPart{Span: store.Span{After: after, Through: through}, Events: events, Columns: !bare(len(log.parts))}
		if p.Columns {
			log.blocks[p.Span] = b.Block()
		}
		log.parts = append(log.parts, p)
		b, after, events = event.Marketplace().NewColumnBuilder(), through, 0
	}
	for rec, err := range s.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		if !bare(len(log.parts)) {
			require.NoError(t, b.Add(&rec))
		}
		if events++; events == size {
			end(rec.Position)
		}
	}
	if head, err := s.Head(t.Context()); head > after {
		require.NoError(t, err)
		end(head)
	}
	return log
}

func always(yes bool) func(int) bool { return func(int) bool { return yes } }

// ColumnParts cuts a block where the span does.
func (l *columnLog) ColumnParts(ctx context.Context, span store.Span, schema event.ColumnSchema) (parts []store.ColumnPart, err error) {
	for _, p := range l.parts {
		whole := p.Span
		p.After, p.Through = max(p.After, span.After), min(p.Through, span.Through)
		if p.After >= p.Through {
			continue
		}
		p.Columns = p.Columns && schema.Digest == event.Marketplace().ColumnSchema().Digest
		if p.Span != whole {
			p.Events = 0
			for _, err := range l.ReadAll(ctx, p.Span) {
				if err != nil {
					return nil, err
				}
				p.Events++
			}
		}
		parts = append(parts, p)
	}
	return parts, nil
}

func (l *columnLog) ReadColumns(ctx context.Context, part store.ColumnPart, into *event.ColumnBlock) error {
	if l.err != nil {
		if l.reads++; l.reads%2 == 0 {
			into.Positions = append(into.Positions, 7) // means nothing
			return l.err
		}
	}
	block := l.blocks[part.Span]
	if block == nil || l.spoil != nil {
		b := event.Marketplace().NewColumnBuilder()
		for rec, err := range l.ReadAll(ctx, part.Span) {
			if err == nil {
				err = b.Add(&rec)
			}
			if err != nil {
				return err
			}
		}
		block = b.Block()
	}
	if *into = *block; l.spoil != nil {
		l.spoil(into)
	}
	return nil
}

// TestColumnsAreRecords: a model loaded from columns is the one loaded from
// records, however they are cut into blocks, whichever blocks have columns and
// on any number of cores, also when the model was somewhere in the middle.
func TestColumnsAreRecords(t *testing.T) {
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		m := projectiontest.DrawMarket(r)
		moments, records := projectiontest.SomeMoments(r, m), projectiontest.LogOf(t, m.History)
		projectiontest.Write(t, records, "host-1", unknown())
		want := projectiontest.Loaded(t, records)
		lack := rapid.IntRange(1, 5).Draw(r, "without columns, one in")
		log := columnsOf(t, records, rapid.IntRange(1, 200).Draw(r, "block"), func(i int) bool { return i%lack == 1 })
		got := projection.NewModel()
		if middle := rapid.IntRange(0, len(m.History)).Draw(r, "middle"); middle > 0 {
			require.NoError(t, got.Load(t.Context(), shortened{log, projectiontest.Positions(t, records, 0)[middle-1]}, 1))
		}
		var from store.Store = log
		if rapid.Bool().Draw(r, "cut") {
			from = cutColumns{log, records}
		}
		require.NoError(t, got.LoadSpans(t.Context(), from, rapid.IntRange(1, 8).Draw(r, "workers"), rapid.IntRange(1, 50).Draw(r, "span")))
		require.Equal(t, want.Position(), got.Position())
		require.Equal(t, recordsOf(t, want), recordsOf(t, got))
		require.Equal(t, projectiontest.Reports(t, want, moments), projectiontest.Reports(t, got, moments))
		require.Equal(t, projectiontest.Explanations(t, want, moments), projectiontest.Explanations(t, got, moments))
	})
}

// cutColumns is a columnLog whose records can be read in parts.
type cutColumns struct {
	*columnLog
	as store.Cutter
}

func (s cutColumns) Cut(ctx context.Context, span store.Span, events int) iter.Seq2[store.Span, error] {
	return s.as.Cut(ctx, span, events)
}

// shortened is a log as it was when its head was there.
type shortened struct {
	*columnLog
	head event.Position
}

func (s shortened) Head(context.Context) (event.Position, error) { return s.head, nil }

// TestColumnsOfAPartition: a partition's model takes its streams from a block.
func TestColumnsOfAPartition(t *testing.T) {
	records, _ := someHistory(t)
	projectiontest.Write(t, records, "contract-x", projectiontest.Encoded(t, market.Ends, &event.ContractPaused{}))
	log := columnsOf(t, records, 70, always(false))
	for i := range 3 {
		want, err := projection.NewModelOf(projection.Partition{Index: i, Of: 3})
		require.NoError(t, err)
		got, err := projection.NewModelOf(projection.Partition{Index: i, Of: 3})
		require.NoError(t, err)
		bad := want.Load(t.Context(), records, 1)
		require.Equal(t, bad, got.Load(t.Context(), log, 2))
		require.Equal(t, i == 0, bad != nil, "the stream without an id is of partition 0")
		require.Equal(t, want.Position(), got.Position())
		if bad == nil {
			require.Equal(t, recordsOf(t, want), recordsOf(t, got))
		}
	}
}

// TestColumnsOfAnotherSchema are left aside.
func TestColumnsOfAnotherSchema(t *testing.T) {
	long.Sequential(t)
	records, _ := someHistory(t)
	log := columnsOf(t, records, 50, always(false))
	log.spoil = func(*event.ColumnBlock) { t.Error("read columns of another schema") }
	registry, err := event.NewRegistry(append(event.Types(), event.Type{Event: &hostEvent{}, Version: 1}), event.Upcasts())
	require.NoError(t, err)
	m := projection.NewModelBy(registry)
	require.NoError(t, m.Load(t.Context(), log, 2))
	require.Equal(t, recordsOf(t, projectiontest.Loaded(t, records)), recordsOf(t, m))
}

type hostEvent struct{}

func (*hostEvent) EventType() string { return "HostEvent" }

// TestBadEventInColumnsStops as it does in records, with the same error.
func TestBadEventInColumnsStops(t *testing.T) {
	workers, sizes := long.Among([]int{1, 3}, []int{1, 3}, []int{1, 2, 3, 8}), long.Among([]int{7, 10_000}, []int{7, 10_000}, []int{7, 50, 10_000})
	if testing.Short() { // the race detector needs several workers once
		workers, sizes = []int{3}, []int{50}
	}
	for name, c := range map[string]struct {
		stream string
		event  event.Event
		want   error
	}{
		"a stream without an id":     {"contract-7", &event.ContractPaused{}, projection.ErrStreamName},
		"an event of another family": {event.ContractStream(uuid.New()), &event.InviteExpired{}, projection.ErrForeignEvent},
		"no opening event":           {event.ContractStream(uuid.New()), &event.ContractEnded{}, projection.ErrContradiction},
		"an unknown origin":          {event.ContractStream(uuid.New()), &event.ContractStarted{Via: "luck"}, projection.ErrContradiction},
		"a diary's event elsewhere":  {event.ImportStream(uuid.New()), &event.WeekInvoiced{}, projection.ErrForeignEvent},
	} {
		t.Run(name, func(t *testing.T) {
			records, moments := someHistory(t)
			bad := projectiontest.Write(t, records, c.stream, projectiontest.Encoded(t, market.Ends, c.event))
			for range 30 {
				projectiontest.Write(t, records, event.InviteStream(uuid.New()), projectiontest.Encoded(t, projectiontest.June, projectiontest.Sent(true)))
				projectiontest.Write(t, records, event.InviteStream(uuid.New()), projectiontest.Encoded(t, projectiontest.June, &event.InviteExpired{}))
			}
			want := projection.NewModel().Load(t.Context(), records, 1)
			require.ErrorIs(t, want, c.want)
			for _, n := range workers {
				for _, size := range sizes {
					m := projection.NewModel()
					require.Equal(t, want, m.Load(t.Context(), columnsOf(t, records, size, always(false)), n))
					require.Equal(t, projectiontest.Before(t, records, bad), m.Position())
					_, err := statistics.Ask(t.Context(), m, statistics.FullReport(), moments[0], projectiontest.Preset(t, statistics.DefaultPolicy))
					require.Equal(t, want, err)
				}
			}
		})
	}
}

// TestBrokenBlockStops: a block that is damaged or not whole stops the model with
// the position, whatever is wrong with it.
func TestBrokenBlockStops(t *testing.T) {
	long.Sequential(t)
	records, _ := someHistory(t)
	first := func(of string) (at event.Position) {
		for rec, err := range records.ReadAll(t.Context(), store.Span{}) {
			require.NoError(t, err)
			if rec.Type == of {
				return rec.Position
			}
		}
		t.Fatal("no such event")
		return 0
	}
	without := func(of string, column func(*event.ColumnBlock) []int32) (func(*event.ColumnBlock), event.Position) {
		at := first(of)
		return func(f *event.ColumnBlock) {
			if i := slices.Index(f.Positions, at); i >= 0 {
				column(f)[i] = event.NoValue
			}
		}, at
	}
	type broken struct {
		spoil func(*event.ColumnBlock)
		at    event.Position
		want  error
	}
	cases := map[string]broken{
		"an index that is no value":   {func(f *event.ColumnBlock) { f.Streams.Index[0] = math.MaxInt32 }, 0, event.ErrBrokenColumns},
		"a short block":               {func(f *event.ColumnBlock) { f.Reset() }, 0, event.ErrBrokenColumns},
		"a block of another part":     {func(f *event.ColumnBlock) { f.Positions[f.Len()-1] = math.MaxUint64 }, 0, event.ErrBrokenColumns},
		"a block of an earlier part":  {func(f *event.ColumnBlock) { f.Positions[0] = 0 }, 0, event.ErrBrokenColumns},
		"columns of different length": {func(f *event.ColumnBlock) { f.Via.Index = append(f.Via.Index, make([]int32, f.Len())...) }, 0, event.ErrBrokenColumns},
		"an unknown type":             {func(f *event.ColumnBlock) { f.Types.Values.Bytes[0] = 'x' }, 0, event.ErrUnknownType},
		"a gap":                       {func(f *event.ColumnBlock) { f.Revisions[0]++ }, 0, projection.ErrGap},
	}
	for _, of := range []struct {
		event, column string
		index         func(*event.ColumnBlock) []int32
	}{
		{"InviteSent", "client", func(f *event.ColumnBlock) []int32 { return f.Client.Index }},
		{"InviteSent", "freelancer", func(f *event.ColumnBlock) []int32 { return f.Freelancer.Index }},
		{"InviteSent", "freelancer_available", func(f *event.ColumnBlock) []int32 { return f.FreelancerAvailable.Index }},
		{"ContractStarted", "via", func(f *event.ColumnBlock) []int32 { return f.Via.Index }},
		{"MilestoneReleased", "amount", func(f *event.ColumnBlock) []int32 { return f.Amount.Index }},
		{"MilestoneReleased", "milestone", func(f *event.ColumnBlock) []int32 { return f.Milestone.Index }},
		{"MilestoneReleased", "cause", func(f *event.ColumnBlock) []int32 { return f.Cause.Index }},
		{"WorkSubmitted", "milestone", func(f *event.ColumnBlock) []int32 { return f.Milestone.Index }},
		{"FeedbackSubmitted", "by", func(f *event.ColumnBlock) []int32 { return f.By.Index }},
		{"FeedbackSubmitted", "overall", func(f *event.ColumnBlock) []int32 { return f.Overall.Index }},
		{"DisputeOpened", "dispute", func(f *event.ColumnBlock) []int32 { return f.Dispute.Index }},
		{"ClientFlagged", "basis", func(f *event.ColumnBlock) []int32 { return f.Basis.Index }},
		{"ClientSuspended", "reason", func(f *event.ColumnBlock) []int32 { return f.Reason.Index }},
	} {
		spoil, at := without(of.event, of.index)
		cases[of.event+" without "+of.column] = broken{spoil, at, event.ErrBrokenColumns}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for _, workers := range []int{1, 2, 8} {
				log := columnsOf(t, records, 40, always(false))
				log.spoil = c.spoil
				m := projection.NewModel()
				err := m.Load(t.Context(), log, workers)
				require.ErrorIs(t, err, c.want)
				require.ErrorIs(t, err, projection.ErrStopped)
				require.Equal(t, projectiontest.Before(t, records, c.at), m.Position(), err.Error())
				require.Equal(t, err, m.Err())
			}
		})
	}
}

// TestPartsThatLeaveOut: a store whose parts are not the whole span is not
// believed, and the model goes on with another.
func TestPartsThatLeaveOut(t *testing.T) {
	long.Sequential(t)
	records, _ := someHistory(t)
	for i := range 3 {
		log := columnsOf(t, records, 100, always(false))
		log.parts = append(log.parts[:i:i], log.parts[i+1:]...)
		m := projection.NewModel()
		require.ErrorIs(t, m.Load(t.Context(), log, 2), event.ErrBrokenColumns)
		require.NoError(t, m.Load(t.Context(), records, 2))
		require.Equal(t, recordsOf(t, projectiontest.Loaded(t, records)), recordsOf(t, m))
	}
}

// TestColumnsGoOnAfterAFailedRead: what was read before is neither lost nor
// folded twice.
func TestColumnsGoOnAfterAFailedRead(t *testing.T) {
	records, _ := someHistory(t)
	gone := errors.New("the disk is gone")
	log := columnsOf(t, records, 60, func(i int) bool { return i%3 == 2 })
	log.err = gone
	m := projection.NewModel()
	failures := 0
	for ; ; failures++ {
		before := m.Position()
		if err := m.Load(t.Context(), log, 1); err == nil {
			break
		} else {
			require.Equal(t, gone, err)
		}
		require.GreaterOrEqual(t, m.Position(), before)
	}
	require.Greater(t, failures, 3)
	require.Equal(t, recordsOf(t, projectiontest.Loaded(t, records)), recordsOf(t, m))
}

// TestSmallColumns: of no event and of one.
func TestSmallColumns(t *testing.T) {
	log := projectiontest.NewLog()
	require.NoError(t, projection.NewModel().Load(t.Context(), columnsOf(t, log, 5, always(false)), 3))
	last := projectiontest.Write(t, log, event.InviteStream(projectiontest.Named("x")), projectiontest.Encoded(t, projectiontest.June, projectiontest.Sent(true)))
	m := projection.NewModel()
	require.NoError(t, m.Load(t.Context(), columnsOf(t, log, 5, always(false)), 3))
	require.Equal(t, recordsOf(t, projectiontest.Loaded(t, log)), recordsOf(t, m))
	require.Equal(t, last, m.Position())
}
