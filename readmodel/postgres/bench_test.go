package postgres_test

import (
	"testing"

	"github.com/marketcore/marketplace/internal/postgrestest"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
)

func BenchmarkReadModel(b *testing.B) { readmodeltest.Bench(b, on(postgrestest.Start(b))) }
