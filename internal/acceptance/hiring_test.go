package acceptance_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

// plain is a store that writes one stream at a time, as EventStoreDB does.
type plain struct{ store.Store }

// everyStore runs a test on stores that can write two streams at once and on
// stores that cannot.
func everyStore(t *testing.T, test func(*testing.T, store.Store)) {
	for name, open := range map[string]func(*testing.T) store.Store{
		"memory":               func(*testing.T) store.Store { return markettest.NewLog() },
		"one stream at a time": func(*testing.T) store.Store { return plain{markettest.NewLog()} },
		"SQLite": func(t *testing.T) store.Store {
			s, err := open.Store(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "market.db"), false)
			require.NoError(t, err)
			return storetest.Strict(s, 7)
		},
		"EventStoreDB": func(t *testing.T) store.Store {
			s, err := open.Store(t.Context(), esdbtest.Start(t).ConnectionString(), false)
			require.NoError(t, err)
			return s
		},
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// market is a client with jobs that cost two Connects each, and a freelancer who
// has some.
type market struct {
	client, freelancer uuid.UUID
	jobs               []uuid.UUID
}

func newMarket(connects event.Connects, jobs int) (market, []aggregate.Command) {
	k := market{client: uuid.New(), freelancer: uuid.New()}
	past := []aggregate.Command{
		aggregate.RegisterClient{Client: k.client}, aggregate.RegisterFreelancer{Freelancer: k.freelancer},
		aggregate.GrantConnects{Freelancer: k.freelancer, N: connects},
	}
	for range jobs {
		job := uuid.New()
		k.jobs = append(k.jobs, job)
		past = append(past, aggregate.PostJob{Job: job, Client: k.client, Kind: event.KindFixed, Connects: 2})
	}
	return k, past
}

// propose is a proposal to one of the jobs; to each the freelancer proposes once.
func (k market) propose(job int) aggregate.SubmitProposal {
	return aggregate.SubmitProposal{Proposal: uuid.New(), Job: k.jobs[job], Freelancer: k.freelancer, CoverLetter: "Dear client"}
}

const hiringDay = "2020-01-02T00:00:00Z"

func onHiringDay() marketplace.DoOption {
	return marketplace.At(event.MustParseTime(hiringDay).Std())
}

// spentOn adds up, from the log alone, what each proposal cost, and counts the
// proposals.
func spentOn(tb testing.TB, s store.Store) (spent map[uuid.UUID]event.Connects, proposals int) {
	spent = map[uuid.UUID]event.Connects{}
	for _, rec := range markettest.Records(tb, s) {
		env, err := event.Marketplace().Decode(&rec)
		require.NoError(tb, err)
		switch e := env.Event.(type) {
		case *event.ConnectsSpent:
			spent[e.Proposal] += e.Amount
		case *event.ConnectsReturned:
			spent[e.Proposal] -= e.Amount
		case *event.ProposalSubmitted:
			proposals++
			_, id, _, ok := event.ParseStream(rec.Stream)
			require.True(tb, ok)
			require.Equal(tb, e.Connects, spent[id], "paid before it is submitted")
		}
	}
	return spent, proposals
}

// TestSubmitProposal: the application and its Connects first, in the freelancer's
// stream and under a command id of their own; the proposal is what Do answers with.
func TestSubmitProposal(t *testing.T) {
	everyStore(t, func(t *testing.T, s store.Store) {
		m := markettest.On(t, s)
		k, past := newMarket(3, 2)
		for _, c := range past {
			require.NoError(t, markettest.Do(t, m, c, hiringDay))
		}
		id, propose := uuid.New(), k.propose(0)
		out, err := m.Do(t.Context(), propose, marketplace.CommandID(id), onHiringDay())
		require.NoError(t, err)
		require.Equal(t, event.ProposalStream(propose.Proposal), out.Stream)
		require.Equal(t, []event.Event{&event.ProposalSubmitted{
			Job: propose.Job, Client: k.client, Freelancer: k.freelancer, Via: event.ViaProposal, Connects: 2, CoverLetter: "Dear client",
		}}, out.Events)

		log := markettest.Records(t, s)
		require.Equal(t, out.Position, log[len(log)-1].Position)
		for i, account := range []event.Event{
			&event.JobApplied{Proposal: propose.Proposal, Job: propose.Job, Connects: 2},
			&event.ConnectsSpent{Proposal: propose.Proposal, Job: propose.Job, Lot: 1, Amount: 2},
		} {
			rec := log[len(log)-3+i]
			require.Equal(t, event.FreelancerStream(k.freelancer), rec.Stream)
			env, err := m.Registry().Decode(&rec)
			require.NoError(t, err)
			require.Equal(t, account, env.Event)
			require.Equal(t, event.Meta{
				OccurredAt: event.MustParseTime(hiringDay), Actor: event.ActorFreelancer,
				CommandID: event.FollowUpID(id, "SubmitProposal"), CorrelationID: id, CausationID: id,
				CommandDigest: env.CommandDigest,
			}, env.Meta)
			require.NotZero(t, env.CommandDigest)
		}

		again, err := m.Do(t.Context(), propose, marketplace.CommandID(id), onHiringDay())
		require.NoError(t, err)
		require.True(t, again.Repeated)
		require.Equal(t, out.Position, again.Position)
		require.ErrorIs(t, markettest.Do(t, m, k.propose(0), hiringDay), aggregate.AlreadyExists)
		require.ErrorIs(t, markettest.Do(t, m, k.propose(1), hiringDay), aggregate.NotEnoughConnects)
		require.Len(t, markettest.Records(t, s), len(log), "repetitions and rejections leave no trace")
	})
}

// proposeAtOnce lets two hosts send a freelancer's proposals all at once, and
// answers how many came through. The others must be rejected with the code.
func proposeAtOnce(t *testing.T, s store.Store, proposals []aggregate.SubmitProposal, otherwise aggregate.Code) (submitted int) {
	t.Helper()
	hosts := []*marketplace.Marketplace{markettest.On(t, plain{s}), markettest.On(t, s)}
	var all sync.WaitGroup
	errs := make(chan error, len(proposals))
	for i, propose := range proposals {
		all.Add(1)
		go func() {
			defer all.Done()
			errs <- markettest.Do(t, hosts[i%2], propose, hiringDay)
		}()
	}
	all.Wait()
	close(errs)
	for err := range errs {
		if err == nil {
			submitted++
		} else {
			require.ErrorIs(t, err, otherwise)
		}
	}
	return submitted
}

// TestProposalsNeverOverspend: many hosts spend the same Connects at once; there
// are proposals for just what there was.
func TestProposalsNeverOverspend(t *testing.T) {
	everyStore(t, func(t *testing.T, s store.Store) {
		const jobs = 16
		k, past := newMarket(11, jobs) // for five proposals
		var proposals []aggregate.SubmitProposal
		for job := range jobs {
			proposals = append(proposals, k.propose(job))
		}
		m := markettest.On(t, s)
		for _, c := range past {
			require.NoError(t, markettest.Do(t, m, c, hiringDay))
		}
		require.Equal(t, 5, proposeAtOnce(t, s, proposals, aggregate.NotEnoughConnects))
		spent, submitted := spentOn(t, s)
		require.Equal(t, 5, submitted)
		require.Len(t, spent, 5)
	})
}

// TestOneProposalToAJob: a freelancer's proposals to one job meet in the account;
// one comes through, and the others pay nothing.
func TestOneProposalToAJob(t *testing.T) {
	everyStore(t, func(t *testing.T, s store.Store) {
		k, past := newMarket(100, 1)
		m := markettest.On(t, s)
		for _, c := range past {
			require.NoError(t, markettest.Do(t, m, c, hiringDay))
		}
		var proposals []aggregate.SubmitProposal
		for range 16 {
			proposals = append(proposals, k.propose(0))
		}
		require.Equal(t, 1, proposeAtOnce(t, s, proposals, aggregate.AlreadyExists))
		spent, submitted := spentOn(t, s)
		require.Equal(t, 1, submitted)
		require.Len(t, spent, 1)
	})
}

// cutOff is a store, one stream at a time, whose appends from the n-th on are
// not heard of again: the last that comes through is written, or is not.
type cutOff struct {
	store.Store
	left    int
	written bool
}

var errCutOff = errors.New("the connection is gone")

func (s *cutOff) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	s.left--
	if s.left < 0 || s.left == 0 && !s.written {
		return store.Appended{}, errCutOff
	}
	appended, err := s.Store.Append(ctx, w)
	if s.left == 0 && err == nil {
		err = errCutOff
	}
	return appended, err
}

// TestProposalCutOff: whatever the last write was that came through, sending the
// command again pays once and submits once; where it is not sent again, the
// Connects can come back.
func TestProposalCutOff(t *testing.T) {
	for _, written := range []bool{false, true} {
		for appends := 1; appends <= 3; appends++ {
			for _, resend := range []bool{true, false} {
				s := markettest.NewLog()
				k, past := newMarket(2, 2)
				for _, c := range past {
					require.NoError(t, markettest.Do(t, markettest.On(t, s), c, hiringDay))
				}
				id, propose := uuid.New(), k.propose(0)
				_, err := markettest.On(t, &cutOff{s, appends, written}).Do(t.Context(), propose, marketplace.CommandID(id), onHiringDay())
				if appends < 3 {
					require.ErrorIs(t, err, errCutOff)
				} else {
					require.NoError(t, err)
				}
				m := markettest.On(t, plain{s})
				if resend {
					_, err := m.Do(t.Context(), propose, marketplace.CommandID(id), onHiringDay())
					require.NoError(t, err)
					spent, proposals := spentOn(t, s)
					require.Equal(t, 1, proposals)
					require.Equal(t, map[uuid.UUID]event.Connects{propose.Proposal: 2}, spent)
					continue
				}
				err = markettest.Do(t, m, aggregate.ReturnConnects{Freelancer: k.freelancer, Proposal: propose.Proposal}, hiringDay)
				switch spent, proposals := spentOn(t, s); {
				case proposals == 1:
					require.ErrorIs(t, err, aggregate.WrongState, "the proposal is there")
				case len(spent) == 0:
					require.ErrorIs(t, err, aggregate.NotFound, "nothing was spent")
				default:
					require.NoError(t, err)
					require.NoError(t, markettest.Do(t, m, k.propose(1), hiringDay), "they can be spent again")
				}
			}
		}
	}
}

// TestProposalResentAfterReturn: a command that was cut off between its two
// facts is sent again after the Connects came back. It pays anew, and the second
// payment is an event of its own.
func TestProposalResentAfterReturn(t *testing.T) {
	everyStore(t, func(t *testing.T, s store.Store) {
		m := markettest.On(t, plain{s})
		k, past := newMarket(2, 1)
		for _, c := range past {
			require.NoError(t, markettest.Do(t, m, c, hiringDay))
		}
		id, propose := uuid.New(), k.propose(0)
		for range 3 {
			_, err := markettest.On(t, &cutOff{s, 1, true}).Do(t.Context(), propose, marketplace.CommandID(id), onHiringDay())
			require.ErrorIs(t, err, errCutOff)
			require.NoError(t, markettest.Do(t, m, aggregate.ReturnConnects{Freelancer: k.freelancer, Proposal: propose.Proposal}, hiringDay))
		}
		_, err := m.Do(t.Context(), propose, marketplace.CommandID(id), onHiringDay())
		require.NoError(t, err)
		spent, proposals := spentOn(t, s)
		require.Equal(t, 1, proposals)
		require.Equal(t, map[uuid.UUID]event.Connects{propose.Proposal: 2}, spent)
		seen := map[uuid.UUID]bool{}
		for _, rec := range markettest.Records(t, s) {
			require.False(t, seen[rec.ID], "%s at %d has an id that is taken", rec.Type, rec.Position)
			seen[rec.ID] = true
		}
	})
}

// TestProposalIDTaken: two freelancers propose under one id at once. On a store
// that writes two streams at once the loser pays nothing.
func TestProposalIDTaken(t *testing.T) {
	s := markettest.NewLog()
	m := markettest.On(t, s)
	k, past := newMarket(2, 1)
	rival, more := newMarket(2, 1)
	for _, c := range append(past, more...) {
		require.NoError(t, markettest.Do(t, m, c, hiringDay))
	}
	propose := k.propose(0)
	theirs := rival.propose(0)
	theirs.Proposal = propose.Proposal
	taken := false
	other := markettest.On(t, &interleaved{s, func(w store.Write) {
		if w.Stream == event.ProposalStream(propose.Proposal) && !taken {
			taken = true
			require.NoError(t, markettest.Do(t, m, theirs, hiringDay))
		}
	}})
	log := len(markettest.Records(t, s))
	require.ErrorIs(t, markettest.Do(t, other, propose, hiringDay), aggregate.AlreadyExists)
	require.True(t, taken)
	require.Len(t, markettest.Records(t, s), log+3, "only the rival's")
}

// interleaved does something before writes.
type interleaved struct {
	store.Transactor
	before func(store.Write)
}

func (s *interleaved) AppendAll(ctx context.Context, writes []store.Write) ([]store.Appended, error) {
	for _, w := range writes {
		s.before(w)
	}
	return s.Transactor.AppendAll(ctx, writes)
}

// hiringScript is a past with every kind of hire, as a script.
func hiringScript(tb testing.TB) []byte {
	k, past := newMarket(3, 2)
	interview, invite := uuid.New(), uuid.New()
	first, second, third := k.propose(0), k.propose(1), k.propose(1)
	second.Invite = invite
	past = append(past,
		first,
		third, // not enough Connects
		aggregate.SendInvite{Invite: invite, Job: second.Job, Client: k.client, Freelancer: k.freelancer},
		aggregate.AcceptInvite{Invite: invite, CoverLetter: "Dear client"},
		second,
		aggregate.StartInterview{Proposal: second.Proposal},
		aggregate.ScheduleInterview{Interview: interview, Job: second.Job, Proposals: []uuid.UUID{second.Proposal}, Interviewers: []event.Text{"Kim"}, Format: event.FormatOneOnOne, Channel: event.ChannelVideo, ScheduledAt: event.MustParseTime(hiringDay)},
		aggregate.HoldInterview{Interview: interview},
		aggregate.MakeOffer{Proposal: second.Proposal, Kind: event.KindFixed, Amount: amount(50000)},
		aggregate.AcceptOffer{Proposal: second.Proposal},
		aggregate.AcceptOffer{Proposal: second.Proposal}, // once
		aggregate.StartContract{Contract: second.Proposal, Job: second.Job, Client: k.client, Freelancer: k.freelancer, Kind: event.KindFixed, Via: event.ViaInvite, Invite: invite},
		aggregate.DeclineProposal{Proposal: first.Proposal},
		aggregate.CloseJob{Job: second.Job, Reason: event.CloseFilled},
		aggregate.AwardBadge{Freelancer: k.freelancer, Badge: event.BadgeTopRated},
		aggregate.LoseBadge{Freelancer: k.freelancer, Badge: event.BadgeTopRated, Unmet: []string{"paid"}},
		aggregate.ExpireConnects{Freelancer: k.freelancer, Lot: 1}, // too early
	)
	var text []byte
	for _, c := range past {
		var err error
		text, err = script.Append(text, uuid.New(), event.MustParseTime(hiringDay), c)
		require.NoError(tb, err)
	}
	return text
}

func amount(m event.Money) *event.Money { return &m }

// TestImportHires: a script with SubmitProposal comes to both facts on every
// store, once, however often it is imported and wherever it was cut off.
func TestImportHires(t *testing.T) {
	text := hiringScript(t)
	clean := markettest.On(t, markettest.NewLog())
	report := markettest.ImportText(t, clean, string(text))
	codes := map[aggregate.Code]int{}
	for _, r := range report.Rejections {
		codes[r.Code]++
	}
	require.Equal(t, map[aggregate.Code]int{aggregate.NotEnoughConnects: 1, aggregate.WrongState: 1, aggregate.TooEarly: 1}, codes, "%v", report.Rejections)
	spent, proposals := spentOn(t, clean.Store())
	require.Equal(t, 2, proposals)
	require.Len(t, spent, 1, "the other answers an invite")

	everyStore(t, func(t *testing.T, s store.Store) {
		m := markettest.On(t, s)
		require.Equal(t, report, markettest.ImportText(t, m, string(text)))
		again := markettest.ImportText(t, m, string(text))
		require.EqualValues(t, report.Lines, again.Repeated)
		requireSamePast(t, clean.Store(), s)
	})
	for appends := range len(markettest.Records(t, clean.Store())) + 1 {
		for _, written := range []bool{false, true} {
			s := markettest.NewLog()
			_, err := markettest.On(t, &cutOff{s, appends, written}).Import(t.Context(), bytes.NewReader(text), marketplace.ImportOptions{})
			if err != nil {
				require.ErrorIs(t, err, errCutOff)
			}
			markettest.ImportText(t, markettest.On(t, s), string(text))
			requireSameLog(t, clean.Store(), s)
		}
	}
}

// TestInterviewsAtOnce: no quota on simultaneous interviews, of a freelancer's
// proposals or of a client's.
func TestInterviewsAtOnce(t *testing.T) {
	m := markettest.On(t, markettest.NewLog())
	const jobs = 20
	k, commands := newMarket(2*jobs, jobs)
	for job := range jobs {
		propose := k.propose(job)
		commands = append(commands, propose, aggregate.StartInterview{Proposal: propose.Proposal})
	}
	for _, c := range commands {
		_, err := m.Do(t.Context(), c)
		require.NoError(t, err)
	}
	stats, err := marketplace.Ask(t.Context(), m, statistics.MyStatsOf(k.freelancer))
	require.NoError(t, err)
	require.EqualValues(t, jobs, stats.Funnel.Interviews)
}
