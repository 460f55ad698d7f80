package web

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/statistics"
)

// publicProfile is the page of a freelancer as everybody sees one. What it says everybody
// may read, so it shows as it is.
func (s *site) publicProfile(v *visit) (*page, error) {
	id, err := v.id()
	if err != nil {
		return nil, err
	}
	p, err := marketplace.Ask(v.ctx(), s.asked, statistics.PublicProfileOf(id, false), v.options()...)
	var none *statistics.NotFoundError
	if errors.As(err, &none) {
		return nil, &problem{http.StatusNotFound, fmt.Sprintf("Freelancer %s has no public profile as of %s: it is private, or the account is suspended, closed or not registered.", id, v.AsOf)}
	}
	if err != nil {
		return nil, err
	}
	shown, part, err := paged(v, p.History, itemsShown)
	if err != nil {
		return nil, err
	}
	return &page{name: "public-profile", Title: "Profile", Above: v.aboveFreelancer(id), Body: struct {
		*statistics.PublicProfile
		Shown []statistics.PastWork
		Pager pager
	}{p, shown, part}}, nil
}
