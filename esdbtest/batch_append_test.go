package esdbtest_test

import (
	"io"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// proposal is one event of a batch.
func proposal() *streams.BatchAppendReq_ProposedMessage {
	m := message()
	return &streams.BatchAppendReq_ProposedMessage{Id: m.Id, Metadata: m.Metadata, Data: m.Data}
}

// batchReq is an append in one message.
func batchReq(stream string, change func(*streams.BatchAppendReq)) *streams.BatchAppendReq {
	req := &streams.BatchAppendReq{
		CorrelationId: &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}},
		Options: &streams.BatchAppendReq_Options{StreamIdentifier: sid(stream),
			ExpectedStreamPosition: &streams.BatchAppendReq_Options_NoStream{NoStream: new(emptypb.Empty)},
			DeadlineOption:         &streams.BatchAppendReq_Options_Deadline{Deadline: durationpb.New(patience)}},
		ProposedMessages: []*streams.BatchAppendReq_ProposedMessage{proposal()},
		IsFinal:          true,
	}
	if change != nil {
		change(req)
	}
	return req
}

func TestBatchAppend(t *testing.T) {
	s, c := start(t)
	put(t, c, "there", 3)
	put(t, c, "gone", 1)
	_, err := c.TombstoneStream(within(t), "gone", esdb.TombstoneStreamOptions{})
	require.NoError(t, err)
	call, err := wire(t, s).BatchAppend(within(t))
	require.NoError(t, err)
	ask := func(req *streams.BatchAppendReq) *streams.BatchAppendResp {
		t.Helper()
		require.NoError(t, call.Send(req))
		resp, err := call.Recv()
		require.NoError(t, err)
		require.True(t, proto.Equal(req.GetCorrelationId(), resp.GetCorrelationId()))
		return resp
	}

	resp := ask(batchReq("new", nil))
	require.EqualValues(t, 0, resp.GetSuccess().GetCurrentRevision())
	require.Positive(t, resp.GetSuccess().GetPosition().GetCommitPosition())
	require.Equal(t, "new", string(resp.GetStreamIdentifier().GetStreamName()))

	for name, tc := range map[string]struct {
		stream  string
		change  func(*streams.BatchAppendReq)
		code    codes.Code
		details proto.Message
	}{
		"a wrong version": {"there", nil, codes.AlreadyExists, &shared.WrongExpectedVersion{
			CurrentStreamRevisionOption:  &shared.WrongExpectedVersion_CurrentStreamRevision{CurrentStreamRevision: 2},
			ExpectedStreamPositionOption: &shared.WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: new(emptypb.Empty)}}},
		"a tombstoned stream": {"gone", nil, codes.NotFound, &shared.StreamDeleted{StreamIdentifier: sid("gone")}},
		"too much": {"large", func(r *streams.BatchAppendReq) { r.ProposedMessages[0].Data = make([]byte, 1<<20+1) },
			codes.InvalidArgument, &shared.MaximumAppendSizeExceeded{MaxAppendSize: 1 << 20}},
		"too late": {"late", func(r *streams.BatchAppendReq) {
			r.Options.DeadlineOption = &streams.BatchAppendReq_Options_Deadline{Deadline: durationpb.New(0)}
		}, codes.DeadlineExceeded, new(shared.Timeout)},
		"too late, as old clients say": {"late", func(r *streams.BatchAppendReq) {
			r.Options.DeadlineOption = &streams.BatchAppendReq_Options_Deadline_21_10_0{Deadline_21_10_0: &timestamppb.Timestamp{Seconds: 1}}
		}, codes.DeadlineExceeded, new(shared.Timeout)},
		"no stream": {"", nil, codes.InvalidArgument, &shared.BadRequest{Message: "Value cannot be null. (Parameter 'value')"}},
		"no id": {"bad", func(r *streams.BatchAppendReq) { r.ProposedMessages[0].Id = nil },
			codes.InvalidArgument, &shared.BadRequest{Message: "Value cannot be null. (Parameter 'dto')"}},
	} {
		t.Run(name, func(t *testing.T) {
			resp := ask(batchReq(tc.stream, tc.change))
			require.Equal(t, int32(tc.code), resp.GetError().GetCode())
			details, err := resp.GetError().GetDetails()[0].UnmarshalNew()
			require.NoError(t, err)
			require.True(t, proto.Equal(tc.details, details), details)
		})
	}

	t.Run("in several messages, beside another", func(t *testing.T) {
		one := batchReq("one", func(r *streams.BatchAppendReq) { r.IsFinal = false })
		require.NoError(t, call.Send(one))
		two := ask(batchReq("two", nil))
		require.NotNil(t, two.GetSuccess())
		resp := ask(&streams.BatchAppendReq{CorrelationId: one.CorrelationId, IsFinal: true,
			ProposedMessages: []*streams.BatchAppendReq_ProposedMessage{proposal(), proposal()}})
		require.EqualValues(t, 2, resp.GetSuccess().GetCurrentRevision())
	})
	t.Run("repeated", func(t *testing.T) {
		req := batchReq("repeated", nil)
		first, again := ask(req), ask(req)
		require.True(t, proto.Equal(first, again))
	})
	require.NoError(t, call.CloseSend())
}

// TestBatchAppendEnds: a call that is half-closed right behind its last append
// ends with the answer to it; what cannot be read and has no options ends one.
func TestBatchAppendEnds(t *testing.T) {
	s, _ := start(t)
	w := wire(t, s)
	call, err := w.BatchAppend(within(t))
	require.NoError(t, err)
	require.NoError(t, call.Send(batchReq("s", nil)))
	require.NoError(t, call.CloseSend())
	resp, err := call.Recv()
	require.NoError(t, err)
	require.NotNil(t, resp.GetSuccess())
	_, err = call.Recv()
	require.ErrorIs(t, err, io.EOF)

	call, err = w.BatchAppend(within(t))
	require.NoError(t, err)
	require.NoError(t, call.Send(&streams.BatchAppendReq{}))
	_, err = call.Recv()
	require.Equal(t, codes.Unknown, status.Code(err))
}

// TestBatchAppendTimesOut: an append that is not finished is over after its
// deadline, and one that was refused for an event as well.
func TestBatchAppendTimesOut(t *testing.T) {
	s, _ := start(t)
	call, err := wire(t, s).BatchAppend(within(t))
	require.NoError(t, err)
	soon := func(r *streams.BatchAppendReq) {
		r.Options.DeadlineOption = &streams.BatchAppendReq_Options_Deadline{Deadline: durationpb.New(10 * time.Millisecond)}
	}
	require.NoError(t, call.Send(batchReq("unfinished", func(r *streams.BatchAppendReq) { soon(r); r.IsFinal = false })))
	resp, err := call.Recv()
	require.NoError(t, err)
	require.Equal(t, "Timeout", resp.GetError().GetMessage())
	require.NotNil(t, resp.GetCorrelationId().GetStructured(), "an id of the server's")

	require.NoError(t, call.Send(batchReq("refused", func(r *streams.BatchAppendReq) { soon(r); r.ProposedMessages[0].Metadata = nil })))
	for _, want := range []string{"BadRequest", "Timeout"} {
		resp, err := call.Recv()
		require.NoError(t, err)
		require.Equal(t, want, resp.GetError().GetMessage())
	}
}
