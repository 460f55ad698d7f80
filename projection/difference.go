package projection

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Difference is a fact that two records of one stream do not share. Was is the
// older or trusted record, is the one that is compared with it.
type Difference struct {
	Kind     DifferenceKind `json:"kind"`
	Stream   string         `json:"stream"`
	Position event.Position `json:"position"`        // of the fact's event
	Type     string         `json:"type"`            // of the fact's event
	Field    string         `json:"field,omitempty"` // what of it, if only that is Different
	Was      string         `json:"was,omitempty"`   // the field's values; empty for what is private
	Is       string         `json:"is,omitempty"`
}

// DifferenceKind is what became of a fact.
type DifferenceKind string

// The kinds of differences.
const (
	Missing   DifferenceKind = "missing"   // was there and is not
	Extra     DifferenceKind = "extra"     // is there and was not
	Different DifferenceKind = "different" // says something else
)

// String says the difference in a line.
func (d Difference) String() string {
	s := fmt.Sprintf("%s: %s %s at position %d", d.Stream, d.Kind, d.Type, d.Position)
	if d.Field != "" {
		s += ", " + d.Field
	}
	if d.Was != "" || d.Is != "" {
		s += ": was " + d.Was + ", is " + d.Is
	}
	return s
}

// The differences of two records of one stream, of which either may be nil,
// are those of their facts at positions up to through, in the log's order.
// Next is not compared: it counts events without a fact, and those after
// through.

// DifferencesOfInvite compares two records of one invite.
func DifferencesOfInvite(was, is *InviteRecord, through event.Position) []Difference {
	if was != nil && is != nil && was.ID == is.ID && equalInvites(was, is) {
		return nil
	}
	return differences(idOf(was, is, func(r *InviteRecord) uuid.UUID { return r.ID }), invites,
		inviteFacts(was, through), inviteFacts(is, through))
}

// DifferencesOfContract compares two records of one contract.
func DifferencesOfContract(was, is *ContractRecord, through event.Position) []Difference {
	if was != nil && is != nil && was.ID == is.ID && equalContracts(was, is) {
		return nil
	}
	return differences(idOf(was, is, func(r *ContractRecord) uuid.UUID { return r.ID }), contracts,
		contractFacts(was, through), contractFacts(is, through))
}

// DifferencesOfClient compares two records of one client.
func DifferencesOfClient(was, is *ClientRecord, through event.Position) []Difference {
	if was != nil && is != nil && was.ID == is.ID && was.Registered == is.Registered && slices.Equal(was.Marks, is.Marks) {
		return nil
	}
	return differences(idOf(was, is, func(r *ClientRecord) uuid.UUID { return r.ID }), clients,
		clientFacts(was, through), clientFacts(is, through))
}

// DifferencesOfFreelancer compares two records of one freelancer.
func DifferencesOfFreelancer(was, is *FreelancerRecord, through event.Position) []Difference {
	if was != nil && is != nil && was.ID == is.ID && was.Registered == is.Registered && slices.Equal(was.Marks, is.Marks) {
		return nil
	}
	return differences(idOf(was, is, func(r *FreelancerRecord) uuid.UUID { return r.ID }), freelancers,
		freelancerFacts(was, through), freelancerFacts(is, through))
}

// DifferencesOfJob compares two records of one job.
func DifferencesOfJob(was, is *JobRecord, through event.Position) []Difference {
	return differences(idOf(was, is, func(r *JobRecord) uuid.UUID { return r.ID }), jobs, jobFacts(was, through), jobFacts(is, through))
}

// DifferencesOfProposal compares two records of one proposal.
func DifferencesOfProposal(was, is *ProposalRecord, through event.Position) []Difference {
	return differences(idOf(was, is, func(r *ProposalRecord) uuid.UUID { return r.ID }), proposals,
		proposalFacts(was, through), proposalFacts(is, through))
}

func equalInvites(a, b *InviteRecord) bool {
	x, y := *a, *b
	x.Next, y.Next = 0, 0
	return x == y
}

func equalContracts(a, b *ContractRecord) bool {
	return a.Client == b.Client && a.Freelancer == b.Freelancer && a.Job == b.Job && a.Via == b.Via && a.Started == b.Started && a.Ended == b.Ended &&
		a.Feedback == b.Feedback && a.Returned == b.Returned && a.Published == b.Published && a.Excluded == b.Excluded && slices.Equal(a.Payments, b.Payments) && slices.Equal(a.Disputes, b.Disputes)
}

func idOf[R any](was, is *R, id func(*R) uuid.UUID) uuid.UUID {
	switch {
	case was != nil:
		return id(was)
	case is != nil:
		return id(is)
	}
	return uuid.Nil
}

// told is a fact of a record with all that the record keeps of its event.
type told struct {
	Evidence
	fields []field
}

type field struct{ name, value string }

// telling collects the facts of a record up to a position.
type telling struct {
	through event.Position
	facts   []told
}

func (t *telling) add(m Moment, eventType string, fields ...field) {
	if m.Happened() && m.Position <= t.through {
		t.facts = append(t.facts, told{m.Evidence(eventType), append(fields, field{"occurred_at", m.At.String()})})
	}
}

func inviteFacts(r *InviteRecord, through event.Position) []told {
	t := telling{through: through}
	if r != nil {
		t.add(r.Sent, "InviteSent", field{"client", r.Client.String()}, field{"freelancer", r.Freelancer.String()},
			field{"available", strconv.FormatBool(r.Available)})
		t.add(r.Closed, r.Outcome.EventType())
	}
	return t.facts
}

func contractFacts(r *ContractRecord, through event.Position) []told {
	t := telling{through: through}
	if r == nil {
		return nil
	}
	t.add(r.Started, "ContractStarted", field{"client", r.Client.String()}, field{"freelancer", r.Freelancer.String()},
		field{"job", r.Job.String()}, field{"via", string(r.Via)})
	t.add(r.Ended, "ContractEnded")
	for _, p := range r.Payments {
		t.add(p.Moment, p.Kind.EventType(), field{"amount", strconv.FormatInt(int64(p.Amount), 10)},
			field{"minutes", strconv.FormatInt(p.Minutes, 10)})
	}
	feedback := func(f *Feedback, by event.Side) {
		t.add(f.Moment, "FeedbackSubmitted", field{"by", string(by)}, field{"overall", strconv.Itoa(int(f.Overall))},
			field{private, strconv.Itoa(int(f.Recommend))})
	}
	feedback(&r.Feedback, event.SideClient)
	feedback(&r.Returned, event.SideFreelancer)
	t.add(r.Published, "FeedbackPublished")
	t.add(r.Excluded, "FeedbackExcluded")
	for _, d := range r.Disputes {
		t.add(d.Opened, "DisputeOpened", field{"dispute", d.ID.String()})
		t.add(d.Cancelled, "DisputeCancelled", field{"dispute", d.ID.String()})
		t.add(d.Resolved, "DisputeResolved", field{"dispute", d.ID.String()},
			field{"to_freelancer", strconv.FormatInt(int64(d.ToFreelancer), 10)}, field{"to_client", strconv.FormatInt(int64(d.ToClient), 10)})
	}
	return t.facts
}

func clientFacts(r *ClientRecord, through event.Position) []told {
	t := telling{through: through}
	if r != nil {
		t.add(r.Registered, "ClientRegistered")
		for _, m := range r.Marks {
			t.add(m.Moment, m.Kind.EventType(), field{"reason", m.Reason}, field{"freelancer", m.Freelancer.String()})
		}
	}
	return t.facts
}

func freelancerFacts(r *FreelancerRecord, through event.Position) []told {
	t := telling{through: through}
	if r != nil {
		t.add(r.Registered, "FreelancerRegistered")
		for _, m := range r.Marks {
			t.add(m.Moment, m.Kind.EventType(), field{"word", m.Word}, field{"number", strconv.FormatInt(m.Number, 10)})
		}
	}
	return t.facts
}

func jobFacts(r *JobRecord, through event.Position) []told {
	t := telling{through: through}
	if r != nil {
		t.add(r.Posted, "JobPosted", field{"client", r.Client.String()})
		t.add(r.Closed, "JobClosed", field{"reason", string(r.CloseReason)})
		t.add(r.Removed, "JobRemoved", field{"reason", string(r.RemoveReason)})
	}
	return t.facts
}

func proposalFacts(r *ProposalRecord, through event.Position) []told {
	t := telling{through: through}
	if r != nil {
		t.add(r.Submitted, "ProposalSubmitted", field{"job", r.Job.String()}, field{"client", r.Client.String()},
			field{"freelancer", r.Freelancer.String()}, field{"via", string(r.Via)})
		for _, s := range r.Steps {
			t.add(s.Moment, s.Kind.EventType())
		}
	}
	return t.facts
}

// private is the field whose values are not told.
const private = "recommend"

// differences merges two lists of facts by position and type. One event makes
// one fact; a fact that stands twice in one list is extra or missing once.
func differences(id uuid.UUID, c category, was, is []told) (found []Difference) {
	order := func(a, b told) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Type, b.Type))
	}
	slices.SortStableFunc(was, order)
	slices.SortStableFunc(is, order)
	add := func(k DifferenceKind, f Evidence, name, from, to string) {
		found = append(found, Difference{Kind: k, Stream: c.stream(id), Position: f.Position, Type: f.Type, Field: name, Was: from, Is: to})
	}
	for len(was) > 0 || len(is) > 0 {
		var next int
		switch {
		case len(is) == 0:
			next = -1
		case len(was) == 0:
			next = 1
		default:
			next = order(was[0], is[0])
		}
		switch {
		case next < 0:
			add(Missing, was[0].Evidence, "", "", "")
			was = was[1:]
		case next > 0:
			add(Extra, is[0].Evidence, "", "", "")
			is = is[1:]
		default:
			for i, f := range was[0].fields {
				switch g := is[0].fields[i]; {
				case f == g:
				case f.name == private:
					add(Different, is[0].Evidence, f.name, "", "")
				default:
					add(Different, is[0].Evidence, f.name, f.value, g.value)
				}
			}
			was, is = was[1:], is[1:]
		}
	}
	return found
}
