package eventstoredb

import "time"

// WithPace lets subscriptions be looked into sooner.
func (o Options) WithPace(d time.Duration) Options {
	o.pace = d
	return o
}
