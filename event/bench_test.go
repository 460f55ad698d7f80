package event_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// mix is a log in small: what an invite, a fixed-price contract and a few
// hours of a Work Diary leave behind, with text of usual length.
func mix() []event.Event {
	const letter = "Dear client,\n\nI have built three shops like yours, with invoices and stock, and I can start on Monday. " +
		"Two of them are still running; I would be glad to show you how they deal with returns.\n\nBest regards"
	const comment = "Good communication, clear milestones, paid on time. I would work with this client again."
	nine := 9
	scores := event.Scores{Skills: 5, Quality: 5, Availability: 4, Deadlines: 5, Communication: 4, Cooperation: 5}
	at := event.MustParseTime("2016-02-01T09:00:00Z")
	events := []event.Event{
		&event.InviteSent{Job: uuid.New(), Client: uuid.New(), Freelancer: uuid.New(), FreelancerAvailable: true, ExpiresAt: at, Message: comment},
		&event.InviteAccepted{CoverLetter: letter},
		&event.ContactExchanged{},
		&event.ContractStarted{Job: uuid.New(), Client: uuid.New(), Freelancer: uuid.New(), Kind: event.KindFixed, Via: event.ViaInvite, Invite: uuid.New()},
		&event.MilestoneAdded{Milestone: uuid.New(), Amount: 50_000},
		&event.MilestoneFunded{Milestone: uuid.New(), Amount: 50_000},
		&event.WorkSubmitted{Milestone: uuid.New(), Attempt: 1, AutoReleaseAt: at},
		&event.MilestoneReleased{Milestone: uuid.New(), Amount: 50_000, Cause: event.ReleasedByClient},
		&event.HoursPaid{Week: event.Week{Year: 2016, Number: 5}, Amount: 120_000},
		&event.ContractEnded{By: event.SideClient, FeedbackClosesAt: at, Reason: "completed"},
		&event.FeedbackSubmitted{By: event.SideClient, Scores: scores, Overall: 467, Recommend: &nine, Comment: comment},
		&event.FeedbackSubmitted{By: event.SideFreelancer, Scores: scores, Overall: 467, Comment: comment},
		&event.FeedbackPublished{},
	}
	for i := range 12 {
		events = append(events, &event.SegmentLogged{
			Start: at.AddSeconds(int64(i) * 600), Kind: event.SegmentTracked, Activity: i % 11,
			Screenshot: true, Memo: "checkout: taxes",
		})
	}
	return events
}

func mixMeta() event.Meta {
	command := uuid.New()
	return event.Meta{
		OccurredAt: event.MustParseTime("2016-02-01T09:00:00Z"), Actor: event.ActorFreelancer,
		CommandID: command, CorrelationID: uuid.New(), CausationID: command,
	}
}

func mixRecords(tb testing.TB, reg *event.Registry) []event.Record {
	var records []event.Record
	for i, e := range mix() {
		p, err := reg.Encode(uuid.New(), mixMeta(), e)
		require.NoError(tb, err)
		records = append(records, event.Record{
			Proposed: p, Stream: event.ContractStream(uuid.New()), Revision: uint64(i), Position: event.Position(i + 1),
			RecordedAt: time.Unix(1_454_317_200, 0).UTC(),
		})
	}
	return records
}

// One operation is one event.
func BenchmarkDecode(b *testing.B) {
	reg := event.Marketplace()
	records := mixRecords(b, reg)
	var size int64
	for _, r := range records {
		size += int64(len(r.Data) + len(r.Metadata))
	}
	size /= int64(len(records))

	for name, d := range map[string]*event.Decoder{"full": reg.NewDecoder(), "fold": reg.NewFoldDecoder()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for i := range b.N {
				if _, err := d.Decode(&records[i%len(records)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		targets := mix()
		for i := range b.N {
			r := &records[i%len(records)]
			var m jsonMeta
			if err := json.Unmarshal(r.Metadata, &m); err != nil {
				b.Fatal(err)
			}
			if err := json.Unmarshal(r.Data, targets[i%len(records)]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// One operation is one event that says the same in each version.
func BenchmarkDecodeOldVersion(b *testing.B) {
	reg, m := everyVersion(), mixMeta()
	at, comment := m.OccurredAt, event.Text("Good communication, clear milestones, paid on time. I would work with this client again.")
	one := &invitedV1{Job: uuid.New(), Client: uuid.New(), Freelancer: uuid.New(), FreelancerAvailable: true, ExpiresAt: at, Message: comment}
	two := &invited{Job: one.Job, Client: one.Client, Freelancer: one.Freelancer, FreelancerAvailable: true, ExpiresAt: at, Message: comment}
	for _, c := range []struct {
		name    string
		version int
		event   event.Event
	}{
		{"current", 2, two}, {"old", 1, one},
		{"chain-current", 2, &appraised{By: event.SideClient, Overall: 300, Tags: []string{"a", "praised"}, At: at, Week: event.WeekOf(at), Comment: comment}},
		{"chain-1-old", 1, &appraisedV1{By: event.SideClient, Overall: 300, Tags: []string{"a", "praised"}, At: at, Comment: comment}},
		{"chain-2-old", 2, &praisedV2{By: event.SideClient, Stars: 3, Tags: "a,praised", At: at, Comment: comment}},
		{"chain-3-old", 1, &praisedV1{FromClient: true, Stars: 3, At: at, Comment: string(comment)}},
	} {
		p, err := written(c.version, m, c.event)
		require.NoError(b, err)
		for how, d := range map[string]*event.Decoder{"full": reg.NewDecoder(), "fold": reg.NewFoldDecoder()} {
			b.Run(how+"/"+c.name, func(b *testing.B) {
				b.SetBytes(int64(len(p.Data) + len(p.Metadata)))
				b.ReportAllocs()
				rec := &event.Record{Proposed: p}
				for range b.N {
					if _, err := d.Decode(rec); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// jsonMeta is the metadata as encoding/json would read and write it.
type jsonMeta struct {
	OccurredAt  event.Time  `json:"occurredAt"`
	Version     string      `json:"schemaVersion"`
	Actor       event.Actor `json:"actor"`
	Command     uuid.UUID   `json:"commandId"`
	Correlation uuid.UUID   `json:"$correlationId"`
	Causation   uuid.UUID   `json:"$causationId"`
	Digest      string      `json:"commandDigest,omitzero"`
}

func BenchmarkEncode(b *testing.B) {
	reg := event.Marketplace()
	events, meta, id := mix(), mixMeta(), uuid.New()
	b.Run("registry", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			if _, err := reg.Encode(id, meta, events[i%len(events)]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		m := jsonMeta{meta.OccurredAt, "1", meta.Actor, meta.CommandID, meta.CorrelationID, meta.CausationID, ""}
		plain := make([]any, len(events)) // encoding/json would hide the text
		for i, e := range events {
			plain[i] = revealed(e)
		}
		b.ResetTimer()
		var buf bytes.Buffer
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(false)
		for i := range b.N {
			for _, v := range []any{plain[i%len(events)], m} {
				buf.Reset()
				if err := enc.Encode(v); err != nil {
					b.Fatal(err)
				}
				_ = bytes.Clone(buf.Bytes())
			}
		}
	})
}

func BenchmarkAddMonths(b *testing.B) {
	t := event.MustParseTime("2016-08-31T09:00:00Z")
	for i := range b.N {
		t.AddMonths(i % 25)
	}
}
