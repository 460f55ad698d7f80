package engine

import (
	"context"
	"iter"
)

// Log keeps the records of a database in the order of their positions. The
// engine holds them all in memory as well and reads the log once, when it
// opens: so a log is only ever appended to.
type Log interface {
	// Append keeps the records, all or none; they are safe when it returns.
	Append(ctx context.Context, records []*Record) error
	// Load yields everything that was kept, in order. An error is the last
	// pair.
	Load(ctx context.Context) iter.Seq2[*Record, error]
	Close() error
}

// MemoryLog is a Log that keeps nothing: the records live as long as the
// engine.
type MemoryLog struct{}

// Append implements Log.
func (MemoryLog) Append(context.Context, []*Record) error { return nil }

// Load implements Log.
func (MemoryLog) Load(context.Context) iter.Seq2[*Record, error] {
	return func(func(*Record, error) bool) {}
}

// Close implements Log.
func (MemoryLog) Close() error { return nil }
