package readmodel

// Schema is the number of the model's schema: of what Tables says. It goes up
// with every change of a table of records or statistics, and a read model of
// another number is rebuilt. Administrative tables migrate instead.
const Schema = 4

// Tables are the tables of a version, in the order in which they are made.
func Tables() []*Table {
	var tables []*Table
	for _, k := range kinds {
		tables = append(tables, k.tables()...)
	}
	return append(tables,
		freelancerStatsTable, clientStatsTable, marketplaceStatsTable, marketplaceWeeksTable,
		staleTable, checkpointsTable,
	)
}

var staleTable = &Table{
	Name: "stale",
	Doc:  "Accounts whose current statistics are to be computed anew.",
	Columns: []Column{
		column("kind", Text, "freelancer, client, or clients_freelancers: all who worked for a client"),
		column("account_id", ID, "the freelancer or client"),
		column("partition", Integer, "whose runner said so; -1: time alone will change them"),
		column("since", Integer, "tells apart what that runner said at different times; 0 with partition -1"),
		column("position", Integer, "of the newest event that made it stale; 0 with partition -1"),
		column("due_at", Moment, "not to be computed anew before this moment"),
	},
	Key:     []string{"kind", "account_id", "partition", "since"},
	Indexes: [][]string{{"due_at"}},
}

var checkpointsTable = &Table{
	Name: "checkpoints",
	Doc:  "How far each partition of the read model is.",
	Columns: []Column{
		column("partition", Integer, "from 0"),
		column("position", Integer, "every event of the partition up to it is in the tables, and none after"),
		column("log_id", ID, "which log: the id of its first event, the same in every partition; NULL while the log is empty").null(),
		column("event_id", ID, "the newest event of the log that was read, of any partition; in a version that is being built, of those that it loads").null(),
		column("event_position", Integer, "its position").null(),
		column("updated_at", Moment, "when the runner wrote last"),
		column("stopped_position", Integer, "the event at which the runner stopped, because it could not be decoded or folded").null(),
		column("stopped_reason", Text, "why it could not").null(),
	},
	Key:  []string{"partition"},
	Live: true,
}

// The administrative tables, which stand under stable names and migrate.
var (
	migrationsTable = &Table{
		Name: "model_migrations",
		Doc:  "The migrations of the administrative tables that have been made.",
		Columns: []Column{
			column("number", Integer, "1, 2, 3, …"),
			column("applied_at", Moment, "when"),
		},
		Key: []string{"number"},
	}
	versionsTable = &Table{
		Name: "model_versions",
		Doc:  "The versions of the read model.",
		Columns: []Column{
			column("version", Integer, "1, 2, 3, …; part of the names of its tables"),
			column("schema", Integer, "of its tables; see readmodel.Schema"),
			column("partitions", Integer, "in how many it is divided"),
			column("state", Text, "building, live or old; at most one is live"),
			column("created_at", Moment, "when it was begun"),
		},
		Key: []string{"version"},
	}
)

// AdministrativeTables are those that stand once, under stable names.
func AdministrativeTables() []*Table { return []*Table{migrationsTable, versionsTable, passesTable} }
