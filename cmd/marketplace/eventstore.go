package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest"
)

func (c *cli) eventstoreCommand() *cobra.Command {
	var cfg esdbtest.Config
	var caOut string
	cmd := &cobra.Command{
		Use:   "eventstore",
		Short: "Run a server that speaks EventStoreDB's protocol, for development and tests",
		Long: `eventstore runs a server that speaks the gRPC protocol of EventStoreDB, so that a
host can be developed and tested without a container. It is not a database to
keep facts in: see the documentation of package esdbtest for what it is not.

One node listens on --listen without TLS, where everybody may do everything.
--tls turns on TLS and logins: user admin, password changeit. --cluster runs all
nodes of a cluster with TLS in this process; the first is the leader. Without a
certificate of yours the server makes one; --ca-out writes its authority to a
file for clients to trust.

It prints the connection string when it is ready, and runs until interrupted.`,
		Example: `  marketplace eventstore
  marketplace eventstore --listen 127.0.0.1:2113 --tls --ca-out ca.crt
  marketplace eventstore --cluster 127.0.0.1:2111,127.0.0.1:2112,127.0.0.1:2113
  marketplace eventstore --data events.db`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(cfg.Cluster) > 0 {
				if cmd.Flags().Changed("listen") {
					return usage("--listen is for one node; a cluster's addresses are in --cluster")
				}
				cfg.Listen, cfg.TLS = "", true
			}
			if err := cfg.Validate(); err != nil {
				return usage("%v", err)
			}
			c.began = true
			return c.eventstore(cmd.Context(), cfg, caOut)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&cfg.Listen, "listen", "127.0.0.1:2113", "address of a single node")
	flags.StringSliceVar(&cfg.Cluster, "cluster", nil, "addresses of a cluster's nodes, the leader first; turns on TLS")
	flags.BoolVar(&cfg.TLS, "tls", false, "turn on TLS and logins")
	flags.StringVar(&cfg.CertFile, "tls-cert", "", "certificate of the nodes, PEM; needs --tls-key")
	flags.StringVar(&cfg.KeyFile, "tls-key", "", "its key, PEM")
	flags.StringVar(&cfg.CAFile, "tls-ca", "", "authority that signed --tls-cert, PEM")
	flags.StringVar(&caOut, "ca-out", "", "write the authority of the server's own certificate to this file, PEM")
	flags.StringVar(&cfg.Data, "data", "", "SQLite file that keeps the events; memory without")
	flags.IntVar(&cfg.MaxAppendSize, "max-append-size", 1<<20, "limit of the data of one append, in `BYTES`")
	return cmd
}

func (c *cli) eventstore(ctx context.Context, cfg esdbtest.Config, caOut string) error {
	server, err := esdbtest.New(ctx, cfg)
	if err != nil {
		return err
	}
	if caOut != "" {
		if err := os.WriteFile(caOut, server.CACertificate(), 0o644); err != nil {
			_ = server.Close() // the first error is the one to tell
			return err
		}
	}
	if _, err := fmt.Fprintln(c.stdout, server.ConnectionString()); err != nil {
		_ = server.Close()
		return err
	}
	if err := c.stdout.Flush(); err != nil {
		_ = server.Close()
		return err
	}
	return server.Serve(ctx)
}
