// Package projection folds events into records.
//
// A record, such as ContractRecord, is the fold of exactly one stream and keeps
// dated facts, not counters. Model holds the records of a whole log, or of a
// Partition of its streams, in memory, folds them on several cores, follows the
// log and gives a View of them while it does. What records mean, package
// statistics says.
//
// However events come, as records of bytes or as columns of an archive, they meet
// in one small form, the change, and from there on there is one fold.
//
// The rules are in docs/rules.md and docs/fine-print.md; code cites them as rules 4
// (docs/rules.md#rules-4) and fine print J3 (docs/fine-print.md#j3).
package projection
