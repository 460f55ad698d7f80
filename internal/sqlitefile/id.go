package sqlitefile

// The application ids of our files, by which a file tells what it is.
const (
	LogID       = 0x6d6b746c // "mktl": a log of package store/sqlite, which may hold a read model too
	ReadModelID = 0x6d6b7472 // "mktr": a read model of package readmodel/sqlite alone
)
