package readmodeltest

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
)

// cells are the values of a row as text, by the names of their columns; "" is
// NULL.
type cells map[string]string

// liveCells are the rows of a view, by their keys.
func liveCells(tx readmodel.Tx, name string, table *readmodel.Table) (map[string]cells, error) {
	rows := map[string]cells{}
	for row, err := range tx.Query("SELECT " + strings.Join(table.ColumnNames(), ", ") + " FROM " + name) {
		if err != nil {
			return nil, err
		}
		values, err := scanValues(row, table.Columns)
		if err != nil {
			return nil, err
		}
		c := cells{}
		for i, column := range table.Columns {
			c[column.Name] = values[i]
		}
		rows[c[table.Key[0]]] = c
	}
	return rows, nil
}

// with sets columns, given as name and value in turn.
func (c cells) with(pairs ...any) cells {
	for i := 0; i < len(pairs); i += 2 {
		text := ""
		switch v := pairs[i+1].(type) {
		case *int64:
			if v != nil {
				text = fmt.Sprint(*v)
			}
		case event.Money:
			text = fmt.Sprint(int64(v))
		default:
			text = fmt.Sprint(v)
		}
		c[pairs[i].(string)] = text
	}
	return c
}

func cellsOfFreelancer(id uuid.UUID, s *statistics.MyStats, p projection.Profile) cells {
	r, j := &s.Responsiveness, s.JobSuccess
	c := cells{}.with("freelancer_id", id, "invites_counted", r.Counted, "invites_answered", r.Answered,
		"invites_answered_24h", r.Answered24h, "invites_answered_72h", r.Answered72h, "response_rate_bp", r.RateBP,
		"median_response_s", r.MedianResponseS, "response_level", string(r.Level), "paid", s.Paid)
	if j != nil {
		c.with("job_success_bp", j.ScoreBP, "job_success_displayed", j.Displayed, "job_success_window_months", j.WindowMonths,
			"job_success_outcomes", j.Outcomes, "job_success_clients", j.Clients, "job_success_weight", j.Weight,
			"job_success_successful", j.Successful, "job_success_neutral", j.Neutral, "job_success_negative", j.Negative)
	} else {
		for _, part := range []string{"bp", "displayed", "window_months", "outcomes", "clients", "weight", "successful", "neutral", "negative"} {
			c["job_success_"+part] = ""
		}
	}
	c.with("paid_12m", s.Paid12m, "minutes", s.Minutes, "minutes_12m", s.Minutes12m, "minutes_billed", s.MinutesBilled, "minutes_billed_12m", s.MinutesBilled12m, "clients", s.Clients,
		"clients_last_year", s.ClientsLastYear, "long_term_clients", s.LongTermClients, "long_term_bp", s.LongTermBP,
		"public", p.Public, "available", p.Available, "profile_percent", p.Percent,
		"identity_verified", p.IdentityVerified, "phone_verified", p.PhoneVerified, "rising_talent", p.RisingTalent,
		"connects_balance", s.ConnectsBalance)
	for _, b := range s.Badges.States() {
		c.with(string(b.Badge), b.Held, string(b.Badge)+"_met", b.Met, string(b.Badge)+"_missing", strings.Join(b.Unmet(), ","))
	}
	return c.disputes(&s.DisputeRate).funnel(&s.Funnel)
}

func cellsOfClient(id uuid.UUID, s *statistics.ClientProfile) cells {
	return cells{}.with("client_id", id, "spent", s.Spent, "standing", s.State, "contacted_until", orNever(s.Until), "signals", s.Signals,
		"next_step", s.Next, "due_since", orNever(s.DueSince), "registered_at", s.Registered, "running_contracts", s.RunningContracts, "jobs_posted", s.JobsPosted, "jobs_with_hire", s.JobsWithHire, "hire_rate_bp", s.HireRateBP,
		"feedbacks", s.Feedbacks, "stars", s.Stars, "payment_verified", s.PaymentVerified,
		"release_median_s", s.ReleaseMedianS, "auto_released_bp", s.AutoReleasedBP).disputes(&s.DisputeRate)
}

// orNever is how NULL is told of a moment.
func orNever(t *event.Time) event.Time {
	if t == nil {
		return event.Never
	}
	return *t
}

func cellsOfMarketplace(s *statistics.MarketplaceStats, f *statistics.Figures) cells {
	return cells{}.with("weeks_left_out", f.EarlierWeeks, "paid", s.Paid, "clients_contacted", f.ClientsContacted, "improved_bp", f.ImprovedBP).totals(&f.MarketTotals).
		with("invites_sent", s.InvitesSent, "hires_invite", s.Hires.Invite, "hires_proposal", s.Hires.Proposal, "hires_direct", s.Hires.Direct).
		disputes(&s.DisputeRate).funnel(&f.Funnel).
		firstContract("rising_talent", &f.FirstContracts.RisingTalent).firstContract("others", &f.FirstContracts.Others)
}

func cellsOfWeek(w *statistics.WeekFigures) cells {
	return cells{}.with("week", w.Week, "starts_at", w.Week.Start()).period(&w.PeriodFigures)
}

func (c cells) period(p *statistics.PeriodFigures) cells {
	return c.with("contracts_ended", p.ContractsEnded, "contracts_disputed", p.Disputed, "dispute_ppm", p.DisputePPM).totals(&p.MarketTotals)
}

func (c cells) firstContract(group string, f *statistics.FirstContract) cells {
	name := "first_contract_" + group
	return c.with(name, f.Counted, name+"_won", f.Won, name+"_won_bp", f.WonBP, name+"_paid", f.Paid)
}

func (c cells) disputes(d *statistics.DisputeRate) cells {
	return c.with("contracts_ended", d.Ended, "contracts_disputed", d.Disputed, "dispute_ppm", d.PPM,
		"contracts_ended_12m", d.Ended12m, "contracts_disputed_12m", d.Disputed12m, "dispute_ppm_12m", d.PPM12m)
}

func (c cells) funnel(f *statistics.Funnel) cells {
	return c.with("funnel_proposals", f.Proposals, "funnel_interviews", f.Interviews, "funnel_offers", f.Offers,
		"funnel_hires", f.Hires, "funnel_proposals_per_hire", f.ProposalsPerHire)
}

func (c cells) totals(t *statistics.MarketTotals) cells {
	return c.with("gross_volume", t.GrossVolume, "refunds", t.Refunds, "minutes", t.Minutes, "contracts_started", t.ContractsStarted,
		"hires_invite", t.Hires.Invite, "hires_proposal", t.Hires.Proposal, "hires_direct", t.Hires.Direct,
		"hires_invite_bp", t.HireShares.InviteBP, "hires_proposal_bp", t.HireShares.ProposalBP, "hires_direct_bp", t.HireShares.DirectBP,
		"invites_sent", t.InvitesSent, "invites_counted", t.InvitesCounted, "invites_answered", t.InvitesAnswered,
		"response_rate_bp", t.ResponseRateBP, "minutes_billed", t.MinutesBilled,
		"jobs_posted", t.JobsPosted, "proposals", t.Proposals, "candidates", t.Candidates, "candidates_per_job", t.CandidatesPerJob, "interviews", t.Interviews,
		"connects_spent", t.ConnectsSpent, "connects_returned", t.ConnectsReturned,
		"hires_top_score", t.HiresTopScore, "hires_top_score_bp", t.HiresTopScoreBP,
		"meetings_by_chat", t.Channels.Chat, "meetings_by_audio", t.Channels.Audio, "meetings_by_video", t.Channels.Video, "meetings_by_in_person", t.Channels.InPerson).
		meetings("one_on_one", t.Meetings.OneOnOne).meetings("panel", t.Meetings.Panel).
		meetings("telephone", t.Meetings.Telephone).meetings("group", t.Meetings.Group).
		standings("hires", t.HiresByStanding).standings("proposals", t.ProposalsByStanding).
		standings("interviews", t.InterviewsByStanding).standings("proposal_hires", t.ProposalHiresByStanding)
}

func (c cells) standings(name string, s statistics.BadgeStandings) cells {
	return c.with(name+"_top_rated_plus", s.TopRatedPlus, name+"_top_rated", s.TopRated, name+"_rising_talent", s.RisingTalent, name+"_without_badge", s.None)
}

func (c cells) meetings(format string, n statistics.MeetingCounts) cells {
	name := "meetings_" + format
	return c.with(name+"_scheduled", n.Scheduled, name+"_held", n.Held, name+"_cancelled", n.Cancelled)
}
