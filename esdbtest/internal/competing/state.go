package competing

import "strings"

// state is what a group is at, as EventStoreDB tells it.
type state uint8

const (
	behind        state = 1 << iota // it reads what is there
	pageRequested                   // a read has not ended, or has failed
	replaying                       // parked messages are read
	live                            // it takes what is written
)

var stateNames = []string{"Behind", "OutstandingPageRequest", "ReplayingParkedMessages", "Live"}

func (s state) has(flag state) bool { return s&flag != 0 }
func (s *state) set(flag state)     { *s |= flag }
func (s *state) clear(flag state)   { *s &^= flag }

func (s *state) setLive() {
	s.clear(behind)
	s.set(live)
}

func (s *state) setBehind() {
	s.clear(live)
	s.set(behind)
}

// String names what is set.
func (s state) String() string {
	var names []string
	for i, name := range stateNames {
		if s.has(1 << i) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}
