package readmodel

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// rowOf is a row of values as they were written.
type rowOf []any

func (r rowOf) Scan(targets ...any) error {
	if len(targets) != len(r) {
		return fmt.Errorf("%d targets for %d columns", len(targets), len(r))
	}
	for i, target := range targets {
		var ok bool
		switch to := target.(type) {
		case *uuid.UUID:
			*to, ok = r[i].(uuid.UUID)
		case *event.Time:
			if *to, ok = r[i].(event.Time); r[i] == nil {
				*to, ok = event.Never, true
			}
		case *int64:
			*to, ok = r[i].(int64)
		case *string:
			*to, ok = r[i].(string)
		case *bool:
			*to, ok = r[i].(bool)
		case **uuid.UUID:
			*to, ok = orNil[uuid.UUID](r[i])
		case **int64:
			*to, ok = orNil[int64](r[i])
		case **string:
			*to, ok = orNil[string](r[i])
		}
		if !ok {
			return fmt.Errorf("column %d holds a %T, which is scanned into a %T", i, r[i], target)
		}
	}
	return nil
}

func orNil[T any](v any) (*T, bool) {
	t, ok := v.(T)
	if v == nil {
		return nil, true
	}
	return &t, ok
}

var (
	never = projection.Moment{At: event.Never}
	one   = uuid.UUID{15: 1}
	two   = uuid.UUID{15: 2}
)

func at(position event.Position) projection.Moment {
	return projection.Moment{At: event.Time(1000 + position), Position: position}
}

// requireRoundTrip: what a table's row makes of a sound value, the scan gives
// back, whichever row of the query it is.
func requireRoundTrip[R any](t *testing.T, table tableOf[R], sound ...R) {
	t.Helper()
	scanner := table.scanner()
	fields := table.Columns[len(table.Columns)-len(table.row(&sound[0])):]
	for _, want := range slices.Concat(sound, sound) {
		row := table.row(&want)
		for i, c := range fields {
			require.True(t, row[i] != nil || c.Null, "%s.%s is not NULL", table.Name, c.Name)
			if text, is := row[i].(string); is {
				require.NotContains(t, text, "\x00", "%s.%s, which not every database stores", table.Name, c.Name)
			}
		}
		var got R
		require.NoError(t, scanner.scan(rowOf(row), &got), table.Name)
		require.Equal(t, want, got, table.Name)
	}
}

func TestRowsComeBack(t *testing.T) {
	requireRoundTrip(t, freelancerRecords.tableOf, freelancer{ID: one, Next: 1, Registered: at(1)}, freelancer{ID: two, Next: math.MaxInt64, Registered: at(math.MaxInt64)})
	requireRoundTrip(t, clientRecords.tableOf, client{ID: one, Next: 3, Registered: at(1)})
	requireRoundTrip(t, jobRecords.tableOf,
		job{ID: one, Client: two, Next: 1, Posted: at(1), Closed: never, Removed: never},
		job{ID: one, Client: two, Next: 3, Posted: at(1), Closed: at(2), CloseReason: event.CloseFilled, Removed: at(3), RemoveReason: "tos"})
	requireRoundTrip(t, inviteRecords.tableOf,
		invite{ID: one, Client: two, Freelancer: one, Next: 1, Sent: at(1), Closed: never, Contact: never, Available: true},
		invite{ID: one, Client: two, Freelancer: one, Next: 2, Sent: at(1), Closed: at(2), Contact: at(3), Outcome: projection.InviteAccepted})
	requireRoundTrip(t, proposalRecords.tableOf, proposal{ID: one, Job: two, Client: one, Freelancer: two, Next: 1, Via: event.ViaInvite, Submitted: at(1), Contact: never},
		proposal{ID: one, Job: two, Client: one, Freelancer: two, Next: 2, Via: event.ViaProposal, Submitted: at(1), Contact: at(2)})
	requireRoundTrip(t, interviewRecords.tableOf,
		interview{ID: one, Job: two, Client: one, Next: 1, Scheduled: at(1), Held: never, Cancelled: never},
		interview{ID: one, Job: two, Client: one, Next: 2, Proposals: []uuid.UUID{two, one}, Scheduled: at(1), Held: at(2), Cancelled: at(3),
			Form: projection.MeetingForm{Format: projection.MeetingGroup, Channel: projection.MeetingInPerson}})
	requireRoundTrip(t, weekRecords.tableOf, week{Contract: one, Week: event.Week{Year: 2020, Number: 53}, Next: 7, Invoiced: at(1), Minutes: 50, Amount: 9})
	requireRoundTrip(t, contractRecords.tableOf,
		contract{ID: one, Client: two, Freelancer: one, Job: two, Next: 1, Via: event.ViaDirect, Started: at(1), Ended: never,
			Feedback: projection.Feedback{Moment: never, Revised: never}, Returned: projection.Feedback{Moment: never, Revised: never}, Published: never, Excluded: never},
		contract{ID: one, Client: two, Freelancer: one, Job: two, Next: 9, Via: event.ViaInvite, Started: at(1), Ended: at(2),
			Feedback: projection.Feedback{Moment: at(3), Revised: at(7), Overall: 500, RevisedOverall: 100, Recommend: 10}, Excluded: at(4), Basis: "a court",
			Returned: projection.Feedback{Moment: at(5), Revised: never, Overall: 100, Recommend: noRecommendation}, Published: at(6),
			Terms: projection.TermsOf(event.KindHourly, "web"), Words: &feedbackWords{Comment: "Good.", Revised: "Bad.", Responded: at(8), Response: "No."}},
		contract{ID: one, Client: two, Freelancer: one, Job: two, Next: 9, Via: event.ViaInvite, Started: at(1), Ended: never, Terms: projection.TermsOf(event.KindFixed, ""),
			Feedback: projection.Feedback{Moment: at(3), Revised: never, Overall: 400, Recommend: noRecommendation}, Published: never, Excluded: never,
			Returned: projection.Feedback{Moment: never, Revised: never}, Words: &feedbackWords{Comment: "Fine.", Responded: never}})

	for _, hard := range []string{"\x00", "\x1a0", "\x1a\x1a\x00", "0\x1a"} {
		requireRoundTrip(t, freelancerTests.tableOf, skillTest{Moment: at(1), Test: hard, Score: 1})
		requireRoundTrip(t, freelancerDescriptions.tableOf, description{Moment: at(2), Title: event.Text(hard), Introduction: event.Text(hard), Category: hard})
		requireRoundTrip(t, contractRecords.tableOf, contract{ID: one, Client: two, Freelancer: one, Job: two, Next: 9, Via: event.ViaInvite, Started: at(1), Ended: never,
			Terms: projection.TermsOf(event.KindFixed, hard), Feedback: projection.Feedback{Moment: never, Revised: never}, Published: never, Excluded: never,
			Returned: projection.Feedback{Moment: never, Revised: never}, Words: &feedbackWords{Comment: event.Text(hard), Responded: never}})
	}
	for kind := range wordsOf[projection.FreelancerMarkKind]() {
		requireRoundTrip(t, freelancerMarks.tableOf, freelancerMark{Moment: at(1), Kind: projection.FreelancerMarkKind(kind), Word: "word",
			Number: map[projection.FreelancerMarkKind]int64{projection.MarkAvailability: 1, projection.MarkCompleteness: 80, projection.MarkAssessed: projection.NotScored}[projection.FreelancerMarkKind(kind)]})
	}
	blocks, _ := projection.BlocksOf("proposals,search")
	requireRoundTrip(t, freelancerMarks.tableOf, freelancerMark{Moment: at(1), Kind: projection.MarkAssessed, Number: 97},
		freelancerMark{Moment: at(1), Kind: projection.MarkHoldPlaced, Word: "quality", Blocks: blocks})
	requireRoundTrip(t, freelancerDescriptions.tableOf, description{Moment: at(1)},
		description{Moment: at(2), Title: "Author", Introduction: "Ten\nyears.", Skills: []event.Text{"a, b", `"c"`, "\x00"}, Category: "writing", HourlyRate: math.MaxInt64,
			Portfolio: []event.PortfolioItem{{Title: "A book", Ref: "book"}, {Title: "Another", SHA256: "00"}}})
	requireRoundTrip(t, freelancerTests.tableOf, skillTest{Moment: at(1), Test: "go", Score: 100}, skillTest{Moment: at(1), Test: "sql"})
	requireRoundTrip(t, clientMarks.tableOf, clientMark{Moment: at(1), Kind: projection.MarkFlagged, Reason: "spam"},
		clientMark{Moment: at(2), Kind: projection.MarkComplaint, Freelancer: two})
	for kind := range wordsOf[projection.StepKind]() {
		requireRoundTrip(t, proposalSteps.tableOf, proposalStep{Moment: at(1), Kind: projection.StepKind(kind)})
	}
	requireRoundTrip(t, proposalSteps.tableOf, proposalStep{Moment: at(1), Kind: projection.StepInterviewScheduled,
		Form: projection.MeetingForm{Format: projection.MeetingPanel, Channel: projection.MeetingVideo}})
	requireRoundTrip(t, interviewTimes.tableOf, meetingTime{Moment: at(1), MeetsAt: 9})
	requireRoundTrip(t, contractPayments.tableOf, payment{Moment: at(1), Amount: 5, Kind: projection.PaymentHours, Minutes: 60},
		payment{Moment: at(2), Amount: math.MaxInt64, Kind: projection.PaymentRefund})
	requireRoundTrip(t, contractDisputes.tableOf, dispute{ID: one, By: event.SideClient, Opened: at(1), Accepted: never, Lapsed: never, Cancelled: at(2), Resolved: never},
		dispute{ID: one, By: event.SideFreelancer, Opened: at(1), Accepted: at(2), Lapsed: at(2), Cancelled: never, Resolved: at(3), ToFreelancer: 1, ToClient: 0})

	requireRoundTrip(t, checkpointsTable, Checkpoint{Partition: 1, Updated: 5},
		Checkpoint{Partition: 0, Position: 9, Updated: 5, Log: one, Event: two, EventPosition: 8, Stopped: 10, Reason: "why"})
	requireRoundTrip(t, staleTable, staleRow{"client", one, byTime, 0, 0, 7})
	requireRoundTrip(t, versionsTable, Version{3, Schema, 2, Old, 7})
	requireRoundTrip(t, passesTable, loadPass{3, projection.Partition{Index: 1, Of: 4}, 99, true})
	requireRoundTrip(t, migrationsTable, migration{1, 7})
}

// requireCorrupt: a value that a column cannot have been given is ErrCorrupt, and
// not a record that never was.
func requireCorrupt[R any](t *testing.T, table tableOf[R], sound R, column string, bad ...any) {
	t.Helper()
	row := table.row(&sound)
	i := slices.Index(table.ColumnNames(), column) - (len(table.Columns) - len(row))
	require.GreaterOrEqual(t, i, 0, column)
	for _, value := range bad {
		row[i] = value
		var got R
		scanner := table.scanner()
		err := scanner.scan(rowOf(row), &got)
		require.ErrorIs(t, err, ErrCorrupt, "%s.%s = %v", table.Name, column, value)
		require.ErrorContains(t, err, table.Name)
		require.NotContains(t, err.Error(), "SECRET")
	}
}

func TestRowsThatCannotBe(t *testing.T) {
	j := job{ID: one, Client: two, Next: 1, Posted: at(1), Closed: at(2), CloseReason: event.CloseFilled, Removed: never}
	requireCorrupt(t, jobRecords.tableOf, j, "revision", int64(-1))
	requireCorrupt(t, jobRecords.tableOf, j, "posted_position", int64(0), int64(-1))
	requireCorrupt(t, jobRecords.tableOf, j, "closed_position", nil, int64(0), int64(-1))
	requireCorrupt(t, jobRecords.tableOf, j, "closed_at", nil)
	requireCorrupt(t, jobRecords.tableOf, j, "close_reason", nil)
	requireCorrupt(t, jobRecords.tableOf, j, "removed_position", int64(7))
	requireCorrupt(t, jobRecords.tableOf, j, "remove_reason", "tos")

	c := contract{ID: one, Client: two, Freelancer: one, Job: two, Next: 1, Via: event.ViaDirect, Started: at(1), Ended: never,
		Feedback: projection.Feedback{Moment: at(2), Overall: 300, Recommend: 5}, Returned: projection.Feedback{Moment: never}, Published: never, Excluded: never}
	requireCorrupt(t, contractRecords.tableOf, c, "via", "", "chance")
	requireCorrupt(t, contractRecords.tableOf, c, "feedback_overall", nil, int64(99), int64(501), int64(1<<16+300))
	requireCorrupt(t, contractRecords.tableOf, c, "feedback_recommend", int64(-1), int64(11), int64(261))
	requireCorrupt(t, contractRecords.tableOf, c, "returned_overall", int64(300))
	requireCorrupt(t, contractRecords.tableOf, c, "returned_recommend", int64(5))
	p := proposal{ID: one, Job: two, Client: one, Freelancer: two, Next: 1, Via: event.ViaInvite, Submitted: at(1)}
	requireCorrupt(t, proposalRecords.tableOf, p, "via", "direct")
	i := invite{ID: one, Client: two, Freelancer: one, Next: 1, Sent: at(1), Closed: never}
	requireCorrupt(t, inviteRecords.tableOf, i, "outcome", "", "lost")

	meeting := interview{ID: one, Job: two, Client: one, Next: 1, Scheduled: at(1), Held: never, Cancelled: never}
	requireCorrupt(t, interviewRecords.tableOf, meeting, "format", "letter")
	requireCorrupt(t, interviewRecords.tableOf, meeting, "channel", "")
	requireCorrupt(t, interviewRecords.tableOf, meeting, "proposals", "one", one.String()+",")
	worked := week{Contract: one, Week: event.Week{Year: 2021, Number: 1}, Next: 1, Invoiced: at(1)}
	requireCorrupt(t, weekRecords.tableOf, worked, "week", "2021-W53", "2021-W02")
	requireCorrupt(t, weekRecords.tableOf, worked, "id", one)
	requireCorrupt(t, proposalSteps.tableOf, proposalStep{Moment: at(1), Kind: projection.StepInterviewScheduled}, "format", nil, "letter")
	requireCorrupt(t, proposalSteps.tableOf, proposalStep{Moment: at(1), Kind: projection.StepInterviewHeld}, "channel", "chat")

	requireCorrupt(t, freelancerMarks.tableOf, freelancerMark{Moment: at(1), Kind: projection.MarkViolation}, "kind", "")
	requireCorrupt(t, freelancerMarks.tableOf, freelancerMark{Moment: at(1), Kind: projection.MarkViolation}, "position", int64(0))
	requireCorrupt(t, freelancerMarks.tableOf, freelancerMark{Moment: at(1), Kind: projection.MarkHoldPlaced}, "blocks", nil, "luck")
	requireCorrupt(t, freelancerDescriptions.tableOf, description{Moment: at(1)}, "skills", "", "go", "[1]")
	requireCorrupt(t, freelancerDescriptions.tableOf, description{Moment: at(1)}, "portfolio", `["SECRET"]`)
	requireCorrupt(t, contractRecords.tableOf, c, "response_position", int64(7))
	requireCorrupt(t, clientMarks.tableOf, clientMark{Moment: at(1), Kind: projection.MarkComplaint, Freelancer: one}, "freelancer_id", nil)
	requireCorrupt(t, clientMarks.tableOf, clientMark{Moment: at(1), Kind: projection.MarkBarred}, "freelancer_id", one)
	requireCorrupt(t, contractPayments.tableOf, payment{Moment: at(1), Kind: projection.PaymentHours, Minutes: 1}, "minutes", nil)
	requireCorrupt(t, contractPayments.tableOf, payment{Moment: at(1), Kind: projection.PaymentBonus}, "minutes", int64(1))
	d := dispute{ID: one, Opened: at(1), Cancelled: never, Resolved: at(2)}
	requireCorrupt(t, contractDisputes.tableOf, d, "to_client", nil)
	requireCorrupt(t, contractDisputes.tableOf, d, "resolved_at", nil)

	stopped := Checkpoint{Updated: 5, Stopped: 10, Reason: "why"}
	requireCorrupt(t, checkpointsTable, stopped, "position", int64(-1))
	requireCorrupt(t, checkpointsTable, stopped, "stopped_position", nil, int64(-1))
	requireCorrupt(t, checkpointsTable, stopped, "stopped_reason", nil)
}
