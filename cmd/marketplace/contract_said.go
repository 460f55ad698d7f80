package main

import (
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/internal/show"
)

func (q *contractQuestion) disputes(all []aggregate.Dispute) {
	if len(all) == 0 {
		return
	}
	q.printf("\nDisputes: %s\n", show.Count(len(all)))
	for i, d := range all {
		week := ""
		if d.Week != nil {
			week = ", over week " + d.Week.String()
		}
		q.printf("\n %2d. %s, %s, by the %s%s\n", i+1, d.State, q.money.Money(d.Amount), d.By, week)
		q.printf("     dispute %s\n     opened   %s\n", d.Dispute, d.OpenedAt)
		if d.AnsweredAt != nil {
			q.printf("     answered %s\n", d.AnsweredAt)
		}
		switch {
		case d.ClosedAt == nil:
			q.printf("     to be answered until %s", d.RespondBy)
			if d.OnLapse != nil {
				q.printf(", else %s", show.Lapse(*d.OnLapse))
			}
			q.printf("\n")
		case d.DecidedBy != nil:
			q.printf("     closed   %s, decided by %s\n", d.ClosedAt, *d.DecidedBy)
		default:
			q.printf("     closed   %s\n", d.ClosedAt)
		}
		if d.ToFreelancer != nil {
			q.printf("     to the freelancer %s, to the client %s\n", q.money.Money(*d.ToFreelancer), q.money.Money(*d.ToClient))
		}
		q.said("     ", "reason", d.Reason)
	}
}

// feedback is what is published, and until when there may be more.
func (q *contractQuestion) feedback(r *aggregate.ContractReport) {
	if r.EndedAt == nil {
		return
	}
	q.printf("\nPublished feedback: %s, given until %s\n", show.Count(len(r.Feedback)), r.FeedbackClosesAt)
	for i, f := range r.Feedback {
		q.printf("\n %2d. %s stars, by the %s, published %s\n", i+1, show.Decimal(int64(f.Overall), 2), f.By, f.PublishedAt)
		q.printf("     skills %d, quality %d, availability %d, deadlines %d, communication %d, cooperation %d\n",
			f.Scores.Skills, f.Scores.Quality, f.Scores.Availability, f.Scores.Deadlines, f.Scores.Communication, f.Scores.Cooperation)
		if f.RevisedAt != nil {
			q.printf("     revised %s\n", f.RevisedAt)
		}
		q.said("     ", "comment", f.Comment)
		if f.RespondedAt != nil {
			q.printf("     answered %s\n", f.RespondedAt)
			q.said("     ", "answer", f.Response)
		}
	}
}

// contractWithText is a report with what people wrote as it is.
func contractWithText(r *aggregate.ContractReport) any {
	type milestone struct {
		aggregate.Milestone
		Description string `json:"description,omitempty"`
	}
	type dispute struct {
		aggregate.Dispute
		Reason string `json:"reason,omitempty"`
	}
	type feedback struct {
		aggregate.Feedback
		Comment  string `json:"comment,omitempty"`
		Response string `json:"response,omitempty"`
	}
	told := struct {
		*aggregate.ContractReport
		Milestones  []milestone `json:"milestones"`
		Disputes    []dispute   `json:"disputes"`
		Feedback    []feedback  `json:"feedback"`
		Description string      `json:"description,omitempty"`
	}{r, make([]milestone, len(r.Milestones)), make([]dispute, len(r.Disputes)), make([]feedback, len(r.Feedback)), string(r.Description)}
	for i, m := range r.Milestones {
		told.Milestones[i] = milestone{m, string(m.Description)}
	}
	for i, d := range r.Disputes {
		told.Disputes[i] = dispute{d, string(d.Reason)}
	}
	for i, f := range r.Feedback {
		told.Feedback[i] = feedback{f, string(f.Comment), string(f.Response)}
	}
	return told
}
