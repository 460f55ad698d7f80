package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
)

// asReference does random sequences of calls on the implementation and on
// package memory, and compares every answer.
func (s *suite) asReference(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &machine{suite: s, t: t, real: s.Open(t), model: memory.New()}
		defer func() { require.NoError(rt, m.real.Close()) }()
		actions := map[string]func(*rapid.T){
			"":           m.check,
			"append":     m.append,
			"repeat":     m.repeat,
			"readStream": m.readStream,
			"readAll":    m.readAll,
		}
		if s.Features.Transactions {
			actions["appendAll"] = m.appendAll
		}
		if s.Features.Truncate != nil {
			actions["truncate"] = m.truncate
		}
		if s.Features.Reopen != nil {
			actions["reopen"] = m.reopen
		}
		rt.Repeat(actions)
	})
}

type machine struct {
	*suite
	t           *testing.T
	real, model store.Store
	past        [][]store.Write
}

var streamNames = rapid.SampledFrom([]string{"invite-a", "invite-b", "contract-a"})

func drawWrite(t *rapid.T) store.Write {
	return store.Write{
		Stream:   streamNames.Draw(t, "stream"),
		Expected: store.Expected(rapid.Int64Range(-2, 12).Draw(t, "expected")),
		Events:   Events(rapid.IntRange(1, 3).Draw(t, "events")),
	}
}

func (m *machine) append(t *rapid.T) { m.write(t, []store.Write{drawWrite(t)}) }

func (m *machine) appendAll(t *rapid.T) {
	writes := make([]store.Write, rapid.IntRange(2, 4).Draw(t, "writes"))
	for i := range writes {
		writes[i] = drawWrite(t)
	}
	m.write(t, writes)
}

// repeat sends a former write again, whole or in part.
func (m *machine) repeat(t *rapid.T) {
	if len(m.past) == 0 {
		t.Skip("nothing written yet")
	}
	writes := append([]store.Write{}, rapid.SampledFrom(m.past).Draw(t, "past")...)
	for i := range writes {
		if writes[i].Expected == store.Any {
			t.Skip("stores may differ")
		}
	}
	w := &writes[0]
	w.Events = w.Events[:rapid.IntRange(1, len(w.Events)).Draw(t, "events")]
	m.write(t, writes)
}

func (m *machine) write(t *rapid.T, writes []store.Write) {
	m.past = append(m.past, writes)
	var real, model []store.Appended
	var realErr, modelErr error
	if len(writes) == 1 {
		real, model = make([]store.Appended, 1), make([]store.Appended, 1)
		real[0], realErr = m.real.Append(m.t.Context(), writes[0])
		model[0], modelErr = m.model.Append(m.t.Context(), writes[0])
	} else {
		real, realErr = m.real.(store.Transactor).AppendAll(m.t.Context(), writes)
		model, modelErr = m.model.(store.Transactor).AppendAll(m.t.Context(), writes)
	}
	m.sameError(t, realErr, modelErr)
	if !m.Features.DensePositions {
		for i := range model {
			if realErr == nil {
				m.standsAt(t, writes[i].Stream, real[i])
			}
			model[i].Position = real[i].Position
		}
	}
	require.Equal(t, model, real)
}

// standsAt checks the position of an append that may be a repetition: its own, or
// a later one.
func (m *machine) standsAt(t *rapid.T, stream string, done store.Appended) {
	head, err := m.real.Head(m.t.Context())
	require.NoError(t, err)
	require.LessOrEqual(t, done.Position, head)
	for _, r := range mustAll(m.t, m.real) {
		if r.Stream == stream && r.Revision == done.Revision {
			require.GreaterOrEqual(t, done.Position, r.Position)
		}
	}
}

func (m *machine) sameError(t *rapid.T, real, model error) {
	require.Equal(t, fault.Code(model), fault.Code(real), "%v / %v", model, real)
	require.Equal(t, model == nil, real == nil)
}

func (m *machine) truncate(t *rapid.T) {
	stream, before := streamNames.Draw(t, "stream"), uint64(rapid.IntRange(0, 12).Draw(t, "before"))
	m.sameError(t, m.Features.Truncate(m.t.Context(), m.real, stream, before),
		m.model.(*memory.Store).Truncate(m.t.Context(), stream, before))
}

func (m *machine) reopen(t *rapid.T) {
	if rapid.IntRange(0, 5).Draw(t, "reopen") > 0 {
		t.Skip("it is dear")
	}
	m.real = m.Features.Reopen(m.t, m.real)
}

func (m *machine) readStream(t *rapid.T) {
	stream, from := streamNames.Draw(t, "stream"), uint64(rapid.IntRange(0, 12).Draw(t, "from"))
	real, realErr := collect(m.real.ReadStream(m.t.Context(), stream, from))
	model, modelErr := collect(m.model.ReadStream(m.t.Context(), stream, from))
	m.sameError(t, realErr, modelErr)
	m.sameRecords(t, real, model)
}

func (m *machine) readAll(t *rapid.T) {
	real, model := mustAll(m.t, m.real), mustAll(m.t, m.model)
	if len(real) == 0 || len(real) != len(model) {
		return // check tells
	}
	i := rapid.IntRange(0, len(real)-1).Draw(t, "after")
	j := rapid.IntRange(i, len(real)-1).Draw(t, "through")
	span, want := store.Span{After: real[i].Position, Through: real[j].Position}, model[i+1:j+1]
	if rapid.Bool().Draw(t, "with it") {
		span, want = store.Span{From: real[i].Position, Through: real[j].Position}, model[i:j+1]
	}
	got, err := collect(m.real.ReadAll(m.t.Context(), span))
	require.NoError(t, err)
	m.sameRecords(t, got, want)
}

// check compares the whole logs after every action.
func (m *machine) check(t *rapid.T) {
	m.sameRecords(t, mustAll(m.t, m.real), mustAll(m.t, m.model))
}

// sameRecords compares what both stores must agree on: not the clock and, if
// they may have gaps, not the positions.
func (m *machine) sameRecords(t *rapid.T, real, model []event.Record) {
	require.Len(t, real, len(model))
	for i, want := range model {
		want.RecordedAt = real[i].RecordedAt
		if !m.Features.DensePositions {
			want.Position = real[i].Position
		}
		if !same(want, real[i]) {
			require.Equal(t, want, real[i])
		}
	}
}
