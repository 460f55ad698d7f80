package event_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
)

// Names lead back to what they were made of, whatever dashes are in them.
func TestStreamNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id, week := ids().Draw(t, "id"), event.WeekOf(moments().Draw(t, "at"))
		for category, name := range map[string]string{
			event.CategoryClient:     event.ClientStream(id),
			event.CategoryFreelancer: event.FreelancerStream(id),
			event.CategoryInvite:     event.InviteStream(id),
			event.CategoryJob:        event.JobStream(id),
			event.CategoryProposal:   event.ProposalStream(id),
			event.CategoryContract:   event.ContractStream(id),
			event.CategoryWorkWeek:   event.WorkWeekStream(id, week),
			event.CategoryImport:     event.ImportStream(id),
		} {
			gotCategory, gotID, gotWeek, ok := event.ParseStream(name)
			require.True(t, ok, name)
			require.Equal(t, category, gotCategory, name)
			require.Equal(t, id, gotID, name)
			if category == event.CategoryWorkWeek {
				require.Equal(t, week, gotWeek, name)
			} else {
				require.Zero(t, gotWeek, name)
			}
		}
	})
	id := sampleID(7)
	require.Equal(t, "workWeek-5a3b1e00-feed-4bad-8c0d-000000000007-2016-W05", event.WorkWeekStream(id, event.Week{Year: 2016, Number: 5}))
	require.Equal(t, "invite-5a3b1e00-feed-4bad-8c0d-000000000007", event.InviteStream(id))
}

func TestParseStreamRefuses(t *testing.T) {
	const id = "5a3b1e00-feed-4bad-8c0d-000000000007"
	for _, name := range []string{
		"", "-", "invite", "invite-", "-" + id, id, "invite" + id, "invite_" + id,
		"invite-5a3b1e00", "invite-" + id + "-", "invite-" + id + "0", "invite-" + id[1:], " invite-" + id, "invite-" + id + "\n",
		"invite-" + strings.ToUpper(id), "invite-{" + id + "}", "invite-urn:uuid:" + id, "invite-" + strings.ReplaceAll(id, "-", ""),
		"invite-" + strings.Replace(id, "5a", "5g", 1), "Invite-" + id, "INVITE-" + id, "jobs-" + id, "job-" + id[1:], "$ce-invite", "$et-" + id,
		"workWeek-" + id, "workWeek-" + id + "-", "workWeek-" + id + "-2016-05", "workWeek-" + id + "-2017-W53", "workWeek-" + id + "-2016-W05-1",
		"workWeek-" + id + "_2016-W05", "workWeek-" + strings.ToUpper(id) + "-2016-W05", "invite-" + id + "-2016-W05", "workWeek-2016-W05",
	} {
		category, gotID, week, ok := event.ParseStream(name)
		require.False(t, ok, name)
		require.Empty(t, category, name)
		require.Equal(t, uuid.Nil, gotID, name)
		require.Zero(t, week, name)
	}
}

// Event ids are part of what is stored: a blind retry must find the same ones
// in every release.
func TestID(t *testing.T) {
	command := uuid.MustParse("5a3b1e00-feed-4bad-8c0d-000000000007")
	require.Equal(t, "de261cd3-36c2-5999-bc87-1fbf6b518cb2", event.ID(command, 0).String())
	require.Equal(t, "1fb8b6f8-4ad3-5c8e-ac72-fd0361d77404", event.ID(command, 1).String())

	seen := map[uuid.UUID]bool{}
	for c := range 20 {
		for i := range 300 {
			id := event.ID(sampleID(c), i)
			require.Equal(t, id, event.ID(sampleID(c), i))
			require.Equal(t, uuid.Version(5), id.Version())
			require.Equal(t, uuid.RFC4122, id.Variant())
			require.False(t, seen[id])
			seen[id] = true
		}
	}
}

// So are derived command ids.
func TestFollowUpID(t *testing.T) {
	cause := uuid.MustParse("5a3b1e00-feed-4bad-8c0d-000000000007")
	require.Equal(t, "cd10faa7-d6dc-5866-b657-cf2323756e3c", event.FollowUpID(cause, "SpendConnects").String())

	seen := map[uuid.UUID]bool{cause: true, event.ID(cause, 0): true}
	for c := range 20 {
		for _, command := range []string{"SpendConnects", "StartContract", ""} {
			id := event.FollowUpID(sampleID(c), command)
			require.Equal(t, id, event.FollowUpID(sampleID(c), command))
			require.Equal(t, uuid.Version(5), id.Version())
			require.False(t, seen[id])
			seen[id] = true
		}
	}
	require.Equal(t, "5a3b1e00-feed-4bad-8c0d-000000000007", cause.String(), "the cause is left as it is")
}

func TestRecordClone(t *testing.T) {
	rec := event.Record{Proposed: event.Proposed{Type: "T", Data: []byte("{}"), Metadata: []byte("[]")}, Stream: "s", Position: 1}
	clone := rec.Clone()
	require.Equal(t, rec, clone)
	rec.Data[0], rec.Metadata[0] = 'x', 'x'
	require.Equal(t, "{}", string(clone.Data))
	require.Equal(t, "[]", string(clone.Metadata))
}
