package eventstoredb_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

// raw is a message's bytes, which are what they are.
type raw []byte

// rawCodec passes bytes on, so that a server may send any.
type rawCodec struct{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(v any) ([]byte, error) {
	if b, ok := v.(raw); ok {
		return b, nil
	}
	return nil, fmt.Errorf("%T is no message's bytes", v)
}

func (rawCodec) Unmarshal(b []byte, v any) error {
	*v.(*raw) = append(raw{}, b...)
	return nil
}

// babbler is a server that answers a script: two bytes of how, and then messages,
// each behind its length in two bytes.
type babbler struct {
	how      [2]byte
	messages []raw
}

// What a script may have a babbler do.
const (
	babbleHead    = 1 << iota // Head's reads get the script's messages too
	babbleConnect             // and so does the first question of a connection
	failAtEnd                 // a call ends with a status
	withTrailers              // and with what a server says of a failure
	neverEnd                  // a read that has come to its end goes on
)

func babblerOf(script []byte) *babbler {
	b := &babbler{}
	script = script[copy(b.how[:], script):]
	for len(script) >= 2 && len(b.messages) < 64 {
		n := min(int(script[0])<<8|int(script[1]), len(script)-2)
		b.messages = append(b.messages, raw(script[2:2+n]))
		script = script[2+n:]
	}
	return b
}

func scriptOf(how byte, messages ...proto.Message) []byte {
	script := []byte{how, 13}
	for _, m := range messages {
		b, err := proto.Marshal(m)
		if err != nil {
			panic(err)
		}
		script = append(append(script, byte(len(b)>>8), byte(len(b))), b...)
	}
	return script
}

func (b *babbler) does(what byte) bool { return b.how[0]&what != 0 }

func (b *babbler) serve(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	var asked raw
	if err := stream.RecvMsg(&asked); err != nil {
		return err
	}
	honest := func(m proto.Message) error {
		text, err := proto.Marshal(m)
		if err != nil {
			return err
		}
		return stream.SendMsg(raw(text))
	}
	switch name := method[strings.LastIndexByte(method, '/')+1:]; name {
	case "GetSupportedMethods":
		if !b.does(babbleConnect) {
			return honest(&serverfeatures.SupportedMethods{EventStoreServerVersion: "24.2.0"})
		}
	case "Read":
		var req streams.ReadReq
		if err := proto.Unmarshal(asked, &req); err != nil {
			return err
		}
		if req.GetOptions().GetReadDirection() == streams.ReadReq_Options_Backwards && !b.does(babbleHead) {
			return honest(good(9).resp())
		}
		for _, m := range b.messages {
			if err := stream.SendMsg(m); err != nil {
				return err
			}
		}
		if b.does(neverEnd) {
			<-stream.Context().Done()
		}
		return b.end(stream)
	case "Append":
		for stream.RecvMsg(&asked) == nil {
		}
	}
	if len(b.messages) > 0 && !b.does(failAtEnd) {
		return stream.SendMsg(b.messages[0])
	}
	return b.end(stream)
}

// end is what a call ends with.
func (b *babbler) end(stream grpc.ServerStream) error {
	if !b.does(failAtEnd) {
		return nil
	}
	if b.does(withTrailers) && len(b.messages) > 0 {
		stream.SetTrailer(metadata.Pairs("exception", []string{"not-leader", "stream-deleted", "wrong-expected-version", "x"}[b.how[1]%4],
			"leader-endpoint-host", host, "leader-endpoint-port", fmt.Sprint(60_000+int(b.how[1]))))
	}
	return status.Error(codes.Code(b.how[1]%18), "it failed")
}

// listen has a place of its own, one at a time: a new one for each script would use up
// all ports.
func (b *babbler) listen(t *testing.T) string {
	const address = host + ":65000"
	l, err := wires.listen(address)
	require.NoError(t, err)
	g := grpc.NewServer(grpc.ForceServerCodec(rawCodec{}), grpc.UnknownServiceHandler(b.serve))
	done := make(chan struct{})
	go func() { defer close(done); _ = g.Serve(l) }()
	t.Cleanup(func() { g.Stop(); <-done })
	return "esdb://" + address + "?tls=false"
}

// FuzzMessages: whatever bytes a server sends as its messages, each call comes to an
// end, in simulated time, with records that are whole or an error of this library.
func FuzzMessages(f *testing.F) {
	long.Sequential(f)
	event0 := good(0).resp()
	system := good(1).but(func(s *sent) { s.Metadata["type"], s.StreamIdentifier.StreamName = "$metadata", []byte("$$s-1") }).resp()
	done := &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: &streams.AppendResp_Success{
		CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{CurrentRevision: 0},
		PositionOption:        &streams.AppendResp_Success_Position{Position: &streams.AppendResp_Position{CommitPosition: 100, PreparePosition: 100}}}}}
	for _, script := range [][]byte{
		{}, {255, 255}, {0, 0, 0, 3, 1, 2, 3},
		scriptOf(0, confirmed(), event0, system, good(1).resp(), lastRevision(1)),
		scriptOf(neverEnd, confirmed(), checkpoint(104, 104), event0, caughtUp()),
		scriptOf(babbleHead, event0, good(2).resp()),
		scriptOf(babbleHead|neverEnd, event0, event0),
		scriptOf(babbleConnect, &serverfeatures.SupportedMethods{EventStoreServerVersion: "x"}),
		scriptOf(failAtEnd, event0), scriptOf(failAtEnd|withTrailers, event0),
		scriptOf(0, done), scriptOf(0, &streams.AppendResp{}),
		scriptOf(0, &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: &streams.AppendResp_WrongExpectedVersion{}}}),
		scriptOf(0, &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{}}}),
		scriptOf(0, created("-1")[0]), scriptOf(0, checkpoint(1<<63, 0), &streams.ReadResp{Content: &streams.ReadResp_FellBehind_{}}),
		scriptOf(0, &streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{}}),
	} {
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		b := babblerOf(script)
		synctest.Test(t, func(t *testing.T) {
			o := eventstoredb.Options{RetryFor: time.Second, LoginRetryFor: time.Second, MaxBackoff: 100 * time.Millisecond, SuspectAfter: time.Second}
			ours := func(err error) {
				t.Helper()
				var told *fault.Error
				require.True(t, err == nil || errors.As(err, &told), "%v", err)
			}
			s, err := connect(t.Context(), b.listen(t), o)
			if ours(err); err != nil {
				return
			}
			defer s.Close()
			whole := func(records []event.Record) {
				t.Helper()
				last := event.Position(0)
				for _, r := range records {
					require.Greater(t, r.Position, last)
					require.NotEmpty(t, r.Type)
					require.NotEqual(t, byte('$'), r.Type[0])
					require.False(t, r.RecordedAt.IsZero())
					last = r.Position
				}
			}
			records, err := storetest.Stream(patience(t), s, "s-1")
			ours(err)
			whole(records)
			for i, r := range records {
				require.Equal(t, "s-1", r.Stream)
				require.Equal(t, records[0].Revision+uint64(i), r.Revision)
			}
			records, err = storetest.All(patience(t), s)
			ours(err)
			whole(records)
			_, err = s.Head(patience(t))
			ours(err)
			for _, expected := range []store.Expected{store.NoStream, store.Any} {
				e := event.Proposed{ID: uuid.MustParse("0b9f7a4e-51c2-4f0e-8a86-8f4bb1f0c3d2"), Type: "T", Data: []byte("{}"), Metadata: []byte("{}")}
				_, err = s.Append(patience(t), store.Write{Stream: "s-1", Expected: expected, Events: []event.Proposed{e}})
				ours(err)
			}
			records = records[:0]
			for n, err := range s.Subscribe(patience(t), 0) {
				ours(err)
				if err == nil && !n.CaughtUp() {
					records = append(records, n.Record.Clone())
				}
			}
			whole(records)
		})
	})
}
