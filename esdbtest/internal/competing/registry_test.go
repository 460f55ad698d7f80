package competing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

func TestLifeOfAGroup(t *testing.T) {
	e, r := start(t)
	require.ErrorIs(t, r.Update(key, defaults()), competing.ErrNotExist)
	require.ErrorIs(t, r.Delete(key), competing.ErrNotExist)
	_, err := r.Connect(key, 1, competing.Peer{})
	require.ErrorIs(t, err, competing.ErrNotExist)
	_, err = r.Info(key)
	require.ErrorIs(t, err, competing.ErrNotExist)

	appendN(t, e, "s", 3)
	create(t, r, func(s *competing.Settings) { s.MaxSubscribers = 1 })
	require.ErrorIs(t, r.Create(key, defaults()), competing.ErrExists)
	c := connect(t, r, 1)
	_, err = r.Connect(key, 1, competing.Peer{})
	require.ErrorIs(t, err, competing.ErrMaxSubscribers)
	ids, _ := take(t, c, 1)
	c.Ack(ids...)

	require.NoError(t, r.Update(key, defaults()))
	_, err = c.Next(t.Context())
	for err == nil {
		_, err = c.Next(t.Context())
	}
	require.ErrorIs(t, err, competing.ErrDropped)
	_, got := take(t, connect(t, r, 1), 1)
	require.Equal(t, []string{"s 1/0"}, got)

	listed, err := r.ListOn("s")
	require.NoError(t, err)
	require.Len(t, listed, 1)
	_, err = r.ListOn("t")
	require.ErrorIs(t, err, competing.ErrNotExist)
	require.NoError(t, r.Create(competing.Key{Stream: "t", Group: "b"}, defaults()))
	require.NoError(t, r.Create(competing.Key{Stream: "s", Group: "a"}, defaults()))
	require.Equal(t, []string{"s::g", "s::a", "t::b"}, list(t, r), "by stream, in the order in which they were made")
	require.NoError(t, r.Delete(key))
	create(t, r, nil)
	_, got = take(t, connect(t, r, 1), 1)
	require.Equal(t, []string{"s 0/0"}, got, "a deleted group's checkpoint is forgotten")

	var refused *competing.Refused
	for name, change := range map[string]func(*competing.Settings){
		"no strategy": func(s *competing.Settings) { s.Strategy = "ByMood" },
		"no room":     func(s *competing.Settings) { s.ReadBatch = s.Buffer },
	} {
		bad := defaults()
		change(&bad)
		require.ErrorAs(t, r.Create(competing.Key{Stream: "s", Group: "bad"}, bad), &refused, name)
		require.ErrorAs(t, r.Update(key, bad), &refused, name)
	}
}

func list(t *testing.T, r *competing.Registry) (keys []string) {
	t.Helper()
	infos, err := r.List()
	require.NoError(t, err)
	for _, i := range infos {
		keys = append(keys, i.Key.String())
	}
	return keys
}

// TestFiltersAfterARestart are what EventStoreDB makes of what it has kept: a
// prefix with a comma is two, and a filter of nothing is no group.
func TestFiltersAfterARestart(t *testing.T) {
	_, r := start(t)
	for name, f := range map[string]*competing.Filter{
		"comma":   {By: engine.ByEventType, Prefixes: []string{"a,b", "c"}},
		"regex":   {By: engine.ByStream, Prefixes: []string{"x"}, Regex: "^a,b"},
		"nothing": {By: engine.ByStream},
		"none":    nil,
	} {
		s := defaults()
		s.Filter = f
		require.NoError(t, r.Create(competing.Key{Stream: engine.AllStream, Group: name}, s))
	}
	r.Restart()
	require.ElementsMatch(t, []string{"$all::comma", "$all::regex", "$all::none"}, list(t, r))
	for name, want := range map[string]*competing.Filter{
		"comma": {By: engine.ByEventType, Prefixes: []string{"a", "b", "c"}},
		"regex": {By: engine.ByStream, Regex: "^a,b"},
		"none":  nil,
	} {
		info, err := r.Info(competing.Key{Stream: engine.AllStream, Group: name})
		require.NoError(t, err)
		require.Equal(t, want, info.Settings.Filter, name)
	}
}

// TestGroupsComeBack: what a group must remember stands in the log.
func TestGroupsComeBack(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 3)
	create(t, r, func(s *competing.Settings) { s.Strategy = competing.Pinned })
	c := connect(t, r, 1)
	ids, _ := take(t, c, 1)
	c.Ack(ids...)
	r.Close()
	again := competing.Open(e)
	defer again.Close()
	info, err := again.Info(key)
	require.NoError(t, err)
	require.Equal(t, competing.Pinned, info.Settings.Strategy)
	require.Equal(t, "0", info.Checkpoint)
	_, got := take(t, connect(t, again, 1), 1)
	require.Equal(t, []string{"s 1/0"}, got)
}
