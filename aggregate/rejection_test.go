package aggregate

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

func TestRejection(t *testing.T) {
	w := fold(t, sent)
	_, err := Decide(w.read, DefaultTerms(), expires, DeclineInvite{invite, marker})
	err = fmt.Errorf("line 7: %w", err)

	require.ErrorIs(t, err, Expired)
	require.NotErrorIs(t, err, WrongState)
	var r *Rejection
	require.ErrorAs(t, err, &r)
	require.Equal(t, Rejection{Expired, "DeclineInvite", event.InviteStream(invite), "the invite expired at 2016-02-03T09:00:00Z"}, *r)
	require.Equal(t, "DeclineInvite rejected: expired: the invite expired at 2016-02-03T09:00:00Z (invite-20000000-0000-4000-8000-000000000001)", r.Error())
	var code Code
	require.ErrorAs(t, err, &code)
	require.Equal(t, Expired, code)

	require.Equal(t, "command rejected: invalid: not JSON", (&Rejection{Code: Invalid, Detail: "not JSON"}).Error())
}

// TestRejectionsQuoteNothing: in every rejection of the tables, with every text
// of the command and of the past a marker, the error does not show it.
func TestRejectionsQuoteNothing(t *testing.T) {
	for _, o := range everyCommand() {
		for _, f := range o.faults {
			s := o.situation
			f.make(&s)
			marked := reflect.New(reflect.TypeOf(s.cmd)).Elem()
			marked.Set(reflect.ValueOf(s.cmd))
			for i := range marked.NumField() {
				switch marked.Field(i).Interface().(type) {
				case event.Text, string:
					if f.code != Invalid && f.code != CoverLetterRequired {
						marked.Field(i).SetString(marker)
					} else {
						marked.Field(i).SetString(marker + "\xff")
					}
				case []string:
					marked.Field(i).Set(reflect.ValueOf([]string{marker}))
				case []event.Text:
					marked.Field(i).Set(reflect.ValueOf([]event.Text{marker}))
				}
			}
			_, err := Decide(fold(t, s.past.and(s.first, s.last)).read, DefaultTerms(), s.at, marked.Interface().(Command))
			if err != nil {
				require.NotContains(t, err.Error(), marker)
				require.NotContains(t, fmt.Sprintf("%+v %#v", err, err), marker)
			}
		}
	}
}

// TestReadErrors: what the caller's read answers is not taken for a rejection.
func TestReadErrors(t *testing.T) {
	broken := errors.New("the disk is gone")
	for _, o := range everyCommand() {
		name := CommandName(o.cmd)
		_, err := Decide(func(string) (State, error) { return nil, broken }, DefaultTerms(), o.at, o.cmd)
		require.ErrorIs(t, err, broken, name)
		var r *Rejection
		require.False(t, errors.As(err, &r), name)

		_, err = Decide(func(string) (State, error) { return foreign{&inviteAggregate{}}, nil }, DefaultTerms(), o.at, o.cmd)
		require.ErrorContains(t, err, "foreign", name)
		require.False(t, errors.As(err, &r), name)
	}

	// The second and third stream that a decision reads.
	for stream, cmd := range map[string]Command{
		event.ClientStream(client): sendInvite, event.FreelancerStream(freelancer): startFixed, event.JobStream(job): submitProposal,
		event.ContractStream(contract): RecordComplaint{client, freelancer, contract, "rude"},
	} {
		w := fold(t, accounts)
		_, err := Decide(func(s string) (State, error) {
			if s == stream {
				return nil, broken
			}
			return w.read(s)
		}, DefaultTerms(), t0, cmd)
		require.ErrorIs(t, err, broken)
	}
}

// foreign is the aggregate of no stream.
type foreign struct{ *inviteAggregate }
