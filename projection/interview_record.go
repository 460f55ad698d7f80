package projection

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// InterviewRecord is the fold of one interview's stream: a meeting over proposals to
// a job.
type InterviewRecord struct {
	ID        uuid.UUID
	Job       uuid.UUID
	Client    uuid.UUID
	Next      uint64 // the revision that the stream's next event has
	Proposals []uuid.UUID
	Form      MeetingForm
	Scheduled Moment
	Held      Moment
	Cancelled Moment
	Times     []MeetingTime // in the stream's order: the first set when it was scheduled
}

// MeetingTime is a moment that was set for a meeting.
type MeetingTime struct {
	Moment             // when it was set
	MeetsAt event.Time // what it was set to
}

func (r *InterviewRecord) fold(ch *change, d *dictionary) error {
	if err := ch.follows(r.Next, d); err != nil {
		return err
	}
	over := r.Next > 0 && (r.Held.Happened() || r.Cancelled.Happened())
	switch effects[ch.effect].action {
	case opened:
		meeting := InterviewRecord{
			ID: d.keys[ch.stream].id, Job: d.keys[ch.other].id, Client: d.keys[ch.client].id,
			Scheduled: ch.at, Held: never, Cancelled: never, Times: []MeetingTime{{ch.at, event.Time(ch.number)}},
		}
		var known bool
		if meeting.Proposals, known = ParseIDs(d.text(ch.word)); !known || !meeting.Form.take(ch.second) {
			return ch.fail(r.Next, d, ErrContradiction)
		}
		*r = meeting
	case meetingMoved:
		if over {
			return ch.fail(r.Next, d, ErrContradiction)
		}
		r.Times = append(r.Times, MeetingTime{ch.at, event.Time(ch.number)})
	case meetingHeld, meetingCancelled:
		if over {
			return ch.fail(r.Next, d, ErrContradiction)
		}
		if effects[ch.effect].action == meetingHeld {
			r.Held = ch.at
		} else {
			r.Cancelled = ch.at
		}
	}
	r.Next++
	return nil
}

// FormatIDs writes ids with commas between.
func FormatIDs(ids []uuid.UUID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = id.String()
	}
	return strings.Join(words, ",")
}

// ParseIDs reads ids with commas between. It reports false if one of them is none.
func ParseIDs(list string) (ids []uuid.UUID, ok bool) {
	if list == "" {
		return nil, true
	}
	for word := range strings.SplitSeq(list, ",") {
		id, err := uuid.Parse(word)
		if err != nil {
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, true
}

type interviewLinks struct{ next ref } // of the job's

func (l *interviewLinks) join(t *tables, at ref, of owners) {
	l.next = t.jobs.at(of.other).links.interviews.push(at)
}

func (r *InterviewRecord) stream() (key, uint64) {
	return key{id: r.ID, category: interviews}, r.Next
}

func (r *InterviewRecord) owners(t *tables) owners { return owners{other: t.jobs.intern(r.Job)} }

func (r *InterviewRecord) equal(s *InterviewRecord) bool {
	return r.ID == s.ID && r.Job == s.Job && r.Client == s.Client && r.Form == s.Form && r.Scheduled == s.Scheduled &&
		r.Held == s.Held && r.Cancelled == s.Cancelled && slices.Equal(r.Proposals, s.Proposals) && slices.Equal(r.Times, s.Times)
}

func (r *InterviewRecord) tell(t *telling) {
	for i, m := range r.Times {
		at := field{name: "scheduled_at", value: m.MeetsAt.String()}
		if i > 0 {
			t.add(m.Moment, "InterviewRescheduled", at)
			continue
		}
		t.add(r.Scheduled, "InterviewScheduled", field{name: "job", value: r.Job.String()}, field{name: "client", value: r.Client.String()},
			field{name: "proposals", value: FormatIDs(r.Proposals)}, field{name: "format", value: r.Form.Format.String()}, field{name: "channel", value: r.Form.Channel.String()}, at)
	}
	t.add(r.Held, "InterviewHeld")
	t.add(r.Cancelled, "InterviewCancelled")
}
