package projection

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// columnFields reads the fields of a block's events. The ids and words of a column
// are in the batch's dictionary in their order, behind those of the columns
// before it; those of which there are few, and texts, are put there with their events.
type columnFields struct {
	*event.ColumnBlock
	*dictionary
	// The keys and words of the first values.
	clients, freelancers, disputes, milestones, jobs                                                uint32
	via, by, basis, reason, kind, category, visibility, badge, rule, answer, test, proposals, month uint32
	// wanted are the keys of the jobs that proposals are for, and meetings about, by the
	// index of the value; 0 is none yet.
	wanted []uint32
}

func (b *batch) fields(f *event.ColumnBlock) columnFields {
	keys := func(c category, column *event.IDColumn) uint32 {
		first := uint32(len(b.keys))
		for _, id := range column.Values {
			b.key(c, id)
		}
		return first
	}
	words := func(column *event.WordColumn) uint32 {
		first := uint32(len(b.words)) + 1
		for i := range column.Values.Len() {
			b.word(string(column.Values.At(i)))
		}
		return first
	}
	return columnFields{
		ColumnBlock: f, dictionary: &b.dictionary,
		clients: keys(clients, &f.Client), freelancers: keys(freelancers, &f.Freelancer), disputes: keys(foreign, &f.Dispute), milestones: keys(foreign, &f.Milestone), jobs: keys(foreign, &f.Job),
		via: words(&f.Via), by: words(&f.By), basis: words(&f.Basis), reason: words(&f.Reason),
		kind: words(&f.Kind), answer: words(&f.Answer), visibility: words(&f.Visibility), badge: words(&f.Badge), rule: words(&f.Rule), proposals: words(&f.Proposals),
		category: words(&f.Category), test: words(&f.Test), month: words(&f.Month),
	}
}

// fill gives the change what the records keep of the i-th event, an event of a
// stream of the category. It tells of the column in which a value is missing.
func (f *columnFields) fill(ch *change, i int, c category) (missing string) {
	need := func(name string, index event.Index, first uint32, to *uint32) {
		k := index.At(i)
		if k == event.NoValue {
			missing = name
		}
		*to = first + uint32(k)
	}
	number := func(name string, column *event.IntColumn) int64 {
		k := column.Index.At(i)
		if k == event.NoValue {
			missing = name
			return 0
		}
		return column.Values[k]
	}
	version := func() {
		v, bad := f.version(i)
		if bad != "" {
			missing = bad
		}
		ch.number = f.dictionary.version(v)
	}
	word := func(name string, column *event.WordColumn) string {
		if column.Index.At(i) == event.NoValue {
			missing = name
			return ""
		}
		return wordAt(column.Index, &column.Values, i)
	}
	form := func() int64 { return formOf(word("format", &f.Format), word("channel", &f.Channel)) }
	id := func(name string, column *event.IDColumn) (value uuid.UUID) {
		k := column.Index.At(i)
		if k == event.NoValue {
			missing = name
			return value
		}
		return column.Values[k]
	}
	comment := func(kept event.Side) int64 {
		by := event.Side(wordAt(f.By.Index, &f.By.Values, i))
		return f.dictionary.comment(by == kept, textAt(&f.Comment, i))
	}
	switch e := &effects[ch.effect]; e.action {
	case opened:
		if c == clients || c == freelancers {
			break
		}
		if c == workWeeks {
			ch.number = number("amount", &f.Amount)
			ch.second = number("minutes", &f.Minutes) - number("over_limit_minutes", &f.OverLimitMinutes)
			break
		}
		need("client", f.Client.Index, f.clients, &ch.client)
		if c == jobs {
			need("kind", f.Kind.Index, f.kind, &ch.word)
			number("connects", &f.Connects)
			version()
			break
		}
		if c == interviews {
			need("job", f.Job.Index, f.jobs, &ch.other)
			if missing == "" {
				ch.other = f.wantedJob(i)
			}
			need("proposals", f.Proposals.Index, f.proposals, &ch.word)
			ch.number, ch.second = number("scheduled_at", &f.ScheduledAt), form()
			break
		}
		need("freelancer", f.Freelancer.Index, f.freelancers, &ch.freelancer)
		if c == invites {
			ch.flag = number("freelancer_available", &f.FreelancerAvailable) != 0
		} else {
			need("via", f.Via.Index, f.via, &ch.word)
		}
		need("job", f.Job.Index, f.jobs, &ch.other)
		if c == proposals && missing == "" {
			ch.other = f.wantedJob(i)
		}
		if c == contracts {
			var kind uint32
			need("kind", f.Kind.Index, f.kind, &kind)
			ch.number = int64(kind)
			if k := f.Category.Index.At(i); k != event.NoValue {
				ch.second = int64(f.category) + int64(k)
			}
		}
	case proposalMoved:
		if StepKind(e.detail) == StepInterviewScheduled {
			ch.second = form()
		}
	case meetingMoved:
		ch.number = number("scheduled_at", &f.ScheduledAt)
	case jobEdited:
		version()
	case jobReported:
		need("freelancer", f.Freelancer.Index, f.freelancers, &ch.freelancer)
		need("reason", f.Reason.Index, f.reason, &ch.word)
	case questionAsked, questionAnswered:
		ch.other = f.dictionary.key(foreign, id("question", &f.Question))
		if e.action == questionAsked {
			need("freelancer", f.Freelancer.Index, f.freelancers, &ch.freelancer)
		}
		if f.Text.Index.At(i) == event.NoValue {
			missing = "text"
		}
		ch.word = f.dictionary.word(string(textAt(&f.Text, i)))
	case jobClosed, jobRemoved:
		need("reason", f.Reason.Index, f.reason, &ch.word)
	case moneyMoved:
		ch.number = number("amount", &f.Amount)
		if PaymentKind(e.detail) == PaymentHours {
			ch.second = number("minutes", &f.Minutes)
		}
		if PaymentKind(e.detail) == PaymentRelease {
			need("milestone", f.Milestone.Index, f.milestones, &ch.other)
			if k := f.Cause.Index[i]; k == event.NoValue {
				missing = "cause"
			} else {
				ch.flag = string(f.Cause.Values.At(int(k))) == string(event.ReleasedAuto)
			}
		}
	case workSubmitted, workAnswered:
		need("milestone", f.Milestone.Index, f.milestones, &ch.other)
	case feedbackGiven:
		need("by", f.By.Index, f.by, &ch.word)
		ch.number = number("overall", &f.Overall)
		if f.Recommend.Index.At(i) != event.NoValue {
			ch.recommend = recommendation(number("recommend", &f.Recommend))
		}
		ch.second = comment(event.SideClient)
	case feedbackRevised:
		need("by", f.By.Index, f.by, &ch.word)
		ch.number, ch.second = number("overall", &f.Overall), comment(event.SideClient)
	case feedbackAnswered:
		need("by", f.By.Index, f.by, &ch.word)
		ch.second = comment(event.SideFreelancer)
	case feedbackExcluded:
		need("basis", f.Basis.Index, f.basis, &ch.word)
	case disputeOpened:
		need("dispute", f.Dispute.Index, f.disputes, &ch.other)
		need("by", f.By.Index, f.by, &ch.word)
	case disputeAnswered:
		need("dispute", f.Dispute.Index, f.disputes, &ch.other)
		need("answer", f.Answer.Index, f.answer, &ch.word)
	case disputeLapsed, disputeCancelled:
		need("dispute", f.Dispute.Index, f.disputes, &ch.other)
	case disputeResolved:
		need("dispute", f.Dispute.Index, f.disputes, &ch.other)
		ch.number, ch.second = number("to_freelancer", &f.ToFreelancer), number("to_client", &f.ToClient)
	case clientMarked:
		switch MarkKind(e.detail) {
		case MarkFlagged, MarkContacted:
			need("basis", f.Basis.Index, f.basis, &ch.word)
		case MarkSuspended, MarkBarred:
			need("reason", f.Reason.Index, f.reason, &ch.word)
		case MarkComplaint:
			need("freelancer", f.Freelancer.Index, f.freelancers, &ch.freelancer)
		}
	case connectsMoved:
		m := ConnectsMove{Kind: ConnectsKind(e.detail), Lot: int(number("lot", &f.Lot)), Amount: event.Connects(number("amount", &f.Amount)), ExpiresAt: event.Never}
		var reason, month uint32
		if m.Kind.Begins() {
			m.ExpiresAt = event.Time(number("expires_at", &f.ExpiresAt))
		}
		switch m.Kind {
		case ConnectsGranted:
			need("reason", f.Reason.Index, f.reason, &reason)
			if f.Month.Index.At(i) != event.NoValue {
				need("month", f.Month.Index, f.month, &month)
			}
		case ConnectsSpent:
			m.Proposal, m.Job = id("proposal", &f.Proposal), id("job", &f.Job)
		case ConnectsReturned:
			m.Proposal = id("proposal", &f.Proposal)
		}
		if missing == "" {
			m.Reason, m.Month = event.GrantReason(f.text(reason)), event.Month(f.text(month))
			ch.other = f.move(m)
		}
	case profileDescribed:
		var said Description
		said, missing = f.describe(i)
		ch.number = f.dictionary.description(said)
	case skillTested:
		need("test", f.Test.Index, f.test, &ch.word)
		ch.number = number("score", &f.Score)
	case freelancerMarked:
		switch FreelancerMarkKind(e.detail) {
		case MarkVisibility:
			need("visibility", f.Visibility.Index, f.visibility, &ch.word)
		case MarkAvailability:
			ch.number = number("available", &f.Available)
		case MarkCompleteness:
			ch.number = number("percent", &f.Percent)
		case MarkFreelancerSuspended, MarkFreelancerClosed:
			need("reason", f.Reason.Index, f.reason, &ch.word)
		case MarkHoldPlaced:
			need("kind", f.Kind.Index, f.kind, &ch.word)
			if k := f.Blocks.Index.At(i); k == event.NoValue {
				missing = "blocks"
			} else {
				blocks, _ := BlocksOf(string(f.Blocks.Values.At(int(k))))
				ch.number = int64(blocks)
			}
		case MarkHoldLifted:
			need("kind", f.Kind.Index, f.kind, &ch.word)
		case MarkAssessed:
			ch.number = NotScored
			if f.Displayed.Index.At(i) != event.NoValue {
				ch.number = number("displayed", &f.Displayed)
			}
		case MarkBadgeAwarded, MarkBadgeLost:
			need("badge", f.Badge.Index, f.badge, &ch.word)
		case MarkViolation:
			need("rule", f.Rule.Index, f.rule, &ch.word)
		}
	}
	return missing
}

// wantedJob is the key of the job that the i-th event, a proposal's, is for.
func (f *columnFields) wantedJob(i int) uint32 {
	if f.wanted == nil {
		f.wanted = make([]uint32, len(f.Job.Values))
	}
	k := f.Job.Index.At(i)
	if f.wanted[k] == 0 {
		f.wanted[k] = f.dictionary.key(jobs, f.Job.Values[k]) // not the first key, which is a stream's
	}
	return f.wanted[k]
}

// wordAt is the word of the i-th event, "" of one that has none.
func wordAt(index event.Index, values *event.Words, i int) string {
	if k := index.At(i); k != event.NoValue {
		return string(values.At(int(k)))
	}
	return ""
}

func textAt(c *event.TextColumn, i int) event.Text { return event.Text(wordAt(c.Index, &c.Values, i)) }
