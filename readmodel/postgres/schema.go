package postgres

import (
	"regexp"
	"strings"

	"github.com/marketcore/marketplace/readmodel"
)

// defaultSchema is where a read model is unless another schema is named.
const defaultSchema = "marketplace"

// schemaParameter is the part of a URL that names the schema.
const schemaParameter = "schema"

// schemaName is what a schema may be called: what is no name of a version, such as
// marketplace_1, and needs no quotes, but where it is a word of SQL.
var (
	schemaName  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)
	versionName = regexp.MustCompile(`_[0-9]+$`)
)

// dialectOf is how PostgreSQL speaks with the read model in a schema: its versions
// are in schemas of that name with their numbers.
func dialectOf(schema string) (*readmodel.Dialect, error) {
	switch {
	case schema == "" || schema == defaultSchema:
		return readmodel.PostgreSQL, nil
	case !schemaName.MatchString(schema) || versionName.MatchString(schema) || strings.HasPrefix(schema, "pg_") || schema == "information_schema":
		return nil, readmodel.ErrBadURL.With(nil, "%.60q is no schema for a read model: its name is of 1 to 48 of the characters a-z, 0-9 and _,"+
			" begins with a letter, not with pg_, and does not end with _ and digits, which are for versions", schema)
	}
	d := *readmodel.PostgreSQL
	d.VersionPrefix, d.StablePrefix = schema+"_%d.", schema+"."
	return &d, nil
}
