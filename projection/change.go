package projection

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// change is what the records keep of one event. Every fold, of one event or of
// a whole log, of records or of columns, goes through it. It is small and holds
// no pointer, so that one goroutine can read and another fold: what is larger
// stands in the dictionary that goes with it.
type change struct {
	at         Moment
	revision   uint64
	number     int64  // the amount, the freelancer's share, the overall mark of a feedback, the number of a mark, a test's score, what a hold blocks, when a meeting is, the word of a contract's kind, or the index of a description or of a version of a job
	second     int64  // the minutes, the client's share, the form of a meeting, the word of a contract's category, or that of a comment
	stream     uint32 // index of a key
	client     uint32 // index of a key
	freelancer uint32 // index of a key
	other      uint32 // index of a key: a dispute, a question, a milestone, a job or a contract; or of a movement of Connects
	word       uint32 // a word: via, by, a basis, an answer, a kind, a test, a text, the word of a mark, or the proposals of a meeting; 0 is none
	effect     uint8  // index of an effect
	recommend  int8   // of a feedback, -1 if not given
	flag       bool   // the freelancer was available, or the timer released
}

// dictionary holds what changes refer to by index.
type dictionary struct {
	keys         []key
	words        []string
	moves        []ConnectsMove
	versions     []JobVersion
	descriptions []Description // without their moments
}

func (d *dictionary) empty() {
	d.keys, d.words, d.moves, d.versions, d.descriptions = d.keys[:0], d.words[:0], d.moves[:0], d.versions[:0], d.descriptions[:0]
}

func (d *dictionary) key(c category, id uuid.UUID) uint32 { return d.add(key{id: id, category: c}) }

func (d *dictionary) add(k key) uint32 {
	k.shard = uint8(shardOf(k.id))
	d.keys = append(d.keys, k)
	return uint32(len(d.keys) - 1)
}

// invoiced makes the key of a work week that of its record, which begins with the
// invoice: segments, the mass of all events, are passed over. It gives the contract's.
func (d *dictionary) invoiced(week uint32) (contract uint32) {
	d.keys[week].category = weeks
	return d.key(contracts, d.keys[week].id)
}

// word gives the number of a word, from 1.
func (d *dictionary) word(w string) uint32 {
	d.words = append(d.words, w)
	return uint32(len(d.words))
}

// move gives the number of a movement of Connects.
func (d *dictionary) move(m ConnectsMove) uint32 {
	d.moves = append(d.moves, m)
	return uint32(len(d.moves) - 1)
}

// version gives the index of a version of a job.
func (d *dictionary) version(v JobVersion) int64 {
	d.versions = append(d.versions, v)
	return int64(len(d.versions) - 1)
}

func (d *dictionary) text(word uint32) string {
	if word == 0 {
		return ""
	}
	return d.words[word-1]
}

func (d *dictionary) description(said Description) int64 {
	d.descriptions = append(d.descriptions, said)
	return int64(len(d.descriptions) - 1)
}

// comment is the word of a comment on the freelancer's work, or of the response to one.
// Of what the other side wrote or got records keep nothing.
func (d *dictionary) comment(kept bool, comment event.Text) int64 {
	if !kept || comment == "" {
		return 0
	}
	return int64(d.word(string(comment)))
}

// outOfRange stands for every recommendation that is out of bounds.
const outOfRange = 127

func recommendation(n int64) int8 {
	if n < -1 || n > 10 {
		return outOfRange
	}
	return int8(n)
}

// change is what the event, which has the effect, does to the record of a stream.
func (d *dictionary) change(env *event.Envelope, effect uint8, stream uint32) change {
	ch := change{
		at: Moment{env.OccurredAt, env.Position}, revision: env.Revision,
		stream: stream, recommend: -1, effect: effect,
	}
	switch e := env.Event.(type) {
	case *event.InviteSent:
		ch.client, ch.freelancer, ch.flag = d.key(clients, e.Client), d.key(freelancers, e.Freelancer), e.FreelancerAvailable
		ch.other = d.key(foreign, e.Job)
	case *event.ContractStarted:
		ch.client, ch.freelancer, ch.word = d.key(clients, e.Client), d.key(freelancers, e.Freelancer), d.word(string(e.Via))
		ch.other, ch.number, ch.second = d.key(foreign, e.Job), int64(d.word(string(e.Kind))), int64(d.word(e.Category))
	case *event.JobPosted:
		ch.client, ch.word, ch.number = d.key(clients, e.Client), d.word(string(e.Kind)), d.version(versionOfPosted(e))
	case *event.JobEdited:
		ch.number = d.version(versionOfEdited(e))
	case *event.JobReported:
		ch.freelancer, ch.word = d.key(freelancers, e.Freelancer), d.word(string(e.Reason))
	case *event.QuestionAsked:
		ch.other, ch.freelancer, ch.word = d.key(foreign, e.Question), d.key(freelancers, e.Freelancer), d.word(string(e.Text))
	case *event.QuestionAnswered:
		ch.other, ch.word = d.key(foreign, e.Question), d.word(string(e.Text))
	case *event.JobClosed:
		ch.word = d.word(string(e.Reason))
	case *event.JobRemoved:
		ch.word = d.word(string(e.Reason))
	case *event.ProposalSubmitted:
		ch.client, ch.freelancer, ch.word = d.key(clients, e.Client), d.key(freelancers, e.Freelancer), d.word(string(e.Via))
		ch.other = d.key(jobs, e.Job)
	case *event.InterviewScheduled:
		ch.second = formOf(string(e.Kind), string(e.Channel))
		if d.keys[stream].category == interviews {
			ch.client, ch.other = d.key(clients, e.Client), d.key(jobs, e.Job)
			ch.number, ch.word = int64(e.ScheduledAt), d.word(FormatIDs(e.Proposals))
		}
	case *event.InterviewRescheduled:
		ch.number = int64(e.ScheduledAt)
	case *event.WeekInvoiced:
		ch.other = d.invoiced(stream)
		ch.number, ch.second = int64(e.Amount), e.Minutes-e.OverLimitMinutes
	case *event.MilestoneReleased:
		ch.number, ch.other, ch.flag = int64(e.Amount), d.key(foreign, e.Milestone), e.Cause == event.ReleasedAuto
	case *event.WorkSubmitted:
		ch.other = d.key(foreign, e.Milestone)
	case *event.ChangesRequested:
		ch.other = d.key(foreign, e.Milestone)
	case *event.EscrowRefundRequested:
		ch.other = d.key(foreign, e.Milestone)
	case *event.EscrowRefunded:
		ch.other = d.key(foreign, e.Milestone)
	case *event.HoursPaid:
		ch.number, ch.second = int64(e.Amount), e.Minutes
	case *event.BonusPaid:
		ch.number = int64(e.Amount)
	case *event.RefundGiven:
		ch.number = int64(e.Amount)
	case *event.FeedbackSubmitted:
		ch.word, ch.number = d.word(string(e.By)), int64(e.Overall)
		if e.Recommend != nil {
			ch.recommend = recommendation(int64(*e.Recommend))
		}
		ch.second = d.comment(e.By == event.SideClient, e.Comment)
	case *event.FeedbackRevised:
		ch.word, ch.number = d.word(string(e.By)), int64(e.Overall)
		ch.second = d.comment(e.By == event.SideClient, e.Comment)
	case *event.FeedbackResponded:
		ch.word, ch.second = d.word(string(e.By)), d.comment(e.By == event.SideFreelancer, e.Comment)
	case *event.FeedbackExcluded:
		ch.word = d.word(string(e.Basis))
	case *event.DisputeOpened:
		ch.other, ch.word = d.key(foreign, e.Dispute), d.word(string(e.By))
	case *event.DisputeAnswered:
		ch.other, ch.word = d.key(foreign, e.Dispute), d.word(string(e.Answer))
	case *event.DisputeLapsed:
		ch.other = d.key(foreign, e.Dispute)
	case *event.DisputeCancelled:
		ch.other = d.key(foreign, e.Dispute)
	case *event.DisputeResolved:
		ch.other, ch.number, ch.second = d.key(foreign, e.Dispute), int64(e.ToFreelancer), int64(e.ToClient)
	case *event.ClientFlagged:
		ch.word = d.word(string(e.Basis))
	case *event.ClientSuspended:
		ch.word = d.word(string(e.Reason))
	case *event.ClientBarred:
		ch.word = d.word(string(e.Reason))
	case *event.ClientContacted:
		ch.word = d.word(string(e.Basis))
	case *event.ClientComplaintRecorded:
		ch.freelancer = d.key(freelancers, e.Freelancer)
	case *event.VisibilityChanged:
		ch.word = d.word(string(e.Visibility))
	case *event.AvailabilityChanged:
		if e.Available {
			ch.number = 1
		}
	case *event.ProfileCompletenessChanged:
		ch.number = int64(e.Percent)
	case *event.ProfileDescribed:
		ch.number = d.description(Description{
			Title: e.Title, Introduction: e.Introduction, Skills: e.Skills, Category: e.Category, HourlyRate: e.HourlyRate, Portfolio: e.Portfolio,
		})
	case *event.SkillTestRecorded:
		ch.word, ch.number = d.word(e.Test), int64(e.Score)
	case *event.FreelancerSuspended:
		ch.word = d.word(string(e.Reason))
	case *event.FreelancerClosed:
		ch.word = d.word(string(e.Reason))
	case *event.HoldPlaced:
		ch.word = d.word(string(e.Kind))
		for _, b := range e.Blocks {
			ch.number |= int64(blockOf(b))
		}
	case *event.HoldLifted:
		ch.word = d.word(string(e.Kind))
	case *event.ConnectsGranted, *event.ConnectsPurchased, *event.ConnectsReturned, *event.ConnectsSpent, *event.ConnectsExpired:
		ch.other = d.move(connectsMove(e))
	case *event.JobSuccessAssessed:
		ch.number = NotScored
		if e.Displayed != nil {
			ch.number = int64(*e.Displayed)
		}
	case *event.BadgeAwarded:
		ch.word = d.word(string(e.Badge))
	case *event.BadgeLost:
		ch.word = d.word(string(e.Badge))
	case *event.TermsViolationRecorded:
		ch.word = d.word(e.Rule)
	}
	return ch
}

// follows checks that the change is the one that the record's stream needs
// next: the opening event at revision 0 and only there, no gap, no repetition.
func (ch *change) follows(next uint64, d *dictionary) error {
	switch {
	case ch.revision > next:
		return ch.fail(next, d, ErrGap)
	case ch.revision < next:
		return ch.fail(next, d, ErrRepeated)
	case (effects[ch.effect].action == opened) != (next == 0):
		return ch.fail(next, d, ErrContradiction)
	}
	return nil
}

// expect checks that the change has the one revision at which its stream may have it.
func (ch *change) expect(revision uint64, d *dictionary) error {
	switch {
	case ch.revision > revision:
		return ch.fail(revision, d, ErrGap)
	case ch.revision < revision:
		return ch.fail(revision, d, ErrContradiction)
	}
	return nil
}

func (ch *change) fail(next uint64, d *dictionary, cause error) error {
	return &FoldError{
		Type: effects[ch.effect].event, Stream: d.keys[ch.stream].String(), Revision: ch.revision,
		Position: ch.at.Position, Want: next, Err: cause,
	}
}
