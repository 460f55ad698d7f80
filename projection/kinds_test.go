package projection

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryKindHasItsPlace: a category from which records are folded has a table, a
// map and a name, and its opening event is known.
func TestEveryKindHasItsPlace(t *testing.T) {
	tables, maps := new(tables).byCategory(), new(Records).byCategory()
	for c := clients; int(c) < recordCategories; c++ {
		require.NotNil(t, tables[c], c)
		require.NotNil(t, maps[c], c)
		require.NotEmpty(t, categoryNames[c], c)
		require.Equal(t, c, categoryOf(categoryNames[c]))
		require.NoError(t, tables[c].add(nil, maps[c]), "the table and the map of %s are of one type", categoryNames[c])
		openings := 0
		for _, e := range effects {
			if e.in(c) && e.action == opened {
				openings++
			}
		}
		require.Equal(t, 1, openings, "%s: one event opens a stream", categoryNames[c])
	}
	require.Nil(t, tables[foreign])
	require.Nil(t, maps[foreign])
}
