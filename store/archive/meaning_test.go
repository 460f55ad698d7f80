package archive

import (
	"context"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
)

// firstArchive was written before files named what their columns hold of each type.
const firstArchive = "testdata/first"

// hostEvent is one more type.
type hostEvent struct {
	Client uuid.UUID `json:"client"`
}

func (*hostEvent) EventType() string { return "HostEvent" }

// bonusByHand is BonusPaid with other fields.
type bonusByHand struct {
	By event.Side `json:"by"`
}

func (*bonusByHand) EventType() string { return "BonusPaid" }

type bonusRenamed struct {
	Amount event.Money `json:"amount"`
}

func (*bonusRenamed) EventType() string { return "ExtraPaid" }

func same[E any](old, next *E) error {
	*next = *old
	return nil
}

// without is the marketplace's types but for one, with others.
func without(name string, others ...event.Type) []event.Type {
	types := slices.DeleteFunc(event.Types(), func(t event.Type) bool { return t.Event.EventType() == name })
	return append(types, others...)
}

func registryOf(t testing.TB, types []event.Type, upcasts ...event.Upcast) *event.Registry {
	r, err := event.NewRegistry(types, append(event.Upcasts(), upcasts...))
	require.NoError(t, err)
	return r
}

// newerBonus has a second version of BonusPaid.
func newerBonus(t testing.TB) *event.Registry {
	v := func(version int) event.Schema { return event.Schema{Type: "BonusPaid", Version: version} }
	return registryOf(t, without("BonusPaid", event.Type{Event: &event.BonusPaid{}, Version: 2}), event.NewUpcast(v(1), v(2), same[event.BonusPaid]))
}

func renamedBonus(t testing.TB) *event.Registry {
	return registryOf(t, without("BonusPaid", event.Type{Event: &bonusRenamed{}, Version: 1}),
		event.NewUpcast(event.Schema{Type: "BonusPaid", Version: 1}, event.Schema{Type: "ExtraPaid", Version: 1},
			func(old *event.BonusPaid, next *bonusRenamed) error {
				next.Amount = old.Amount
				return nil
			}))
}

// bonuses is a log of four row groups, of which the third has a BonusPaid, and of
// a stream of a host's own.
func bonuses(t testing.TB) store.Store {
	log := contracts(t, 10)
	foreign := store.Write{Stream: "host-1", Expected: store.NoStream, Events: []event.Proposed{{ID: uuid.New(), Type: "Happened", Data: []byte("{}"), Metadata: []byte("{}")}}}
	p, err := event.Marketplace().Encode(uuid.New(), event.Meta{Actor: event.ActorClient}, &event.BonusPaid{Amount: 7})
	require.NoError(t, err)
	_, err = log.Append(t.Context(), foreign)
	require.NoError(t, err)
	for len(everything(t, log)) <= 2*small.groupEvents {
		extend(t, log, len(everything(t, log)), 1)
	}
	_, err = log.Append(t.Context(), store.Write{Stream: event.ContractStream(uuid.New()), Expected: store.NoStream, Events: []event.Proposed{p}})
	require.NoError(t, err)
	extend(t, log, 10_000, 10)
	return log
}

// byColumns says of each part whether it is read by its columns, and checks that
// those say what the events do.
func byColumns(t testing.TB, dir string, r *event.Registry) (columns []bool) {
	t.Helper()
	s, err := Open(t.Context(), dir, Options{registry: r})
	require.NoError(t, err)
	defer s.Close()
	parts, err := s.ColumnParts(t.Context(), store.Span{}, r.ColumnSchema())
	require.NoError(t, err)
	for _, p := range parts {
		columns = append(columns, p.Columns)
		if !p.Columns {
			continue
		}
		var have event.ColumnBlock
		require.NoError(t, s.ReadColumns(t.Context(), p, &have))
		b := r.NewColumnBuilder()
		for rec, err := range s.ReadAll(t.Context(), p.Span) {
			require.NoError(t, err)
			require.NoError(t, b.Add(&rec))
		}
		require.NoError(t, sameColumns(b.Block(), &have))
	}
	require.NoError(t, s.Verify(t.Context()))
	return columns
}

// TestColumnsAreJudgedByType: a row group is read by its columns if all types in
// it mean what they meant to its writer, whatever other types there are.
func TestColumnsAreJudgedByType(t *testing.T) {
	long.Sequential(t)
	t.Parallel()
	all, butThird := slices.Repeat([]bool{true}, 4), []bool{true, true, false, true}
	written := event.Marketplace()
	log := bonuses(t)
	for name, c := range map[string]struct {
		writer, reader *event.Registry
		want           []bool
	}{
		"the same types":               {written, written, all},
		"one more type":                {written, registryOf(t, append(event.Types(), event.Type{Event: &hostEvent{}, Version: 1})), all},
		"one that is not there less":   {written, registryOf(t, without("InviteSent")), all},
		"a new version":                {written, newerBonus(t), butThird},
		"an older one":                 {newerBonus(t), written, butThird},
		"other fields":                 {written, registryOf(t, without("BonusPaid", event.Type{Event: &bonusByHand{}, Version: 1})), nil},
		"a new name":                   {written, renamedBonus(t), butThird},
		"a new name, known in writing": {renamedBonus(t), renamedBonus(t), butThird},
	} {
		t.Run(name, func(t *testing.T) {
			dir := exportOf(t, log, ExportOptions{registry: c.writer, groupEvents: small.groupEvents, fileGroups: small.fileGroups})
			if c.want == nil { // the third group cannot be decoded, so only the parts are asked for
				s := opened(t, dir)
				parts, err := s.ColumnParts(t.Context(), store.Span{}, c.reader.ColumnSchema())
				require.NoError(t, err)
				require.Equal(t, butThird, []bool{parts[0].Columns, parts[1].Columns, parts[2].Columns, parts[3].Columns})
				return
			}
			require.Equal(t, c.want, byColumns(t, dir, c.reader))
		})
	}
}

// TestFirstArchive: an archive from before files named their types is read by its
// columns as long as those in it mean the same; else its events are decoded, each as
// what it reads as today, and an export of them has today's columns.
func TestFirstArchive(t *testing.T) {
	long.Sequential(t)
	t.Parallel()
	s := opened(t, firstArchive)
	then := s.segments[0].meaning.types
	require.NotEmpty(t, then, "what its columns hold is known")
	read := func(change func(types map[string]string)) bool {
		types := maps.Clone(then)
		change(types)
		parts, err := s.ColumnParts(t.Context(), store.Span{}, event.ColumnSchema{Types: types})
		require.NoError(t, err)
		require.Len(t, parts, 1)
		return parts[0].Columns
	}
	require.True(t, read(func(map[string]string) {}))
	require.True(t, read(func(types map[string]string) { types["HostEvent"] = "v1 client:id" }))
	require.True(t, read(func(types map[string]string) { types["BonusPaid"] = "v2 amount:int" }), "it has no BonusPaid")
	require.False(t, read(func(types map[string]string) { types["InviteSent"] = "v2" + types["InviteSent"][2:] }))

	require.Equal(t, []bool{false}, byColumns(t, firstArchive, event.Marketplace()), "types in it have newer versions")
	log := everything(t, s)
	dir := t.TempDir()
	_, err := Export(t.Context(), fixed{memory.New(), log}, dir, ExportOptions{})
	require.NoError(t, err)
	require.Equal(t, []bool{true}, byColumns(t, dir, event.Marketplace()))
	require.Equal(t, log, everything(t, opened(t, dir)), "the records are what they were")
}

// TestColumnsOfTheFirstArchive: what its columns hold is what its events say in the
// fields that they had then.
func TestColumnsOfTheFirstArchive(t *testing.T) {
	s := opened(t, firstArchive)
	var have event.ColumnBlock
	require.NoError(t, s.segments[0].readBlock(0, &have, true))
	b := event.Marketplace().NewColumnBuilder()
	log := everything(t, s)
	for _, rec := range log {
		require.NoError(t, b.Add(&rec))
	}
	values := 0
	for i, now := range b.Block().Columns() {
		then := have.Columns()[i]
		if !s.segments[0].meaning.has(&now) {
			continue // no event had the field
		}
		for k, rec := range log {
			if slices.Contains(strings.Fields(s.segments[0].meaning.types[rec.Type]), now.Field()) {
				require.Equal(t, valueAt(&now, k), valueAt(&then, k), "%s of %s", now.Name, rec.Type)
				values++
			}
		}
	}
	require.NotZero(t, values)
}

// valueAt is what a column has of the k-th event, nil if nothing.
func valueAt(c *event.Column, k int) any {
	switch {
	case c.IDs != nil && c.IDs.Index.At(k) != event.NoValue:
		return c.IDs.Values[c.IDs.Index.At(k)]
	case c.Ints != nil && c.Ints.Index.At(k) != event.NoValue:
		return c.Ints.Values[c.Ints.Index.At(k)]
	case c.Words != nil && c.Words.Index.At(k) != event.NoValue:
		return string(c.Words.Values.At(int(c.Words.Index.At(k))))
	}
	return nil
}

// TestFirstArchiveGoesOn: an archive of format 1, whose files have no digests and nobody
// who acted, is read and goes on with files that have them.
func TestFirstArchiveGoesOn(t *testing.T) {
	long.Sequential(t)
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(firstArchive)))
	old := opened(t, dir)
	before, err := ReadManifest(dir)
	require.NoError(t, err)
	require.Equal(t, 1, before.Format)
	log := append([]event.Record(nil), everything(t, old)...)
	require.NotEmpty(t, log)
	for _, rec := range log {
		m, _, ok := event.ParseMetadata(rec.Metadata)
		require.True(t, ok)
		require.Zero(t, m.CommandDigest)
	}
	next := log[len(log)-1].Clone()
	m := event.Meta{OccurredAt: event.MustParseTime("2020-01-01T00:00:00Z"), Actor: event.ActorClient, CommandDigest: idOf("digest", 1), ActedBy: "user-7"}
	p, err := registry.Encode(uuid.New(), m, &event.ClientRegistered{})
	require.NoError(t, err)
	next.Proposed, next.Position, next.Stream, next.Revision = p, next.Position+1, event.ClientStream(idOf("new", 1)), 0
	log = append(log, next)
	_, err = Export(t.Context(), fixed{memory.New(), log}, dir, small)
	require.NoError(t, err)
	s := opened(t, dir)
	require.NoError(t, s.Verify(t.Context()))
	require.Equal(t, log, everything(t, s))
	after, err := ReadManifest(dir)
	require.NoError(t, err)
	require.Equal(t, 3, after.Format)
}

// fixed is a log of records that are what they are, their positions too.
type fixed struct {
	store.Store
	all []event.Record
}

func (f fixed) Head(context.Context) (event.Position, error) {
	return f.all[len(f.all)-1].Position, nil
}

func (f fixed) ReadAll(_ context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for _, rec := range f.all {
			if rec.Position >= span.First() && (span.Through == 0 || rec.Position <= span.Through) && !yield(rec, nil) {
				return
			}
		}
	}
}

// TestOldArchiveOfAHost: of the types of a registry that was a host's own only the
// digest is known.
func TestOldArchiveOfAHost(t *testing.T) {
	s := opened(t, exportOf(t, contracts(t, 10), small))
	host := registryOf(t, append(event.Types(), event.Type{Event: &hostEvent{}, Version: 1})).ColumnSchema()
	s.segments[0].meaning = meaning{digest: host.Digest}
	for schema, want := range map[*event.ColumnSchema]bool{&host: true, {Digest: "another", Types: host.Types}: false} {
		have, err := s.segments[0].means(0, *schema)
		require.NoError(t, err)
		require.Equal(t, want, have)
	}
}

// TestColumnThatIsNotOfTheFile: one that came later, or was of another kind, is
// empty; one that must be there is missed.
func TestColumnThatIsNotOfTheFile(t *testing.T) {
	s := opened(t, exportOf(t, contracts(t, 10), small))
	var f event.ColumnBlock
	require.NoError(t, s.segments[0].readBlock(0, &f, true))
	require.NotEmpty(t, f.Amount.Values)
	delete(s.segments[0].meaning.fields, "amount:int")
	require.NoError(t, s.segments[0].readBlock(0, &f, true))
	require.Empty(t, f.Amount.Values)
	for i := range f.Len() {
		require.EqualValues(t, event.NoValue, f.Amount.Index.At(i))
	}
	require.NotEmpty(t, f.Client.Values)
}
