package open

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/sqlite"
)

// Store opens the log at a URL:
//
//	sqlite:///var/lib/market.db   a file, by its absolute path
//	sqlite:market.db              a file, by its path from the working folder
//	memory:                       a new, empty log that ends with the process
//	esdb://…, esdb+discover://…   an EventStoreDB, by its official connection string,
//	                              also as kurrentdb://… and kurrentdb+discover://…
//	archive:///var/lib/archive    an archive, by its absolute path; only to be read
//	archive:2019                  an archive, by its path from the working folder
//
// The case of a scheme says nothing. A file that does not exist is created,
// unless the store is read-only. An unknown or malformed URL fails with store.ErrBadURL.
func Store(ctx context.Context, rawURL string, readOnly bool) (store.Store, error) {
	return openStore(ctx, rawURL, readOnly, nil)
}

// openStore opens a store whose clock is now, where it has one; nil is the real
// time.
func openStore(ctx context.Context, rawURL string, readOnly bool, now func() time.Time) (store.Store, error) {
	scheme, rest, ok := strings.Cut(rawURL, ":")
	if !ok {
		return nil, badURL("it has no scheme; a file is named sqlite:market.db")
	}
	switch scheme = strings.ToLower(scheme); scheme {
	case "memory":
		if rest != "" {
			return nil, badURL("nothing may follow memory:")
		}
		return writable(memory.Options{Now: now}.New(), !readOnly), nil
	case "sqlite":
		path, err := filePath(scheme, rest)
		if err != nil {
			return nil, badURL("after %s: %v", scheme, err)
		}
		return sqlite.Open(ctx, path, sqlite.Options{Now: now, ReadOnly: readOnly})
	case "archive":
		path, err := filePath(scheme, rest)
		if err != nil {
			return nil, badURL("after %s: %v", scheme, err)
		}
		return archive.Open(ctx, path, archive.Options{})
	case "esdb", "esdb+discover", "kurrentdb", "kurrentdb+discover":
		s, err := eventstoredb.Open(ctx, rawURL, eventstoredb.Options{})
		if err != nil {
			return nil, err
		}
		return writable(s, !readOnly), nil
	default:
		return nil, badURL("scheme %.20q is unknown; known are sqlite:, memory:, archive:, esdb: and esdb+discover: (or kurrentdb)", scheme)
	}
}

// writable keeps a store that has no way of opening for reading alone from being
// written to, unless it may be.
func writable(s store.Store, yes bool) store.Store {
	if yes {
		return s
	}
	return store.ReadOnly(s)
}

// filePath is the path of a file URL without its scheme.
func filePath(scheme, rest string) (string, error) {
	if host, path, ok := strings.Cut(strings.TrimPrefix(rest, "//"), "/"); strings.HasPrefix(rest, "//") && (!ok || host != "" || path == "") {
		return "", fmt.Errorf("an absolute path takes three slashes, %s:///path", scheme)
	}
	rest = strings.TrimPrefix(rest, "//")
	if rest == "" || strings.ContainsAny(rest, "?#") {
		return "", fmt.Errorf("a path must follow, and no ? or #")
	}
	return url.PathUnescape(rest)
}

// badURL repeats nothing of the URL but its scheme: what was meant for another
// place may hold a password.
func badURL(format string, args ...any) error {
	return store.ErrBadURL.With(nil, format, args...)
}
