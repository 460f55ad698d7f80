// Package statistics says what the facts mean.
//
// A statistic, such as JobSuccess, is a pure function of records, a moment and a
// policy: windows move with no event, late facts reach back, and any past day and
// any older rule can be asked. An explanation is made by the same function and
// lists the facts that it read, each with the position of its event.
//
// A Question, such as MyStatsOf or ExplainJobSuccess, says what is read of the
// records and how the answer is computed. Ask asks it of a projection.Model in
// memory or of a read model in a database.
//
// As of T means: an event counts if it occurred at or before T, in everything.
// All arithmetic is in integers: minor units, whole seconds, quarter-jobs, basis
// points, parts per million.
//
// The rules are in docs/rules.md and docs/fine-print.md; code cites them as rules 4
// (docs/rules.md#rules-4) and fine print J3 (docs/fine-print.md#j3).
package statistics
