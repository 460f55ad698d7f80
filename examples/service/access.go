package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
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
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return principal{}, false
	}
	p, ok := t[sha256.Sum256([]byte(token))]
	return p, ok
}

// may fails with errForbidden unless the principal may send the command.
func (p principal) may(ctx context.Context, m *marketplace.Marketplace, c aggregate.Command) error {
	if p.platform {
		return nil
	}
	side, account := sender(c)
	if side == "" || side != p.side {
		return errForbidden
	}
	if account == uuid.Nil {
		var err error
		if account, err = party(ctx, m, aggregate.Stream(c), side); err != nil {
			return err
		}
	}
	if account != p.id {
		return errForbidden
	}
	return nil
}

// sender is the side whose command it is and, where the command names it, the
// account. A command that is not here is the platform's alone: a new one is
// nobody else's until somebody has thought about it.
func sender(c aggregate.Command) (side event.Side, account uuid.UUID) {
	switch c := c.(type) {
	case aggregate.SendInvite:
		return event.SideClient, c.Client
	case aggregate.StartContract:
		return event.SideClient, c.Client
	case aggregate.PostJob:
		return event.SideClient, c.Client
	case aggregate.CloseJob, aggregate.DeclineProposal, aggregate.StartInterview, aggregate.ScheduleInterview,
		aggregate.HoldInterview, aggregate.CancelInterview, aggregate.MakeOffer, aggregate.WithdrawOffer:
		return event.SideClient, uuid.Nil
	case aggregate.WithdrawInvite, aggregate.AddMilestone, aggregate.FundMilestone, aggregate.RequestChanges,
		aggregate.ReleaseMilestone, aggregate.RequestEscrowRefund, aggregate.ChangeWeeklyLimit, aggregate.PayBonus:
		return event.SideClient, uuid.Nil

	case aggregate.SubmitProposal:
		return event.SideFreelancer, c.Freelancer
	case aggregate.WithdrawProposal, aggregate.AcceptOffer, aggregate.DeclineOffer:
		return event.SideFreelancer, uuid.Nil
	case aggregate.SetVisibility:
		return event.SideFreelancer, c.Freelancer
	case aggregate.SetAvailability:
		return event.SideFreelancer, c.Freelancer
	case aggregate.DescribeProfile:
		return event.SideFreelancer, c.Freelancer
	case aggregate.RecordComplaint:
		return event.SideFreelancer, c.Freelancer
	case aggregate.AcceptInvite, aggregate.DeclineInvite, aggregate.ReportInvite, aggregate.ArchiveInvite,
		aggregate.SubmitWork, aggregate.AcceptEscrowRefund, aggregate.RefuseEscrowRefund, aggregate.GiveRefund:
		return event.SideFreelancer, uuid.Nil

	case aggregate.EndContract:
		return c.By, uuid.Nil
	case aggregate.LeaveFeedback:
		return c.By, uuid.Nil
	case aggregate.OpenDispute:
		return c.By, uuid.Nil
	}
	return "", uuid.Nil
}

// party is the account on a side of an invite, job, proposal or contract, which
// its first event tells. Of what does not exist nobody is a party: whoever may not know of a
// thing does not learn here whether it exists.
func party(ctx context.Context, m *marketplace.Marketplace, stream string, side event.Side) (uuid.UUID, error) {
	for rec, err := range m.Store().ReadStream(ctx, stream, 0) {
		if errors.Is(err, store.ErrStreamNotFound) {
			break
		}
		if err != nil {
			return uuid.Nil, err
		}
		env, err := m.Registry().Decode(&rec)
		if err != nil {
			return uuid.Nil, err
		}
		client, freelancer := uuid.Nil, uuid.Nil
		switch e := env.Event.(type) {
		case *event.InviteSent:
			client, freelancer = e.Client, e.Freelancer
		case *event.JobPosted:
			client = e.Client
		case *event.ProposalSubmitted:
			client, freelancer = e.Client, e.Freelancer
		case *event.ContractStarted:
			client, freelancer = e.Client, e.Freelancer
		}
		if side == event.SideClient {
			return client, nil
		}
		return freelancer, nil
	}
	return uuid.Nil, errForbidden
}
