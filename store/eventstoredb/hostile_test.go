package eventstoredb_test

import (
	"context"
	"errors"
	"io"
	"math"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

// hostile is a server that answers what it is told to, right or wrong.
type hostile struct {
	streams.UnimplementedStreamsServer
	serverfeatures.UnimplementedServerFeaturesServer
	messages []*streams.ReadResp // of every read but of Head
	answer   *streams.AppendResp
	err      error
	trailers metadata.MD
}

func (h *hostile) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	return &serverfeatures.SupportedMethods{EventStoreServerVersion: "not a version"}, nil
}

func (h *hostile) Read(req *streams.ReadReq, stream streams.Streams_ReadServer) error {
	if req.GetOptions().GetReadDirection() == streams.ReadReq_Options_Backwards {
		return stream.Send(good(9).resp())
	}
	for _, m := range h.messages {
		if err := stream.Send(m); err != nil {
			return err
		}
	}
	stream.SetTrailer(h.trailers)
	return h.err
}

func (h *hostile) Append(stream streams.Streams_AppendServer) error {
	for {
		if _, err := stream.Recv(); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
	}
	if h.answer != nil {
		return stream.SendAndClose(h.answer)
	}
	stream.SetTrailer(h.trailers)
	return h.err
}

// store opens a store on the server that gives up at once.
func (h *hostile) store(t *testing.T) *eventstoredb.Store { return serve(t, h, h) }

func (b *breaking) store(t *testing.T) *eventstoredb.Store { return serve(t, b, b) }

func serve(t *testing.T, h streams.StreamsServer, f serverfeatures.ServerFeaturesServer) *eventstoredb.Store {
	return open(t, listen(t, h, f), eventstoredb.Options{RetryFor: 1, LoginRetryFor: 1, MaxBackoff: time.Millisecond})
}

// sent is an event on the wire.
type sent streams.ReadResp_ReadEvent_RecordedEvent

// good is an event as it should be.
func good(n uint64) *sent {
	return &sent{
		Id:               &shared.UUID{Value: &shared.UUID_String_{String_: "0b9f7a4e-51c2-4f0e-8a86-8f4bb1f0c3d2"}},
		StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte("s-1")},
		StreamRevision:   n, CommitPosition: 100 + n, PreparePosition: 100 + n,
		Metadata:       map[string]string{"type": "T", "content-type": "application/json", "created": "17000000000000000"},
		CustomMetadata: []byte(`{}`), Data: []byte(`{}`),
	}
}

func (s *sent) but(change func(*sent)) *sent { change(s); return s }

func (s *sent) resp() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Event{
		Event: &streams.ReadResp_ReadEvent{Event: (*streams.ReadResp_ReadEvent_RecordedEvent)(s)}}}
}

func lastRevision(n uint64) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_LastStreamPosition{LastStreamPosition: n}}
}

func created(text string) []*streams.ReadResp {
	return []*streams.ReadResp{good(0).but(func(s *sent) { s.Metadata["created"] = text }).resp()}
}

func onlyBad(change func(*sent)) []*streams.ReadResp {
	return []*streams.ReadResp{good(0).but(change).resp()}
}

// Whatever a server sends, a read ends in records or an error of this library.
// The official client panics on messages that it does not expect (B10) and ends
// the process if the time of an event is no number (B11).
func TestReadOfWhateverComes(t *testing.T) {
	kinds := []*streams.ReadResp{
		{}, {Content: &streams.ReadResp_FirstStreamPosition{}},
		{Content: &streams.ReadResp_LastAllStreamPosition{}}, {Content: &streams.ReadResp_CaughtUp_{}},
		{Content: &streams.ReadResp_FellBehind_{}}, {Content: &streams.ReadResp_Checkpoint_{}},
		{Content: &streams.ReadResp_Confirmation{}},
	}
	for name, c := range map[string]struct {
		messages []*streams.ReadResp
		want     error
	}{
		"what is no event":           {append(append([]*streams.ReadResp{}, kinds...), good(0).resp(), lastRevision(0)), nil},
		"no content":                 {[]*streams.ReadResp{{Content: &streams.ReadResp_Event{}}}, store.ErrCorrupt},
		"no event in it":             {[]*streams.ReadResp{{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{}}}}, store.ErrCorrupt},
		"time: text":                 {created("yesterday"), store.ErrCorrupt},
		"time: empty":                {created(""), store.ErrCorrupt},
		"time: negative":             {created("-1"), store.ErrCorrupt},
		"time: huge":                 {created("99999999999999999999"), store.ErrCorrupt},
		"time: after 9999":           {created("2534023008000000000"), store.ErrCorrupt},
		"no metadata":                {onlyBad(func(s *sent) { s.Metadata = nil }), store.ErrCorrupt},
		"no type":                    {onlyBad(func(s *sent) { delete(s.Metadata, "type") }), store.ErrCorrupt},
		"no id":                      {onlyBad(func(s *sent) { s.Id = nil }), store.ErrCorrupt},
		"an id that is none":         {onlyBad(func(s *sent) { s.Id = &shared.UUID{Value: &shared.UUID_String_{String_: "x"}} }), store.ErrCorrupt},
		"commit and prepare differ":  {onlyBad(func(s *sent) { s.PreparePosition-- }), store.ErrCorrupt},
		"position 0":                 {onlyBad(func(s *sent) { s.PreparePosition, s.CommitPosition = 0, 0 }), store.ErrCorrupt},
		"an old server's position":   {onlyBad(func(s *sent) { s.PreparePosition, s.CommitPosition = math.MaxUint64, math.MaxUint64 }), store.ErrUnavailable},
		"another stream's":           {onlyBad(func(s *sent) { s.StreamIdentifier.StreamName = []byte("s-2") }), store.ErrCorrupt},
		"no stream":                  {onlyBad(func(s *sent) { s.StreamIdentifier = nil }), store.ErrCorrupt},
		"a revision left out":        {[]*streams.ReadResp{good(0).resp(), good(2).resp()}, store.ErrUnavailable},
		"a revision again":           {[]*streams.ReadResp{good(0).resp(), good(0).resp()}, store.ErrUnavailable},
		"an end before the last one": {[]*streams.ReadResp{good(0).resp(), lastRevision(4)}, store.ErrUnavailable},
	} {
		simulated(t, name, func(t *testing.T) {
			s := (&hostile{messages: c.messages}).store(t)
			records, err := storetest.Stream(patience(t), s, "s-1")
			if c.want == nil {
				require.NoError(t, err)
				require.Len(t, records, 1)
				return
			}
			require.ErrorIs(t, err, c.want)
			var e *fault.Error
			require.ErrorAs(t, err, &e)
			if e.Is(store.ErrCorrupt) && name != "another stream's" && name != "no stream" {
				for _, err = range s.Subscribe(patience(t), 0) {
				}
				require.ErrorIs(t, err, c.want, "a subscription stops there, too")
			}
			_, err = storetest.All(patience(t), s)
			require.Error(t, err, "a log that ends before its newest event, or is corrupt")
		})
	}
}

// The status that a call ends with becomes the right error, with what the
// server said as its cause, in one line. No trailer is taken for granted (B14).
func TestErrorsOfCalls(t *testing.T) {
	exception := func(name string, pairs ...string) metadata.MD {
		return metadata.Pairs(append([]string{"exception", name}, pairs...)...)
	}
	for name, c := range map[string]struct {
		code     codes.Code
		trailers metadata.MD
		read     error
		append   error
	}{
		"a tombstone":              {codes.FailedPrecondition, exception("stream-deleted", "stream-name", "s-1"), store.ErrStreamNotFound, store.ErrInvalidWrite},
		"a tombstone, no name":     {codes.FailedPrecondition, exception("stream-deleted"), store.ErrStreamNotFound, store.ErrInvalidWrite},
		"not the leader":           {codes.NotFound, exception("not-leader"), store.ErrUnavailable, store.ErrUnavailable},
		"not the leader, garbage":  {codes.NotFound, exception("not-leader", "leader-endpoint-host", "%%", "leader-endpoint-port", "x"), store.ErrUnavailable, store.ErrUnavailable},
		"too large":                {codes.InvalidArgument, exception("maximum-append-size-exceeded"), store.ErrTooLarge, store.ErrTooLarge},
		"access denied":            {codes.PermissionDenied, exception("access-denied"), store.ErrUnavailable, store.ErrUnavailable},
		"login refused":            {codes.Unauthenticated, nil, store.ErrUnavailable, store.ErrUnavailable},
		"invalid argument":         {codes.InvalidArgument, nil, store.ErrUnavailable, store.ErrInvalidWrite},
		"unavailable":              {codes.Unavailable, nil, store.ErrUnavailable, store.ErrUnavailable},
		"aborted":                  {codes.Aborted, nil, store.ErrUnavailable, store.ErrUnavailable},
		"deadline":                 {codes.DeadlineExceeded, nil, store.ErrUnavailable, store.ErrUnavailable},
		"cancelled by the server":  {codes.Canceled, nil, store.ErrUnavailable, store.ErrUnavailable},
		"unknown":                  {codes.Unknown, exception("something new"), store.ErrUnavailable, store.ErrUnavailable},
		"internal":                 {codes.Internal, nil, store.ErrUnavailable, store.ErrUnavailable},
		"exhausted":                {codes.ResourceExhausted, nil, store.ErrFull, store.ErrFull},
		"unimplemented":            {codes.Unimplemented, nil, store.ErrNotALog, store.ErrNotALog},
		"data loss":                {codes.DataLoss, nil, store.ErrCorrupt, store.ErrCorrupt},
		"a code that is not known": {codes.Code(99), nil, store.ErrUnavailable, store.ErrUnavailable},
	} {
		simulated(t, name, func(t *testing.T) {
			h := &hostile{err: status.Error(c.code, "it says\nso\x00"), trailers: c.trailers}
			_, readErr := storetest.Stream(patience(t), h.store(t), "s-1")
			_, appendErr := h.store(t).Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
			for _, got := range []struct{ err, want error }{{readErr, c.read}, {appendErr, c.append}} {
				require.ErrorIs(t, got.err, got.want)
				require.NotContains(t, got.err.Error(), "\n")
				st, ok := status.FromError(got.err)
				require.True(t, ok, "the cause is wrapped: %v", got.err)
				require.Equal(t, c.code, st.Code())
			}
		})
	}
}

// Two nodes that each name the other as leader are not asked in a tight loop.
func TestNodesThatNameEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var nodes [2]hostile
		var urls [2]string
		for i := range nodes {
			nodes[i].err = status.Error(codes.NotFound, "Leader info available")
			urls[i] = listen(t, &nodes[i], &nodes[i])
		}
		for i := range nodes {
			other, err := url.Parse(urls[1-i])
			require.NoError(t, err)
			nodes[i].trailers = metadata.Pairs("exception", "not-leader",
				"leader-endpoint-host", other.Hostname(), "leader-endpoint-port", other.Port())
		}
		s := open(t, urls[0], eventstoredb.Options{RetryFor: time.Second, MaxBackoff: 100 * time.Millisecond})
		var callers sync.WaitGroup
		for range 32 {
			callers.Go(func() {
				_, err := s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
				if !errors.Is(err, store.ErrUnavailable) {
					t.Error(err)
				}
			})
		}
		callers.Wait()
		moves := s.Health().Replacements
		require.NotZero(t, moves)
		require.Less(t, moves, uint64(40), "the pauses let about 20 through")
	})
}

// Whatever a server answers to an append, nothing is taken for a success that
// is none.
func TestAnswersToAppends(t *testing.T) {
	success := func(s *streams.AppendResp_Success) *streams.AppendResp {
		return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: s}}
	}
	revision := &streams.AppendResp_Success_CurrentRevision{CurrentRevision: 0}
	at := func(commit, prepare uint64) *streams.AppendResp_Success_Position {
		return &streams.AppendResp_Success_Position{Position: &streams.AppendResp_Position{CommitPosition: commit, PreparePosition: prepare}}
	}
	for name, c := range map[string]struct {
		answer *streams.AppendResp
		want   error
	}{
		"good":                         {success(&streams.AppendResp_Success{CurrentRevisionOption: revision, PositionOption: at(100, 100)}), nil},
		"no position: it is looked up": {success(&streams.AppendResp_Success{CurrentRevisionOption: revision, PositionOption: &streams.AppendResp_Success_NoPosition{}}), nil},
		"nothing":                      {&streams.AppendResp{}, store.ErrUnavailable},
		"an empty success":             {success(&streams.AppendResp_Success{}), store.ErrUnavailable},
		"no success in it":             {success(nil), store.ErrUnavailable},
		"position 0":                   {success(&streams.AppendResp_Success{CurrentRevisionOption: revision, PositionOption: at(0, 0)}), store.ErrUnavailable},
		"a position too large":         {success(&streams.AppendResp_Success{CurrentRevisionOption: revision, PositionOption: at(math.MaxInt64+1, math.MaxInt64+1)}), store.ErrUnavailable},
		"the largest position":         {success(&streams.AppendResp_Success{CurrentRevisionOption: revision, PositionOption: at(math.MaxUint64, math.MaxUint64)}), store.ErrUnavailable},
		"a revision too large":         {success(&streams.AppendResp_Success{CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{CurrentRevision: math.MaxUint64}, PositionOption: at(100, 100)}), store.ErrUnavailable},
		"commit and prepare differ":    {success(&streams.AppendResp_Success{CurrentRevisionOption: revision, PositionOption: at(100, 99)}), store.ErrUnavailable},
		"a revision too low":           {success(&streams.AppendResp_Success{CurrentRevisionOption: revision, PositionOption: at(100, 100)}), store.ErrUnavailable},
		"wrong version, nothing in it": {&streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{}}, store.ErrConflict},
		"wrong version, without which": {&streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: &streams.AppendResp_WrongExpectedVersion{}}}, store.ErrConflict},
	} {
		simulated(t, name, func(t *testing.T) {
			s := (&hostile{answer: c.answer, messages: []*streams.ReadResp{good(0).resp()}}).store(t)
			n := 1
			if name == "a revision too low" {
				n = 2
			}
			done, err := s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(n)})
			if c.want == nil {
				require.NoError(t, err)
				require.Equal(t, event.Position(100), done.Position)
				return
			}
			require.ErrorIs(t, err, c.want)
		})
	}
}
