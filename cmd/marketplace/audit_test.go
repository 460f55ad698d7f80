package main

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/store"
)

// forgedLog is a log in which money is released that was never funded, on 2020-01-02.
func forgedLog(t *testing.T) (url, stream string) {
	t.Helper()
	url = newStore(t)
	m, err := open.Marketplace(t.Context(), url, marketplace.Options{})
	require.NoError(t, err)
	client, freelancer, contract, milestone := uuid.New(), uuid.New(), uuid.New(), uuid.New()
	at := event.MustParseTime("2020-01-01T00:00:00Z")
	var last marketplace.Outcome
	for _, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: client}, aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.StartContract{Contract: contract, Job: uuid.New(), Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal},
		aggregate.AddMilestone{Contract: contract, Milestone: milestone, Amount: 5000},
	} {
		last, err = m.Do(t.Context(), c, marketplace.At(at.Std()))
		require.NoError(t, err)
	}
	p, err := m.Registry().Encode(uuid.New(), event.Meta{OccurredAt: at.AddDays(1), Actor: event.ActorClient, CommandID: uuid.New()},
		&event.MilestoneReleased{Milestone: milestone, Amount: 5000, Cause: event.ReleasedByClient})
	require.NoError(t, err)
	stream = event.ContractStream(contract)
	_, err = m.Store().Append(t.Context(), store.Write{Stream: stream, Expected: store.Exact(last.Revision), Events: []event.Proposed{p}})
	require.NoError(t, err)
	require.NoError(t, m.Close())
	return url, stream
}

func TestAudit(t *testing.T) {
	const clean = ": 4,787 events in 989 streams, as the rules have it\n"
	for _, args := range [][]string{{"audit"}, {"audit", "rules"}, {"audit", "--default-terms"}, {"verify", "--rules"}} {
		require.Contains(t, ok(t, append(args, "--store", small(t))...), clean)
	}
	dir := filepath.Join(t.TempDir(), "archive")
	ok(t, "export", dir, "--store", small(t))
	require.Contains(t, ok(t, "audit", "--store", "archive:"+dir), clean)
	require.Contains(t, ok(t, "verify", "--rules", dir), "all as written\n"+dir+clean)

	url, stream := forgedLog(t)
	require.Contains(t, ok(t, "verify", "--store", url), "5 events, all as written")
	for _, args := range [][]string{{"audit"}, {"audit", "rules"}, {"verify", "--rules"}} {
		r := call(t, append(args, "--store", url)...)
		require.Equal(t, exitFindings, r.code)
		require.Contains(t, r.out, "MilestoneReleased\n    "+stream+", revision 2, event ")
		require.Contains(t, r.out, "not_funded (fine print F7): ReleaseMilestone: milestone ")
		require.Contains(t, r.err, "marketplace: 1 finding: the log is not as the rules have it\n")
	}
	require.Contains(t, ok(t, "audit", "--as-of", "2020-01-01T00:00:00Z", "--store", url), "4 events in 3 streams, as the rules have it")
}

func TestAuditJSON(t *testing.T) {
	var answer struct {
		Log    *string
		AsOf   *string `json:"as_of"`
		Audits []struct {
			Audit           string
			Events, Streams int
			Complete        bool
			Findings        []map[string]any
		}
	}
	url, stream := forgedLog(t)
	r := call(t, "audit", "--json", "--as-of", "2020-01-03T00:00:00Z", "--store", url)
	require.Equal(t, exitFindings, r.code)
	require.NoError(t, json.Unmarshal([]byte(r.out), &answer))
	require.NotNil(t, answer.Log)
	require.Equal(t, "2020-01-03T00:00:00Z", *answer.AsOf)
	require.Len(t, answer.Audits, 1)
	made := answer.Audits[0]
	require.Equal(t, "rules", made.Audit)
	require.Equal(t, 5, made.Events)
	require.True(t, made.Complete)
	f := made.Findings[0]
	require.Contains(t, f["what"], "is not funded")
	delete(f, "what")
	delete(f, "event_id")
	require.Equal(t, map[string]any{"position": 5.0, "stream": stream, "revision": 2.0, "type": "MilestoneReleased",
		"occurred_at": "2020-01-02T00:00:00Z", "code": "not_funded", "rule": "fine print F7", "command": "ReleaseMilestone"}, f)

	require.NoError(t, json.Unmarshal([]byte(ok(t, "audit", "--json", "--store", small(t))), &answer))
	require.Empty(t, answer.Audits[0].Findings)
}

func TestAuditWrongUse(t *testing.T) {
	fails(t, exitUsage, `invalid argument "luck"`, "audit", "luck", "--store", small(t))
	fails(t, exitUsage, "--limit 0", "audit", "--limit", "0", "--store", small(t))
	fails(t, exitUsage, "nothing to read", "audit", "--store", "memory:")
	fails(t, exitNotFound, "import a history first", "audit", "--store", newStore(t))
}
