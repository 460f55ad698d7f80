// Package postgrestest runs a private PostgreSQL for a test.
//
//	server := postgrestest.Start(t)
//	url := server.Database(t)  // postgres://…, an empty database
//	server.Kill()              // SIGKILL, every process of it
//	err := server.Restart()    // what was committed is there
//	tls, err := server.UseTLS() // files for sslrootcert, sslcert and sslkey
//	through := server.PgBouncer(t, "session") // through(url) goes by a stock PgBouncer
//
// It finds the programs of an installed PostgreSQL (12 or newer), makes a
// cluster in a temporary folder with durability as in production, lets it listen
// on 127.0.0.1 with a password made for the occasion, and removes everything at
// the end. Tests that do nothing to a server share one, Shared, which does not wait
// for the disk. Where PostgreSQL, or the PgBouncer that a test asks for, is not
// installed the test is skipped with a sentence that says what to install; with
// MARKETPLACE_TEST_POSTGRES=require in the environment, as in CI, the test fails
// instead.
package postgrestest
