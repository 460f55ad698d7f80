package statistics

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// ClientQuery says which clients to list, and in which order: an operator's view (rules
// 7). The zero value lists all, those about whom something is due longest first.
type ClientQuery struct {
	State  StandingState // only those who stand so
	Due    bool          // only those about whom something is to be done
	Sort   ClientOrder   // default ByDue
	Offset int           // how many of those found are passed over, to MaxSearchOffset
	Limit  int           // how many are listed at most, to MaxSearchLimit; 0 is DefaultSearchLimit
}

// ClientOrder is by what clients are listed. Equals are in the order of their ids.
type ClientOrder string

// The orders.
const (
	ByDue          ClientOrder = "due"        // about whom something is due longest first, then by signals
	BySignals      ClientOrder = "signals"    // the most negative signals that count now first
	BySpent        ClientOrder = "spent"      // who spent most first
	ByRegistration ClientOrder = "registered" // who registered last first
)

var (
	clientOrders   = []ClientOrder{ByDue, BySignals, BySpent, ByRegistration}
	standingStates = []StandingState{StandingGood, StandingContacted, StandingSuspended, StandingBarred}
)

// Validate fails with a *QueryError for what makes no sense.
func (q ClientQuery) Validate() error {
	switch {
	case q.State != "" && !slices.Contains(standingStates, q.State):
		return invalidQuery("state", "is %.40q; known are %v", q.State, standingStates)
	case q.Sort != "" && !slices.Contains(clientOrders, q.Sort):
		return invalidQuery("sort", "is %.40q; known are %v", q.Sort, clientOrders)
	}
	return validatePage(q.Offset, q.Limit)
}

// ClientList is a page of the clients who are listed.
type ClientList struct {
	AsOf    event.Time     `json:"as_of"`
	Policy  string         `json:"policy"`
	Total   int64          `json:"total"` // how many there are, on all pages
	Offset  int            `json:"offset"`
	Clients []ListedClient `json:"clients"`
}

// ListedClient is a client with how they stand and what the card says.
type ListedClient struct {
	Client uuid.UUID `json:"client"`
	ClientProfile
}

// ListClients asks which clients there are, how each stands and what is to be done. A query
// that makes no sense fails with a *QueryError, a sum that 64 bits do not hold with a
// *SumError.
func ListClients(q ClientQuery) Question[*ClientList] {
	return func(v projection.View, asOf event.Time, p Policy) (*ClientList, error) {
		if err := q.Validate(); err != nil {
			return nil, err
		}
		listed := page[ListedClient]{order: q.order, offset: q.Offset, limit: cmp.Or(q.Limit, DefaultSearchLimit)}
		err := eachUntil(v.Clients(projection.AllParts), func(h *projection.ClientHistory) error {
			if !h.RegisteredBy(asOf) {
				return nil
			}
			profile, err := p.ClientProfile(*h, asOf)
			if err == nil && q.finds(profile) {
				listed.add(ListedClient{h.Account.ID, *profile})
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		return &ClientList{AsOf: asOf, Policy: p.Name, Total: listed.total, Offset: q.Offset, Clients: append([]ListedClient{}, listed.items()...)}, nil
	}
}

func (q ClientQuery) finds(c *ClientProfile) bool {
	return (q.State == "" || c.State == q.State) && (!q.Due || c.Next != StepNone)
}

func (q ClientQuery) order(a, b ListedClient) int {
	var first int
	switch cmp.Or(q.Sort, ByDue) {
	case ByDue:
		first = cmp.Or(cmp.Compare(orNever(a.DueSince), orNever(b.DueSince)), cmp.Compare(b.Signals, a.Signals))
	case BySignals:
		first = cmp.Compare(b.Signals, a.Signals)
	case BySpent:
		first = cmp.Compare(b.Spent, a.Spent)
	case ByRegistration:
		first = cmp.Compare(b.Registered, a.Registered)
	}
	return cmp.Or(first, slices.Compare(a.Client[:], b.Client[:]))
}

// orNever is later than every moment if there is none.
func orNever(t *event.Time) event.Time {
	if t == nil {
		return event.Never
	}
	return *t
}
