package esdbtest_test

//lint:file-ignore SA1019 older and other clients send the deprecated fields, so the server must know them

import (
	"cmp"
	"math"
	"net"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// TestEmptyRequests: whatever a client leaves out, it gets an answer.
func TestEmptyRequests(t *testing.T) {
	s, c := start(t)
	w := wire(t, s)
	senseless := map[string]codes.Code{"read": codes.Unknown, "delete": codes.Unknown, "bury": codes.Unknown, "append": codes.Unknown}
	for name, call := range map[string]func() error{
		"read":    func() error { _, err := rawRead(t, w, new(streams.ReadReq)); return err },
		"delete":  func() error { _, err := w.Delete(within(t), new(streams.DeleteReq)); return err },
		"bury":    func() error { _, err := w.Tombstone(within(t), new(streams.TombstoneReq)); return err },
		"options": func() error { _, _, err := rawAppend(t, w, nil); return err },
		"append": func() error {
			call, err := w.Append(within(t))
			require.NoError(t, err)
			_ = call.Send(new(streams.AppendReq)) // the answer comes below
			_, err = call.CloseAndRecv()
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, cmp.Or(senseless[name], codes.InvalidArgument), status.Code(call()))
		})
	}
	batch, err := w.BatchAppend(within(t))
	require.NoError(t, err)
	require.NoError(t, batch.Send(&streams.BatchAppendReq{Options: new(streams.BatchAppendReq_Options), IsFinal: true}))
	resp, err := batch.Recv()
	require.NoError(t, err)
	require.Equal(t, int32(codes.InvalidArgument), resp.GetError().GetCode())
	require.NoError(t, batch.Send(new(streams.BatchAppendReq)))
	_, err = batch.Recv()
	require.Equal(t, codes.Unknown, status.Code(err))
	put(t, c, "s", 1)
}

// TestExtremeNumbers: the largest that fit on the wire.
func TestExtremeNumbers(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 2)
	w := wire(t, s)
	for _, n := range []uint64{math.MaxUint64, math.MaxUint64 - 1, math.MaxInt64, math.MaxInt64 - 1} {
		for _, direction := range []streams.ReadReq_Options_ReadDirection{streams.ReadReq_Options_Forwards, streams.ReadReq_Options_Backwards} {
			got, err := rawRead(t, w, readReq("s", func(o *streams.ReadReq_Options) {
				o.ReadDirection = direction
				o.CountOption = &streams.ReadReq_Options_Count{Count: n}
				o.GetStream().RevisionOption = &streams.ReadReq_Options_StreamOptions_Revision{Revision: n}
			}))
			if backwards := direction == streams.ReadReq_Options_Backwards; n == math.MaxUint64-1 || n == math.MaxUint64 && !backwards {
				require.Equal(t, codes.Unknown, status.Code(err))
			} else {
				require.NoError(t, err)
				require.Len(t, got, 2*int(direction), "backwards all, forwards none")
			}
			_, err = rawRead(t, w, readReq("", func(o *streams.ReadReq_Options) {
				o.ReadDirection = direction
				o.StreamOption = &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{
					AllOption: &streams.ReadReq_Options_AllOptions_Position{Position: &streams.ReadReq_Options_Position{CommitPosition: n}}}}
			}))
			behindEnd := n <= math.MaxInt64 && direction == streams.ReadReq_Options_Forwards
			require.Equal(t, behindEnd, err == nil, "%d, %s: %v", n, direction, err)
		}
		o := noStream("s")
		o.ExpectedStreamRevision = &streams.AppendReq_Options_Revision{Revision: n}
		resp, _, err := rawAppend(t, w, o, message())
		if n == math.MaxUint64-1 {
			require.Equal(t, codes.Unknown, status.Code(err))
		} else {
			require.NoError(t, err)
			require.NotNil(t, resp.GetWrongExpectedVersion())
		}
	}
	_, err := persistent.NewPersistentSubscriptionsClient(dial(t, s.Addr())).Create(within(t), &persistent.CreateReq{
		Options: &persistent.CreateReq_Options{StreamIdentifier: sid("s"), GroupName: group,
			Settings: &persistent.CreateReq_Settings{
				Revision: math.MaxUint64, ReadBatchSize: math.MaxInt32 - 1, HistoryBufferSize: math.MaxInt32, LiveBufferSize: math.MaxInt32, MaxRetryCount: math.MinInt32,
				MessageTimeout:  &persistent.CreateReq_Settings_MessageTimeoutTicks{MessageTimeoutTicks: math.MaxInt64},
				CheckpointAfter: &persistent.CreateReq_Settings_CheckpointAfterMs{CheckpointAfterMs: math.MinInt32}}}})
	require.NoError(t, err)
	sub := connect(t, c, "s", math.MaxInt32)
	put(t, c, "s", 1)
	_, got := take(t, sub)
	require.Equal(t, "2/0", got)
}

// TestNoise: what is no protocol at all does no harm.
func TestNoise(t *testing.T) {
	s, c := start(t)
	for _, noise := range []string{"", "P", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", "\x16\x03\x01", "GET / HTTP/1.0\r\n\r\n"} {
		conn, err := net.Dial("tcp", s.Addr())
		require.NoError(t, err)
		_, err = conn.Write([]byte(noise))
		require.NoError(t, err)
		require.NoError(t, conn.Close())
	}
	put(t, c, "s", 1)
	require.Eventually(t, func() bool { return s.Connections() == 1 }, patience, 1e6, "only the client's is left")
}
