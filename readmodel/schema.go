package readmodel

// Schema is the number of the model's schema: of what Tables says. It goes up
// with every change of a table of records or statistics, beside whose columns the
// parts of it stand, and a read model of another number is rebuilt.
// Administrative tables migrate instead.
const Schema = recordsSchema + statisticsSchema + checkpointsSchema

// Tables are the tables of a version, in the order in which they are made.
func Tables() []*Table {
	var tables []*Table
	for _, t := range recordTables {
		tables = append(tables, t.tables()...)
	}
	return append(tables,
		freelancerStatsTable.Table, clientStatsTable.Table, marketplaceStatsTable.Table, marketplaceYearTable.Table, marketplaceWeeksTable.Table,
		staleTable.Table, checkpointsTable.Table,
	)
}

// administrativeTables are those that stand once, under stable names, and
// migrate.
func administrativeTables() []*Table {
	return []*Table{migrationsTable.Table, versionsTable.Table, passesTable.Table}
}
