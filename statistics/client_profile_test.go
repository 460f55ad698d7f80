package statistics_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

func profileOf(p *past, client string, asOf event.Time) *statistics.ClientProfileExplanation {
	p.t.Helper()
	return in(p, func(m *projection.Model, policy statistics.Policy) (*statistics.ClientProfileExplanation, error) {
		x, err := statistics.Ask(p.t.Context(), m, statistics.ExplainClientProfile(projectiontest.Named(client)), asOf, policy)
		if err != nil {
			return nil, err
		}
		one, err := statistics.Ask(p.t.Context(), m, statistics.ClientProfileOf(projectiontest.Named(client)), asOf, policy)
		require.Equal(p.t, &x.Profile, one)
		return x, err
	})
}

func orDash(n *int64) string {
	if n == nil {
		return "-"
	}
	return fmt.Sprint(*n)
}

// TestClientProfileStanding: rules 7, from events to the state. TestClientStanding
// has the borders.
func TestClientProfileStanding(t *testing.T) {
	complaint := func(freelancer string) event.Event {
		return &event.ClientComplaintRecorded{Freelancer: projectiontest.Named(freelancer)}
	}
	// feedback and disputes are those of a contract with the freelancer.
	sealed := func(p *past, freelancer string, when event.Time, overall int) {
		p.contract("with "+freelancer, projectiontest.June, started("carl", freelancer))
		p.contract("with "+freelancer, when, &event.ContractEnded{}, &event.FeedbackSubmitted{By: event.SideFreelancer, Overall: overall})
	}
	feedback := func(p *past, freelancer string, when event.Time, overall int) {
		sealed(p, freelancer, when, overall)
		p.contract("with "+freelancer, when, &event.FeedbackPublished{})
	}
	dispute := func(p *past, freelancer string, when event.Time, toFreelancer, toClient event.Money) {
		p.contract("disputed with "+freelancer, projectiontest.June, started("carl", freelancer), &event.DisputeOpened{By: event.SideClient, Dispute: projectiontest.Named("d")})
		p.contract("disputed with "+freelancer, when, &event.DisputeResolved{Dispute: projectiontest.Named("d"), ToFreelancer: toFreelancer, ToClient: toClient})
	}
	contacted := &event.ClientContacted{Basis: event.ContactConsistentlyNegative}
	for _, c := range []struct {
		name   string
		past   func(*past)
		want   string // state, signals, next
		lapsed int    // signals that count no more
	}{
		{"nothing", func(p *past) {}, "good 0 none", 0},
		{"a violation of the terms", func(p *past) {
			p.client("carl", projectiontest.Noon, &event.TermsViolationRecorded{Rule: "spam"})
		}, "good 1 none", 0},
		{"two of them are of one source", func(p *past) {
			p.client("carl", projectiontest.Noon, &event.TermsViolationRecorded{Rule: "spam"}, &event.TermsViolationRecorded{Rule: "spam"}, complaint("ann"))
		}, "good 3 none", 0},
		{"verified and revoked", func(p *past) {
			p.client("carl", projectiontest.Noon, &event.IdentityVerified{}, &event.IdentityVerificationRevoked{}, &event.PhoneVerified{}, &event.PhoneVerificationRevoked{})
		}, "good 0 none", 0},
		{"feedback of 2.99", func(p *past) { feedback(p, "ann", projectiontest.Noon, 299) }, "good 1 none", 0},
		{"feedback of 2.99, not published", func(p *past) { sealed(p, "ann", projectiontest.Noon, 299) }, "good 0 none", 0},
		{"published after T", func(p *past) {
			sealed(p, "ann", projectiontest.June, 299)
			p.contract("with ann", projectiontest.Noon+1, &event.FeedbackPublished{})
		}, "good 0 none", 0},
		{"feedback of 3.00", func(p *past) { feedback(p, "ann", projectiontest.Noon, 300) }, "good 0 none", 0},
		{"feedback after T", func(p *past) { feedback(p, "ann", projectiontest.Noon+1, 100) }, "good 0 none", 0},
		{"the client's own feedback", func(p *past) {
			p.contract("job", projectiontest.June, started("carl", "ann"), &event.ContractEnded{}, &event.FeedbackSubmitted{By: event.SideClient, Overall: 100})
		}, "good 0 none", 0},
		{"half of a dispute", func(p *past) { dispute(p, "ann", projectiontest.Noon, 50, 50) }, "good 1 none", 0},
		{"less than half", func(p *past) { dispute(p, "ann", projectiontest.Noon, 49, 51) }, "good 0 none", 0},
		{"resolved after T", func(p *past) { dispute(p, "ann", projectiontest.Noon+1, 50, 50) }, "good 0 none", 0},
		{"another client's", func(p *past) {
			p.client("eve", projectiontest.June, &event.ClientRegistered{}, complaint("ann"), complaint("ben"), complaint("cem"))
		}, "good 0 none", 0},
		{"one of each kind, of three", func(p *past) {
			p.client("carl", projectiontest.June, complaint("ann"))
			feedback(p, "ben", projectiontest.June+projectiontest.Day, 100)
			dispute(p, "cem", projectiontest.Noon, 51, 49)
		}, "good 3 contact", 0},
		{"one of each kind, of two", func(p *past) {
			p.client("carl", projectiontest.June, complaint("ann"))
			feedback(p, "ann", projectiontest.June+projectiontest.Day, 100)
			dispute(p, "cem", projectiontest.Noon, 51, 49)
		}, "good 3 none", 0},
		{"three of three, the first 180 days ago", func(p *past) {
			p.client("carl", projectiontest.Noon.AddDays(-180), complaint("ann"))
			p.client("carl", projectiontest.June, complaint("ben"), complaint("cem"))
		}, "good 2 contact", 1}, // due since then
		{"the last of three when the first is 180 days old", func(p *past) {
			p.client("carl", projectiontest.Noon.AddDays(-180), complaint("ann"))
			p.client("carl", projectiontest.June, complaint("ben"))
			p.client("carl", projectiontest.Noon, complaint("cem"))
		}, "good 2 none", 1},
		{"a second later", func(p *past) {
			p.client("carl", projectiontest.Noon.AddDays(-180)+1, complaint("ann"))
			p.client("carl", projectiontest.June, complaint("ben"), complaint("cem"))
		}, "good 3 contact", 0},
		{"contacted", func(p *past) {
			p.client("carl", projectiontest.June, complaint("ann"), complaint("ben"), complaint("cem"), contacted)
		}, "contacted 0 none", 3},
		{"contacted about something else", func(p *past) {
			p.client("carl", projectiontest.June, complaint("ann"), complaint("ben"), complaint("cem"), &event.ClientContacted{Basis: event.ContactOther})
		}, "good 3 contact", 0},
		{"contacted, and two more of two", func(p *past) {
			p.client("carl", projectiontest.June, contacted, complaint("ann"))
			p.client("carl", projectiontest.Noon, complaint("ben"))
		}, "contacted 2 suspend", 0},
		{"contacted 90 days ago", func(p *past) { p.client("carl", projectiontest.Noon.AddDays(-90), contacted) }, "good 0 none", 0},
		{"contacted a second later", func(p *past) { p.client("carl", projectiontest.Noon.AddDays(-90)+1, contacted) }, "contacted 0 none", 0},
		{"suspended", func(p *past) {
			p.client("carl", projectiontest.June, complaint("ann"), &event.ClientSuspended{Reason: event.SanctionConduct})
		}, "suspended 0 none", 1},
		{"suspended after T", func(p *past) {
			p.client("carl", projectiontest.Noon+1, &event.ClientSuspended{Reason: event.SanctionConduct})
		}, "good 0 none", 0},
		{"reinstated", func(p *past) {
			p.client("carl", projectiontest.June, complaint("ann"), &event.ClientSuspended{Reason: event.SanctionConduct}, &event.ClientReinstated{})
		}, "good 0 none", 1},
		{"barred", func(p *past) { p.client("carl", projectiontest.June, &event.ClientBarred{Reason: event.SanctionFraud}) }, "barred 0 none", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPast(t)
			p.client("carl", projectiontest.June.AddDays(-400), &event.ClientRegistered{})
			c.past(p)
			x := profileOf(p, "carl", projectiontest.Noon)
			s := x.Profile
			require.Equal(t, c.want, fmt.Sprint(s.State, " ", s.Signals, " ", s.Next))
			require.Len(t, x.Signals, int(s.Signals))
			require.Len(t, x.PastSignals, c.lapsed)
			require.Equal(t, s.State == statistics.StandingContacted, s.Until != nil)
		})
	}
}

// TestClientProfileOfSealedFeedback: under a policy that counts sealed feedback it is a
// signal from its submission.
func TestClientProfileOfSealedFeedback(t *testing.T) {
	p := newPast(t)
	p.client("carl", projectiontest.June, &event.ClientRegistered{})
	p.contract("job", projectiontest.June, started("carl", "ann"), &event.ContractEnded{}, &event.FeedbackSubmitted{By: event.SideFreelancer, Overall: 100})
	m := p.model()
	for sealed, want := range map[statistics.SealedFeedback]int64{statistics.SealedIgnored: 0, statistics.SealedCounts: 1} {
		policy := projectiontest.Preset(t, statistics.DefaultPolicy)
		policy.JobSuccess.SealedFeedback = sealed
		profile, err := statistics.Ask(t.Context(), m, statistics.ClientProfileOf(projectiontest.Named("carl")), projectiontest.Noon, policy)
		require.NoError(t, err)
		require.Equal(t, want, profile.Signals, sealed)
	}
}

// TestClientProfileUntil: the slate is clean 90 days after the contact.
func TestClientProfileUntil(t *testing.T) {
	p := newPast(t)
	p.client("carl", projectiontest.June, &event.ClientRegistered{}, &event.ClientContacted{Basis: event.ContactConsistentlyNegative})
	require.Equal(t, projectiontest.Ptr(projectiontest.June.AddDays(90)), profileOf(p, "carl", projectiontest.Noon).Profile.Until)
	require.Nil(t, profileOf(p, "carl", projectiontest.June.AddDays(90)).Profile.Until)
}

// TestClientProfileHireRate: jobs with a hire of the jobs posted, closed and
// removed ones without a hire too.
func TestClientProfileHireRate(t *testing.T) {
	posted := &event.JobPosted{Client: projectiontest.Named("carl"), Kind: event.KindFixed}
	hire := func(p *past, contract, job string, when event.Time) {
		e := started("carl", "ann")
		e.Job = projectiontest.Named(job)
		p.contract(contract, when, e)
	}
	for _, c := range []struct {
		name string
		past func(*past)
		want string // jobs posted, with a hire, rate
	}{
		{"no job", func(*past) {}, "0 0 -"},
		{"posted", func(p *past) { p.job("1", projectiontest.Noon, posted) }, "1 0 0"},
		{"posted after T", func(p *past) { p.job("1", projectiontest.Noon+1, posted) }, "0 0 -"},
		{"a hire", func(p *past) { p.job("1", projectiontest.June, posted); hire(p, "a", "1", projectiontest.Noon) }, "1 1 10000"},
		{"a hire after T", func(p *past) { p.job("1", projectiontest.June, posted); hire(p, "a", "1", projectiontest.Noon+1) }, "1 0 0"},
		{"two hires for one job", func(p *past) {
			p.job("1", projectiontest.June, posted)
			hire(p, "a", "1", projectiontest.June)
			hire(p, "b", "1", projectiontest.June)
		}, "1 1 10000"},
		{"a hire for no job", func(p *past) { p.job("1", projectiontest.June, posted); hire(p, "a", "another", projectiontest.June) }, "1 0 0"},
		{"closed and removed ones", func(p *past) {
			p.job("1", projectiontest.June, posted, &event.JobClosed{Reason: event.CloseFilled})
			p.job("2", projectiontest.June, posted, &event.JobClosed{Reason: event.CloseExpired})
			p.job("3", projectiontest.June, posted, &event.JobRemoved{Reason: event.RemoveTOS})
			hire(p, "a", "1", projectiontest.June)
		}, "3 1 3333"},
		{"removed after the hire", func(p *past) {
			p.job("1", projectiontest.June, posted)
			hire(p, "a", "1", projectiontest.June)
			p.job("1", projectiontest.June, &event.JobRemoved{Reason: event.RemoveOther})
		}, "1 1 10000"},
		{"another's job of the same id", func(p *past) {
			p.job("1", projectiontest.June, &event.JobPosted{Client: projectiontest.Named("eve"), Kind: event.KindFixed})
			hire(p, "a", "1", projectiontest.June)
		}, "0 0 -"},
		{"another's hire", func(p *past) {
			p.job("1", projectiontest.June, posted)
			e := started("eve", "ann")
			e.Job = projectiontest.Named("1")
			p.contract("a", projectiontest.June, e)
		}, "1 0 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPast(t)
			p.client("carl", projectiontest.June, &event.ClientRegistered{})
			c.past(p)
			x := profileOf(p, "carl", projectiontest.Noon)
			s := x.Profile
			require.Equal(t, c.want, fmt.Sprint(s.JobsPosted, " ", s.JobsWithHire, " ", orDash(s.HireRateBP)))
			require.Len(t, x.Jobs, int(s.JobsPosted))
			hired := int64(0)
			for _, j := range x.Jobs {
				require.Equal(t, j.Hired, len(j.Facts) > 1)
				if j.Hired {
					hired++
				}
			}
			require.Equal(t, s.JobsWithHire, hired)
		})
	}
}

// TestClientProfileStars: the mean of freelancers' feedback that is published.
func TestClientProfileStars(t *testing.T) {
	given := func(p *past, name string, overall int) {
		p.contract(name, projectiontest.June, started("carl", "ann"), &event.ContractEnded{}, &event.FeedbackSubmitted{By: event.SideFreelancer, Overall: overall})
	}
	published := &event.FeedbackPublished{}
	for _, c := range []struct {
		name string
		past func(*past)
		want string // stars, feedbacks
	}{
		{"none", func(*past) {}, "- 0"},
		{"not published", func(p *past) { given(p, "1", 500) }, "- 0"},
		{"published at T", func(p *past) { given(p, "1", 500); p.contract("1", projectiontest.Noon, published) }, "500 1"},
		{"published after T", func(p *past) { given(p, "1", 500); p.contract("1", projectiontest.Noon+1, published) }, "- 0"},
		{"only the client's published", func(p *past) {
			p.contract("1", projectiontest.June, started("carl", "ann"), &event.ContractEnded{}, &event.FeedbackSubmitted{By: event.SideClient, Overall: 400}, published)
		}, "- 0"},
		{"the mean, half up", func(p *past) {
			given(p, "1", 500)
			given(p, "2", 433)
			p.contract("1", projectiontest.June, published)
			p.contract("2", projectiontest.June, published)
		}, "467 2"},
		{"also with the client's excluded", func(p *past) {
			given(p, "1", 250)
			p.contract("1", projectiontest.June, &event.FeedbackSubmitted{By: event.SideClient, Overall: 400}, published, &event.FeedbackExcluded{})
		}, "250 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPast(t)
			p.client("carl", projectiontest.June, &event.ClientRegistered{})
			c.past(p)
			x := profileOf(p, "carl", projectiontest.Noon)
			require.Equal(t, c.want, fmt.Sprint(orDash(x.Profile.Stars), " ", x.Profile.Feedbacks))
			require.Len(t, x.Contracts, int(x.Profile.Feedbacks))
			for _, c := range x.Contracts {
				require.Equal(t, []string{"FeedbackSubmitted", "FeedbackPublished"}, typesOf(c.Facts))
			}
		})
	}
}

// TestClientProfilePayment: the newest word on the payment method, and what was
// spent, net of refunds.
func TestClientProfilePayment(t *testing.T) {
	p := newPast(t)
	p.client("carl", projectiontest.June, &event.ClientRegistered{}, &event.PaymentMethodVerified{})
	p.client("carl", projectiontest.June+projectiontest.Day, &event.PaymentMethodLost{})
	p.client("carl", projectiontest.June+2*projectiontest.Day, &event.PaymentMethodVerified{})
	p.contract("job", projectiontest.June, started("carl", "ann"), &event.MilestoneReleased{Amount: 100_00})
	p.contract("job", projectiontest.June+projectiontest.Day, &event.RefundGiven{Amount: 30_00})
	for when, want := range map[event.Time]string{projectiontest.June - 1: "", projectiontest.June: "true 10000", projectiontest.June + projectiontest.Day: "false 7000", projectiontest.June + 2*projectiontest.Day: "true 7000"} {
		if want == "" {
			_, err := statistics.Ask(t.Context(), p.model(), statistics.ClientProfileOf(projectiontest.Named("carl")), when, projectiontest.Preset(t, statistics.DefaultPolicy))
			require.ErrorIs(t, err, statistics.ErrNotFound)
			continue
		}
		x := profileOf(p, "carl", when)
		require.Equal(t, want, fmt.Sprint(x.Profile.PaymentVerified, " ", int64(x.Profile.Spent)))
		require.LessOrEqual(t, x.Payment.OccurredAt, when)
		require.Equal(t, x.Profile.Spent, x.Contracts[0].Paid)
	}
	p.client("dora", projectiontest.June, &event.ClientRegistered{})
	x := profileOf(p, "dora", projectiontest.Noon)
	require.False(t, x.Profile.PaymentVerified)
	require.Nil(t, x.Payment)
}

func TestClientProfileFormat(t *testing.T) {
	p := newPast(t)
	p.client("carl", projectiontest.June, &event.ClientRegistered{}, &event.ClientContacted{Basis: event.ContactConsistentlyNegative})
	projectiontest.RequireJSON(t, `{"state":"contacted","until":"2017-08-30T09:00:00Z","signals":0,"next":"none","jobs_posted":0,"jobs_with_hire":0,"hire_rate_bp":null,
		"spent":0,"stars":null,"feedbacks":0,"payment_verified":false,"due_since":null,"registered":"2017-06-01T09:00:00Z","running_contracts":0,
		"release_median_s":null,"auto_released_bp":null,
		"dispute_rate":{"ended":0,"disputed":0,"ppm":null,"ended_12m":0,"disputed_12m":0,"ppm_12m":null}}`, profileOf(p, "carl", projectiontest.Noon).Profile)
}

// TestSignalSource: a source prints as it stands in JSON.
func TestSignalSource(t *testing.T) {
	id := uuid.MustParse("11111111-1111-4111-8111-111111111111")
	for source, want := range map[statistics.SignalSource]string{
		{}:                          "platform",
		statistics.SignalSource(id): id.String(),
	} {
		require.Equal(t, want, fmt.Sprint(source))
		projectiontest.RequireJSON(t, `"`+want+`"`, source)
	}
}
