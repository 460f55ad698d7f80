package readmodel_test

import (
	"context"
	"iter"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/readmodel"
)

// TestDDL: tables, indexes and views are made as they were when read models that
// exist were written. A difference asks for another Schema, or for a migration.
func TestDDL(t *testing.T) {
	for _, d := range []*readmodel.Dialect{readmodel.SQLite, readmodel.PostgreSQL} {
		t.Run(d.Name, func(t *testing.T) {
			path := "testdata/" + strings.ToLower(d.Name) + ".sql"
			db := &recorder{dialect: d}
			_, err := model(t, db, readmodel.Options{}).Ensure(t.Context())
			require.NoError(t, err)
			got := strings.Join(db.statements, ";\n") + ";\n"
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
				return
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(want), got, "the tables are others: count statisticsSchema or recordsSchema up, or migrate administrative tables; then go test ./readmodel -run TestDDL -update writes it anew")
		})
	}
}

// recorder is the least database: it is empty, and keeps the statements that it
// is given. That it can be made here, outside of the package, is part of the test.
type recorder struct {
	dialect    *readmodel.Dialect
	statements []string
}

var (
	_ readmodel.Database = (*recorder)(nil)
	_ readmodel.Lease    = recordedLease{}
	_ readmodel.Tx       = (*recordedTx)(nil)
)

func (r *recorder) Dialect() *readmodel.Dialect { return r.dialect }

func (r *recorder) Read(_ context.Context, do func(readmodel.Tx) error) error {
	return do(&recordedTx{r})
}

func (r *recorder) Write(_ context.Context, do func(readmodel.Tx) error) error {
	return do(&recordedTx{r})
}

func (r *recorder) Lease(_ context.Context, name string) (readmodel.Lease, error) {
	if !readmodel.ValidLease(name) {
		return nil, readmodel.ErrUnavailable.With(nil, "%q is no name of a lease", name)
	}
	return recordedLease{}, nil
}

func (r *recorder) Close() error { return nil }

type recordedLease struct{}

func (recordedLease) Held(context.Context) error { return nil }
func (recordedLease) Release() error             { return nil }

type recordedTx struct{ *recorder }

func (r *recordedTx) Exec(sql string, _ ...any) (int64, error) {
	r.statements = append(r.statements, sql)
	return 1, nil
}

func (r *recordedTx) ExecEach(sql string, each iter.Seq[[]any]) error {
	for range each {
		r.statements = append(r.statements, sql)
	}
	return nil
}

func (r *recordedTx) Query(string, ...any) iter.Seq2[readmodel.Row, error] {
	return func(func(readmodel.Row, error) bool) {}
}

func (r *recordedTx) Copy(table string, columns []string, rows iter.Seq2[[]any, error]) error {
	for _, err := range rows {
		if err != nil {
			return err
		}
		r.statements = append(r.statements, "COPY "+table+" ("+strings.Join(columns, ", ")+")")
	}
	return nil
}
