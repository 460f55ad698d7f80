package eventstoredb

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/marketcore/marketplace/store"
)

// target is whom to connect to, and how: a connection string, read.
type target struct {
	*esdb.Configuration
	deadline  time.Duration // of a call that is no stream
	candidate []string      // host:port, to ask in any order
	gossip    bool          // ask them who else there is
	network   func(context.Context, string) (net.Conn, error)
	unknown   []string // settings of the string that mean nothing to us
}

// settings are the keys of a connection string that the official client knows.
var settings = []string{
	"discoveryinterval", "gossiptimeout", "maxdiscoverattempts", "nodepreference", "keepaliveinterval",
	"keepalivetimeout", "tls", "tlscafile", "usercertfile", "userkeyfile", "tlsverifycert", "defaultdeadline",
}

// parseTarget reads a connection string with the official client's parser. It
// fails with ErrBadURL. The part before the question mark may hold a password,
// so no error quotes it.
func parseTarget(text string) (*target, error) {
	authority, query, hasQuery := strings.Cut(esdbScheme(text), "?")
	if _, err := esdb.ParseConnectionString(authority); err != nil {
		return nil, badURL("it is not esdb://[user:password@]host[:port][,host[:port]…][?setting=value&…], "+
			"or esdb+discover://… (or kurrentdb for esdb); escape what is special in a password as in a URL (%40 for @)", nil)
	}
	t := &target{deadline: defaultDeadline}
	if hasQuery {
		values, err := url.ParseQuery(query)
		if err != nil {
			return nil, badURL("the settings after the question mark are not key=value&…", nil)
		}
		// The official parser writes what it does not know to the process's
		// log, and two of its settings need a closer look than it takes.
		for key := range values {
			if !slices.Contains(settings, strings.ToLower(key)) {
				t.unknown = append(t.unknown, key)
				delete(values, key)
				continue
			}
			if err := checkSetting(strings.ToLower(key), values.Get(key)); err != nil {
				return nil, err
			}
		}
		authority += "?" + values.Encode()
	}
	cfg, err := esdb.ParseConnectionString(authority)
	if err != nil {
		return nil, badURL("a setting is wrong", err)
	}
	cfg.Logger = esdb.NoopLogging()
	t.Configuration = cfg
	if cfg.DefaultDeadline != nil {
		t.deadline = *cfg.DefaultDeadline
	}
	for _, seed := range cfg.GossipSeeds {
		t.candidate = append(t.candidate, seed.String())
	}
	if len(t.candidate) == 0 {
		t.candidate = []string{cfg.Address}
	}
	t.gossip = cfg.DnsDiscover || len(cfg.GossipSeeds) > 0
	return t, t.check()
}

// esdbScheme writes the scheme of a connection string as the official parser
// knows it, which does not know that EventStoreDB is called KurrentDB now and
// that the case of a scheme says nothing.
func esdbScheme(text string) string {
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		return text
	}
	switch strings.ToLower(scheme) {
	case "esdb", "kurrentdb":
		scheme = "esdb"
	case "esdb+discover", "kurrentdb+discover":
		scheme = "esdb+discover"
	}
	return scheme + "://" + rest
}

// checkSetting refuses the values that the official parser lets through and
// that then mean nothing.
func checkSetting(key, value string) error {
	lowest := 1
	switch key {
	case "defaultdeadline", "maxdiscoverattempts", "gossiptimeout", "discoveryinterval":
	case "keepaliveinterval", "keepalivetimeout":
		lowest = -1
	default:
		return nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < lowest || n > 1<<31-1 {
		return badURL(fmt.Sprintf("the setting %s is not a number from %d on", key, lowest), nil)
	}
	return nil
}

// check finds what is wrong with the settings together.
func (t *target) check() error {
	if err := t.Validate(); err != nil {
		return badURL("a setting is wrong", err)
	}
	if t.UserCertFile != "" {
		if t.DisableTLS {
			return badURL("a user certificate is of no use without TLS", nil)
		}
		if _, err := tls.LoadX509KeyPair(t.UserCertFile, t.UserKeyFile); err != nil {
			return badURL("the user certificate cannot be read", err)
		}
	}
	return nil
}

func badURL(detail string, err error) error {
	return store.ErrBadURL.With(err, "EventStoreDB connection string: %s", detail)
}

// nodes says where the target is, for messages.
func (t *target) nodes() string { return strings.Join(t.candidate, ",") }

// leader reports whether calls are for the leader only.
func (t *target) leader() bool { return t.NodePreference == esdb.NodePreferenceLeader }

var (
	errNoMember = errors.New("no member of the cluster is fit to connect to")
	errNoLeader = errors.New("the members of the cluster answer, and name no leader")
)
