package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/marketcore/marketplace/store"
)

// Options configure a Store beside its connection string. The zero value is
// ready to use.
type Options struct {
	// Logger is told of connections that come and go, and of subscriptions that
	// wait for long. Default: nobody.
	Logger *slog.Logger

	// MaxAppendSize bounds one append: the sum of data, metadata and twice the
	// length of the type of its events, in bytes. It must not be above the
	// server's own limit. Default: 1,048,576, EventStoreDB's default.
	MaxAppendSize int

	// MaxBackoff is the longest pause between two attempts to connect. The
	// first pause is the connection string's discoveryInterval. Default: 5 s.
	MaxBackoff time.Duration

	// RetryFor is how long an append, a read or Head goes on trying while the
	// server is away or refuses, since it last got something; that another
	// node is said to lead counts as such, once for each. Subscriptions go on
	// for ever. Default: 30 s.
	RetryFor time.Duration

	// SuspectAfter is how long a call may be without an answer before its node
	// is examined, and so how long a node that hangs is not noticed. What the
	// store waits for in a failover is a part of it: a quarter until another
	// member is asked, and between two questions while members answer; half
	// for a node that has said that it does not lead. Default: 2 s.
	SuspectAfter time.Duration

	// LoginRetryFor is how long a login that is refused is tried again, since it
	// was refused first: a database that is starting refuses right logins until
	// its first leader has written the users. Where gossip, which needs no login,
	// names a leader whom all members follow, it is a quarter of that. Default: 10 s.
	LoginRetryFor time.Duration

	// StreamPrefixes limit the store to the streams whose names begin with one
	// of them, such as "invite-": for a database that others write to, too.
	// The server does the filtering. Default: all streams.
	StreamPrefixes []string

	// pace is how long a subscription may be silent before it is looked into.
	pace time.Duration

	// network is where the nodes are, if not on TCP.
	network func(ctx context.Context, address string) (net.Conn, error)
}

// Limits and defaults, ours where not said otherwise.
const (
	defaultMaxAppendSize = 1 << 20 // EventStoreDB's, up to 25.0
	defaultMaxBackoff    = 5 * time.Second
	defaultRetryFor      = 30 * time.Second
	defaultSuspectAfter  = 2 * time.Second
	minSuspectAfter      = time.Millisecond
	defaultLoginRetryFor = 10 * time.Second
	defaultPace          = 10 * time.Second
	defaultDeadline      = 10 * time.Second // the official client's
	leaderAskedFor       = 5 * time.Second
	maxPrefixes          = 64
	maxRetryDelay        = 500 * time.Millisecond
	minRetryDelay        = 5 * time.Millisecond
	callsPerLane         = 80 // EventStoreDB's HTTP/2 server allows 100
	maxLanes             = 64
	maxHints             = 8   // that are followed without a pause
	maxCandidates        = 64  // nodes that are asked at the same time
	receiveBuffer        = 32  // messages of a subscription, received ahead; each may be of a MiB and more
	searchWindow         = 512 // events the server looks at in one page of a filtered $all
)

func (o *Options) setDefaults() {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MaxAppendSize == 0 {
		o.MaxAppendSize = defaultMaxAppendSize
	}
	if o.MaxBackoff == 0 {
		o.MaxBackoff = defaultMaxBackoff
	}
	if o.RetryFor == 0 {
		o.RetryFor = defaultRetryFor
	}
	if o.SuspectAfter == 0 {
		o.SuspectAfter = defaultSuspectAfter
	}
	if o.LoginRetryFor == 0 {
		o.LoginRetryFor = defaultLoginRetryFor
	}
	if o.pace == 0 {
		o.pace = defaultPace
	}
}

// validate says everything that is wrong with the options.
func (o Options) validate() error {
	var errs []error
	if o.MaxAppendSize < 0 {
		errs = append(errs, errors.New("a negative MaxAppendSize"))
	}
	if o.MaxBackoff < 0 || o.RetryFor < 0 || o.LoginRetryFor < 0 || o.SuspectAfter < 0 {
		errs = append(errs, errors.New("a negative duration"))
	}
	if o.SuspectAfter > 0 && o.SuspectAfter < minSuspectAfter {
		errs = append(errs, fmt.Errorf("a SuspectAfter of less than %v", minSuspectAfter))
	}
	if len(o.StreamPrefixes) > maxPrefixes {
		errs = append(errs, fmt.Errorf("more than %d stream prefixes", maxPrefixes))
	}
	for _, p := range o.StreamPrefixes {
		if p == "" || len(p) > store.MaxStreamName || strings.HasPrefix(p, "$") || !utf8.ValidString(p) {
			errs = append(errs, fmt.Errorf("%.20q is no stream prefix", p))
		}
	}
	if len(errs) > 0 {
		return fmt.Errorf("eventstoredb: options: %w", errors.Join(errs...))
	}
	return nil
}

// yields reports whether an event is one of the store's.
func (o *Options) yields(stream, eventType string) bool {
	return !isSystem(eventType) && o.covers(stream)
}

// covers reports whether a stream is one of the store's. Those that begin with
// $ are EventStoreDB's own, whatever the types of their events.
func (o *Options) covers(stream string) bool {
	if isSystem(stream) {
		return false
	}
	for _, p := range o.StreamPrefixes {
		if strings.HasPrefix(stream, p) {
			return true
		}
	}
	return len(o.StreamPrefixes) == 0
}
