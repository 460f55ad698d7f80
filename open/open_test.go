package open_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
)

func TestStoreURLs(t *testing.T) {
	for _, url := range []string{"", "market.db", "mysql://x", "memory:x", "sqlite:", "sqlite://host/x", "sqlite://", "sqlite:x?y=z", "sqlite:%zz"} {
		_, err := open.Marketplace(t.Context(), url, marketplace.Options{})
		require.ErrorIs(t, err, store.ErrBadURL, url)
	}
	dir := t.TempDir()
	for _, url := range []string{"sqlite://" + dir + "/a.db", "sqlite:" + dir + "/b.db", "sqlite:" + dir + "/with%20space.db", "memory:", "SQLite:" + dir + "/c.db", "MEMORY:"} {
		m, err := open.Marketplace(t.Context(), url, marketplace.Options{})
		require.NoError(t, err, url)
		require.NoError(t, m.Close())
	}
	require.FileExists(t, dir+"/with space.db")
	_, address, _ := strings.Cut(esdbtest.Start(t).ConnectionString(), "://")
	for _, scheme := range []string{"esdb", "ESDB", "kurrentdb", "KurrentDB"} {
		m, err := open.Marketplace(t.Context(), scheme+"://"+address, marketplace.Options{})
		require.NoError(t, err, scheme)
		require.NoError(t, m.Close())
	}
}

// A store that knows no reading alone is kept from being written to.
func TestReadOnly(t *testing.T) {
	for _, url := range []string{"memory:", esdbtest.Start(t).ConnectionString()} {
		m, err := open.Marketplace(t.Context(), url, marketplace.Options{ReadOnly: true})
		require.NoError(t, err)
		_, err = m.Do(t.Context(), aggregate.RegisterClient{Client: uuid.New()})
		require.ErrorIs(t, err, store.ErrReadOnly)
		require.NoError(t, m.Close())
	}
}

func TestReadModelURLs(t *testing.T) {
	folder := t.TempDir()
	for url, want := range map[string]error{
		"":                                 readmodel.ErrBadURL,
		"model.db":                         readmodel.ErrBadURL,
		"sqlite:":                          readmodel.ErrBadURL,
		"sqlite://model.db":                readmodel.ErrBadURL,
		"mysql://root:secret@host/db":      readmodel.ErrBadURL,
		"memory:":                          readmodel.ErrBadURL,
		"sqlite:" + folder:                 readmodel.ErrNotAReadModel,
		"sqlite:" + folder + "/nothing.db": readmodel.ErrNotFound,
		"sqlite:open_test.go":              readmodel.ErrNotAReadModel,
	} {
		_, err := open.ReadModel(t.Context(), url, true, readmodel.Options{})
		require.ErrorIs(t, err, want, url)
		require.NotContains(t, err.Error(), "secret")
	}
}

// Options that make no sense leave no file behind.
func TestOptionsAreCheckedFirst(t *testing.T) {
	path := t.TempDir() + "/market.db"
	_, err := open.Marketplace(t.Context(), "sqlite:"+path, marketplace.Options{Workers: -1})
	require.ErrorContains(t, err, "Workers")
	require.NoFileExists(t, path)
}
