package process

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// known reports whether there is a command for a task of this kind about this
// stream.
func (t *task) known() bool {
	switch t.Kind {
	case OpenProposal, StartContract, ReviewBadge, GrantMonthly:
		_, _, _, ok := event.ParseStream(t.Stream)
		return ok
	}
	return t.command() != nil
}

// command is what the task gives, nil where it is unknown or made of what stands
// in the log.
func (t *task) command() aggregate.Command {
	_, id, week, ok := event.ParseStream(t.Stream)
	if !ok {
		return nil
	}
	part, _ := uuid.Parse(t.Part)
	if proposal, _, ofEnd := partOfEnd(t.Part); ofEnd {
		part = proposal
	}
	switch t.Kind {
	case ExpireInvite:
		return aggregate.ExpireInvite{Invite: id}
	case AutoRelease:
		return aggregate.AutoReleaseMilestone{Contract: id, Milestone: part}
	case LapseEscrowRefund:
		return aggregate.LapseEscrowRefund{Contract: id, Milestone: part}
	case PublishFeedback:
		return aggregate.PublishFeedback{Contract: id}
	case LapseDispute:
		return aggregate.LapseDispute{Contract: id, Dispute: part}
	case InvoiceWeek:
		return aggregate.InvoiceWeek{Contract: id, Week: week}
	case PayWeek:
		return aggregate.PayWeek{Contract: id, Week: week}
	case ExpireOffer:
		return aggregate.ExpireOffer{Proposal: id}
	case ExpireContractOffer:
		return aggregate.CloseContractOffer{Contract: id, Cause: event.OfferClosedExpired}
	case CloseJobs:
		return aggregate.CloseJob{Job: id, Reason: event.CloseSanctioned}
	case WithdrawOffers:
		return aggregate.WithdrawOffer{Proposal: id, Reason: event.OfferWithdrawal(t.Reason)}
	case WithdrawContractOffers:
		return aggregate.CloseContractOffer{Contract: id, Cause: event.OfferClosedWithdrawn}
	case CancelInterviews:
		return aggregate.CancelInterview{Interview: id, By: event.ActorPlatform, Reason: event.Text(t.Reason)}
	case WithdrawInvites:
		return aggregate.WithdrawInvite{Invite: id, Reason: event.WithdrawReason(t.Reason)}
	case ExpireConnects:
		lot, _ := strconv.Atoi(t.Part)
		return aggregate.ExpireConnects{Freelancer: id, Lot: lot}
	case AssessJobSuccess:
		return aggregate.AssessJobSuccess{Freelancer: id}
	case ContactClient:
		return aggregate.ContactClient{Client: id, Reason: event.Text(event.ContactConsistentlyNegative)}
	case SuspendClient:
		if t.Part == flagging {
			return aggregate.FlagClient{Client: id, Reason: event.Text(event.FlagPoorCollaboration)}
		}
		return aggregate.SuspendClient{Client: id, Reason: event.SanctionConduct}
	case BarClient:
		return aggregate.BarClient{Client: id, Reason: event.SanctionConduct}
	case ReturnConnects:
		return aggregate.ReturnConnects{Freelancer: id, Proposal: part}
	case EndRisingTalent:
		return aggregate.EndRisingTalent{Freelancer: id}
	}
	return nil
}

// command is what the task gives, nil if there is nothing to do. Personal text is
// read from the log only now.
func (r *Runner) command(ctx context.Context, t *task) (aggregate.Command, error) {
	switch t.Kind {
	case OpenProposal:
		return r.proposal(ctx, t)
	case StartContract:
		return r.contract(ctx, t)
	case ReviewBadge:
		return r.badge(ctx, t)
	case GrantMonthly:
		return r.agenda.grant(t), nil
	}
	if c := t.command(); c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("process: no command for a task %q about %q", t.Kind, t.Stream)
}

// proposal is what an accepted invite opens. It has the invite's id, so that who
// knows the one finds the other (ours). A job that is another client's, or was not there
// when the invite was accepted, opens nothing, now or when it is tried again.
func (r *Runner) proposal(ctx context.Context, t *task) (aggregate.Command, error) {
	_, id, _, _ := event.ParseStream(t.Stream)
	c := aggregate.SubmitProposal{Proposal: id, Invite: id}
	var client uuid.UUID
	err := r.read(ctx, t.Stream, func(e event.Event) {
		switch e := e.(type) {
		case *event.InviteSent:
			c.Job, c.Freelancer, client = e.Job, e.Freelancer, e.Client
		case *event.InviteAccepted:
			c.CoverLetter = e.CoverLetter
		}
	})
	if err != nil {
		return nil, err
	}
	posted, err := r.first(ctx, event.JobStream(c.Job))
	switch {
	case errors.Is(err, store.ErrStreamNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case posted.Position > t.Position:
		return nil, nil
	}
	if j, ok := posted.Event.(*event.JobPosted); ok && j.Client != client {
		return nil, nil
	}
	return c, nil
}

// contract is what an accepted offer starts: on the offer's terms, via the
// proposal's origin, in the job's category.
func (r *Runner) contract(ctx context.Context, t *task) (aggregate.Command, error) {
	_, id, _, _ := event.ParseStream(t.Stream)
	_, origin, _, _ := event.ParseStream(t.Source)
	c := aggregate.StartContract{Contract: id}
	err := r.read(ctx, t.Source, func(e event.Event) {
		switch e := e.(type) {
		case *event.ProposalSubmitted:
			c.Job, c.Client, c.Freelancer, c.Via, c.Invite = e.Job, e.Client, e.Freelancer, e.Via, e.Invite
			if c.Via == event.ViaProposal {
				c.Proposal = origin
			}
		case *event.OfferMade: // the last one is the one that was accepted
			c.Kind, c.HourlyRate, c.WeeklyLimitMinutes, c.ManualTimeAllowed = e.Kind, nil, nil, nil
			if e.Kind == event.KindHourly {
				rate, limit, manual := e.HourlyRate, e.WeeklyLimitMinutes, e.ManualTimeAllowed
				c.HourlyRate, c.WeeklyLimitMinutes, c.ManualTimeAllowed = &rate, &limit, &manual
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if c.Category, err = r.category(ctx, c.Job, t.Position); err != nil {
		return nil, err
	}
	return c, nil
}

// category is a job's as of a position.
func (r *Runner) category(ctx context.Context, job uuid.UUID, until event.Position) (category string, err error) {
	for rec, err := range r.store.ReadStream(ctx, event.JobStream(job), 0) {
		if err != nil {
			return "", err
		}
		if rec.Position > until {
			break
		}
		env, err := r.registry.Decode(&rec)
		if err != nil {
			return "", err
		}
		switch e := env.Event.(type) {
		case *event.JobPosted:
			category = e.Category
		case *event.JobEdited:
			if e.Category != "" || slices.Contains(e.Emptied, event.JobCategory) {
				category = e.Category
			}
		}
	}
	return category, nil
}

// read shows a short stream's events, one after the other.
func (r *Runner) read(ctx context.Context, stream string, show func(event.Event)) error {
	for rec, err := range r.store.ReadStream(ctx, stream, 0) {
		if err != nil {
			return err
		}
		env, err := r.registry.Decode(&rec)
		if err != nil {
			return err
		}
		show(env.Event)
	}
	return nil
}
