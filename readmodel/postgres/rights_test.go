package postgres_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/postgres"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
	"github.com/marketcore/marketplace/store"
)

// role makes a role without any right and gives its name and the URL of the
// database with it.
func role(t *testing.T, admin readmodel.Database, database, kind string) (name, at string) {
	t.Helper()
	name = fmt.Sprintf("%s_%x", kind, [16]byte(uuid.New()))
	require.NoError(t, write(t.Context(), admin, "CREATE ROLE "+name+" LOGIN PASSWORD 'open sesame'"))
	u, err := url.Parse(database)
	require.NoError(t, err)
	u.User = url.UserPassword(name, "open sesame")
	return name, u.String()
}

// followed has a runner bring the read model up to the log, and computes the
// statistics.
func followed(t *testing.T, db readmodel.Database, log store.Store) error {
	t.Helper()
	m, err := readmodel.New(db, readmodel.Options{})
	require.NoError(t, err)
	r, err := m.NewRunner(log, readmodel.RunnerOptions{NoWait: true})
	require.NoError(t, err)
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	if err := r.WaitFor(ctx, head); err != nil {
		return <-ended // which ended the waiting
	}
	cancel()
	if err := <-ended; err != nil {
		return err
	}
	return m.Refresh(t.Context())
}

// TestMissingRight: a role is told which right it lacks, and a runner ends with it.
func TestMissingRight(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	ctx, database := t.Context(), shared.Database(t)
	admin, log := open(t, database), readmodeltest.Log(t, 1, 2)
	name, at := role(t, admin, database, "poor")
	db := open(t, at)
	refused := func(err error, rights ...string) {
		t.Helper()
		require.ErrorIs(t, err, readmodel.ErrRefused)
		for _, right := range rights {
			require.ErrorContains(t, err, right)
		}
		require.ErrorContains(t, err, name)
		require.NotContains(t, err.Error(), "sesame")
	}
	u, err := url.Parse(database)
	require.NoError(t, err)
	refused(followed(t, db, log), "CREATE ON DATABASE "+strings.TrimPrefix(u.Path, "/"))
	require.NoError(t, followed(t, admin, log))

	asked := func() error {
		m, err := readmodel.New(db, readmodel.Options{})
		require.NoError(t, err)
		_, err = m.Position(ctx)
		return err
	}
	refused(asked(), "USAGE ON SCHEMA marketplace;", "USAGE ON SCHEMA marketplace_1;", "SELECT ON ALL TABLES IN SCHEMA marketplace;", "SELECT ON ALL TABLES IN SCHEMA marketplace_1")
	refused(followed(t, db, log), "USAGE ON SCHEMA marketplace")
	require.NoError(t, write(ctx, admin, "GRANT USAGE ON SCHEMA marketplace, marketplace_1 TO "+name))
	err = asked()
	refused(err, "SELECT ON ALL TABLES IN SCHEMA marketplace")
	require.NotContains(t, err.Error(), "USAGE")
	require.NoError(t, write(ctx, admin, "GRANT SELECT ON ALL TABLES IN SCHEMA marketplace, marketplace_1 TO "+name))
	require.NoError(t, asked())
	refused(followed(t, db, log), "UPDATE, INSERT, DELETE ON ALL TABLES IN SCHEMA marketplace_1")
	require.NoError(t, write(ctx, admin, "GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA marketplace_1 TO "+name))
	require.NoError(t, followed(t, db, log), "with no right to make anything")

	m, err := readmodel.New(db, readmodel.Options{})
	require.NoError(t, err)
	_, err = m.Rebuild(ctx, log, readmodel.RebuildOptions{})
	require.ErrorIs(t, err, readmodel.ErrRefused, "a rebuild makes tables")
	require.NoError(t, write(ctx, admin, "REVOKE CONNECT ON DATABASE "+u.Path[1:]+" FROM PUBLIC"))
	_, err = postgres.Open(ctx, at, postgres.Options{})
	require.ErrorIs(t, err, readmodel.ErrRefused)
	require.ErrorContains(t, err, "CONNECT")
	require.NoError(t, write(ctx, admin, "GRANT CONNECT ON DATABASE "+u.Path[1:]+" TO PUBLIC"))
}

// TestGrantsSurviveARebuild: who could read or write goes on after a rebuild, be it
// of the owner or of a superuser, and so does what others made of a view; also when
// a view is of other columns and is made anew.
func TestGrantsSurviveARebuild(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	ctx, database := t.Context(), shared.Database(t)
	admin, log := open(t, database), readmodeltest.Log(t, 1, 2)
	owner, atOwner := role(t, admin, database, "owner")
	writer, atWriter := role(t, admin, database, "writer")
	reader, atReader := role(t, admin, database, "reader")
	clerk, atClerk := role(t, admin, database, "clerk")
	u, err := url.Parse(database)
	require.NoError(t, err)
	grant := func(db readmodel.Database, statements ...string) {
		t.Helper()
		for _, s := range statements {
			require.NoError(t, write(ctx, db, s))
		}
	}
	grant(admin, "GRANT CREATE ON DATABASE "+u.Path[1:]+" TO "+owner)
	owned := open(t, atOwner)
	require.NoError(t, followed(t, owned, log))
	grant(owned, "GRANT USAGE ON SCHEMA marketplace, marketplace_1 TO "+writer+", "+reader,
		"GRANT SELECT ON ALL TABLES IN SCHEMA marketplace, marketplace_1 TO "+writer+", "+reader,
		"GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA marketplace_1 TO "+writer,
		"GRANT USAGE ON SCHEMA marketplace TO "+clerk,
		"GRANT SELECT (id, via) ON marketplace.contracts TO "+clerk)
	grant(admin, "CREATE VIEW public.theirs AS SELECT count(*) AS n FROM marketplace.contracts")
	goesOn := func() {
		t.Helper()
		require.NoError(t, followed(t, open(t, atWriter), log))
		db := open(t, atReader)
		m, err := readmodel.New(db, readmodel.Options{})
		require.NoError(t, err)
		_, err = m.Position(ctx)
		require.NoError(t, err)
		n, err := number(ctx, db, "SELECT count(*) FROM marketplace.contracts")
		require.NoError(t, err)
		require.NotZero(t, n)
		least, err := number(ctx, open(t, atClerk), "SELECT count(via) FROM marketplace.contracts")
		require.NoError(t, err)
		require.Equal(t, n, least)
		_, err = number(ctx, open(t, atClerk), "SELECT count(client_id) FROM marketplace.contracts")
		require.ErrorIs(t, err, readmodel.ErrRefused, "no more than was given")
	}
	goesOn()
	for _, who := range []readmodel.Database{owned, admin, owned} {
		m, err := readmodel.New(who, readmodel.Options{})
		require.NoError(t, err)
		_, err = m.Rebuild(ctx, log, readmodel.RebuildOptions{})
		require.NoError(t, err)
		goesOn()
		n, err := number(ctx, admin, "SELECT n FROM public.theirs")
		require.NoError(t, err)
		require.NotZero(t, n)
	}
	grant(admin, "DROP VIEW public.theirs")
	grant(owned, "UPDATE marketplace.model_versions SET schema = 0 WHERE state = 'live'")
	m, err := readmodel.New(owned, readmodel.Options{})
	require.NoError(t, err)
	_, err = m.Rebuild(ctx, log, readmodel.RebuildOptions{})
	require.NoError(t, err)
	goesOn()
}

// TestSchemasMadeBeforehand: where the schemas are there, no right to make any is
// needed.
func TestSchemasMadeBeforehand(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	ctx, database := t.Context(), shared.Database(t)
	admin := open(t, database)
	name, at := role(t, admin, database, "tenant")
	for _, schema := range []string{"marketplace", "marketplace_1"} {
		require.NoError(t, write(ctx, admin, "CREATE SCHEMA "+schema+" AUTHORIZATION "+name))
	}
	log := readmodeltest.Log(t, 1, 2)
	require.NoError(t, followed(t, open(t, at), log))
	m, err := readmodel.New(open(t, at), readmodel.Options{})
	require.NoError(t, err)
	_, err = m.Rebuild(ctx, log, readmodel.RebuildOptions{})
	require.ErrorIs(t, err, readmodel.ErrRefused)
	require.ErrorContains(t, err, "CREATE ON DATABASE")
}

// TestMadeOfATable: what others made of the tables of a version keeps it from being
// dropped, and is told.
func TestMadeOfATable(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	ctx, database := t.Context(), shared.Database(t)
	db, log := open(t, database), readmodeltest.Log(t, 1, 2)
	require.NoError(t, followed(t, db, log))
	require.NoError(t, write(ctx, db, "CREATE VIEW public.theirs AS SELECT count(*) AS n FROM marketplace_1.contracts"))
	m, err := readmodel.New(db, readmodel.Options{})
	require.NoError(t, err)
	_, err = m.Rebuild(ctx, log, readmodel.RebuildOptions{})
	require.NoError(t, err)
	require.ErrorIs(t, m.Drop(ctx, 1), readmodel.ErrNotAReadModel)
	n, err := number(ctx, db, "SELECT n FROM public.theirs")
	require.NoError(t, err)
	require.NotZero(t, n)
}
