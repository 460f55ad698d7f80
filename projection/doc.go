// Package projection says what the facts mean.
//
// A record, such as ContractRecord, is the fold of exactly one stream and keeps
// dated facts, not counters. A statistic, such as JobSuccess, is a pure function
// of records, a moment and a policy: windows move with no event, late facts
// reach back, and any past day and any older rule can be asked. An explanation
// is made by the same function and lists the facts that it read, each with the
// position of its event. Model holds the records of a whole log, or of a
// Partition of its streams, in memory, folds them on several cores, follows the
// log and answers while it does.
//
// However events come, as records of bytes or as columns of an archive, they meet
// in one small form, the change, and from there on there is one fold.
//
// As of T means: an event counts if it occurred at or before T, in everything.
// All arithmetic is in integers: minor units, whole seconds, quarter-jobs,
// basis points, parts per million.
package projection
