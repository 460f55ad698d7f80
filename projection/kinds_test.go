package projection

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// TestEveryKindHasItsPlace: a category from which records are folded has a table, a
// map and a name, and its opening event is known.
func TestEveryKindHasItsPlace(t *testing.T) {
	tables, maps := new(tables).byCategory(), new(Records).byCategory()
	for c := clients; int(c) < recordCategories; c++ {
		require.NotNil(t, tables[c], c)
		require.NotNil(t, maps[c], c)
		require.NotEmpty(t, c.name(), c)
		home := c
		if c == weeks {
			home = workWeeks
		}
		require.Equal(t, home, categoryOf(c.name()))
		require.NoError(t, tables[c].add(nil, maps[c]), "the table and the map of %s are of one type", c.name())
		openings := 0
		for _, e := range effects {
			if e.in(home) && e.action == opened {
				openings++
			}
		}
		require.Equal(t, 1, openings, "%s: one event begins a record", c.name())
	}
	require.Nil(t, tables[foreign])
	require.Nil(t, maps[foreign])
}

// TestEffectsOfOneTypeStandTogether: or the second would never be found.
func TestEffectsOfOneTypeStandTogether(t *testing.T) {
	for i, e := range effects {
		found, fits := effectIn(effectOf[e.event], firstHome(e.homes))
		require.True(t, fits || e.homes == 0, e.event)
		require.True(t, !fits || int(found) == i, e.event)
	}
}

func firstHome(h homes) (c category) {
	for h != 0 && h&(1<<c) == 0 {
		c++
	}
	return c
}

// TestKeysAreStreams: a key is written as the stream that it was read from.
func TestKeysAreStreams(t *testing.T) {
	id, week := uuid.New(), event.Week{Year: 9999, Number: 52}
	for _, stream := range []string{event.ContractStream(id), event.InterviewStream(id), event.WorkWeekStream(id, week)} {
		k, err := keyOf(stream)
		require.NoError(t, err)
		require.Equal(t, stream, k.String())
	}
	k, err := keyOf(event.WorkWeekStream(id, week))
	require.NoError(t, err)
	var d dictionary
	stream := d.add(k)
	contract := d.invoiced(stream)
	require.Equal(t, event.WorkWeekStream(id, week), d.keys[stream].String())
	require.Equal(t, WeekID(id, week), d.keys[stream].record())
	require.Equal(t, event.ContractStream(id), d.keys[contract].String())
	require.NotEqual(t, WeekID(id, week), WeekID(id, event.Week{Year: 9999, Number: 51}))
}

// TestTouched: only the invoice of a work week touches a record.
func TestTouched(t *testing.T) {
	id, week := uuid.New(), event.Week{Year: 2024, Number: 9}
	for _, c := range []struct {
		stream, event, category string
		record                  uuid.UUID
	}{
		{event.InterviewStream(id), "InterviewHeld", event.CategoryInterview, id},
		{event.ContractStream(id), "HoursRefused", event.CategoryContract, id},
		{event.WorkWeekStream(id, week), "WeekInvoiced", event.CategoryWorkWeek, WeekID(id, week)},
		{event.WorkWeekStream(id, week), "SegmentLogged", "", uuid.Nil},
		{event.ImportStream(id), "ImportLineRejected", "", uuid.Nil},
		{"tickets-1", "Opened", "", uuid.Nil},
	} {
		category, record, ok := Touched(c.stream, c.event)
		require.Equal(t, c.category != "", ok, c.stream)
		if ok {
			require.Equal(t, c.category, category)
			require.Equal(t, c.record, record)
		}
	}
}
