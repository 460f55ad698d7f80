// Package market makes up histories of a marketplace for tests and benchmarks.
package market

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Event is an event of a history that is yet to be stored.
type Event struct {
	At     event.Time
	Stream string
	Event  event.Event
}

// Market makes up histories whose mix of events is that of a real marketplace:
// of 100 events about 20 of invites, 50 of contracts, 25 of Work Diaries.
type Market struct {
	*rand.Rand
	Rough     bool // a market full of disputes, refunds, exclusions, voided clients, proposals and marks
	NoDiaries bool // leave the Work Diaries out, from which no record is folded
	Clients   []uuid.UUID
	History   []Event
}

// When the market opens and, but for what follows of it, ends.
var (
	Opens = event.MustParseTime("2016-01-04T00:00:00Z")
	Ends  = event.MustParseTime("2020-01-06T00:00:00Z")
)

// New begins a market whose chance is that of the seed.
func New(seed uint64) *Market { return &Market{Rand: rand.New(rand.NewPCG(seed, 1))} }

// ID makes up an id.
func (m *Market) ID() (id uuid.UUID) {
	binary.LittleEndian.PutUint64(id[:8], m.Uint64())
	binary.LittleEndian.PutUint64(id[8:], m.Uint64())
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

func (m *Market) add(at event.Time, stream string, events ...event.Event) {
	for _, e := range events {
		m.History = append(m.History, Event{at, stream, e})
	}
}

// RegisterClients adds clients, some of whom get marks.
func (m *Market) RegisterClients(n int) {
	for range n {
		id := m.ID()
		m.Clients = append(m.Clients, id)
		m.add(Opens, event.ClientStream(id), &event.ClientRegistered{}, &event.PaymentMethodVerified{})
		at := m.moment()
		if m.rarely() {
			m.add(at, event.ClientStream(id), &event.ClientFlagged{Basis: event.FlagPoorCollaboration, Reason: "unreasonable"})
			if m.Rough && m.IntN(2) == 0 {
				at += event.Time(m.IntN(100 * 24 * 3600))
				m.add(at, event.ClientStream(id), &event.ClientFlagLifted{})
			}
		}
		if m.Rough && m.rarely() {
			at += event.Time(m.IntN(100 * 24 * 3600))
			m.add(at, event.ClientStream(id), &event.ClientSuspended{Reason: event.SanctionTOS})
			if m.IntN(2) == 0 {
				at = at.AddDays(m.IntN(300))
				m.add(at, event.ClientStream(id), &event.ClientReinstated{})
			}
		}
		if m.Rough {
			m.conduct(id, at)
		}
	}
}

// rarely is once in 50 times, and in a rough market every second time.
func (m *Market) rarely() bool {
	if m.Rough {
		return m.IntN(2) == 0
	}
	return m.IntN(50) == 0
}

func (m *Market) moment() event.Time {
	return Opens + event.Time(m.Int64N(int64(Ends-Opens)))
}

func (m *Market) client() uuid.UUID { return m.Clients[m.IntN(len(m.Clients))] }

// Freelancer lives through the given numbers of invites and contracts.
func (m *Market) Freelancer(invites, contracts int) {
	id := m.ID()
	m.add(Opens, event.FreelancerStream(id), &event.FreelancerRegistered{},
		&event.ProfileDescribed{Introduction: "Ten years of Go.", Skills: []event.Text{"go", "sql"}})
	if m.Rough {
		m.profile(id)
		m.connects(id)
		for range contracts {
			m.proposal(id)
		}
	}
	for range invites {
		m.invite(id)
	}
	for range contracts {
		if m.IntN(4) == 0 {
			m.hourly(id)
		} else {
			m.fixed(id)
		}
	}
}

func (m *Market) invite(freelancer uuid.UUID) {
	id, at := m.ID(), m.moment()
	stream := event.InviteStream(id)
	m.add(at, stream, &event.InviteSent{Job: m.ID(), Client: m.client(), Freelancer: freelancer,
		FreelancerAvailable: m.IntN(10) > 0, ExpiresAt: at.AddDays(30), Message: "We read your profile with interest."})
	switch later := at + event.Time(m.IntN(4*24*3600)); m.IntN(10) {
	case 0:
		m.add(later, stream, &event.InviteDeclined{})
	case 1:
		m.add(later, stream, &event.InviteWithdrawn{Reason: event.WithdrawHiredOther})
	case 2:
		m.add(at.AddDays(30), stream, &event.InviteExpired{})
	case 3:
	default:
		m.add(later, stream, &event.InviteAccepted{CoverLetter: "I have done this before and would like to talk."}, &event.ContactExchanged{})
	}
}

func (m *Market) start(freelancer uuid.UUID, kind event.ContractKind) (stream string, contract uuid.UUID, at event.Time) {
	contract, at = m.ID(), m.moment()
	stream = event.ContractStream(contract)
	s := &event.ContractStarted{Job: m.ID(), Client: m.client(), Freelancer: freelancer, Kind: kind,
		Via: []event.Via{event.ViaInvite, event.ViaProposal, event.ViaDirect}[m.IntN(3)]}
	if m.Rough {
		s.Category = []string{"", "web", "writing"}[m.IntN(3)]
	}
	if kind == event.KindHourly {
		s.HourlyRate, s.WeeklyLimitMinutes = 25_00, 2400
	}
	m.add(at, stream, s)
	return stream, contract, at
}

func (m *Market) fixed(freelancer uuid.UUID) {
	stream, _, at := m.start(freelancer, event.KindFixed)
	for range 1 + m.IntN(3) {
		milestone, amount := m.ID(), event.Money(1+m.IntN(1000_00))
		m.add(at, stream, &event.MilestoneAdded{Milestone: milestone, Amount: amount},
			&event.MilestoneFunded{Milestone: milestone, Amount: amount})
		at += event.Time(m.IntN(30 * 24 * 3600))
		m.add(at, stream, &event.WorkSubmitted{Milestone: milestone, Attempt: 1, AutoReleaseAt: at.AddDays(14)},
			&event.MilestoneReleased{Milestone: milestone, Amount: amount, Cause: event.ReleasedByClient})
	}
	if m.Rough && m.IntN(3) == 0 {
		m.add(at, stream, &event.RefundGiven{Amount: event.Money(1 + m.IntN(1000_00))})
	}
	m.end(stream, at)
}

func (m *Market) hourly(freelancer uuid.UUID) {
	stream, contract, at := m.start(freelancer, event.KindHourly)
	week := event.WeekOf(at)
	for range 2 + m.IntN(20) {
		segments, paidAt := 1+m.IntN(8), max(at, week.End().AddDays(5))
		amount := event.Money(segments) * 25_00 / 6
		if !m.NoDiaries {
			m.diary(event.WorkWeekStream(contract, week), week, segments, at, paidAt)
		}
		at = paidAt
		m.add(at, stream, &event.HoursPaid{Week: week, Minutes: int64(segments) * 10, Amount: amount})
		week = event.WeekOf(week.End())
	}
	if m.IntN(3) > 0 {
		m.end(stream, at)
	}
}

func (m *Market) diary(stream string, week event.Week, segments int, from, paidAt event.Time) {
	for i := range segments {
		start := week.Start().AddHours(9).AddSeconds(int64(i) * 600)
		m.add(max(from, start), stream, &event.SegmentLogged{Start: start, Kind: event.SegmentTracked, Activity: 8, Screenshot: true, Memo: "reviewing"})
	}
	m.add(paidAt, stream, &event.WeekInvoiced{Minutes: int64(segments) * 10, OverLimitMinutes: int64(m.IntN(2)) * 10, Amount: 25_00, ReviewEndsAt: paidAt})
}

func (m *Market) end(stream string, at event.Time) {
	if m.rarely() {
		dispute := m.ID()
		m.add(at, stream, &event.DisputeOpened{Dispute: dispute, By: event.SideClient, Amount: 100, Reason: "late"})
		at += event.Time(m.IntN(20 * 24 * 3600))
		switch m.IntN(4) {
		case 0, 1:
			m.add(at, stream, &event.DisputeCancelled{Dispute: dispute})
		case 2:
			share := event.Money(m.IntN(101))
			m.add(at, stream, &event.DisputeResolved{Dispute: dispute, ToFreelancer: share, ToClient: 100 - share, DecidedBy: event.DecidedByMediation})
		}
	}
	m.add(at, stream, &event.ContractEnded{By: event.SideClient, FeedbackClosesAt: at.AddDays(14), Reason: "completed"})
	if m.IntN(5) > 0 {
		recommend := 5 + m.IntN(6)
		f := &event.FeedbackSubmitted{By: event.SideClient, Overall: 200 + m.IntN(301), Recommend: &recommend, Comment: "Thank you, see you again."}
		f.Scores = event.Scores{Skills: 5, Quality: 5, Availability: 4, Deadlines: 5, Communication: 5, Cooperation: 5}
		at += event.Time(1 + m.IntN(10*24*3600))
		m.add(at, stream, f)
		if m.Rough && m.IntN(2) == 0 {
			m.add(at, stream, &event.FeedbackSubmitted{By: event.SideFreelancer, Scores: f.Scores, Overall: 200 + m.IntN(301)})
		}
		m.add(at, stream, &event.FeedbackPublished{})
		if m.Rough {
			at = m.words(stream, at, f.Scores)
		}
		if m.Rough && m.IntN(4) == 0 {
			m.add(at.AddDays(m.IntN(100)), stream, &event.FeedbackExcluded{Basis: event.ExcludedByModeration})
		}
	}
}

// WriteTo stores the history in the order of time.
func (m *Market) WriteTo(t testing.TB, s store.Transactor) {
	slices.SortStableFunc(m.History, func(a, b Event) int { return int(a.At - b.At) })
	m.Append(t, s)
}

// Append stores the history as it stands, in large appends.
func (m *Market) Append(t testing.TB, s store.Transactor) {
	registry := event.Marketplace()
	for part := range slices.Chunk(m.History, store.MaxAppendEvents) {
		writes := make([]store.Write, len(part))
		for i, d := range part {
			p, err := registry.Encode(m.ID(), event.Meta{OccurredAt: d.At, Actor: event.ActorPlatform, CommandID: m.ID(),
				CorrelationID: m.ID(), CausationID: m.ID()}, d.Event)
			require.NoError(t, err)
			writes[i] = store.Write{Stream: d.Stream, Expected: store.Any, Events: []event.Proposed{p}}
		}
		_, err := s.AppendAll(t.Context(), writes)
		require.NoError(t, err)
	}
}
