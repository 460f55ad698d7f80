package web

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/statistics"
)

// connects shows a freelancer's Connects: the lots, and how they moved, the newest first.
func connects(v *visit, id uuid.UUID, c *statistics.Connects) (*page, error) {
	slices.Reverse(c.History)
	shown, part, err := paged(v, c.History, itemsShown)
	if err != nil {
		return nil, err
	}
	return &page{name: "connects", Title: "Connects", Above: v.aboveFreelancer(id), Body: struct {
		*statistics.Connects
		Shown []statistics.ConnectsEntry
		Pager pager
	}{c, shown, part}}, nil
}
