package aggregate

import (
	"slices"

	"github.com/marketcore/marketplace/event"
)

// Said is a command as it is compared with another one under its id: two that differ
// only in how they are spelled are the same then (fine print B2). That optional fields
// may be false or empty is left to who writes it.
func Said(c Command) Command {
	switch c := c.(type) {
	case *PayWeek:
		return Said(*c)
	case PayWeek:
		if c.Actor == event.ActorTimer {
			c.Actor = ""
		}
		return c
	case *PlaceHold:
		return Said(*c)
	case PlaceHold:
		c.Blocks = slices.Clone(c.Blocks) // of an empty list, too
		slices.Sort(c.Blocks)
		return c
	}
	return c
}
