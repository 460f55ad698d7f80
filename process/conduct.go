package process

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// conductFact is something about a client, with the event that a step follows from.
type conductFact struct {
	Fact        statistics.ConductFact `json:"fact"`
	ID          uuid.UUID              `json:"id"`
	Correlation uuid.UUID              `json:"correlation"`
}

// conduct is what is known of a client's conduct.
type conduct struct {
	Facts   []conductFact `json:"facts"` // in the log's order
	Flagged bool          `json:"flagged,omitzero"`

	fold *statistics.Conduct
}

// rated is the freelancer's feedback of a contract: the newest of it, and whether it
// counts, which it does from its publication, or from its submission under
// Options.SealedFeedback.
type rated struct {
	Overall int  `json:"overall"`
	Counts  bool `json:"public,omitzero"`
}

// parties are the two sides of a contract or an invite.
type parties struct {
	Client     uuid.UUID `json:"client"`
	Freelancer uuid.UUID `json:"freelancer"`
}

// foldConduct: a consistently negative client is contacted, then suspended, then barred
// (rules 7).
func (a *agenda) foldConduct(env *event.Envelope, opening openingOf) error {
	fact := statistics.ConductFact{Moment: projection.Moment{At: env.OccurredAt, Position: env.Position}}
	switch e := env.Event.(type) {
	case *event.ClientComplaintRecorded:
		fact.Signal, fact.Source, fact.Contract = statistics.SignalComplaint, e.Freelancer, e.Contract
	case *event.TermsViolationRecorded:
		if category, _, _, _ := event.ParseStream(env.Stream); category != event.CategoryClient {
			return nil
		}
		fact.Signal = statistics.SignalViolation
	case *event.JobRemoved:
		_, id, _, _ := event.ParseStream(env.Stream)
		if j := a.jobs[id]; j != nil && e.Reason == event.RemoveTOS {
			fact.Signal = statistics.SignalJob
			a.tell(j.Client, env, fact)
		}
		return nil
	case *event.InviteReported, *event.FeedbackSubmitted, *event.FeedbackPublished, *event.FeedbackRevised, *event.DisputeResolved, *event.DisputeLapsed:
		return a.foldExperience(env, fact, opening)
	case *event.ClientContacted:
		if e.Basis != event.ContactConsistentlyNegative {
			return nil
		}
		fact.Kind = statistics.ConductContacted
	case *event.ClientSuspended:
		fact.Kind, fact.Reason = statistics.ConductSuspended, e.Reason
	case *event.ClientReinstated:
		fact.Kind = statistics.ConductReinstated
	case *event.ClientBarred:
		fact.Kind, fact.Reason = statistics.ConductBarred, e.Reason
	case *event.ClientFlagged:
		a.conduct(accountOf(env)).Flagged = true
		a.close(SuspendClient, env.Stream, flagging)
		return nil
	case *event.ClientFlagLifted:
		a.conduct(accountOf(env)).Flagged = false
		return nil
	default:
		return nil
	}
	a.tell(accountOf(env), env, fact)
	return nil
}

// foldExperience is what a freelancer has met with in an invite or a contract.
func (a *agenda) foldExperience(env *event.Envelope, fact statistics.ConductFact, opening openingOf) error {
	is, known := a.rated[env.Stream]
	was := known && is.Counts && a.policy.NegativeFeedback(is.Overall)
	fact.Signal = a.policy.Signal(env.Event)
	switch e := env.Event.(type) {
	case *event.FeedbackSubmitted:
		if e.By == event.SideFreelancer {
			known, is = true, rated{Overall: e.Overall, Counts: a.sealedCounts}
		}
	case *event.FeedbackPublished:
		is.Counts = true
	case *event.FeedbackRevised:
		if e.By == event.SideFreelancer {
			is.Overall = e.Overall
		}
	case *event.DisputeLapsed:
		if a.disputes[env.Stream][e.Dispute].By == event.SideFreelancer {
			fact.Signal = statistics.SignalDispute
		}
	}
	switch negative := known && is.Counts && a.policy.NegativeFeedback(is.Overall); {
	case negative && !was:
		fact.Signal = statistics.SignalFeedback
	case was && !negative:
		fact.Signal, fact.Kind = statistics.SignalFeedback, statistics.ConductTakenBack
	}
	if fact.Signal == "" {
		a.rate(env.Stream, known, is)
		return nil
	}
	between, err := partiesOf(env, opening)
	if err != nil {
		return err
	}
	a.rate(env.Stream, known, is)
	fact.Source = between.Freelancer
	if category, id, _, _ := event.ParseStream(env.Stream); category == event.CategoryContract {
		fact.Contract = id
	}
	a.tell(between.Client, env, fact)
	return nil
}

func (a *agenda) rate(contract string, known bool, r rated) {
	if known {
		a.rated[contract] = r
	}
}

// partiesOf are the two sides of the stream that an event is in.
func partiesOf(env *event.Envelope, opening openingOf) (parties, error) {
	first, err := opening(env.Stream)
	if err != nil {
		return parties{}, err
	}
	switch e := first.(type) {
	case *event.ContractStarted:
		return parties{e.Client, e.Freelancer}, nil
	case *event.ContractOffered:
		return parties{e.Client, e.Freelancer}, nil
	case *event.InviteSent:
		return parties{e.Client, e.Freelancer}, nil
	}
	return parties{}, fmt.Errorf("process: stream %s opens with %s, so what happened at position %d cannot be understood", env.Stream, first.EventType(), env.Position)
}

// accountOf is the id in an account's stream.
func accountOf(env *event.Envelope) uuid.UUID {
	_, id, _, _ := event.ParseStream(env.Stream)
	return id
}

func (a *agenda) conduct(client uuid.UUID) *conduct {
	c := a.clients[client]
	if c == nil {
		c = &conduct{}
		a.clients[client] = c
	}
	return c
}

// tell takes a fact about a client in and asks what it calls for.
func (a *agenda) tell(client uuid.UUID, env *event.Envelope, fact statistics.ConductFact) {
	c := a.conduct(client)
	c.Facts = append(c.Facts, conductFact{fact, env.ID, env.CorrelationID})
	a.facts++
	if c.fold == nil || !c.fold.Follows(fact) {
		c.refold(a.policy)
	} else {
		c.fold.Fold(fact)
	}
	a.settleConduct(client, c)
}

// refold folds all facts anew, in the order of time.
func (c *conduct) refold(p statistics.StandingPolicy) {
	facts := make([]statistics.ConductFact, len(c.Facts))
	for i := range c.Facts {
		facts[i] = c.Facts[i].Fact
	}
	c.fold = p.Conduct(facts)
}

// flagging is the part of a suspension that goes before it.
const flagging = "flag"

// settleConduct opens what a client's standing calls for, and closes what it calls for
// no more.
func (a *agenda) settleConduct(client uuid.UUID, c *conduct) {
	stream := event.ClientStream(client)
	step, due := c.fold.Next()
	for kind, opens := range map[Kind]bool{
		ContactClient: step == statistics.StepContact, SuspendClient: step == statistics.StepSuspend, BarClient: step == statistics.StepBar,
	} {
		switch open := a.find(kind, stream, "") != nil; {
		case !opens && open:
			a.close(kind, stream, "")
			a.close(kind, stream, flagging)
		case opens && !open:
			opened := c.at(due)
			t := task{Kind: kind, Stream: stream, Due: due.At, Position: due.Position, Cause: opened.ID, Correlation: opened.Correlation}
			if kind == SuspendClient && !c.Flagged {
				flag := t
				flag.Part, t.Order = flagging, 1
				a.add(flag)
			}
			a.add(t)
		}
	}
}

// at is the fact of a position.
func (c *conduct) at(m projection.Moment) conductFact {
	for i := len(c.Facts) - 1; i >= 0; i-- {
		if c.Facts[i].Fact.Position == m.Position {
			return c.Facts[i]
		}
	}
	return conductFact{}
}
