package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
)

func BenchmarkReadModel(b *testing.B) {
	readmodeltest.Bench(b, func(t testing.TB) func() readmodel.Database {
		path := filepath.Join(t.TempDir(), "model.db")
		return func() readmodel.Database { return mustOpen(t, path, Options{}) }
	})
}
