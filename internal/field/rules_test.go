package field

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// types are the types of a stream's events that fulfil something, in order.
func (s *shell) types(stream string, of ...string) (found []string) {
	s.Helper()
	for line := range strings.Lines(s.does("events --json %s --store sqlite:m.db", stream)) {
		var e struct{ Type string }
		require.NoError(s, json.Unmarshal([]byte(line), &e))
		if slices.Contains(of, e.Type) {
			found = append(found, e.Type)
		}
	}
	return found
}

// Connects come back where the client cancels before a hire or the job is removed for
// the terms of service, to proposals that stand; not to those that were withdrawn or
// declined.
func TestConnectsComeBack(t *testing.T) {
	s := newShell(t)
	s.does("import %s --store sqlite:m.db", sample(t, "connects/connects.ndjson"))
	s.does("run --once --store sqlite:m.db")
	var back []string
	for line := range strings.Lines(s.does("events --json --store sqlite:m.db")) {
		var e struct {
			Type string
			Data struct{ Proposal string }
		}
		require.NoError(t, json.Unmarshal([]byte(line), &e))
		if e.Type == "ConnectsReturned" {
			back = append(back, e.Data.Proposal)
		}
	}
	require.ElementsMatch(t, []string{
		"30015b03-511f-5f02-8c36-c91cb4c7858a", // the job was removed
		"6eaf1507-b34a-512e-b857-6eeab0d377f4", // it was cancelled
		"5a0c0a16-85b9-5842-9687-cbf677655085", // it expired, and was removed later
	}, back)
}

// An unanswered dispute over escrow is released to the freelancer who opened it; hours
// under dispute that no protected time covers go back to the client.
func TestDisputesLapse(t *testing.T) {
	s := newShell(t)
	s.try("import %s --store sqlite:m.db --report r.json", sample(t, "disputes/escrow.ndjson"))
	const fixed, hourly = "contract-8f6ac42d-dd6f-5508-89b0-aa34fa186096", "contract-f65ecd1a-9c5e-5630-a96b-0da778a7646a"
	require.Equal(t, []string{"DisputeOpened", "DisputeLapsed", "MilestoneReleased", "ContractEnded"},
		s.types(fixed, "DisputeOpened", "DisputeLapsed", "MilestoneReleased", "EscrowRefunded", "ContractEnded"))
	require.Equal(t, []string{"DisputeOpened", "DisputeLapsed", "HoursRefused"},
		s.types(hourly, "DisputeOpened", "DisputeLapsed", "HoursRefused", "HoursPaid"))
}

// The levels of those who answer all, most or few of their invites, fast or in days.
func TestResponseLevels(t *testing.T) {
	s := newShell(t)
	s.does("import %s --store sqlite:m.db", sample(t, "levels/resp.ndjson"))
	for freelancer, want := range map[string]string{
		"2b9e2d1b-d88b-5bb5-b092-ee4440ee75a4": "under_24h",    // 6 of 6, each within the hour
		"64cf2e61-908d-5bdd-b975-9acbbcaed009": "under_24h",    // 6 of 10
		"8a127621-8e4a-5915-880f-9470fcde57af": "under_24h",    // 8 of 10
		"9f9a79a4-c6c4-5def-a228-a4d5d07c97fd": "under_3_days", // 16 of 20, each after two days
		"f98f3e0a-62fa-54a6-bc5f-f4d2ac6c3f86": "under_3_days", // 7 of 12
	} {
		answer := s.does("stats --store sqlite:m.db --freelancer %s --as-of 2022-04-01T00:00:00Z --json", freelancer)
		require.Regexp(t, `"level": "`+want+`"`, answer)
	}
}

// Connects return also where a cancelled job is removed later; no two accepted offers
// share a contract; a suspension that became due while nothing ran is done.
func TestOffersAndSanctions(t *testing.T) {
	for name, want := range map[string]struct {
		of string
		n  int
	}{
		"cancelled_then_removed":  {"ConnectsReturned", 1},
		"one_contract_two_offers": {"ContractStarted", 2},
		"suspension_missed":       {"ClientSuspended", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShell(t)
			s.does("import %s --store sqlite:m.db --allow-future", sample(t, "sanctions/"+name+".ndjson"))
			s.does("run --once --store sqlite:m.db")
			require.Equal(t, want.n, s.events("sqlite:m.db", want.of))
		})
	}
}
