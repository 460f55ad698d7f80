package postgres

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/marketcore/marketplace/readmodel"
)

// Options are the settings of a connection. The zero value is ready for use.
type Options struct {
	// LeaseTimeout is after how long the server gives a lease to another whose holder
	// gives no sign of life, as a process that was stopped: see readmodel.Database.
	// It gives one six times as often. Default: 30 seconds.
	LeaseTimeout time.Duration
	// ReadOnly refuses Write and Lease with readmodel.ErrReadOnly. It goes
	// well with a role that may only read, or with a standby.
	ReadOnly bool
	// Schema is where the read model's views are, and the first part of the names
	// of the schemas of its versions, so that several read models fit one database.
	// A parameter schema in the URL goes before it. Default: marketplace. The name
	// is of the characters a-z, 0-9 and _ and does not end with _ and digits.
	Schema string
}

// database is a PostgreSQL. It is a readmodel.Database.
type database struct {
	pool    *pgxpool.Pool
	options Options
	dialect *readmodel.Dialect

	mu     sync.Mutex
	closed bool
	leases map[*lease]bool
	spare  *pgx.Conn // of a lease that has ended; nil: there is none
}

var _ readmodel.Database = (*database)(nil)

// Open connects to the database at a URL. It fails with readmodel.ErrBadURL,
// which never repeats the URL, with readmodel.ErrRefused if a pooler between keeps
// no sessions, or readmodel.ErrUnavailable.
func Open(ctx context.Context, rawURL string, options Options) (readmodel.Database, error) {
	config, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	if options.LeaseTimeout <= 0 {
		options.LeaseTimeout = 30 * time.Second
	}
	params := config.ConnConfig.RuntimeParams
	if named, is := params[schemaParameter]; is {
		options.Schema = named
		delete(params, schemaParameter)
	}
	dialect, err := dialectOf(options.Schema)
	if err != nil {
		return nil, err
	}
	settleAfterConnect(config.ConnConfig)
	if err := ownSession(ctx, config.ConnConfig); err != nil {
		return nil, failure(ctx, err)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, failure(ctx, err)
	}
	db := &database{pool: pool, options: options, dialect: dialect, leases: map[*lease]bool{}}
	if err := db.nameable(ctx); err != nil {
		pool.Close()
		return nil, failure(ctx, err)
	}
	return db, nil
}

// nameable fails with readmodel.ErrBadURL if the schema's name is a word of SQL.
func (db *database) nameable(ctx context.Context) error {
	var is bool
	err := db.pool.QueryRow(ctx, "SELECT quote_ident($1::text) = $1::text", namespace(db.dialect)).Scan(&is)
	if err == nil && !is {
		err = readmodel.ErrBadURL.With(nil, "%q is a word of SQL and no schema for a read model", namespace(db.dialect))
	}
	return err
}

// parse reads the URL. What pgx says of a bad one may quote a password.
func parse(rawURL string) (*pgxpool.Config, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, readmodel.ErrBadURL.With(nil, "it is no URL of a PostgreSQL, as postgres://user@host:5432/database?sslmode=verify-full; "+
			"it is not repeated here, for it may hold a password, in which %%, @, /, ? and # are written as %%25, %%40, %%2F, %%3F and %%23")
	}
	config, err := pgxpool.ParseConfig(rawURL)
	if err != nil {
		_, reason, _ := strings.Cut(err.Error(), "`: ")
		for _, secret := range secrets(u) {
			if strings.Contains(reason, secret) {
				reason = ""
			}
		}
		return nil, readmodel.ErrBadURL.With(nil, "a part of the URL of a PostgreSQL, or what the environment adds to it, is wrong: %s", reason)
	}
	if !strings.Contains(rawURL, "pool_max_conns") {
		config.MaxConns++ // one beyond what computes pages, so that health can ask
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	params := config.ConnConfig.RuntimeParams
	if params["application_name"] == "" {
		params["application_name"] = "marketplace"
	}
	return config, nil
}

// connectTimeout is how long one attempt to connect may take, where the URL or
// PGCONNECT_TIMEOUT says nothing: a server may accept and never answer.
const connectTimeout = 10 * time.Second

// secrets are the parts of a URL that no message may hold.
func secrets(u *url.URL) (all []string) {
	password, _ := u.User.Password()
	query := u.Query()
	for _, s := range []string{password, url.QueryEscape(password), query.Get("password"), query.Get("sslpassword")} {
		if s != "" {
			all = append(all, s)
		}
	}
	return all
}

// Dialect is readmodel.PostgreSQL, with the names of another schema if one is named.
func (db *database) Dialect() *readmodel.Dialect { return db.dialect }

// Read runs do in a read-only transaction of one snapshot.
func (db *database) Read(ctx context.Context, do func(readmodel.Tx) error) error {
	return db.transact(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, do)
}

// Write runs do in a transaction of one snapshot that writes.
func (db *database) Write(ctx context.Context, do func(readmodel.Tx) error) error {
	if db.options.ReadOnly {
		return errReadOnly()
	}
	return db.transact(ctx, pgx.TxOptions{AccessMode: pgx.ReadWrite, BeginQuery: db.options.beginWriting()}, do)
}

func errReadOnly() error {
	return readmodel.ErrReadOnly.With(nil, "it was opened for reading only")
}

func (db *database) transact(ctx context.Context, options pgx.TxOptions, do func(readmodel.Tx) error) error {
	t, err := db.begin(ctx, options)
	var answer *pgconn.PgError
	if errors.As(err, &answer) && answer.Code == "0A000" && options.AccessMode == pgx.ReadWrite {
		return readmodel.ErrReadOnly.With(&serverError{answer.Code, answer.Message}, "the server is a standby, which only reads: name the primary")
	}
	if err != nil {
		return db.failure(ctx, err)
	}
	// Whatever happens, do's panic included, the connection goes back clean.
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackPatience)
		defer cancel()
		_ = t.Rollback(ctx) // after a commit it does nothing; a connection that cannot is thrown away
	}()
	if err := do(&tx{ctx, t, db, options.AccessMode == pgx.ReadWrite}); err != nil {
		return err
	}
	if err := t.Commit(ctx); err != nil {
		return db.failure(ctx, err)
	}
	return nil
}

// rollbackPatience bounds the wait for a server that no longer answers.
const rollbackPatience = 5 * time.Second

// begin takes a connection and begins. Connections that lay in the pool while
// the server restarted are dead, and each is found out only by use; nothing has
// been done on it, so another one is taken.
func (db *database) begin(ctx context.Context, options pgx.TxOptions) (t pgx.Tx, err error) {
	for range db.pool.Config().MaxConns + 1 {
		if t, err = db.pool.BeginTx(ctx, options); err == nil || !broken(err) || ctx.Err() != nil {
			return t, err
		}
	}
	return nil, err
}

// Close waits for transactions in flight and ends connections and leases.
func (db *database) Close() error {
	db.mu.Lock()
	leases := db.leases
	spare := db.spare
	db.closed, db.leases, db.spare = true, nil, nil
	db.mu.Unlock()
	if spare != nil {
		closeQuietly(context.Background(), spare)
	}
	for l := range leases {
		l.end()
	}
	db.pool.Close()
	return nil
}

func (db *database) isClosed() bool {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.closed
}

func (db *database) failure(ctx context.Context, err error) error {
	if db.isClosed() {
		return readmodel.ErrClosed.With(nil, "")
	}
	return failure(ctx, err)
}
