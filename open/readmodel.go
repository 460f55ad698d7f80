package open

import (
	"context"
	"strings"

	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/postgres"
	"github.com/marketcore/marketplace/readmodel/sqlite"
)

// ReadModel opens the read model in the database at a URL:
//
//	sqlite:///var/lib/model.db   a file, by its absolute path; a log's file may hold both
//	sqlite:model.db              a file, by its path from the working folder
//	postgres://…, postgresql://… a PostgreSQL, by its official connection string, and
//	                             with schema=NAME in another schema than marketplace
//
// The database need not hold a read model yet: what follows a log, such as
// readmodel.Runner, makes it. A read-only one is for questions, and a file that
// does not exist is then readmodel.ErrNotFound. An unknown or malformed URL
// fails with readmodel.ErrBadURL.
func ReadModel(ctx context.Context, rawURL string, readOnly bool, options readmodel.Options) (*readmodel.ReadModel, error) {
	db, err := openDatabase(ctx, rawURL, readOnly)
	if err != nil {
		return nil, err
	}
	m, err := readmodel.New(db, options)
	if err != nil {
		_ = db.Close() // the first error is the one to tell
		return nil, err
	}
	return m, nil
}

func openDatabase(ctx context.Context, rawURL string, readOnly bool) (readmodel.Database, error) {
	scheme, rest, ok := strings.Cut(rawURL, ":")
	switch {
	case !ok: // what was meant for another place may hold a password: it is not repeated
		return nil, readmodel.ErrBadURL.With(nil, "the URL of a read model has no scheme; a file is named sqlite:model.db")
	case scheme == "sqlite":
		path, err := filePath(scheme, rest)
		if err != nil {
			return nil, readmodel.ErrBadURL.With(nil, "after %s: %v", scheme, err)
		}
		db, err := sqlite.Open(ctx, path, sqlite.Options{ReadOnly: readOnly})
		if err != nil {
			return nil, err
		}
		return db, nil
	case scheme == "postgres", scheme == "postgresql":
		db, err := postgres.Open(ctx, rawURL, postgres.Options{ReadOnly: readOnly})
		if err != nil {
			return nil, err
		}
		return db, nil
	}
	return nil, readmodel.ErrBadURL.With(nil, "scheme %.20q is unknown; known are sqlite: and postgres:", scheme)
}
