package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// The library decides what may happen, not who may ask for it: a command that
// reaches Do counts as sent by whom it says. Keeping others out is the host's
// work, and it is done here, before Do.

var errForbidden = errors.New("this token may not send the command for that account")

// principal is who sends a request: the platform's own staff, or one account.
type principal struct {
	platform bool
	side     event.Side // of an account
	id       uuid.UUID
}

// user is the opaque id under which the log keeps who acted. A real host has one for
// each of its users, of which an account may have several.
func (p principal) user() string {
	if p.platform {
		return "platform"
	}
	return string(p.side) + ":" + p.id.String()
}

// tokens are the known bearer tokens, by their hash, so that comparing takes
// equally long whatever is sent. A real host asks its identity provider.
type tokens map[[sha256.Size]byte]principal

// demoTokens knows one token, "platform", for trying the service out.
func demoTokens() tokens {
	t := tokens{}
	t.add("platform", principal{platform: true})
	return t
}

func (t tokens) add(token string, p principal) { t[sha256.Sum256([]byte(token))] = p }

func (t tokens) of(r *http.Request) (principal, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") { // RFC 9110: in any case
		return principal{}, false
	}
	p, ok := t[sha256.Sum256([]byte(strings.Trim(token, " ")))]
	return p, ok
}

// may fails with errForbidden unless the principal may send the command. What is not
// there has no party: whoever may not know of a thing does not learn here whether it
// exists. Parties never change, so that what is looked up here still holds in Do.
func (p principal) may(ctx context.Context, m *marketplace.Marketplace, c aggregate.Command) error {
	if p.platform {
		return nil
	}
	d := demandOf(c)
	if d.side == "" || d.side != p.side {
		return errForbidden
	}
	for _, account := range d.accounts {
		if account != p.id {
			return errForbidden
		}
	}
	for _, stream := range slices.Concat(d.things, d.taken) {
		of, there, err := partiesOf(ctx, m, stream)
		if err != nil {
			return err
		}
		own, opposite := of.client, of.freelancer
		if p.side == event.SideFreelancer {
			own, opposite = opposite, own
		}
		switch {
		case !there && slices.Contains(d.taken, stream):
		case !there, own != p.id, d.opposite != uuid.Nil && opposite != d.opposite:
			return errForbidden
		}
	}
	return nil
}

// parties are the accounts that a thing is between; a job has a client alone.
type parties struct{ client, freelancer uuid.UUID }

// partiesOf are those of an invite, job, proposal, interview or contract, which its first
// event tells, and whether it is there. A meeting of several freelancers is none of
// theirs: each would cancel it for all.
func partiesOf(ctx context.Context, m *marketplace.Marketplace, stream string) (of parties, there bool, err error) {
	for rec, err := range m.Store().ReadStream(ctx, stream, 0) {
		if errors.Is(err, store.ErrStreamNotFound) {
			return of, false, nil
		}
		if err != nil {
			return of, false, err
		}
		env, err := m.Registry().Decode(&rec)
		if err != nil {
			return of, false, err
		}
		switch e := env.Event.(type) {
		case *event.InviteSent:
			of = parties{e.Client, e.Freelancer}
		case *event.JobPosted:
			of = parties{client: e.Client}
		case *event.ProposalSubmitted:
			of = parties{e.Client, e.Freelancer}
		case *event.InterviewScheduled:
			if len(e.Proposals) == 1 {
				return partiesOf(ctx, m, event.ProposalStream(e.Proposals[0]))
			}
			of = parties{client: e.Client}
		case *event.ContractOffered:
			of = parties{e.Client, e.Freelancer}
		case *event.ContractStarted:
			of = parties{e.Client, e.Freelancer}
		}
		return of, true, nil
	}
	return of, false, nil
}
