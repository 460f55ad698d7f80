package readmodeltest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/readmodel"
)

// testSchema: the tables of a version can be made and have the columns that
// they are said to have; two versions stand side by side.
func testSchema(t *testing.T, open Open) {
	db := open(t)()
	m, err := readmodel.New(db, readmodel.Options{Partitions: 3})
	require.NoError(t, err)
	_, err = m.Versions(t.Context())
	require.ErrorIs(t, err, readmodel.ErrNotFound)
	v, err := m.Ensure(t.Context())
	require.NoError(t, err)
	require.Equal(t, readmodel.Version{Number: 1, Schema: readmodel.Schema, Partitions: 3, State: readmodel.Live, Created: v.Created}, *v)
	again, err := m.Ensure(t.Context())
	require.NoError(t, err)
	require.Equal(t, v, again)
	all, err := m.Versions(t.Context())
	require.NoError(t, err)
	require.Equal(t, []readmodel.Version{*v}, all)

	d := db.Dialect()
	for _, table := range readmodel.Tables() {
		require.EqualValues(t, 3*b2i(table.Name == "checkpoints"), mustInteger(t, db, "SELECT count(*) FROM "+d.Table(1, table.Name)))
		names := []string{d.Table(1, table.Name)}
		if table.Live {
			names = append(names, d.Stable(table.Name))
		}
		for i, name := range names {
			var columns []string
			for _, c := range table.Columns {
				if i == 0 || !c.Private {
					columns = append(columns, c.Name)
				}
			}
			mustInteger(t, db, "SELECT count(*) FROM (SELECT "+strings.Join(columns, ", ")+" FROM "+name+") x")
		}
		for _, key := range slices.Concat([][]string{table.Key}, table.Indexes) {
			require.Subset(t, table.ColumnNames(), key, table.Name)
		}
	}
	err = db.Read(t.Context(), func(tx readmodel.Tx) error {
		_, err := integer(tx, "SELECT count(feedback_recommend) FROM "+d.Stable("contracts"))
		return err
	})
	require.Error(t, err, "what is private is not in the view")
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
