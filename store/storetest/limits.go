package storetest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

func (s *suite) limitCases() []namedCase {
	return []namedCase{
		{"writes that are malformed or too large", s.in(refusedWrites)},
		{"writes that are just within the limits", s.in(s.allowedWrites)},
		{"big events among small ones", s.in(s.bigEvents)},
		{"payloads come back byte for byte", s.in(payloads)},
		{"many event types", s.in(manyTypes)},
	}
}

// one is a write of one good event, changed.
func one(change func(w *store.Write, e *event.Proposed)) store.Write {
	w := store.Write{Stream: "s-1", Expected: store.Any, Events: Events(1)}
	change(&w, &w.Events[0])
	return w
}

func refusedWrites(t *testing.T, s store.Store) {
	padded := func(n int) []byte { return fmt.Appendf(nil, `{"a":"%s"}`, strings.Repeat("x", n-len(`{"a":""}`))) }
	type change = func(*store.Write, *event.Proposed)
	for name, c := range map[string]struct {
		want   error
		change change
	}{
		"no stream":                {store.ErrInvalidWrite, func(w *store.Write, _ *event.Proposed) { w.Stream = "" }},
		"a NUL in the name":        {store.ErrInvalidWrite, func(w *store.Write, _ *event.Proposed) { w.Stream = "a\x00b" }},
		"a line break in the name": {store.ErrInvalidWrite, func(w *store.Write, _ *event.Proposed) { w.Stream = "a\nb" }},
		"a name not UTF-8":         {store.ErrInvalidWrite, func(w *store.Write, _ *event.Proposed) { w.Stream = "a\xffb" }},
		"EventStoreDB's $all":      {store.ErrInvalidWrite, func(w *store.Write, _ *event.Proposed) { w.Stream = "$all" }},
		"a name of $":              {store.ErrInvalidWrite, func(w *store.Write, _ *event.Proposed) { w.Stream = "$" }},
		"a name of $$":             {store.ErrInvalidWrite, func(w *store.Write, _ *event.Proposed) { w.Stream = "$$" }},
		"a stream's metadata":      {store.ErrInvalidWrite, func(w *store.Write, _ *event.Proposed) { w.Stream = "$$s-1" }},
		"a category":               {store.ErrInvalidWrite, func(w *store.Write, _ *event.Proposed) { w.Stream = "$ce-contract" }},
		"a type of $":              {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Type = "$" }},
		"a link":                   {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Type = "$>" }},
		"a system's type, second":  {store.ErrInvalidWrite, func(w *store.Write, _ *event.Proposed) { w.Events = Events(2); w.Events[1].Type = "$metadata" }},
		"a name too long":          {store.ErrTooLarge, func(w *store.Write, _ *event.Proposed) { w.Stream = strings.Repeat("a", store.MaxStreamName+1) }},
		"an impossible revision":   {store.ErrInvalidWrite, func(w *store.Write, _ *event.Proposed) { w.Expected = -3 }},
		"no events":                {store.ErrInvalidWrite, func(w *store.Write, _ *event.Proposed) { w.Events = nil }},
		"too many events":          {store.ErrTooLarge, func(w *store.Write, _ *event.Proposed) { w.Events = Events(store.MaxAppendEvents + 1) }},
		"an id twice":              {store.ErrInvalidWrite, func(w *store.Write, e *event.Proposed) { w.Events = append(w.Events, Events(1)[0], *e) }},
		"no id":                    {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.ID = uuid.Nil }},
		"no type":                  {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Type = "" }},
		"a type not UTF-8":         {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Type = "\xc3" }},
		"a DEL in the type":        {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Type = "a\x7f" }},
		"a type too long":          {store.ErrTooLarge, func(_ *store.Write, e *event.Proposed) { e.Type = strings.Repeat("a", store.MaxTypeName+1) }},
		"no data":                  {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Data = nil }},
		"data that is a list":      {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Data = []byte(`[1]`) }},
		"data that is null":        {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Data = []byte(`null`) }},
		"data that ends early":     {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Data = []byte(`{"a":1`) }},
		"data with more behind":    {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Data = []byte(`{} {}`) }},
		"data not UTF-8":           {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Data = []byte("{\"a\":\"\xff\"}") }},
		"data of white space":      {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Data = []byte("  ") }},
		"no metadata":              {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Metadata = nil }},
		"metadata that is text":    {store.ErrInvalidWrite, func(_ *store.Write, e *event.Proposed) { e.Metadata = []byte(`"a"`) }},
		"too many bytes":           {store.ErrTooLarge, func(_ *store.Write, e *event.Proposed) { e.Data = padded(store.MaxAppendBytes) }},
		"the second event is bad":  {store.ErrInvalidWrite, func(w *store.Write, _ *event.Proposed) { w.Events = append(w.Events, event.Proposed{}) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := one(c.change)
			_, err := s.Append(t.Context(), w)
			require.ErrorIs(t, err, c.want)
			require.NotContains(t, err.Error(), "xxx", "an error never holds event data")
			if tx, ok := s.(store.Transactor); ok {
				_, err := tx.AppendAll(t.Context(), []store.Write{one(func(*store.Write, *event.Proposed) {}), w})
				require.ErrorIs(t, err, c.want)
			}
		})
	}
	require.Empty(t, mustAll(t, s))
}

func (s *suite) allowedWrites(t *testing.T, st store.Store) {
	for name, change := range map[string]func(*store.Write, *event.Proposed){
		"the longest stream name": func(w *store.Write, _ *event.Proposed) { w.Stream = strings.Repeat("ü", store.MaxStreamName/2) },
		"the longest type name":   func(_ *store.Write, e *event.Proposed) { e.Type = strings.Repeat("T", store.MaxTypeName) },
		"the smallest payload":    func(_ *store.Write, e *event.Proposed) { e.Data, e.Metadata = []byte(`{}`), []byte(`{}`) },
		"the most events":         func(w *store.Write, _ *event.Proposed) { w.Events = Events(store.MaxAppendEvents) },
		"the most bytes": func(_ *store.Write, e *event.Proposed) {
			e.Metadata = []byte(`{}`)
			e.Data = append([]byte(`{"a":"`), append(bytes.Repeat([]byte("x"), store.MaxAppendBytes-len(`{"a":""}{}`)), `"}`...)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := one(func(w *store.Write, e *event.Proposed) {
				w.Stream = strings.ReplaceAll(name, " ", "-")
				change(w, e)
			})
			if limit := s.Features.MaxStreamName; limit > 0 && len(w.Stream) > limit {
				t.Skipf("the store takes names of %d bytes", limit)
			}
			if limit := s.Features.MaxAppendBytes; limit > 0 && size(w) > limit {
				t.Skipf("the store takes appends of %d bytes", limit)
			}
			_, err := st.Append(t.Context(), w)
			require.NoError(t, err)
			holds(t, mustStream(t, st, w.Stream), w.Stream, 0, w.Events)
		})
	}
}

// size is a write's as EventStoreDB's limit counts it, in bytes.
func size(w store.Write) (bytes int) {
	for _, e := range w.Events {
		bytes += len(e.Data) + len(e.Metadata) + 2*len(e.Type)
	}
	return bytes
}

func (s *suite) bigEvents(t *testing.T, st store.Store) {
	most := 3_000_000
	if limit := s.Features.MaxAppendBytes; limit > 0 {
		most = min(most, limit-1000)
	}
	var want []event.Proposed
	for i := range 12 {
		e := Events(1)[0]
		if i%3 == 1 {
			e.Data = fmt.Appendf(nil, `{"a":"%s"}`, strings.Repeat("x", most*i/10))
		}
		want = append(want, e)
		_, err := st.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Any, Events: []event.Proposed{e}})
		require.NoError(t, err)
	}
	holds(t, mustStream(t, st, "s-1"), "s-1", 0, want)
	holds(t, mustAll(t, st), "s-1", 0, want)
	seen, err := follow(patience(t), st, 0, len(want), nil)
	require.NoError(t, err)
	holds(t, seen, "s-1", 0, want)
}

func payloads(t *testing.T, s store.Store) {
	var want []event.Proposed
	for _, p := range []string{
		`{}`, " \t\r\n{ \"a\" : [ 1 , 2.50e+3 , null ] }\n", `{"b":1,"a":2,"b":3}`, `{"u":"\u0000\ud83d\ude00\/"}`,
		`{"text":"日本 \"quoted\" 😀"}`, `{"n":123456789012345678901234567890}`, `{"lone":"\ud800"}`, "{\"\u2028\":\"\u00a0\"}",
	} {
		e := Events(1)[0]
		e.Data, e.Metadata = []byte(p), []byte(p)
		want = append(want, e)
	}
	_, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.NoStream, Events: want})
	require.NoError(t, err)
	holds(t, mustStream(t, s, "s-1"), "s-1", 0, want)
}

func manyTypes(t *testing.T, s store.Store) {
	events := Events(1000)
	for i := range events {
		events[i].Type = fmt.Sprintf("Type %d", i)
	}
	for _, part := range [][]event.Proposed{events[:10], events[10:500], events[500:]} {
		_, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Any, Events: part})
		require.NoError(t, err)
	}
	holds(t, mustStream(t, s, "s-1"), "s-1", 0, events)
}
