package aggregate

import (
	"maps"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

type jobState uint8

const (
	jobOpen jobState = iota
	jobClosed
	jobRemoved
)

// jobAggregate is a client's job as decisions see one: open, closed or removed, of which
// kind, what a proposal to it costs in Connects, from 0 to MaxJobConnects, and how many
// questions one answers. Its proposals, meetings and contracts have streams of their
// own, and it knows nothing of them.
//
// PostJob opens it and EditJob changes its content. CloseJob closes it as filled,
// cancelled, expired or because its client was barred, and the platform's RemoveJob
// removes an open or closed one for good. Freelancers report it by ReportJob, once each,
// and ask by AskQuestion, which AnswerQuestion answers once. SubmitProposal and MakeOffer
// need an open one; ReturnConnects asks how it ended (rules 6, fine print N6).
type jobAggregate struct {
	base
	client    uuid.UUID
	kind      event.ContractKind
	connects  event.Connects // what a proposal costs
	questions int            // that a proposal answers
	state     jobState
	closed    ending[event.CloseReason]
	removed   ending[event.RemoveReason]
	reports   map[uuid.UUID]bool // by freelancer
	asked     map[uuid.UUID]bool // questions about it: whether they are answered
}

// ending is when and why a job was closed, or removed; the reason is "" if it was not.
type ending[R ~string] struct {
	at     event.Time
	reason R
}

// Clone implements State.
func (j *jobAggregate) Clone() State {
	copied := *j
	copied.reports, copied.asked = maps.Clone(j.reports), maps.Clone(j.asked)
	return &copied
}

// Evolve implements State. Of its content only what proposals need is kept.
func (j *jobAggregate) Evolve(at event.Time, e event.Event) error {
	_, opens := e.(*event.JobPosted)
	if err := j.begin(at, e, opens); err != nil {
		return err
	}
	switch e := e.(type) {
	case *event.JobPosted:
		j.client, j.kind, j.questions = e.Client, e.Kind, len(e.Questions)
		j.reports, j.asked = map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
		return j.price(e.Connects, e)
	case *event.JobEdited:
		if e.Questions != nil {
			j.questions = len(e.Questions)
		}
		if e.Connects != nil {
			if err := j.price(*e.Connects, e); err != nil {
				return err
			}
		}
		return ensure(j.state == jobOpen, e, "the job is not open")
	case *event.JobReported:
		reported := j.reports[e.Freelancer]
		j.reports[e.Freelancer] = true
		return ensure(!reported && j.state != jobRemoved, e, "the freelancer reported the job before, or it was removed")
	case *event.QuestionAsked:
		_, asked := j.asked[e.Question]
		j.asked[e.Question] = false
		return ensure(!asked && j.state == jobOpen, e, "the question was asked before, or the job is not open")
	case *event.QuestionAnswered:
		answered, asked := j.asked[e.Question]
		j.asked[e.Question] = true
		return ensure(asked && !answered && j.state == jobOpen, e, "no such question waits for an answer")
	case *event.JobClosed:
		j.closed = ending[event.CloseReason]{at, e.Reason}
		return j.become(jobClosed, j.state == jobOpen, e)
	case *event.JobRemoved:
		j.removed = ending[event.RemoveReason]{at, e.Reason}
		return j.become(jobRemoved, j.state != jobRemoved, e)
	}
	return errUnexpectedEvent(e)
}

func (j *jobAggregate) become(state jobState, allowed bool, e event.Event) error {
	j.state = state
	return ensure(allowed, e, "the job's state does not lead there")
}

func (j *jobAggregate) price(connects event.Connects, e event.Event) error {
	j.connects = connects
	return ensure(connects >= 0 && connects <= MaxJobConnects, e, "its price in Connects is out of bounds")
}

// returns reports whether Connects that a proposal took come back: by one of the job's
// ends, each judged by itself and as of its moment, so that what came later takes no
// right away (fine print N6). That nobody else was hired it cannot know.
func (j *jobAggregate) returns(p *proposalAggregate) bool {
	cancelled := j.closed.reason == event.CloseCancelled || j.closed.reason == event.CloseSanctioned
	return cancelled && !p.endedBy(j.closed.at) ||
		j.removed.reason == event.RemoveTOS && (p.hired() || !p.endedBy(j.removed.at))
}
