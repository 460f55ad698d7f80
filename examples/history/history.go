// Package history holds three command scripts of invented marketplaces, for
// demonstrations and tests. The folder has, beside each, the import report and
// the stats reports that it must come to; README.md says which is which.
package history

import "embed"

// Names in Files.
const (
	// Small is a plain script of 4,412 lines, from January 2016 to March 2018.
	// A fifth of them are wrong on purpose.
	Small = "small.ndjson"
	// Medium is a script of 60,688 lines, compressed with zstd: the life of a
	// marketplace of 333 freelancers and 177 clients.
	Medium = "medium.ndjson.zst"
	// Hiring is a script of 4,550 lines, compressed with zstd, from October 2019 to May
	// 2025: jobs, proposals, Connects, interviews, offers, conduct and badges. A fifth
	// of them are wrong on purpose.
	Hiring = "hiring.ndjson.zst"
)

// MediumEnd is the last moment of the medium history's last whole year, and
// that of its last stats report.
const MediumEnd = "2019-12-31T23:59:59Z"

// Files are the scripts.
//
//go:embed small.ndjson medium.ndjson.zst hiring.ndjson.zst
var Files embed.FS
