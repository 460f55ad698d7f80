package process_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
)

// What is due about a client stays due until it is done, however late (rules 7, fine
// print O).
func TestClientStanding(t *testing.T) {
	three := []step{complaint("2024-02-01T10:00:00Z", "ann"), complaint("2024-02-02T10:00:00Z", "ben"), complaint("2024-02-03T10:00:00Z", "cem")}
	contacted := on("2024-02-03T10:00:01Z", aggregate.ContactClient{Client: named("carl"), Reason: event.Text(event.ContactConsistentlyNegative)})
	two := []step{complaint("2024-03-01T10:00:00Z", "ann"), complaint("2024-03-02T10:00:00Z", "ben")}
	suspended := on("2024-03-03T10:00:00Z", aggregate.SuspendClient{Client: named("carl"), Reason: event.SanctionConduct})
	unpaid := on("2024-03-03T10:00:00Z", aggregate.SuspendClient{Client: named("carl"), Reason: event.SanctionPayment})
	reinstated := on("2024-03-04T10:00:00Z", aggregate.ReinstateClient{Client: named("carl")})
	again := []step{complaint("2024-04-01T10:00:00Z", "ann"), complaint("2024-04-02T10:00:00Z", "ben"), complaint("2024-04-03T10:00:00Z", "cem")}
	violation := func(when string) step {
		return on(when, aggregate.RecordViolation{Client: named("carl"), Rule: "circumvention"})
	}
	const late = "2025-12-01T00:00:00Z"
	for name, row := range map[string]struct {
		given []step
		then  []string
	}{
		"R contact_client, after an outage":                         {three, []string{"ClientContacted"}},
		"R suspend_client, after an outage that outlasts the watch": {given(three, given([]step{contacted}, two...)...), []string{"ClientFlagged", "ClientSuspended"}},
		"R suspend_client, without a flag where there is one": {given(three, given([]step{contacted}, given(two,
			on("2024-03-02T11:00:00Z", aggregate.FlagClient{Client: named("carl"), Reason: "a person's"}))...)...), []string{"ClientSuspended"}},
		"O4 bar_client, after a suspension for conduct":         {given([]step{suspended, reinstated}, again...), []string{"ClientBarred"}},
		"O3 a reinstatement after conduct wipes what was due":   {given(three, suspended, reinstated), nil},
		"O3 after another reason nothing":                       {given(three, unpaid, reinstated), []string{"ClientContacted"}},
		"O3 while suspended for another reason nothing is done": {given(three, unpaid), nil},
		"R barred by a person":                                  {given(three, on("2024-02-04T10:00:00Z", aggregate.BarClient{Client: named("carl"), Reason: event.SanctionFraud})), nil},
		"O6 the platform is one source":                         {[]step{three[0], violation("2024-02-02T10:00:00Z"), violation("2024-02-03T10:00:00Z")}, nil},
		"O6 and one of three":                                   {[]step{three[0], three[1], violation("2024-02-03T10:00:00Z")}, []string{"ClientContacted"}},
		"O6 a job removed for the terms is its signal": {[]step{posted, three[0], three[1],
			on("2024-02-03T10:00:00Z", aggregate.RemoveJob{Job: named("job"), Reason: event.RemoveTOS})}, []string{"ClientContacted"}},
		"O6 one removed for something else is none": {[]step{posted, three[0], three[1],
			on("2024-02-03T10:00:00Z", aggregate.RemoveJob{Job: named("job"), Reason: event.RemoveOther})}, nil},
		"O1 signals that are written down out of order": {[]step{
			on("2024-02-02T10:00:00Z", aggregate.SendInvite{Invite: named("spam"), Job: named("no job"), Client: named("carl"), Freelancer: named("ben")}),
			three[0], complaint("2024-09-01T10:00:00Z", "cem"), on("2024-02-03T10:00:00Z", aggregate.ReportInvite{Invite: named("spam")})}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			checkpoint := &process.MemoryCheckpoint{}
			h := negative(t)
			h.steps(row.given...)
			// A restart halfway knows what is due.
			h.restart(process.Options{Checkpoint: checkpoint})
			h.clock.Set(at("2024-01-01T00:00:00Z").Std())
			require.NoError(t, h.p.Settle(t.Context()))
			require.NoError(t, h.p.Save(t.Context()))
			h.restart(process.Options{Checkpoint: checkpoint})
			require.Equal(t, row.then, steps(h, late))
			require.Empty(t, steps(h, late))
			h.restart(process.Options{})
			require.Empty(t, steps(h, late))
		})
	}
}

// steps are what is done about clients when the clock has come to a moment.
func steps(h *host, when string) (told []string) {
	h.settle(when)
	for _, env := range h.events(h.seen) {
		switch env.Event.(type) {
		case *event.ClientContacted, *event.ClientFlagged, *event.ClientSuspended, *event.ClientBarred:
			told = append(told, fmt.Sprint(env.Event.EventType()))
		}
	}
	return told
}
