// Package readmodel keeps what the log says in a database: records as tables
// that people can join and index, and the current statistics of every account
// for search and leaderboards. The rows are made by the folds of package
// projection and by package statistics, so a read model never disagrees with the
// log.
//
// The SQL stands here once. A Database, of packages readmodel/sqlite and
// readmodel/postgres, runs it; a Dialect says in what they differ. One for another
// database can be made anywhere: package readmodeltest has the suite for it.
//
// A read model has versions, each a set of tables; one is live and stands under
// stable names as views. docs/read-models.md shows the tables and how to ask
// them.
package readmodel
