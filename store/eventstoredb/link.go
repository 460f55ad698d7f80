package eventstoredb

import (
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
)

// link is the way to one node: a connection that is watched and, when many
// calls run at once, further ones beside it, for a server answers only so many
// calls of one connection and lets the others wait behind subscriptions that
// never end. What changes of it belongs to the supervisor's lock.
type link struct {
	address   string
	since     time.Time        // it was made
	heir      bool             // it has taken another link's place
	main      *grpc.ClientConn // of the first lane, which stays as long as the link
	lanes     []*lane
	calls     int
	open      map[*call]struct{} // the calls, to see which are without an answer
	suspected bool               // a call failed, or the node is slow to answer: lent to nobody until it was examined
	cause     error              // of the last suspicion that a call had
	gone      bool               // another link has taken its place
}

// lane is one connection with the calls that use it.
type lane struct {
	conn    *grpc.ClientConn
	streams streams.StreamsClient
	calls   int
}

func newLane(conn *grpc.ClientConn) *lane {
	return &lane{conn: conn, streams: streams.NewStreamsClient(conn)}
}

func newLink(address string, conn *grpc.ClientConn) *link {
	return &link{address: address, since: time.Now(), main: conn, lanes: []*lane{newLane(conn)}, open: map[*call]struct{}{}}
}

// take gives a call the least used connection, and a new one if that is full.
func (l *link) take(dial func(string) (*grpc.ClientConn, error)) *lane {
	best := l.lanes[0]
	for _, ln := range l.lanes[1:] {
		if best.calls >= callsPerLane && ln.calls < best.calls {
			best = ln
		}
	}
	if best.calls >= callsPerLane && len(l.lanes) < maxLanes {
		if conn, err := dial(l.address); err == nil {
			best = newLane(conn)
			l.lanes = append(l.lanes, best)
		}
	}
	best.calls++
	l.calls++
	return best
}

// put takes a call's connection back and says which connections to close.
func (l *link) put(used *lane) []*grpc.ClientConn {
	used.calls--
	l.calls--
	if l.gone {
		if l.calls > 0 {
			return nil
		}
		return l.conns()
	}
	if l.calls > callsPerLane/2 {
		return nil // an idle one may be wanted again at once
	}
	var idle []*grpc.ClientConn
	kept := l.lanes[:1:1]
	for _, ln := range l.lanes[1:] {
		if ln.calls == 0 {
			idle = append(idle, ln.conn)
		} else {
			kept = append(kept, ln)
		}
	}
	l.lanes = kept
	return idle
}

// retire lets no further call use the link and ends those that have not ended
// within the grace, by closing their connections. It says which to close now.
func (l *link) retire(grace time.Duration) []*grpc.ClientConn {
	if l.gone {
		return nil
	}
	l.gone = true
	conns := l.conns()
	if l.calls == 0 || grace == 0 {
		return conns
	}
	time.AfterFunc(grace, func() { closeAll(conns) })
	return nil
}

func (l *link) conns() []*grpc.ClientConn {
	conns := make([]*grpc.ClientConn, len(l.lanes))
	for i, ln := range l.lanes {
		conns[i] = ln.conn
	}
	return conns
}

// silent reports whether a call has had no answer for so many looks in a row.
// It begins to count anew when one has.
func (l *link) silent(looks int, all bool) bool {
	for c := range l.open {
		if c.unheard(all) >= looks {
			for c := range l.open {
				c.quiet = 0
			}
			return true
		}
	}
	return false
}

func closeAll(conns []*grpc.ClientConn) {
	for _, c := range conns {
		_ = c.Close() // fails only if it was closed
	}
}
