package postgres_test

import (
	"testing"

	"github.com/marketcore/marketplace/projection/postgres/postgrestest"
	"github.com/marketcore/marketplace/projection/readmodeltest"
)

func BenchmarkReadModel(b *testing.B) { readmodeltest.Bench(b, on(postgrestest.Start(b))) }
