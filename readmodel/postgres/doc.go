// Package postgres is the PostgreSQL in which a read model can live. It passes
// the suite of package readmodeltest, and runs on PostgreSQL 12 and newer.
//
//	db, err := postgres.Open(ctx, "postgres://market@db.example/market?sslmode=verify-full", postgres.Options{})
//
// The URL is that of libpq and pgx: host, port, database, sslmode and the
// certificates (sslrootcert for the server's; sslcert and sslkey for one's own,
// with which a server may ask for no password), pool_max_conns and so on; what it
// leaves out comes from PG… variables and ~/.pgpass, where a password is better
// kept. A parameter schema is the library's own: where the read model is. Making one
// needs a role that may create schemas in the database; following one that is there
// does not. Time limits, such as statement_timeout, are the host's to set, by the role
// or in the URL, but for connect_timeout, 10 seconds where the URL says nothing, those
// by which a process that was stopped loses its lease and its transaction
// (Options.LeaseTimeout), and the one for which readers wait for a swap at most.
// docs/postgresql.md is for who runs the database.
//
// Every transaction is REPEATABLE READ: it sees one moment, and of two that
// change the same row the later one fails with readmodel.ErrConflict. Names are
// written with their schemas, and search_path is set to public, so no setting of a
// role can lead a statement elsewhere. A commit is as durable as
// the server's synchronous_commit and fsync say; with its defaults it survives a
// power cut.
//
// A lease is an advisory lock of a connection of its own: the server gives it up
// when that connection ends, and one that has ended leaves it to the next. A pooler between the two must therefore keep
// sessions apart (of PgBouncer: pool_mode = session, which needs no other setting);
// one that does not is refused with readmodel.ErrRefused.
package postgres
