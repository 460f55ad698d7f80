package fault_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
)

// One package's error finds another's where both mean the same, and nothing else.
func TestIsAcrossPackages(t *testing.T) {
	for _, same := range [][2]error{
		{store.ErrUnavailable, readmodel.ErrUnavailable},
		{store.ErrCancelled, readmodel.ErrCancelled},
		{store.ErrFull, readmodel.ErrFull},
		{store.ErrReadOnly, readmodel.ErrReadOnly},
		{store.ErrBadURL, readmodel.ErrBadURL},
		{archive.ErrOtherLog, readmodel.ErrOtherLog},
		{archive.ErrGap, projection.ErrGap},
		{projection.ErrStopped, readmodel.ErrStopped},
	} {
		require.ErrorIs(t, fmt.Errorf("asked: %w", same[0]), same[1])
		require.ErrorIs(t, errors.Join(context.Canceled, same[1]), same[0])
	}
	for _, other := range [][2]error{
		{store.ErrConflict, readmodel.ErrConflict},
		{store.ErrCorrupt, readmodel.ErrCorrupt},
		{store.ErrCorrupt, script.ErrCorrupt},
		{store.ErrClosed, readmodel.ErrClosed},
		{projection.ErrBusy, readmodel.ErrBusy},
		{statistics.ErrNotFound, readmodel.ErrNotFound},
		{event.ErrMalformed, event.ErrMalformedMeta},
		{store.ErrUnavailable, errors.New("unavailable")},
	} {
		require.NotErrorIs(t, other[0], other[1])
		require.NotErrorIs(t, other[1], other[0])
	}
}

func TestCode(t *testing.T) {
	for _, c := range []struct {
		err  error
		code string
	}{
		{nil, ""},
		{errors.New("a host's"), ""},
		{fault.New("host", "a_host_s"), ""},
		{fault.New("host", "a_host_s").With(store.ErrFull, ""), "full"},
		{store.ErrConflict, "conflict"},
		{fmt.Errorf("asked: %w", store.Conflict("job-1", store.NoStream, store.Any)), "conflict"},
		{readmodel.ErrStopped.With(&event.DecodeError{Err: event.ErrUnknownType}, ""), "stopped"},
		{&event.DecodeError{Err: event.ErrUnknownType}, "undecodable_event"},
		{&projection.FoldError{Err: projection.ErrGap}, "unfoldable_event"},
		{&statistics.NotFoundError{}, "not_found"},
		{&aggregate.Rejection{Code: aggregate.Expired, Command: "AcceptInvite"}, "expired"},
		{fmt.Errorf("asked: %w", &aggregate.Rejection{Code: aggregate.WrongState}), "wrong_state"},
		{aggregate.TooLate, "too_late"},
		{store.ErrUnavailable.With(store.ErrRefused, ""), "unavailable"},
		{errors.Join(errors.New("a host's"), script.ErrNotFound), "script_not_found"},
		{fmt.Errorf("asked: %w", context.DeadlineExceeded), "cancelled"},
		{context.Canceled, "cancelled"},
		{&fs.PathError{Op: "write", Path: "market.agenda", Err: syscall.ENOSPC}, "full"},
	} {
		require.Equal(t, c.code, fault.Code(c.err), "%v", c.err)
	}
}

func TestPassing(t *testing.T) {
	for _, passes := range []error{
		store.ErrUnavailable, store.ErrFull, store.ErrLocked, store.ErrConflict, store.ErrCancelled,
		readmodel.ErrUnavailable, readmodel.ErrBusy, readmodel.ErrConflict, readmodel.ErrFull, readmodel.ErrLeased, readmodel.ErrLeaseLost,
		projection.ErrSubscriptionEnded, statistics.ErrBehind,
		store.ErrUnavailable.With(store.ErrCorrupt, "the outermost is who knows"),
	} {
		require.True(t, fault.Passing(passes), "%v", passes)
		require.True(t, fault.Passing(fmt.Errorf("asked: %w", passes)), "%v", passes)
		require.False(t, fault.Passing(readmodel.ErrOtherLog.With(passes, "")), "%v", passes)
		require.False(t, fault.Passing(readmodel.ErrUnavailable.With(errors.Join(passes, store.ErrRefused), "")), "%v", passes)
	}
	for _, lasts := range []error{
		nil, errors.New("a host's"),
		store.ErrRefused, store.ErrCorrupt, store.ErrClosed, store.ErrReadOnly, store.ErrUnknownPosition, store.ErrNotALog, store.ErrNewerFormat,
		readmodel.ErrStopped, readmodel.ErrFenced, readmodel.ErrClosed, readmodel.ErrCorrupt, readmodel.ErrOtherLog,
		&aggregate.Rejection{Code: aggregate.TooEarly}, &event.DecodeError{Err: event.ErrMalformed},
	} {
		require.False(t, fault.Passing(lasts), "%v", lasts)
	}
}

// A refusal keeps the code that it had, and says what people have to do.
func TestRefused(t *testing.T) {
	of := fault.InfoOf(store.ErrUnavailable.With(store.ErrRefused, ""))
	refused := fault.InfoOf(store.ErrRefused)
	require.Equal(t, "unavailable", of.Code)
	require.Equal(t, refused.Do, of.Do)
	require.False(t, of.Again)
}

// What is made of an exported error leaves that as it is.
func TestErrorsAreMadeOfOthers(t *testing.T) {
	cause := errors.New("the disk")
	made := store.ErrCorrupt.In("job-1").At(7).With(cause, "%d bytes", 3)
	require.EqualError(t, made, `store: corrupt log: stream "job-1": position 7: 3 bytes: the disk`)
	require.ErrorIs(t, made, cause)
	require.ErrorIs(t, made, store.ErrCorrupt)
	require.EqualError(t, store.ErrCorrupt, "store: corrupt log")
	long := store.ErrStreamNotFound.In(strings.Repeat("x", 10_000))
	require.Less(t, len(long.Error()), store.MaxStreamName+100)
}

func TestList(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range append(fault.List(), fault.InfoOf(errors.New("a host's"))) {
		require.False(t, seen[k.Code], "%q is there twice", k.Code)
		seen[k.Code] = true
		require.Regexp(t, `^([a-z][a-z_]*[a-z])?$`, k.Code)
		for _, text := range []string{k.Meaning, k.Do} {
			require.Regexp(t, `^[a-zA-Z].*[a-zA-Z]$`, text, "%q: a sentence without its full stop", k.Code)
			require.NotContains(t, text, "|", k.Code)
		}
		require.Contains(t, []int{400, 403, 404, 409, 413, 422, 500, 503}, k.HTTP, k.Code)
		require.Contains(t, []int{fault.ExitFailed, fault.ExitUsage, fault.ExitNotFound}, k.Exit, k.Code)
		if k.Again {
			require.Equal(t, 503, k.HTTP, "%q: who asked can come again", k.Code)
		}
	}
}
