// Package open opens logs, read models and marketplaces by their URLs: for a
// program whose user names the database, as in a flag or a setting.
//
// It links the drivers of all databases, their network protocols among them. A
// host that knows its database opens it by its own package and links no other:
//
//	s, err := sqlite.Open(ctx, "market.db", sqlite.Options{})
//	...
//	m, err := marketplace.New(s, marketplace.Options{})
package open

import (
	"context"

	"github.com/marketcore/marketplace"
)

// Marketplace opens the log at a URL, as Store does, and a marketplace on it.
// Close closes both. With Options.ReadOnly the log is opened for reading, beside
// another process that writes. Options.Now gives recorded_at too in a memory:
// or sqlite: log.
func Marketplace(ctx context.Context, url string, options marketplace.Options) (*marketplace.Marketplace, error) {
	if err := options.Validate(); err != nil {
		return nil, err // before a file is made
	}
	s, err := openStore(ctx, url, options.ReadOnly, options.Now)
	if err != nil {
		return nil, err
	}
	m, err := marketplace.New(s, options)
	if err != nil {
		_ = s.Close() // the first error is the one to tell
		return nil, err
	}
	return m, nil
}
