package esdbtest

import (
	"github.com/marketcore/marketplace/esdbtest/internal/engine"
	"github.com/marketcore/marketplace/esdbtest/internal/sqlitelog"
)

// openData opens the file that keeps the log.
func openData(path string) (engine.Log, error) { return sqlitelog.Open(path) }
