package esdbtest

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// Config describes a server. The zero value is one node without TLS on a free
// port of 127.0.0.1.
type Config struct {
	// AdvertiseHost is the host of which clients are told that the nodes are
	// there, in place of the one that they listen on.
	AdvertiseHost string

	// AnonymousAccess lets callers without credentials use streams that are
	// open to everybody. It has no effect without TLS, where everybody may do
	// everything.
	AnonymousAccess bool

	// CAFile is the authority (PEM) that signed CertFile and the user
	// certificates of clients. Only with CertFile.
	CAFile string

	// CertFile and KeyFile are the certificate and the key (PEM) of every
	// node. Empty: the server makes an authority and a certificate for the
	// hosts it listens on; see Server.CACertificate.
	CertFile string
	KeyFile  string

	// Cluster lists the nodes of a cluster (host:port), of which the first
	// is the leader, in place of Listen.
	Cluster []string

	// Data names a SQLite file that keeps the log. Empty: memory.
	Data string

	// Listen is the address of a single node, 127.0.0.1:0 if empty.
	Listen string

	// MaxAppendSize bounds the data of one append, in bytes: 1 MiB if 0, and
	// at most 10,000 bytes less than 16 MiB. What stands beside the data does
	// not count, as in EventStoreDB up to 24.10.
	MaxAppendSize int

	// MaxLogSize bounds the log, in bytes: 8 GiB if 0. An append beyond it is
	// answered with RESOURCE_EXHAUSTED.
	MaxLogSize uint64

	// Network opens the port of a node, in place of TCP: such as one in memory, for
	// tests whose time package testing/synctest simulates. A node that is started
	// again asks for the address it had.
	Network func(address string) (net.Listener, error)

	// Now is the clock of what events are dated and expired by. Default: time.Now.
	Now func() time.Time

	// Timing is how long a cluster takes for what Faults does to its nodes.
	Timing Timing

	// TLS turns on TLS and, with it, authentication and access control, as
	// in EventStoreDB they come together.
	TLS bool

	// Users is who may log in; nil is DefaultUsers.
	Users map[string]User

	// Version is the version of EventStoreDB that the server says it is, and
	// whose answers it gives where they differ: 24.2.0 if empty, or 23.10.6,
	// which tells no checkpoint to a filtered subscriber from the start who
	// has got nothing yet.
	Version string
}

// Versions of EventStoreDB.
const (
	version23 = "23.10.6"
	version24 = "24.2.0"
)

// User is somebody who may log in.
type User struct {
	Password string
	// Groups are what the roles of an ACL name, beside users. Who is in
	// $admins, or is named admin, may do everything; $ops and ops may manage
	// persistent subscriptions.
	Groups []string
}

// DefaultUsers are the users of a new database: admin and ops, both with the
// password changeit.
func DefaultUsers() map[string]User {
	return map[string]User{
		adminUser: {Password: "changeit", Groups: []string{adminsGroup}},
		opsUser:   {Password: "changeit", Groups: []string{opsGroup}},
	}
}

const (
	defaultMaxAppendSize = 1 << 20
	maxNodes             = 16
)

func (c Config) addresses() []string {
	if len(c.Cluster) > 0 {
		return c.Cluster
	}
	if c.Listen == "" {
		return []string{"127.0.0.1:0"}
	}
	return []string{c.Listen}
}

// setDefaults fills in what is empty.
func (c *Config) setDefaults() {
	if c.MaxAppendSize == 0 {
		c.MaxAppendSize = defaultMaxAppendSize
	}
	if c.Network == nil {
		c.Network = func(address string) (net.Listener, error) { return net.Listen("tcp", address) }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Version == "" {
		c.Version = version24
	}
	if c.Users == nil {
		c.Users = DefaultUsers()
	}
}

// Validate says everything that is wrong with the configuration.
func (c Config) Validate() error {
	var errs []error
	if len(c.Cluster) > 0 && c.Listen != "" {
		errs = append(errs, errors.New("listen and cluster exclude each other"))
	}
	if len(c.Cluster) > maxNodes {
		errs = append(errs, fmt.Errorf("a cluster of %d nodes, more than %d", len(c.Cluster), maxNodes))
	}
	for _, a := range c.addresses() {
		_, port, err := net.SplitHostPort(a)
		if err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("address %q is not host:port", a))
		}
	}
	if (c.CertFile == "") != (c.KeyFile == "") {
		errs = append(errs, errors.New("a certificate needs its key, and a key its certificate"))
	}
	if c.CertFile != "" && !c.TLS {
		errs = append(errs, errors.New("a certificate is of no use without TLS"))
	}
	if c.CAFile != "" && c.CertFile == "" {
		errs = append(errs, errors.New("an authority is of no use without a certificate"))
	}
	if c.MaxAppendSize < 0 || c.MaxAppendSize > maxMessageSize {
		errs = append(errs, fmt.Errorf("an append size of %d bytes is not between 0 and %d", c.MaxAppendSize, maxMessageSize))
	}
	if c.Version != "" && c.Version != version24 && c.Version != version23 {
		errs = append(errs, fmt.Errorf("version %q is neither %s nor %s", c.Version, version24, version23))
	}
	if err := c.Timing.validate(); err != nil {
		errs = append(errs, err)
	}
	for name := range c.Users {
		if name == "" || strings.Contains(name, ":") {
			errs = append(errs, fmt.Errorf("%q is not a user name", name))
		}
	}
	if len(errs) > 0 {
		return fmt.Errorf("esdbtest: %w", errors.Join(errs...))
	}
	return nil
}
