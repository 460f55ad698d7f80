package esdbtest_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestReadStream(t *testing.T) {
	_, c := start(t)
	put(t, c, "s", 70)
	upTo := func(from, n uint64) []uint64 {
		ns := []uint64{}
		for i := range n {
			ns = append(ns, from+i)
		}
		return ns
	}
	for name, tc := range map[string]struct {
		options esdb.ReadStreamOptions
		count   uint64
		want    []uint64
	}{
		"all of it":             {esdb.ReadStreamOptions{}, 1000, upTo(0, 70)},
		"from a revision":       {esdb.ReadStreamOptions{From: esdb.Revision(68)}, 1000, []uint64{68, 69}},
		"some":                  {esdb.ReadStreamOptions{From: esdb.Revision(30)}, 5, upTo(30, 5)},
		"beyond the end":        {esdb.ReadStreamOptions{From: esdb.Revision(70)}, 5, []uint64{}},
		"backwards":             {esdb.ReadStreamOptions{From: esdb.End{}, Direction: esdb.Backwards}, 2, []uint64{69, 68}},
		"backwards from":        {esdb.ReadStreamOptions{From: esdb.Revision(1), Direction: esdb.Backwards}, 5, []uint64{1, 0}},
		"backwards from beyond": {esdb.ReadStreamOptions{From: esdb.Revision(700), Direction: esdb.Backwards}, 1, []uint64{69}},
		"backwards from start":  {esdb.ReadStreamOptions{From: esdb.Start{}, Direction: esdb.Backwards}, 5, []uint64{0}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readAllOf(t, c, "s", tc.options, tc.count)
			require.NoError(t, err)
			require.Equal(t, tc.want, numbers(got))
		})
	}
}

func TestReadAll(t *testing.T) {
	_, c := start(t)
	put(t, c, "a", 40)
	put(t, c, "b", 40)
	read := func(o esdb.ReadAllOptions, n uint64) []*esdb.ResolvedEvent {
		rs, err := c.ReadAll(within(t), o, n)
		require.NoError(t, err)
		all, err := drain(rs)
		require.NoError(t, err)
		return all
	}
	everything := read(esdb.ReadAllOptions{}, 1000)
	var position uint64
	for _, e := range everything {
		require.Greater(t, e.Event.Position.Commit, position)
		position = e.Event.Position.Commit
	}
	require.Equal(t, "$$$scavenges", everything[0].Event.StreamID, "what a fresh database begins with")
	mine := everything[len(everything)-80:]
	require.Equal(t, "a", mine[0].Event.StreamID)

	from := mine[10].Event.Position
	require.Equal(t, mine[10].Event.EventID, read(esdb.ReadAllOptions{From: from}, 1)[0].Event.EventID, "forwards is inclusive")
	back := read(esdb.ReadAllOptions{From: from, Direction: esdb.Backwards}, 1)
	require.Equal(t, mine[9].Event.EventID, back[0].Event.EventID, "backwards is exclusive")
	back = read(esdb.ReadAllOptions{From: esdb.End{}, Direction: esdb.Backwards}, 50)
	require.Len(t, back, 50)
	require.Equal(t, mine[79].Event.EventID, back[0].Event.EventID)
	require.Empty(t, read(esdb.ReadAllOptions{From: esdb.End{}}, 10))
	require.Empty(t, read(esdb.ReadAllOptions{From: esdb.Start{}, Direction: esdb.Backwards}, 10))
}

func TestReadWhatIsNotThere(t *testing.T) {
	_, c := start(t)
	_, err := readAllOf(t, c, "missing", esdb.ReadStreamOptions{}, 1)
	require.Equal(t, esdb.ErrorCodeResourceNotFound, codeOf(t, err))
	put(t, c, "deleted", 1)
	_, err = c.DeleteStream(within(t), "deleted", esdb.DeleteStreamOptions{})
	require.NoError(t, err)
	_, err = readAllOf(t, c, "deleted", esdb.ReadStreamOptions{}, 1)
	require.Equal(t, esdb.ErrorCodeResourceNotFound, codeOf(t, err))
	put(t, c, "gone", 1)
	_, err = c.TombstoneStream(within(t), "gone", esdb.TombstoneStreamOptions{})
	require.NoError(t, err)
	_, err = readAllOf(t, c, "gone", esdb.ReadStreamOptions{}, 1)
	require.Equal(t, esdb.ErrorCodeStreamDeleted, codeOf(t, err))
}

func TestLinks(t *testing.T) {
	_, c := start(t)
	put(t, c, "s", 2)
	for _, data := range []string{"1@s", "9@s"} {
		_, err := c.AppendToStream(within(t), "links", esdb.AppendToStreamOptions{},
			esdb.EventData{EventID: uuid.New(), EventType: "$>", Data: []byte(data)})
		require.NoError(t, err)
	}
	plain, err := readAllOf(t, c, "links", esdb.ReadStreamOptions{}, 10)
	require.NoError(t, err)
	require.Nil(t, plain[0].Link)
	require.Equal(t, "$>", plain[0].Event.EventType)
	resolved, err := readAllOf(t, c, "links", esdb.ReadStreamOptions{ResolveLinkTos: true}, 10)
	require.NoError(t, err)
	require.Equal(t, "s", resolved[0].Event.StreamID)
	require.EqualValues(t, 1, resolved[0].Event.EventNumber)
	require.Equal(t, "links", resolved[0].Link.StreamID)
	require.Equal(t, resolved[0].Link.Position.Commit, *resolved[0].Commit)
	require.Nil(t, resolved[1].Event, "a link that leads nowhere")
	require.NotNil(t, resolved[1].Link)
}

// readReq is a request as new clients send it.
func readReq(stream string, change func(*streams.ReadReq_Options)) *streams.ReadReq {
	o := &streams.ReadReq_Options{
		StreamOption: &streams.ReadReq_Options_Stream{Stream: &streams.ReadReq_Options_StreamOptions{
			StreamIdentifier: sid(stream),
			RevisionOption:   &streams.ReadReq_Options_StreamOptions_Start{Start: new(shared.Empty)}}},
		CountOption:  &streams.ReadReq_Options_Count{Count: 1000},
		FilterOption: &streams.ReadReq_Options_NoFilter{NoFilter: new(shared.Empty)},
		UuidOption: &streams.ReadReq_Options_UUIDOption{
			Content: &streams.ReadReq_Options_UUIDOption_String_{String_: new(shared.Empty)}},
	}
	if change != nil {
		change(o)
	}
	return &streams.ReadReq{Options: o}
}

// rawRead reads without the client to the end.
func rawRead(t *testing.T, w streams.StreamsClient, req *streams.ReadReq, o ...grpc.CallOption) ([]*streams.ReadResp, error) {
	t.Helper()
	call, err := w.Read(within(t), req, o...)
	require.NoError(t, err)
	var all []*streams.ReadResp
	for {
		resp, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, resp)
	}
}

func TestReadOnTheWire(t *testing.T) {
	s, c := start(t)
	w := wire(t, s)
	put(t, c, "s", 2)
	compatible := func(o *streams.ReadReq_Options) {
		o.ControlOption = &streams.ReadReq_Options_ControlOption{Compatibility: 1}
	}
	fromRevision := func(n uint64) func(*streams.ReadReq_Options) {
		return func(o *streams.ReadReq_Options) {
			compatible(o)
			o.GetStream().RevisionOption = &streams.ReadReq_Options_StreamOptions_Revision{Revision: n}
		}
	}
	t.Run("ids as text", func(t *testing.T) {
		all, err := rawRead(t, w, readReq("s", nil))
		require.NoError(t, err)
		require.Len(t, all, 2, "and no positions of the stream")
		_, err = uuid.Parse(all[0].GetEvent().GetEvent().GetId().GetString_())
		require.NoError(t, err)
	})
	t.Run("the end of the stream", func(t *testing.T) {
		all, err := rawRead(t, w, readReq("s", compatible))
		require.NoError(t, err)
		require.Len(t, all, 3)
		require.IsType(t, &streams.ReadResp_LastStreamPosition{}, all[2].GetContent())
		require.EqualValues(t, 1, all[2].GetLastStreamPosition())
	})
	t.Run("the start of the stream, from beyond", func(t *testing.T) {
		all, err := rawRead(t, w, readReq("s", fromRevision(90)))
		require.NoError(t, err)
		require.Len(t, all, 2)
		require.IsType(t, &streams.ReadResp_FirstStreamPosition{}, all[0].GetContent())
		require.EqualValues(t, 2, all[0].GetFirstStreamPosition())
	})
	t.Run("not found", func(t *testing.T) {
		all, err := rawRead(t, w, readReq("missing", compatible))
		require.NoError(t, err)
		require.Len(t, all, 1)
		require.Equal(t, "missing", string(all[0].GetStreamNotFound().GetStreamIdentifier().GetStreamName()))
	})
	all := func(o *streams.ReadReq_Options) {
		o.StreamOption = &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{
			AllOption: &streams.ReadReq_Options_AllOptions_Start{Start: new(shared.Empty)}}}
	}
	filter := func(f *streams.ReadReq_Options_FilterOptions) func(*streams.ReadReq_Options) {
		return func(o *streams.ReadReq_Options) {
			all(o)
			o.FilterOption = &streams.ReadReq_Options_Filter{Filter: f}
		}
	}
	t.Run("the log, filtered", func(t *testing.T) {
		f := prefixed("s")
		got, err := rawRead(t, w, readReq("", filter(f)))
		require.NoError(t, err)
		require.Len(t, got, 2)
	})
	subscription := func(o *streams.ReadReq_Options) {
		o.CountOption = &streams.ReadReq_Options_Subscription{Subscription: new(streams.ReadReq_Options_SubscriptionOptions)}
	}
	for name, tc := range map[string]struct {
		change  func(*streams.ReadReq_Options)
		code    codes.Code
		message string // a part of it
	}{
		"no uuid option": {func(o *streams.ReadReq_Options) { o.UuidOption = nil }, codes.Unknown, "Exception"},
		"no stream":      {func(o *streams.ReadReq_Options) { o.StreamOption = nil }, codes.InvalidArgument, "StreamOptionOneofCase"},
		"no name":        {func(o *streams.ReadReq_Options) { o.GetStream().StreamIdentifier = nil }, codes.Unknown, "Exception"},
		"no start":       {func(o *streams.ReadReq_Options) { o.GetStream().RevisionOption = nil }, codes.Unknown, "Exception"},
		"no count":       {func(o *streams.ReadReq_Options) { o.CountOption = nil }, codes.InvalidArgument, "(Stream, None, Forwards, NoFilter)"},
		"a count of 0": {func(o *streams.ReadReq_Options) { o.CountOption = &streams.ReadReq_Options_Count{} },
			codes.Unknown, "Unexpected ReadStreamResult: Error"},
		"a direction that there is not": {func(o *streams.ReadReq_Options) { o.ReadDirection = 7 },
			codes.InvalidArgument, "(Stream, Count, 7, NoFilter)"},
		"forwards from the end": {func(o *streams.ReadReq_Options) {
			o.GetStream().RevisionOption = &streams.ReadReq_Options_StreamOptions_End{End: new(shared.Empty)}
		}, codes.Unknown, "Unexpected ReadStreamResult: Error"},
		"a filter on a stream": {func(o *streams.ReadReq_Options) {
			o.FilterOption = &streams.ReadReq_Options_Filter{Filter: prefixed("s")}
		}, codes.InvalidArgument, "(Stream, Count, Forwards, Filter)"},
		"an empty name": {func(o *streams.ReadReq_Options) { o.GetStream().StreamIdentifier = sid("") }, codes.Unknown, "Exception"},
		"an empty name, and a filter": {func(o *streams.ReadReq_Options) {
			o.GetStream().StreamIdentifier = sid("")
			o.FilterOption = &streams.ReadReq_Options_Filter{Filter: prefixed("s")}
		}, codes.Unknown, "Exception"},
		"an empty filter": {filter(new(streams.ReadReq_Options_FilterOptions)),
			codes.InvalidArgument, "'{ }' is not a valid EventStore.Client.Streams.ReadReq+Types+Options+Types+FilterOptions"},
		"a filter without a window": {filter(func() *streams.ReadReq_Options_FilterOptions {
			f := prefixed("s")
			f.Window = nil
			return f
		}()), codes.InvalidArgument, "WindowOneofCase"},
		"no regular expression": {filter(regex("(")), codes.Unknown, "Exception"},
		"one of .NET":           {filter(regex("(?=a)")), codes.InvalidArgument, "look-around; write the filter another way"},
		"a backwards subscription": {func(o *streams.ReadReq_Options) {
			o.ReadDirection = streams.ReadReq_Options_Backwards
			subscription(o)
		}, codes.InvalidArgument, "(Stream, Subscription, Backwards, NoFilter)"},
		"no checkpoint interval": {func(o *streams.ReadReq_Options) {
			filter(prefixed("s"))(o)
			subscription(o)
		}, codes.Unknown, "Exception"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rawRead(t, w, readReq("s", tc.change))
			require.Equal(t, tc.code, status.Code(err))
			require.ErrorContains(t, err, tc.message)
		})
	}
}

// prefixed is a filter by a prefix of the stream's name.
func prefixed(prefix string) *streams.ReadReq_Options_FilterOptions {
	return &streams.ReadReq_Options_FilterOptions{
		Filter: &streams.ReadReq_Options_FilterOptions_StreamIdentifier{
			StreamIdentifier: &streams.ReadReq_Options_FilterOptions_Expression{Prefix: []string{prefix}}},
		Window: &streams.ReadReq_Options_FilterOptions_Max{Max: 10}}
}

// regex is a filter by a regular expression on the event's type.
func regex(expression string) *streams.ReadReq_Options_FilterOptions {
	return &streams.ReadReq_Options_FilterOptions{
		Filter: &streams.ReadReq_Options_FilterOptions_EventType{
			EventType: &streams.ReadReq_Options_FilterOptions_Expression{Regex: expression}},
		Window: &streams.ReadReq_Options_FilterOptions_Max{Max: 10}}
}

// TestUnansweredReads: of no events, or in pages of none, EventStoreDB never
// says anything.
func TestUnansweredReads(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 2)
	w := wire(t, s)
	for name, change := range map[string]func(o *streams.ReadReq_Options, f *streams.ReadReq_Options_FilterOptions){
		"a count of 0": func(o *streams.ReadReq_Options, _ *streams.ReadReq_Options_FilterOptions) {
			o.CountOption = &streams.ReadReq_Options_Count{}
		},
		"a window of 0": func(_ *streams.ReadReq_Options, f *streams.ReadReq_Options_FilterOptions) {
			f.Window = &streams.ReadReq_Options_FilterOptions_Max{}
		},
		"a window of too much": func(_ *streams.ReadReq_Options, f *streams.ReadReq_Options_FilterOptions) {
			f.Window = &streams.ReadReq_Options_FilterOptions_Max{Max: 1 << 31}
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(within(t), 50*time.Millisecond)
			defer cancel()
			call, err := w.Read(ctx, readReq("", func(o *streams.ReadReq_Options) {
				f := prefixed("s")
				o.StreamOption = &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{
					AllOption: &streams.ReadReq_Options_AllOptions_Start{Start: new(shared.Empty)}}}
				o.FilterOption = &streams.ReadReq_Options_Filter{Filter: f}
				change(o, f)
			}))
			require.NoError(t, err)
			_, err = call.Recv()
			require.Equal(t, codes.DeadlineExceeded, status.Code(err))
		})
	}
}
