package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
)

// bySide is sent by the party that the field "by" or "actor" names.
const bySide = "its side"

// allowed says who may send a command about a thing of the client's and the freelancer's,
// the platform for the timer too. It names every command.
var allowed = map[string][]string{}

func init() {
	for who, commands := range map[string]string{
		"platform": `VerifyPaymentMethod LosePaymentMethod ContactClient FlagClient LiftClientFlag SuspendClient ReinstateClient BarClient
			SetProfileCompleteness RecordSkillTest VerifyIdentity RevokeIdentity VerifyPhone RevokePhone RecordViolation
			SuspendFreelancer ReinstateFreelancer CloseFreelancer PlaceHold LiftHold GrantRisingTalent EndRisingTalent
			GrantConnects PurchaseConnects ReturnConnects ExpireConnects AssessJobSuccess AwardBadge LoseBadge
			ExpireInvite RemoveJob ExpireOffer StartContract AutoReleaseMilestone LapseEscrowRefund LogSegment InvoiceWeek PayWeek
			PublishFeedback ExcludeFeedback LapseDispute ProposeSettlement ResolveDispute`,
		"platform client":     `RegisterClient`,
		"platform freelancer": `RegisterFreelancer`,
		"client": `AcceptTerms SendInvite WithdrawInvite PostJob EditJob CloseJob AnswerQuestion DeclineProposal
			StartInterview ScheduleInterview HoldInterview MakeOffer WithdrawOffer OfferContract ChangeWeeklyLimit PayBonus
			AddMilestone FundMilestone RequestChanges ReleaseMilestone RequestEscrowRefund`,
		"freelancer": `RecordComplaint SetVisibility SetAvailability DescribeProfile AcceptInvite DeclineInvite ReportInvite ArchiveInvite
			ReportJob AskQuestion SubmitProposal WithdrawProposal AcceptOffer DeclineOffer AcceptContract CloseContractOffer GiveRefund
			SubmitWork AcceptEscrowRefund RefuseEscrowRefund DeleteSegment AnswerDispute`,
		bySide: `RescheduleInterview CancelInterview PauseContract ResumeContract EndContract LeaveFeedback RespondToFeedback
			EnableFeedbackChange ReviseFeedback OpenDispute`,
		bySide + " client": `CancelDispute`, // which the client opened
	} {
		for _, command := range strings.Fields(commands) {
			allowed[command] = append(allowed[command], who)
		}
	}
}

// may reports whether the table allows a command to who has the token.
func may(command, token, by string) bool {
	who := allowed[command][0]
	if side, rest, ok := strings.Cut(who, bySide); ok && side == "" {
		return token == by && (rest == "" || rest == " "+token)
	}
	return slices.Contains(strings.Fields(who), token)
}

// things are ids by the names of the fields that hold them.
type things map[string]string

// hired is a market in which two clients have each an invite, a job, a proposal and a
// contract with a freelancer of their own.
func hired(t testing.TB) (s server, own, others things) {
	s = furnished(t)
	s.done("platform", "RegisterFreelancer", things{"freelancer": otherFreelancer.String()})
	market := func(clientToken, freelancerToken string, client, freelancer uuid.UUID) things {
		of := things{"client": client.String(), "freelancer": freelancer.String()}
		for _, id := range []string{"job", "invite", "proposal", "interview", "contract", "dispute"} {
			of[id] = uuid.NewString()
		}
		s.done("platform", "GrantConnects", of.with("expires_at", "")) // a year from now
		s.done(clientToken, "PostJob", of)
		s.done(clientToken, "SendInvite", of)
		s.done(freelancerToken, "SubmitProposal", of.with("invite", ""))
		s.done(clientToken, "StartInterview", of)
		s.done(clientToken, "ScheduleInterview", of.with("scheduled_at", "2099-01-01T00:00:00Z"))
		s.done(clientToken, "OfferContract", of.with("kind", "fixed", "hourly_rate", "", "weekly_limit_minutes", "", "manual_time_allowed", ""))
		s.done(freelancerToken, "AcceptContract", of)
		s.done(clientToken, "OpenDispute", of.with("by", "client"))
		return of
	}
	return s, market("client", "freelancer", client, freelancer), market("other client", "other freelancer", other, otherFreelancer)
}

// with is the same with other values; "" takes a field from a command.
func (o things) with(pairs ...string) things {
	o = maps.Clone(o)
	for i := 0; i < len(pairs); i += 2 {
		o[pairs[i]] = pairs[i+1]
	}
	return o
}

// samples are the fields of a valid command of each name.
var samples = sync.OnceValues(func() (map[string]map[string]any, error) {
	text, err := os.ReadFile("../../script/testdata/every_command.ndjson")
	of := map[string]map[string]any{}
	for line := range strings.Lines(string(text)) {
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		var fields map[string]any
		if err := d.Decode(&fields); err != nil {
			return nil, err
		}
		of[fields["cmd"].(string)] = fields
		for _, envelope := range []string{"id", "at", "cmd"} {
			delete(fields, envelope)
		}
	}
	return of, err
})

func sample(t testing.TB, command string) map[string]any {
	all, err := samples()
	require.NoError(t, err)
	require.Contains(t, all, command)
	return maps.Clone(all[command])
}

// send sends a command that is valid by itself, about those of the things that it has
// fields for.
func (s server) send(token, command string, about things) (int, map[string]any) {
	s.Helper()
	fields := sample(s, command)
	for name, value := range about {
		switch _, has := fields[name]; {
		case value == "":
			delete(fields, name)
		case has:
			fields[name] = value
		}
	}
	if _, many := fields["proposals"]; many {
		fields["proposals"] = []string{about["proposal"]}
	}
	body, err := json.Marshal(fields)
	require.NoError(s, err)
	return s.command(token, command, string(body))
}

func (s server) done(token, command string, about things) {
	s.Helper()
	status, answer := s.send(token, command, about)
	require.Equal(s, http.StatusOK, status, "%s %v", command, answer)
}

// fitting is what a command of the table is about: its proposals answer no invite, and
// its offers leave the contract's id to the service.
func (o things) fitting(command, by string) things {
	o = o.with("by", by, "actor", by)
	switch command {
	case "SubmitProposal":
		return o.with("invite", "")
	case "AcceptOffer":
		return o.with("contract", "")
	case "PayWeek":
		return o.with("actor", "platform")
	}
	return o
}

// TestWhoMaySend tries every command with every kind of token, about things of the
// client's and the freelancer's.
func TestWhoMaySend(t *testing.T) {
	s, own, _ := hired(t)
	require.Len(t, allowed, len(aggregate.Commands()))
	for _, c := range aggregate.Commands() {
		command := aggregate.CommandName(c)
		require.Len(t, allowed[command], 1, "say who may send %s", command)
		for _, by := range []string{"client", "freelancer"} {
			for _, token := range []string{"", "guess", "platform", "client", "other client", "freelancer", "other freelancer"} {
				t.Run(fmt.Sprintf("%s by %s from %q", command, by, token), func(t *testing.T) {
					_, answer := server{t, s.Handler}.send(token, command, own.fitting(command, by))
					switch code := answer["code"]; {
					case token == "" || token == "guess":
						require.Equal(t, "unauthenticated", code)
					case may(command, token, by):
						require.NotContains(t, []any{"unauthenticated", "forbidden"}, code)
					default:
						require.Equal(t, "forbidden", code, answer)
					}
				})
			}
		}
	}
}

// free are the fields of an allowed command that need be nobody's: of new things, and
// of whom or what one turns to.
var free = map[string][]string{
	"SendInvite":        {"invite", "freelancer"},
	"PostJob":           {"job"},
	"ReportJob":         {"job"},
	"AskQuestion":       {"job"},
	"SubmitProposal":    {"proposal", "job", "invite"}, // whose invite it answers, the rules look at
	"ScheduleInterview": {"interview"},
	"AcceptOffer":       {"contract"}, // by the rules the proposal's
	"OfferContract":     {"contract", "freelancer"},
	"OpenDispute":       {"dispute"},
}

// TestThingsOfOthers: what is allowed about one's own is not where one of its things is
// another's or is not there.
func TestThingsOfOthers(t *testing.T) {
	s, own, others := hired(t)
	for command := range allowed {
		var tokens []string
		for _, token := range []string{"client", "freelancer"} {
			if may(command, token, token) {
				tokens = append(tokens, token)
			}
		}
		for field := range sample(t, command) {
			if _, id := own[field]; !id || slices.Contains(free[command], field) {
				continue
			}
			for _, token := range tokens {
				for whose, value := range map[string]string{"another's": others[field], "no": uuid.NewString()} {
					t.Run(fmt.Sprintf("%s with %s %s by %s", command, whose, field, token), func(t *testing.T) {
						status, answer := server{t, s.Handler}.send(token, command, own.fitting(command, token).with(field, value))
						require.Equal(t, http.StatusForbidden, status, answer)
					})
				}
			}
		}
	}
}

// TestWhatOthersWouldSuffer: ids that others' things have or will have, and words that
// are not the sender's to say.
func TestWhatOthersWouldSuffer(t *testing.T) {
	s, own, others := hired(t)
	for _, c := range []struct {
		name, token, command string
		about                things
		status               int
	}{
		{"a proposal in the place of another's invite", "freelancer", "SubmitProposal", own.with("proposal", others["invite"], "invite", ""), 403},
		{"a proposal in the place of one's own invite", "freelancer", "SubmitProposal", own.with("proposal", own["invite"]), 409}, // not accepted
		{"a contract in the place of another's", "freelancer", "AcceptOffer", own.with("contract", others["proposal"]), 422},
		{"a contract of the proposal's id", "freelancer", "AcceptOffer", own.with("contract", own["proposal"]), 409}, // no offer
		{"a job that expires at the client's word", "client", "CloseJob", own.with("reason", "expired"), 403},
		{"a job that closes by a sanction", "client", "CloseJob", own.with("reason", "client_sanctioned"), 403},
		{"an offer that a sanction withdraws", "client", "WithdrawOffer", own.with("reason", "client_sanctioned"), 403},
		{"a contract's offer that the client declines", "client", "CloseContractOffer", own, 403},
		{"a contract's offer that the freelancer withdraws", "freelancer", "CloseContractOffer", own.with("cause", "withdrawn"), 403},
		{"a contract's offer that expires at the client's word", "client", "CloseContractOffer", own.with("cause", "expired"), 403},
		{"a contract's offer, accepted before", "client", "CloseContractOffer", own.with("cause", "withdrawn"), 409},
		{"a meeting that the platform cancels", "client", "CancelInterview", own.with("by", "platform"), 403},
		{"a meeting that the freelancer moves", "freelancer", "RescheduleInterview", own.with("by", "freelancer", "scheduled_at", "2099-01-02T00:00:00Z"), 200},
		{"a pause in nobody's name", "client", "PauseContract", own.with("actor", ""), 403},
		{"a pause in the other's name", "client", "PauseContract", own.with("actor", "freelancer"), 403},
		{"an answer to one's own dispute", "client", "AnswerDispute", own, 403},
		{"an answer to no dispute", "freelancer", "AnswerDispute", own.with("dispute", uuid.NewString()), 403},
		{"a dispute of the other side's taken back", "freelancer", "CancelDispute", own.with("actor", "freelancer"), 403},
		{"an invite that the platform accepts", "platform", "AcceptInvite", own, 403},
		{"a word of the platform's in a party's name", "platform", "EndContract", own.with("by", "client"), 403},
		{"tracked time without the tracker", "freelancer", "LogSegment", own, 403},
		{"manual time", "freelancer", "LogSegment", own.with("kind", "manual"), 409}, // fixed price
		{"an account that another leaves", "freelancer", "CloseFreelancer", own.with("freelancer", others["freelancer"], "reason", "left"), 403},
		{"a sanction of one's own", "freelancer", "CloseFreelancer", own.with("reason", "tos"), 403},
		{"Connects that nobody paid for", "freelancer", "PurchaseConnects", own, 403},
		{"a percentage of one's own", "freelancer", "SetProfileCompleteness", own, 403},
		{"terms in another's name", "freelancer", "AcceptTerms", own, 403},
		{"a job that the client cancels", "client", "CloseJob", own.with("reason", "cancelled"), 200},
		{"a complaint without a contract", "freelancer", "RecordComplaint", own.with("contract", ""), 403},
		{"a complaint with one", "freelancer", "RecordComplaint", own.with("reason", "Rude."), 200},
		{"a complaint about another client", "freelancer", "RecordComplaint", own.with("client", others["client"]), 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, answer := server{t, s.Handler}.send(c.token, c.command, c.about)
			require.Equal(t, c.status, status, answer)
		})
	}
}

// TestNoContractWithoutAFreelancer: a client alone comes to no contract but an offered
// one, and so to no feedback on somebody who knows nothing of it.
func TestNoContractWithoutAFreelancer(t *testing.T) {
	s, own, _ := hired(t)
	contract := own.with("contract", uuid.NewString())
	status, answer := s.send("client", "StartContract", contract)
	require.Equal(t, http.StatusForbidden, status, answer)
	for _, command := range []string{"AddMilestone", "EndContract", "LeaveFeedback", "OpenDispute"} {
		status, answer := s.send("client", command, contract.with("by", "client"))
		require.Equal(t, http.StatusForbidden, status, answer)
	}
	s.done("client", "OfferContract", contract)
	for _, command := range []string{"AddMilestone", "EndContract", "LeaveFeedback", "OpenDispute"} {
		status, answer := s.send("client", command, contract.with("by", "client"))
		require.Equal(t, http.StatusNotFound, status, answer)
	}
	status, answer = s.send("client", "AcceptContract", contract)
	require.Equal(t, http.StatusForbidden, status, answer)
}

// TestScheme: the name of the scheme is written in any case.
func TestScheme(t *testing.T) {
	s := newServer(t, newLog())
	for header, want := range map[string]int{
		"Bearer platform": 200, "bearer platform": 200, "BEARER platform": 200, "Bearer  platform": 200,
		"Basic platform": 401, "Bearer": 401, "platform": 401, "Bearerplatform": 401, "Bearer Platform": 401, "": 401,
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/commands/RegisterClient", strings.NewReader(fmt.Sprintf(`{"client":%q}`, uuid.New())))
		r.Header.Set("Authorization", header)
		r.Header.Set("Idempotency-Key", uuid.NewString())
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		require.Equal(t, want, w.Code, header)
	}
}
