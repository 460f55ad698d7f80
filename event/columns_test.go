package event_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// sampleRecords are a full and a bare sample of every event, in one log.
func sampleRecords(t *testing.T, reg *event.Registry) (records []event.Record, events []event.Event) {
	for _, typ := range event.Types() {
		for _, full := range []bool{true, false} {
			e := sample(typ.Event, full)
			p, err := reg.Encode(sampleID(1), sampleMeta(full), e)
			require.NoError(t, err)
			n := len(records)
			records = append(records, event.Record{Proposed: p, Stream: event.ContractStream(sampleID(n / 3)),
				Revision: uint64(n % 3), Position: event.Position(10 * (n + 1)), RecordedAt: time.Unix(0, 0).UTC()})
			events = append(events, e)
		}
	}
	return records, events
}

func built(t *testing.T, reg *event.Registry, records []event.Record) *event.ColumnBlock {
	b := reg.NewColumnBuilder()
	require.NoError(t, b.Add(&records[0])) // of a block before
	b.Reset()
	for i := range records {
		require.NoError(t, b.Add(&records[i]))
	}
	require.NoError(t, b.Block().Check())
	return b.Block()
}

// at is what a column has of the i-th event, nil if nothing.
func at(c event.Column, i int) any {
	switch {
	case c.IDs != nil && c.IDs.Index.At(i) != event.NoValue:
		return c.IDs.Values[c.IDs.Index.At(i)]
	case c.Ints != nil && c.Ints.Index.At(i) != event.NoValue:
		return c.Ints.Values[c.Ints.Index.At(i)]
	case c.Words != nil && c.Words.Index.At(i) != event.NoValue:
		return string(c.Words.Values.At(int(c.Words.Index.At(i))))
	}
	return nil
}

// inColumn is what a column should have of a field's value, nil if nothing.
func inColumn(v reflect.Value, optional, kept bool) any {
	if optional && v.IsZero() {
		return nil
	}
	switch texts := v.Interface().(type) {
	case event.Text:
		if kept {
			return string(texts)
		}
		return nil
	case []event.Text:
		if kept {
			return event.TextList(texts)
		}
		return nil
	case []event.PortfolioItem:
		return itemsInColumn(texts)
	}
	if id, ok := v.Interface().(uuid.UUID); ok {
		return id
	}
	switch v = reflect.Indirect(v); v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		if v.Bool() {
			return int64(1)
		}
		return int64(0)
	case reflect.Int, reflect.Int64:
		return v.Int()
	case reflect.Slice:
		var words []string
		for i := range v.Len() {
			switch item := v.Index(i); {
			case item.Kind() == reflect.String:
				words = append(words, item.String())
			case item.Type() == reflect.TypeFor[uuid.UUID]():
				words = append(words, item.Interface().(uuid.UUID).String())
			default:
				return "of a kind that no column takes"
			}
		}
		return strings.Join(words, ",")
	}
	return "of a kind that no column takes"
}

// itemsInColumn is a portfolio as it stands in an event.
func itemsInColumn(items []event.PortfolioItem) string {
	list := []string{}
	for _, p := range items {
		list = append(list, fmt.Sprintf(`{"title":%s,"ref":%s,"sha256":%q}`, textInJSON(p.Title), textInJSON(p.Ref), p.SHA256))
	}
	return "[" + strings.Join(list, ",") + "]"
}

func textInJSON(t event.Text) string {
	return strings.Trim(event.TextList([]event.Text{t}), "[]")
}

// TestColumnsHoldTheEvents: of every event each column has what the event's field
// of that name has, and nothing if there is no such field or it is a person's
// text that no record keeps; and each column is of some event.
func TestColumnsHoldTheEvents(t *testing.T) {
	reg := event.Marketplace()
	records, events := sampleRecords(t, reg)
	block := built(t, reg, records)
	require.Equal(t, len(records), block.Len())
	used := map[string]bool{}
	for i, rec := range records {
		require.Equal(t, rec.Position, block.Positions[i])
		require.Equal(t, rec.Revision, block.Revisions[i])
		require.Equal(t, sampleMeta(i%2 == 0).OccurredAt, block.OccurredAt[i])
		require.Equal(t, rec.Stream, string(block.Streams.Values.At(int(block.Streams.Index[i]))))
		require.Equal(t, rec.Type, string(block.Types.Values.At(int(block.Types.Index[i]))))
		want := map[string]any{}
		v := reflect.ValueOf(events[i]).Elem()
		for k := range v.NumField() {
			name, option, _ := strings.Cut(v.Type().Field(k).Tag.Get("json"), ",")
			want[name] = inColumn(v.Field(k), option != "", slices.Contains(keptTexts[rec.Type], v.Type().Field(k).Name))
		}
		for _, c := range block.Columns() {
			require.Equal(t, want[c.Name], at(c, i), "%s of %s", c.Name, rec.Type)
			used[c.Name] = used[c.Name] || at(c, i) != nil
		}
	}
	for _, c := range block.Columns() {
		require.True(t, used[c.Name], "no event has a field for the column %s", c.Name)
		if c.Words != nil && !c.Personal() {
			require.NotContains(t, string(c.Words.Values.Bytes), sampleText)
		}
	}
	require.Equal(t, (len(records)+2)/3, block.Streams.Values.Len(), "a name stands once")
}

func TestColumnsOfOtherStreams(t *testing.T) {
	reg := event.Marketplace()
	records := []event.Record{
		{Proposed: event.Proposed{Type: "HostEvent", Data: []byte("{}")}, Stream: "host-1", Position: 1},
		{Proposed: event.Proposed{Type: "$metadata", Data: []byte("?")}, Stream: "$$" + event.ContractStream(sampleID(1)), Position: 2},
	}
	block := built(t, reg, records)
	require.Equal(t, "HostEvent$metadata", string(block.Types.Values.Bytes))
	for _, c := range block.Columns() {
		require.Nil(t, at(c, 0))
		require.Nil(t, at(c, 1))
	}
}

func TestUndecodableEventHasNoColumns(t *testing.T) {
	reg := event.Marketplace()
	records, _ := sampleRecords(t, reg)
	b := reg.NewColumnBuilder()
	require.NoError(t, b.Add(&records[0]))
	bad := records[1]
	bad.Type = "Unheard"
	var undecodable *event.DecodeError
	require.ErrorAs(t, b.Add(&bad), &undecodable)
	require.Equal(t, bad.Position, undecodable.Position)
	require.Equal(t, 1, b.Block().Len())
	require.NoError(t, b.Add(&records[2]))
	require.NoError(t, b.Block().Check())
}

// TestColumnsAreOfTodaysShape: an event of an old schema is in the columns as what
// it is upcast to, and the schema of the columns has another name.
func TestColumnsAreOfTodaysShape(t *testing.T) {
	old, err := event.NewRegistry([]event.Type{{Event: &event.BonusPaid{}, Version: 1}}, nil)
	require.NoError(t, err)
	next, err := event.NewRegistry([]event.Type{{Event: &event.BonusPaid{}, Version: 2}}, []event.Upcast{
		event.NewUpcast(schema("BonusPaid", 1), schema("BonusPaid", 2), func(old, next *event.BonusPaid) error {
			next.Amount = 100 * old.Amount
			return nil
		}),
	})
	require.NoError(t, err)
	p, err := old.Encode(sampleID(1), sampleMeta(true), &event.BonusPaid{Amount: 7})
	require.NoError(t, err)
	rec := event.Record{Proposed: p, Stream: event.ContractStream(sampleID(2)), Position: 1}
	require.Equal(t, []int64{7}, built(t, old, []event.Record{rec}).Amount.Values)
	require.Equal(t, []int64{700}, built(t, next, []event.Record{rec}).Amount.Values)
	require.NotEqual(t, old.ColumnSchema(), next.ColumnSchema())
	require.Equal(t, event.Marketplace().ColumnSchema(), event.Marketplace().ColumnSchema())
}

func TestBrokenColumns(t *testing.T) {
	reg := event.Marketplace()
	records, _ := sampleRecords(t, reg)
	for name, c := range map[string]struct {
		damage   func(f *event.ColumnBlock)
		column   string
		position event.Position
	}{
		"a stream that is not there":   {func(f *event.ColumnBlock) { f.Streams.Index[1] = int32(f.Streams.Values.Len()) }, "stream", 20},
		"no stream":                    {func(f *event.ColumnBlock) { f.Streams.Index[1] = event.NoValue }, "stream", 20},
		"no type":                      {func(f *event.ColumnBlock) { f.Types.Index[2] = event.NoValue }, "type", 30},
		"an id that is not there":      {func(f *event.ColumnBlock) { f.Client.Index[4] = 1 << 30 }, "client", 50},
		"a number below none":          {func(f *event.ColumnBlock) { f.Amount.Index[4] = -2 }, "amount", 50},
		"a word that is not there":     {func(f *event.ColumnBlock) { f.Via.Values.Offsets = nil; f.Via.Index[0] = 0 }, "via", 10},
		"offsets out of order":         {func(f *event.ColumnBlock) { f.Streams.Values.Offsets[1] = 1 << 30 }, "stream", 0},
		"words that end early":         {func(f *event.ColumnBlock) { f.By.Values.Bytes = f.By.Values.Bytes[:1] }, "by", 0},
		"a long column":                {func(f *event.ColumnBlock) { f.Reason.Index = append(f.Reason.Index, make([]int32, f.Len())...) }, "reason", 0},
		"few revisions":                {func(f *event.ColumnBlock) { f.Revisions = f.Revisions[1:] }, "", 0},
		"few times":                    {func(f *event.ColumnBlock) { f.OccurredAt = nil }, "", 0},
		"positions that do not grow":   {func(f *event.ColumnBlock) { f.Positions[3] = f.Positions[2] }, "", 30},
		"more events than a block has": {func(f *event.ColumnBlock) { f.Positions = make([]event.Position, event.MaxBlockEvents+1) }, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			f := built(t, reg, records)
			c.damage(f)
			err := f.Check()
			require.ErrorIs(t, err, event.ErrBrokenColumns)
			var broken *event.ColumnError
			require.ErrorAs(t, err, &broken)
			require.Equal(t, c.column, broken.Column)
			require.Equal(t, c.position, broken.Position)
			require.Equal(t, "broken_facts", broken.Code())
			require.True(t, strings.HasPrefix(err.Error(), "event: "))
		})
	}
}

func TestFullBlock(t *testing.T) {
	reg := event.Marketplace()
	records, _ := sampleRecords(t, reg)
	b := reg.NewColumnBuilder()
	f := b.Block()
	f.Positions = slices.Grow(f.Positions, event.MaxBlockEvents)[:event.MaxBlockEvents]
	require.ErrorIs(t, b.Add(&records[0]), event.ErrBrokenColumns)
}
