package aggregate

import (
	"testing"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// TestMilestoneStates is fine print F7: every command on a milestone in every state. What
// is not listed is wrong_state, and on an unfunded one not_funded.
func TestMilestoneStates(t *testing.T) {
	commands := map[string]func(m uuid.UUID) Command{
		"FundMilestone":        func(m uuid.UUID) Command { return FundMilestone{contract, m} },
		"SubmitWork":           func(m uuid.UUID) Command { return SubmitWork{contract, m} },
		"RequestChanges":       func(m uuid.UUID) Command { return RequestChanges{contract, m} },
		"ReleaseMilestone":     func(m uuid.UUID) Command { return ReleaseMilestone{contract, m, nil} },
		"AutoReleaseMilestone": func(m uuid.UUID) Command { return AutoReleaseMilestone{contract, m} },
		"RequestEscrowRefund":  func(m uuid.UUID) Command { return RequestEscrowRefund{contract, m} },
		"AcceptEscrowRefund":   func(m uuid.UUID) Command { return AcceptEscrowRefund{contract, m} },
		"RefuseEscrowRefund":   func(m uuid.UUID) Command { return RefuseEscrowRefund{contract, m} },
		"LapseEscrowRefund":    func(m uuid.UUID) Command { return LapseEscrowRefund{contract, m} },
	}
	states := map[string]uuid.UUID{"unfunded": unfunded, "funded": funded, "submitted": submitted, "refund requested": requested, "closed": closed}
	now := after(20, 0) // every deadline has passed
	auto, respond := now.AddDays(14), now.AddDays(7)
	allowed := map[string]event.Event{
		"FundMilestone/unfunded":              fund(unfunded),
		"SubmitWork/funded":                   &event.WorkSubmitted{Milestone: funded, Attempt: 1, AutoReleaseAt: auto},
		"SubmitWork/submitted":                &event.WorkSubmitted{Milestone: submitted, Attempt: 2, AutoReleaseAt: auto}, // fine print F8
		"RequestChanges/submitted":            &event.ChangesRequested{Milestone: submitted},
		"ReleaseMilestone/funded":             release(funded, 10000, event.ReleasedByClient), // fine print F10
		"ReleaseMilestone/submitted":          release(submitted, 10000, event.ReleasedByClient),
		"AutoReleaseMilestone/submitted":      release(submitted, 10000, event.ReleasedAuto),
		"RequestEscrowRefund/funded":          &event.EscrowRefundRequested{Milestone: funded, Amount: 10000, RespondBy: respond},
		"RequestEscrowRefund/submitted":       &event.EscrowRefundRequested{Milestone: submitted, Amount: 10000, RespondBy: respond},
		"AcceptEscrowRefund/refund requested": refund(requested, 10000, event.RefundAccepted), // fine print F12: after respond_by, too
		"RefuseEscrowRefund/refund requested": &event.EscrowRefundRefused{Milestone: requested},
		"LapseEscrowRefund/refund requested":  refund(requested, 10000, event.RefundLapsed),
	}
	actors := map[string]event.Actor{
		"SubmitWork": event.ActorFreelancer, "AcceptEscrowRefund": event.ActorFreelancer, "RefuseEscrowRefund": event.ActorFreelancer,
		"AutoReleaseMilestone": event.ActorTimer, "LapseEscrowRefund": event.ActorTimer,
	}
	rows := table{}
	for name, command := range commands {
		for state, m := range states {
			row := given(milestones).when(now, command(m))
			pair := name + "/" + state
			switch e := allowed[pair]; {
			case e != nil && actors[name] != "":
				rows["F7 "+pair] = row.then(e).by(actors[name])
			case e != nil:
				rows["F7 "+pair] = row.then(e).by(event.ActorClient)
			case state == "unfunded":
				rows["F7 "+pair] = row.rejected(NotFunded)
			default:
				rows["F7 "+pair] = row.rejected(WrongState)
			}
		}
	}
	rows.run(t)
}

// TestSubmissions is fine print F8 to F12: what answers a submission and a refund request.
func TestSubmissions(t *testing.T) {
	// a milestone of 100.00 with its history.
	m := funded
	with := func(more ...past) givenStage {
		return given(fixed, contractSaw(t0, add(m), fund(m)), facts(nil).and(more...))
	}
	submit := func(at event.Time, attempt int) fact {
		return contractSaw(at, &event.WorkSubmitted{Milestone: m, Attempt: attempt, AutoReleaseAt: at.AddDays(14)})
	}
	ask := func(at event.Time) fact {
		return contractSaw(at, &event.EscrowRefundRequested{Milestone: m, Amount: 10000, RespondBy: at.AddDays(7)})
	}
	saw := func(e event.Event) fact { return contractSaw(t0, e) }
	auto, lapse := AutoReleaseMilestone{contract, m}, LapseEscrowRefund{contract, m}
	some := func(amount event.Money) ReleaseMilestone { return ReleaseMilestone{contract, m, &amount} }
	shared := contractSaw(t0, openDispute(dispute1, 100),
		&event.DisputeResolved{Dispute: dispute1, ToFreelancer: 100, DecidedBy: event.DecidedBySettlement}, release(m, 100, event.ReleasedByDispute))
	changes := saw(&event.ChangesRequested{Milestone: m})
	partly := saw(release(m, 4000, event.ReleasedByClient))
	refused := saw(&event.EscrowRefundRefused{Milestone: m})
	all := release(m, 10000, event.ReleasedAuto)

	table{
		"C3 auto release exactly at auto_release_at": with(submit(t0, 1)).when(after(14, 0), auto).then(all).by(event.ActorTimer),
		"C3 auto release a second before":            with(submit(t0, 1)).when(after(14, -1), auto).rejected(TooEarly),
		"C3 lapse exactly at respond_by": with(ask(t0)).
			when(after(7, 0), lapse).then(refund(m, 10000, event.RefundLapsed)).by(event.ActorTimer),
		"C3 lapse a second before": with(ask(t0)).when(after(7, -1), lapse).rejected(TooEarly),
		"F8 a new submission": with(submit(t0, 1)).
			when(after(13, 0), SubmitWork{contract, m}).
			then(&event.WorkSubmitted{Milestone: m, Attempt: 2, AutoReleaseAt: after(27, 0)}),
		"F8 starts the clock anew": with(submit(t0, 1), submit(after(13, 0), 2)).when(after(14, 0), auto).rejected(TooEarly),
		"F8 the new clock":         with(submit(t0, 1), submit(after(13, 0), 2)).when(after(27, 0), auto).then(all),
		"F8 attempts go on after changes": with(submit(t0, 1), changes).
			when(t0, SubmitWork{contract, m}).then(&event.WorkSubmitted{Milestone: m, Attempt: 2, AutoReleaseAt: after(14, 0)}),
		"F9 RequestChanges answers":                with(submit(t0, 1), changes).when(after(14, 0), auto).rejected(WrongState),
		"F9 a partial release answers":             with(submit(t0, 1), partly).when(after(14, 0), auto).rejected(WrongState),
		"F9 RequestEscrowRefund answers":           with(submit(t0, 1), ask(t0)).when(after(14, 0), auto).rejected(WrongState),
		"F9 money moved by a dispute answers":      with(submit(t0, 1), shared).when(after(14, 0), auto).rejected(WrongState),
		"F9 a refused refund brings no submission": with(submit(t0, 1), ask(t0), refused).when(after(14, 0), auto).rejected(WrongState),
		"F9 until the next submission":             with(submit(t0, 1), changes, submit(t0, 2)).when(after(14, 0), auto).then(all),
		"F9 auto release of what is left":          with(partly, submit(t0, 1)).when(after(14, 0), auto).then(release(m, 6000, event.ReleasedAuto)),
		"F10 release without submission": with().
			when(t0, ReleaseMilestone{contract, m, nil}).then(release(m, 10000, event.ReleasedByClient)).by(event.ActorClient),
		"F10 a partial release keeps the rest": with(partly).
			when(t0, ReleaseMilestone{contract, m, nil}).then(release(m, 6000, event.ReleasedByClient)),
		"F10 exactly what is left":                  with(partly).when(t0, some(6000)).then(release(m, 6000, event.ReleasedByClient)),
		"F10 more than is left":                     with(partly).when(t0, some(6001)).rejected(ExceedsEscrow),
		"F10 more than the milestone, with escrow":  given(milestones).when(t0, some(10001)).rejected(ExceedsEscrow),
		"F11 release while a refund request stands": with(ask(t0)).when(t0, some(1)).rejected(WrongState),
		"F11 submission while it stands":            with(ask(t0)).when(t0, SubmitWork{contract, m}).rejected(WrongState),
		"F11 a second request while it stands":      with(ask(t0)).when(t0, RequestEscrowRefund{contract, m}).rejected(WrongState),
		"F11 work goes on after a refusal": with(ask(t0), refused).
			when(t0, SubmitWork{contract, m}).then(&event.WorkSubmitted{Milestone: m, Attempt: 1, AutoReleaseAt: after(14, 0)}),
		"F11 the freelancer who ends gives it back": with(ask(t0)).
			when(t0, EndContract{contract, event.SideFreelancer, "done"}).
			then(refund(m, 10000, event.RefundEndedByFreelancer), endedBy(event.SideFreelancer)),
		"F12 accepting after respond_by": with(ask(t0)).
			when(after(9, 0), AcceptEscrowRefund{contract, m}).
			then(refund(m, 10000, event.RefundAccepted)).by(event.ActorFreelancer),
		"F12 refusing after respond_by": with(ask(t0)).
			when(after(9, 0), RefuseEscrowRefund{contract, m}).
			then(&event.EscrowRefundRefused{Milestone: m}).by(event.ActorFreelancer),
		"F12 not after the lapse": with(ask(t0), contractSaw(after(7, 0), refund(m, 10000, event.RefundLapsed))).
			when(after(9, 0), AcceptEscrowRefund{contract, m}).rejected(WrongState),
		"F7 the request is about what is left": with(partly).
			when(t0, RequestEscrowRefund{contract, m}).
			then(&event.EscrowRefundRequested{Milestone: m, Amount: 6000, RespondBy: after(7, 0)}).by(event.ActorClient),
		"F7 a lapsed milestone is closed": with(ask(t0), contractSaw(after(7, 0), refund(m, 10000, event.RefundLapsed))).
			when(after(7, 0), FundMilestone{contract, m}).rejected(WrongState),
		"F7 a milestone is funded in full, once":     with().when(t0, FundMilestone{contract, m}).rejected(WrongState),
		"F7 a milestone that is added is not funded": given(fixed).when(t0, AddMilestone{Contract: contract, Milestone: m, Amount: 10000}).then(add(m)).by(event.ActorClient),
		"what is agreed stands in the event": given(fixed).
			when(t0, AddMilestone{Contract: contract, Milestone: m, Amount: 10000, Description: "menu", Due: "2016-02-29"}).
			then(&event.MilestoneAdded{Milestone: m, Amount: 10000, Description: "menu", Due: "2016-02-29"}),
		"due binds nothing: added after it": given(fixed).
			when(t0, AddMilestone{Contract: contract, Milestone: m, Amount: 10000, Due: "0001-01-01"}).
			then(&event.MilestoneAdded{Milestone: m, Amount: 10000, Due: "0001-01-01"}),
		"due binds nothing: work handed in after it": given(fixed, contractSaw(t0, &event.MilestoneAdded{Milestone: m, Amount: 10000, Due: "0001-01-01"}), contractSaw(t0, fund(m))).
			when(t0, SubmitWork{contract, m}).then(&event.WorkSubmitted{Milestone: m, Attempt: 1, AutoReleaseAt: after(14, 0)}),
		"F7 a milestone is funded by the client": given(milestones).
			when(t0, FundMilestone{contract, unfunded}).then(fund(unfunded)).by(event.ActorClient),
		"F7 a closed milestone's id stays used": given(milestones).when(t0, AddMilestone{Contract: contract, Milestone: closed, Amount: 1}).rejected(AlreadyExists),
		"F7 one milestone does not touch the other": given(milestones).
			when(after(14, 0), AutoReleaseMilestone{contract, submitted}).then(release(submitted, 10000, event.ReleasedAuto)),
		"F7 too much from one while others hold more": given(milestones).
			when(t0, ReleaseMilestone{contract, submitted, ptr(event.Money(20000))}).rejected(ExceedsEscrow),
	}.run(t)
}
