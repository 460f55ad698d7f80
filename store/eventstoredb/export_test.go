package eventstoredb

import (
	"context"
	"net"
	"time"
)

// WithPace lets subscriptions be looked into sooner.
func (o Options) WithPace(d time.Duration) Options {
	o.pace = d
	return o
}

// On lets the store find its nodes on another network than TCP.
func (o Options) On(network func(ctx context.Context, address string) (net.Conn, error)) Options {
	o.network = network
	return o
}
