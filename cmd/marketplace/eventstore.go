package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/esdbtest"
)

func (c *cli) eventstoreCommand() *cobra.Command {
	var cfg esdbtest.Config
	var flags eventstoreFlags
	cmd := &cobra.Command{
		Use:   "eventstore",
		Short: "Run a server that speaks EventStoreDB's protocol, for development and tests",
		Long: `eventstore runs a server that speaks the gRPC protocol of EventStoreDB, so that a
host can be developed and tested without a container. It is not a database to
keep facts in: see the documentation of package esdbtest for what it is not.

One node listens on --listen without TLS, where everybody may do everything.
--tls turns on TLS and logins: users admin and ops, password changeit, and those
of --user. --cluster runs all nodes of a cluster in this process, with TLS unless
it is --insecure; the first is the leader. Without a certificate of yours the
server makes one; --ca-out writes its authority to a file for clients to trust.

It prints the connection string when it is ready, and runs until interrupted.`,
		Example: `  marketplace eventstore
  marketplace eventstore --listen 127.0.0.1:2113 --tls --ca-out ca.crt
  marketplace eventstore --tls --user 'bookkeeper:secret:readers,writers'
  marketplace eventstore --cluster 127.0.0.1:2111,127.0.0.1:2112,127.0.0.1:2113
  marketplace eventstore --data events.db`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			flags.listens = cmd.Flags().Changed("listen")
			if err := flags.apply(&cfg); err != nil {
				return err
			}
			if err := cfg.Validate(); err != nil {
				return usage("%v", err)
			}
			c.began = true
			return untilInterrupted(cmd.Context(), c.eventstore(cmd.Context(), cfg, flags.caOut))
		},
	}
	f := cmd.Flags()
	f.StringVar(&cfg.Listen, "listen", "127.0.0.1:2113", "address of a single node")
	f.StringSliceVar(&cfg.Cluster, "cluster", nil, "addresses of a cluster's nodes, the leader first; turns on TLS")
	f.BoolVar(&cfg.TLS, "tls", false, "turn on TLS and logins")
	f.BoolVar(&flags.insecure, "insecure", false, "do without TLS and logins, also in a cluster")
	f.BoolVar(&cfg.AnonymousAccess, "allow-anonymous-stream-access", false, "let callers without a login use streams that are open to everybody")
	f.StringArrayVar(&flags.users, "user", nil, "a user who may log in beside admin and ops, `NAME:PASSWORD[:GROUP,...]`; repeatable")
	f.IntVar(&cfg.MaxAppendSize, "max-append-size", 1<<20, "limit of the data of one append, in `BYTES`")
	f.StringVar(&cfg.CertFile, "tls-cert", "", "certificate of the nodes, PEM; needs --tls-key")
	f.StringVar(&cfg.KeyFile, "tls-key", "", "its key, PEM")
	f.StringVar(&cfg.CAFile, "tls-ca", "", "authority that signed --tls-cert, PEM")
	f.StringVar(&flags.caOut, "ca-out", "", "write the authority of the server's own certificate to this file, PEM; - is standard output, and the connection string goes to standard error")
	f.StringVar(&cfg.Data, "data", "", "SQLite file that keeps the events; memory without")
	return cmd
}

// eventstoreFlags are those that are not settings by themselves.
type eventstoreFlags struct {
	insecure bool
	listens  bool // --listen was given
	users    []string
	caOut    string
}

// apply makes settings of the flags.
func (f *eventstoreFlags) apply(cfg *esdbtest.Config) error {
	if f.insecure && cfg.TLS {
		return usage("--insecure and --tls exclude each other")
	}
	if len(cfg.Cluster) > 0 {
		if f.listens {
			return usage("--listen is for one node; a cluster's addresses are in --cluster")
		}
		cfg.Listen, cfg.TLS = "", !f.insecure
	}
	if f.caOut != "" && !cfg.TLS {
		return usage("--ca-out is of no use without TLS, which has no authority: add --tls")
	}
	return f.addUsers(cfg)
}

// addUsers adds those of --user to the ones of a new database.
func (f *eventstoreFlags) addUsers(cfg *esdbtest.Config) error {
	if len(f.users) > 0 && !cfg.TLS {
		return usage("--user is of no use without TLS, where nobody logs in: add --tls")
	}
	cfg.Users = esdbtest.DefaultUsers()
	for i, text := range f.users {
		name, rest, ok := strings.Cut(text, ":")
		if !ok || name == "" {
			return usage("--user number %d is not NAME:PASSWORD[:GROUP,...]", i+1) // it may be a password
		}
		var user esdbtest.User
		password, groups, grouped := strings.Cut(rest, ":")
		if user.Password = password; password == "" {
			return usage("--user %s has no password: NAME:PASSWORD[:GROUP,...]", name)
		}
		if grouped {
			user.Groups = strings.Split(groups, ",")
		}
		if slices.Contains(user.Groups, "") {
			return usage("--user %s has a group without a name: NAME:PASSWORD[:GROUP,...]", name)
		}
		cfg.Users[name] = user
	}
	return nil
}

func (c *cli) eventstore(ctx context.Context, cfg esdbtest.Config, caOut string) error {
	server, err := esdbtest.New(ctx, cfg)
	if err != nil {
		return err
	}
	address := c.beside(caOut)
	if caOut == standardOutput {
		if _, err := c.stdout.Write(server.CACertificate()); err != nil {
			_ = server.Close()
			return err
		}
	} else if caOut != "" {
		if err := os.WriteFile(caOut, server.CACertificate(), 0o644); err != nil {
			_ = server.Close() // the first error is the one to tell
			return err
		}
	}
	if _, err := fmt.Fprintln(address, server.ConnectionString()); err != nil {
		_ = server.Close()
		return err
	}
	if err := c.stdout.Flush(); err != nil {
		_ = server.Close()
		return err
	}
	return server.Serve(ctx)
}
