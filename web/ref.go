package web

import (
	"errors"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/statistics"
)

// ref is an id as a page shows it.
type ref struct {
	ID   uuid.UUID
	Link string // of its page, "" if there is none
	Name string // that the host has for it, or its title; "" if it has none
}

// Freelancer is a freelancer's id with its page.
func (v *visit) Freelancer(id uuid.UUID) ref {
	return ref{id, v.Of("freelancers", id), v.Called("freelancer", id)}
}

// Client is a client's id with its page.
func (v *visit) Client(id uuid.UUID) ref {
	return ref{id, v.Of("clients", id), v.Called("client", id)}
}

// Contract is a contract's id with its page, if the pages have a log.
func (v *visit) Contract(id uuid.UUID) ref {
	if v.site.options.Log == nil {
		return ref{ID: id}
	}
	return ref{ID: id, Link: v.Of("contracts", id)}
}

// Job is the id of a job that was posted, with its page and its title, nil where that is
// not known.
func (v *visit) Job(id uuid.UUID, title *statistics.Shown) ref {
	r := ref{ID: id, Link: v.Of("jobs", id)}
	if title != nil {
		r.Name = string(*title)
	}
	return r
}

// posted is the id of a job with its page and title, if it was posted as of the page's
// moment: contracts and invites may name jobs that never were.
func (v *visit) posted(id uuid.UUID) (ref, error) {
	j, err := marketplace.Ask(v.ctx(), v.asked, statistics.JobOf(id), v.options()...)
	var none *statistics.NotFoundError
	switch {
	case errors.As(err, &none):
		return ref{ID: id}, nil
	case err != nil:
		return ref{}, err
	}
	return v.Job(id, j.Title), nil
}

// titled is how a page calls an account, with what the host calls it.
func (v *visit) titled(kind string, id uuid.UUID) string {
	return strings.TrimSpace(named(kind, id) + " " + v.Called(strings.ToLower(kind), id))
}

// Called is what the host calls an account, "" if it does not know.
func (v *visit) Called(kind string, id uuid.UUID) string {
	return v.site.options.Name(v.ctx(), kind, id)
}

// named is how a page calls an account.
func named(kind string, id uuid.UUID) string { return kind + " " + id.String() }
