package engine_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

func TestNewPosition(t *testing.T) {
	for name, c := range map[string]struct {
		commit, prepare uint64
		want            engine.Position
		err             error
	}{
		"a record's":                {7, 7, engine.At(7), nil},
		"in front of a record":      {7, 0, engine.Position{Commit: 7}, nil},
		"the start":                 {0, 0, engine.LogStart, nil},
		"the end":                   {math.MaxUint64, math.MaxUint64, engine.LogEnd, nil},
		"the end, in front of it":   {math.MaxUint64, 0, engine.Position{Commit: -1}, nil},
		"the largest":               {math.MaxInt64, math.MaxInt64, engine.At(math.MaxInt64), nil},
		"too large":                 {1 << 63, 1 << 63, engine.Position{}, engine.ErrNoPosition},
		"half of it too large":      {math.MaxUint64, 1 << 63, engine.Position{}, engine.ErrNoPosition},
		"prepared after the commit": {7, 8, engine.Position{}, engine.ErrNoPosition},
		"prepared at the end":       {7, math.MaxUint64, engine.Position{}, engine.ErrNoPosition},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := engine.NewPosition(c.commit, c.prepare)
			require.Equal(t, c.err, err)
			require.Equal(t, c.want, p)
			if err == nil {
				commit, prepare := p.Wire()
				require.Equal(t, []uint64{c.commit, c.prepare}, []uint64{commit, prepare})
			}
		})
	}
}

// TestCheckPositions: of every offset of a log, and around it, where a read can
// begin.
func TestCheckPositions(t *testing.T) {
	e := open(t)
	empty := e.ReadAll(0, 10, 10, false, engine.Filter{}).Next
	require.Zero(t, empty)
	require.NoError(t, e.CheckForwards(engine.LogStart))
	require.NoError(t, e.CheckForwards(engine.At(7)), "behind the end of an empty log")
	appendN(t, e, "s", 1)
	nothing, err := e.Append(t.Context(), "s", engine.Any, nil)
	require.NoError(t, err)
	appendN(t, e, "s", 2)
	log := e.ReadAll(0, 10, 10, false, engine.Filter{})
	begins := map[uint64]bool{0: true, log.Next: true, nothing.Position: true}
	for _, r := range log.Records {
		begins[r.Position] = true
	}
	last := log.Records[2].Position
	for offset := range log.Next + 200 {
		forwards, backwards := e.CheckForwards(engine.At(offset)), backwards(e, engine.At(offset))
		switch {
		case offset > 0 && offset < 8:
			require.ErrorIs(t, forwards, engine.ErrInsideRecord, offset)
			require.NoError(t, backwards, offset)
		case offset > log.Next:
			require.NoError(t, forwards, offset)
			require.ErrorIs(t, backwards, engine.ErrBehindEnd, offset)
		case begins[offset]:
			require.NoError(t, forwards, offset)
			require.NoError(t, backwards, offset)
		case offset > last:
			require.NoError(t, forwards, "%d, inside the last record", offset)
			require.ErrorIs(t, backwards, engine.ErrInsideRecord, offset)
		default:
			require.ErrorIs(t, forwards, engine.ErrInsideRecord, offset)
			require.ErrorIs(t, backwards, engine.ErrInsideRecord, offset)
		}
	}
	for _, p := range []engine.Position{{Commit: -1}, {Commit: -1, Prepare: 7}} {
		require.ErrorIs(t, e.CheckForwards(p), engine.ErrInsideRecord)
		require.ErrorIs(t, backwards(e, p), engine.ErrInsideRecord)
	}
	require.NoError(t, e.CheckForwards(engine.LogEnd))
	require.NoError(t, backwards(e, engine.LogEnd))

	nothing, err = e.Append(t.Context(), "s", engine.Any, nil)
	require.NoError(t, err)
	require.NoError(t, e.CheckForwards(engine.At(last+1)), "it is the last one still")
	require.NoError(t, e.CheckForwards(engine.At(nothing.Position)))
	require.NoError(t, e.CheckForwards(engine.At(nothing.Position+1)))
	require.NoError(t, backwards(e, engine.At(nothing.Position)))
	require.ErrorIs(t, backwards(e, engine.At(nothing.Position+1)), engine.ErrInsideRecord)
}

func backwards(e *engine.Engine, p engine.Position) error {
	_, err := e.Backwards(p)
	return err
}

// TestBackwardsFrom: a position whose halves differ is in front of the record
// that ends there, if one does.
func TestBackwardsFrom(t *testing.T) {
	e := open(t)
	appendN(t, e, "s", 2)
	nothing, err := e.Append(t.Context(), "s", engine.Any, nil)
	require.NoError(t, err)
	appendN(t, e, "s", 1)
	log := e.ReadAll(0, 10, 10, false, engine.Filter{}).Records
	first, second, third := log[0].Position, log[1].Position, log[2].Position
	for name, c := range map[string]struct {
		at   engine.Position
		want []uint64
	}{
		"the end":                      {engine.LogEnd, []uint64{2, 1, 0}},
		"the end, as a position":       {engine.At(log[2].End()), []uint64{2, 1, 0}},
		"in front of the end":          {engine.Position{Commit: int64(log[2].End())}, []uint64{1, 0}},
		"a record":                     {engine.At(second), []uint64{0}},
		"in front of a record":         {engine.Position{Commit: int64(second)}, []uint64{}},
		"just in front of a record":    {engine.Position{Commit: int64(second), Prepare: int64(second) - 1}, []uint64{}},
		"behind an append of nothing":  {engine.Position{Commit: int64(third)}, []uint64{1, 0}},
		"at an append of nothing":      {engine.At(nothing.Position), []uint64{1, 0}},
		"in front of one":              {engine.Position{Commit: int64(nothing.Position)}, []uint64{0}},
		"the first record":             {engine.At(first), []uint64{}},
		"in front of the first record": {engine.Position{Commit: int64(first)}, []uint64{}},
		"the start":                    {engine.LogStart, []uint64{}},
	} {
		from, err := e.Backwards(c.at)
		require.NoError(t, err, name)
		require.Equal(t, c.want, revisions(e.ReadAll(from, 10, 10, true, engine.Filter{}).Records), name)
	}
}
