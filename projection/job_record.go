package projection

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// JobRecord is the fold of one job's stream.
type JobRecord struct {
	ID           uuid.UUID
	Client       uuid.UUID
	Next         uint64 // the revision that the stream's next event has
	Kind         event.ContractKind
	Posted       Moment
	Closed       Moment // by the client
	CloseReason  event.CloseReason
	Removed      Moment // by the platform, closed before or not
	RemoveReason event.RemoveReason
	Versions     []JobVersion // what it says: as it was posted, then each edit, in the stream's order
	Reports      []JobReport
	Questions    []JobQuestion // in the order in which they were asked
}

// JobReport is what a freelancer found wrong with a job.
type JobReport struct {
	Moment
	Freelancer uuid.UUID
	Reason     event.JobReport
}

// JobQuestion is what a freelancer wanted to know of a job, and the client's answer.
type JobQuestion struct {
	ID         uuid.UUID // unique in its job
	Freelancer uuid.UUID
	Asked      Moment
	Text       event.Text
	Answered   Moment
	Answer     event.Text
}

func (r *JobRecord) fold(ch *change, d *dictionary) error {
	if err := ch.follows(r.Next, d); err != nil {
		return err
	}
	if !r.apply(ch, d) {
		return ch.fail(r.Next, d, ErrContradiction)
	}
	r.Next++
	return nil
}

// apply reports false, and changes nothing, if the record cannot hold the change.
func (r *JobRecord) apply(ch *change, d *dictionary) bool {
	switch effects[ch.effect].action {
	case opened:
		*r = JobRecord{
			ID: d.keys[ch.stream].id, Client: d.keys[ch.client].id, Kind: event.ContractKind(d.text(ch.word)),
			Posted: ch.at, Closed: never, Removed: never, Versions: []JobVersion{d.versions[ch.number].at(ch.at)},
		}
	case jobEdited:
		r.Versions = append(r.Versions, d.versions[ch.number].at(ch.at))
	case jobClosed:
		if r.Closed.Happened() || r.Removed.Happened() {
			return false
		}
		r.Closed, r.CloseReason = ch.at, event.CloseReason(d.text(ch.word))
	case jobRemoved:
		if r.Removed.Happened() {
			return false
		}
		r.Removed, r.RemoveReason = ch.at, event.RemoveReason(d.text(ch.word))
	case jobReported:
		r.Reports = append(r.Reports, JobReport{ch.at, d.keys[ch.freelancer].id, event.JobReport(d.text(ch.word))})
	case questionAsked:
		id := d.keys[ch.other].id
		if r.question(id) != nil {
			return false
		}
		r.Questions = append(r.Questions, JobQuestion{ID: id, Freelancer: d.keys[ch.freelancer].id, Asked: ch.at, Text: event.Text(d.text(ch.word)), Answered: never})
	case questionAnswered:
		q := r.question(d.keys[ch.other].id)
		if q == nil || q.Answered.Happened() {
			return false
		}
		q.Answered, q.Answer = ch.at, event.Text(d.text(ch.word))
	}
	return true
}

func (r *JobRecord) question(id uuid.UUID) *JobQuestion {
	for i := range r.Questions {
		if r.Questions[i].ID == id {
			return &r.Questions[i]
		}
	}
	return nil
}

// Newest is the position of the newest fact of the question.
func (q *JobQuestion) Newest() event.Position { return max(q.Asked.Position, q.Answered.Position) }

// Newest is the position of the newest fact of the record.
func (r *JobRecord) Newest() event.Position {
	newest := max(r.Posted.Position, r.Closed.Position, r.Removed.Position)
	if n := len(r.Versions); n > 0 {
		newest = max(newest, r.Versions[n-1].Position)
	}
	if n := len(r.Reports); n > 0 {
		newest = max(newest, r.Reports[n-1].Position)
	}
	for i := range r.Questions {
		newest = max(newest, r.Questions[i].Newest())
	}
	return newest
}

// jobLinks are the next job of the client, and who wants the job.
type jobLinks struct {
	next                  ref
	proposals, interviews list
}

func (l *jobLinks) join(t *tables, at ref, of owners) {
	l.next = t.clients.at(of.client).links.jobs.push(at)
}

func (r *JobRecord) stream() (key, uint64) { return key{id: r.ID, category: jobs}, r.Next }

func (r *JobRecord) owners(t *tables) owners {
	return owners{client: t.clients.intern(r.Client)}
}

func (r *JobRecord) equal(s *JobRecord) bool {
	return r.ID == s.ID && r.Client == s.Client && r.Kind == s.Kind && r.Posted == s.Posted &&
		r.Closed == s.Closed && r.CloseReason == s.CloseReason && r.Removed == s.Removed && r.RemoveReason == s.RemoveReason &&
		slices.EqualFunc(r.Versions, s.Versions, (JobVersion).equal) &&
		slices.Equal(r.Reports, s.Reports) && slices.Equal(r.Questions, s.Questions)
}

func (r *JobRecord) tell(t *telling) {
	for i := range r.Versions {
		v := &r.Versions[i]
		if i == 0 && v.Position == r.Posted.Position {
			t.add(r.Posted, "JobPosted", append(v.fields(), field{name: "client", value: r.Client.String()}, field{name: "kind", value: string(r.Kind)})...)
			continue
		}
		t.add(v.Moment, "JobEdited", v.fields()...)
	}
	t.add(r.Closed, "JobClosed", field{name: "reason", value: string(r.CloseReason)})
	t.add(r.Removed, "JobRemoved", field{name: "reason", value: string(r.RemoveReason)})
	for _, p := range r.Reports {
		t.add(p.Moment, "JobReported", field{name: "freelancer", value: p.Freelancer.String()}, field{name: "reason", value: string(p.Reason)})
	}
	for _, q := range r.Questions {
		id := field{name: "question", value: q.ID.String()}
		t.add(q.Asked, "QuestionAsked", id, field{name: "freelancer", value: q.Freelancer.String()}, textField("text", q.Text))
		t.add(q.Answered, "QuestionAnswered", id, textField("text", q.Answer))
	}
}

func (r *JobRecord) until(position event.Position) *JobRecord {
	switch {
	case r == nil || r.Posted.Position > position:
		return nil
	case r.Newest() <= position:
		return r
	}
	told := *r
	told.Versions = prefix(r.Versions, position, func(v *JobVersion) Moment { return v.Moment })
	told.Reports = prefix(r.Reports, position, func(p *JobReport) Moment { return p.Moment })
	told.Questions = slices.Clone(prefix(r.Questions, position, func(q *JobQuestion) Moment { return q.Asked }))
	for i := range told.Questions {
		if q := &told.Questions[i]; q.Answered.Position > position {
			q.Answered, q.Answer = never, ""
		}
	}
	if r.Closed.Position > position {
		told.Closed, told.CloseReason = never, ""
	}
	if r.Removed.Position > position {
		told.Removed, told.RemoveReason = never, ""
	}
	return &told
}
