package eventstoredb

import (
	"errors"
	"time"

	"google.golang.org/grpc/codes"
)

// logins decides when a login is refused for good. A database that is starting
// refuses right ones from the moment that its port opens until its first leader
// has written the users, and so does a member that comes with an empty disk
// until it has them.
type logins struct {
	retryFor time.Duration
	since    time.Time // of the first refusal in a row
}

// doubtful reports whether a failed attempt to connect was refused for its
// login, and not for long enough to believe it.
func (l *logins) doubtful(err error, now time.Time) bool {
	var call *callError
	if refusal(err) == nil || !errors.As(err, &call) || call.status.Code() != codes.Unauthenticated {
		l.since = time.Time{}
		return false
	}
	if l.since.IsZero() {
		l.since = now
	}
	return now.Sub(l.since) < l.retryFor
}
