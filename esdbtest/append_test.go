package esdbtest_test

import (
	"bytes"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/marketcore/marketplace/esdbtest"
)

func TestAppendAndReadBack(t *testing.T) {
	_, c := start(t)
	list := events(2)
	list[1].ContentType = esdb.ContentTypeBinary
	list[1].Data = []byte{0, 255}
	r, err := c.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, list...)
	require.NoError(t, err)
	require.EqualValues(t, 1, r.NextExpectedVersion)
	require.Equal(t, r.CommitPosition, r.PreparePosition)

	got, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 10)
	require.NoError(t, err)
	require.Len(t, got, 2)
	for i, e := range got {
		require.Equal(t, list[i].EventID, e.Event.EventID)
		require.Equal(t, list[i].EventType, e.Event.EventType)
		require.Equal(t, list[i].Data, e.Event.Data)
		require.Equal(t, list[i].Metadata, e.Event.UserMetadata)
		require.Equal(t, "s", e.Event.StreamID)
		require.EqualValues(t, i, e.Event.EventNumber)
		require.NotNil(t, e.Commit)
		require.Equal(t, e.Event.Position.Commit, *e.Commit)
		require.False(t, e.Event.CreatedDate.IsZero())
	}
	require.Equal(t, "application/json", got[0].Event.ContentType)
	require.Equal(t, "application/octet-stream", got[1].Event.ContentType)
	require.Equal(t, r.CommitPosition, got[1].Event.Position.Commit)
	require.Greater(t, got[1].Event.Position.Commit, got[0].Event.Position.Commit+1, "positions are byte offsets")
	require.Positive(t, got[0].Event.Position.Commit)
}

// TestExpectedRevisions through the client; package engine has the whole table.
func TestExpectedRevisions(t *testing.T) {
	for name, c := range map[string]struct {
		before   int
		expected esdb.ExpectedRevision
		last     uint64
		text     string // of the error, empty: none
	}{
		"any":                   {2, esdb.Any{}, 2, ""},
		"no stream":             {0, esdb.NoStream{}, 0, ""},
		"no stream, but one":    {1, esdb.NoStream{}, 0, "expecting 'no_stream' but got '0'"},
		"the revision":          {2, esdb.Revision(1), 2, ""},
		"a revision behind":     {3, esdb.Revision(0), 0, "expecting '0' but got '2'"},
		"a revision ahead":      {1, esdb.Revision(7), 0, "expecting '7' but got '0'"},
		"a revision of nothing": {0, esdb.Revision(7), 0, "expecting '7' but got 'no_stream'"},
		"exists":                {1, esdb.StreamExists{}, 1, ""},
		"exists, but does not":  {0, esdb.StreamExists{}, 0, "expecting 'stream_exists' but got 'no_stream'"},
	} {
		t.Run(name, func(t *testing.T) {
			_, cl := start(t)
			if c.before > 0 {
				put(t, cl, "s", c.before)
			}
			r, err := cl.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{ExpectedRevision: c.expected}, events(1)...)
			if c.text == "" {
				require.NoError(t, err)
				require.Equal(t, c.last, r.NextExpectedVersion)
				return
			}
			require.Equal(t, esdb.ErrorCodeWrongExpectedVersion, codeOf(t, err))
			require.ErrorContains(t, err, c.text)
		})
	}
}

func TestRepeatedAppend(t *testing.T) {
	s, c := start(t)
	list := events(2)
	o := esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}
	first, err := c.AppendToStream(within(t), "s", o, list...)
	require.NoError(t, err)
	put(t, c, "s", 3)
	again, err := c.AppendToStream(within(t), "s", o, list...)
	require.NoError(t, err)
	require.Equal(t, first, again)
	any, err := c.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{}, list...)
	require.NoError(t, err)
	require.Equal(t, first, any)

	require.NoError(t, s.Restart())
	c = client(t, s.ConnectionString())
	again, err = c.AppendToStream(within(t), "s", o, list...)
	require.NoError(t, err)
	require.Equal(t, first, again, "an expected revision remembers for ever")
	any, err = c.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{}, list...)
	require.NoError(t, err)
	require.EqualValues(t, 6, any.NextExpectedVersion, "without one, a restart forgets")
}

// rawAppend appends without the client and gives the answer and the trailers.
func rawAppend(t *testing.T, w streams.StreamsClient, o *streams.AppendReq_Options, messages ...*streams.AppendReq_ProposedMessage) (*streams.AppendResp, metadata.MD, error) {
	t.Helper()
	var md metadata.MD
	call, err := w.Append(within(t), grpc.Trailer(&md), grpc.WaitForReady(true))
	if err != nil {
		return nil, md, err
	}
	send := func(req *streams.AppendReq) {
		_ = call.Send(req) // if the server has answered already, the answer comes below
	}
	send(&streams.AppendReq{Content: &streams.AppendReq_Options_{Options: o}})
	for _, m := range messages {
		send(&streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: m}})
	}
	resp, err := call.CloseAndRecv()
	return resp, md, err
}

func message() *streams.AppendReq_ProposedMessage {
	return &streams.AppendReq_ProposedMessage{
		Id:       &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}},
		Metadata: map[string]string{"type": "Tested", "content-type": "application/json"},
		Data:     []byte("{}"),
	}
}

func noStream(name string) *streams.AppendReq_Options {
	return &streams.AppendReq_Options{StreamIdentifier: sid(name),
		ExpectedStreamRevision: &streams.AppendReq_Options_NoStream{NoStream: new(shared.Empty)}}
}

func TestAppendOnTheWire(t *testing.T) {
	s, c := start(t)
	w := wire(t, s)

	t.Run("nothing to a new stream", func(t *testing.T) {
		resp, _, err := rawAppend(t, w, noStream("empty"))
		require.NoError(t, err)
		require.NotNil(t, resp.GetSuccess().GetNoStream())
		require.Positive(t, resp.GetSuccess().GetPosition().GetCommitPosition())
	})
	t.Run("a wrong version is an answer, said twice", func(t *testing.T) {
		put(t, c, "s", 3)
		o := noStream("s")
		o.ExpectedStreamRevision = &streams.AppendReq_Options_Revision{Revision: 9}
		resp, _, err := rawAppend(t, w, o, message())
		require.NoError(t, err)
		require.True(t, proto.Equal(&streams.AppendResp_WrongExpectedVersion{
			CurrentRevisionOption:         &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: 2},
			CurrentRevisionOption_20_6_0:  &streams.AppendResp_WrongExpectedVersion_CurrentRevision_20_6_0{CurrentRevision_20_6_0: 2},
			ExpectedRevisionOption:        &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: 9},
			ExpectedRevisionOption_20_6_0: &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: 9},
		}, resp.GetWrongExpectedVersion()), resp)
	})
	t.Run("a tombstoned stream is an error", func(t *testing.T) {
		put(t, c, "gone", 1)
		_, err := c.TombstoneStream(within(t), "gone", esdb.TombstoneStreamOptions{})
		require.NoError(t, err)
		_, md, err := rawAppend(t, w, noStream("gone"), message())
		require.Equal(t, codes.FailedPrecondition, status.Code(err))
		require.Equal(t, []string{"stream-deleted"}, md.Get("exception"))
		require.Equal(t, []string{"gone"}, md.Get("stream-name"))
	})
	for name, c := range map[string]struct {
		change    func(*streams.AppendReq_ProposedMessage)
		code      codes.Code
		exception string
	}{
		"no type":         {func(m *streams.AppendReq_ProposedMessage) { delete(m.Metadata, "type") }, codes.InvalidArgument, "missing-required-metadata-property"},
		"no content type": {func(m *streams.AppendReq_ProposedMessage) { delete(m.Metadata, "content-type") }, codes.InvalidArgument, "missing-required-metadata-property"},
		"no id":           {func(m *streams.AppendReq_ProposedMessage) { m.Id = nil }, codes.Unknown, ""},
		"too much":        {func(m *streams.AppendReq_ProposedMessage) { m.Data = make([]byte, 1<<20+1) }, codes.InvalidArgument, "maximum-append-size-exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			m := message()
			c.change(m)
			_, md, err := rawAppend(t, w, noStream("refused"), m)
			require.Equal(t, c.code, status.Code(err))
			if c.exception != "" {
				require.Equal(t, []string{c.exception}, md.Get("exception"))
			}
		})
	}
	t.Run("no expectation", func(t *testing.T) {
		_, _, err := rawAppend(t, w, &streams.AppendReq_Options{StreamIdentifier: sid("s")}, message())
		require.Equal(t, codes.InvalidArgument, status.Code(err))
	})
	t.Run("no stream name", func(t *testing.T) {
		_, _, err := rawAppend(t, w, noStream(""), message())
		require.Equal(t, codes.Unknown, status.Code(err))
	})
	t.Run("a name that no header can carry", func(t *testing.T) {
		put(t, c, "größe\n", 1)
		_, err := c.TombstoneStream(within(t), "größe\n", esdb.TombstoneStreamOptions{})
		require.NoError(t, err)
		_, md, err := rawAppend(t, w, noStream("größe\n"), message())
		require.Equal(t, codes.Unknown, status.Code(err))
		require.Empty(t, md.Get("exception"))
	})
	t.Run("a name that is no UTF-8", func(t *testing.T) {
		for sent, kept := range map[string]string{
			"a\xff\xc3":           "a\ufffd\ufffd",
			"b\xe2\x82c":          "b\ufffdc",
			"d\xf0\x9f\x98":       "d\ufffd",
			"e\xed\xa0\x80":       "e\ufffd\ufffd\ufffd",
			"f\xf4\x90\x80\x80":   "f\ufffd\ufffd\ufffd\ufffd",
			"g\xc0\xaf\xe0\x80é€": "g\ufffd\ufffd\ufffd\ufffdé€",
		} {
			_, _, err := rawAppend(t, w, noStream(sent), message())
			require.NoError(t, err)
			got, err := readAllOf(t, c, kept, esdb.ReadStreamOptions{}, 1)
			require.NoError(t, err, "%q", kept)
			require.Equal(t, kept, got[0].OriginalEvent().StreamID)
		}
	})
	t.Run("a message that is too long", func(t *testing.T) {
		m := message()
		m.CustomMetadata = make([]byte, 16<<20)
		_, _, err := rawAppend(t, w, noStream("long"), m)
		require.Equal(t, codes.ResourceExhausted, status.Code(err))
		require.Equal(t, "Received message exceeds the maximum configured message size.", status.Convert(err).Message())
	})
	t.Run("ids", func(t *testing.T) {
		for text, code := range map[string]codes.Code{
			"0191e7a4-0000-7000-8000-0000000000AB":          codes.OK,
			" 0191e7a4000070008000000000000001\t":           codes.OK,
			"{0191e7a4-0000-7000-8000-000000000002}":        codes.OK,
			"(0191e7a4-0000-7000-8000-000000000003)":        codes.OK,
			"{0191e7a4-0000-7000-8000-000000000002)":        codes.Unknown,
			"urn:uuid:0191e7a4-0000-7000-8000-000000000004": codes.Unknown,
			"00000000-0000-0000-0000-000000000000":          codes.Unknown,
			"":                                              codes.Unknown,
		} {
			m := message()
			m.Id = &shared.UUID{Value: &shared.UUID_String_{String_: text}}
			_, _, err := rawAppend(t, w, noStream("id "+text), m)
			require.Equal(t, code, status.Code(err), text)
		}
	})
}

func TestFullLog(t *testing.T) {
	s, c := start(t, esdbtest.WithConfig(func(c *esdbtest.Config) { c.MaxLogSize = 8 << 10 }))
	put(t, c, "s", 1)
	m := message()
	m.Data = make([]byte, 8<<10)
	_, _, err := rawAppend(t, wire(t, s), noStream("large"), m)
	require.Equal(t, codes.ResourceExhausted, status.Code(err))
	put(t, c, "s", 1)
}

// TestLargeEvents: more than gRPC lets through by default.
func TestLargeEvents(t *testing.T) {
	_, c := start(t, esdbtest.WithConfig(func(c *esdbtest.Config) { c.MaxAppendSize = 8 << 20 }))
	e := events(1)[0]
	e.Data = bytes.Repeat([]byte("x"), 6<<20)
	_, err := c.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{}, e)
	require.NoError(t, err)
	got, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 1)
	require.NoError(t, err)
	require.Len(t, got[0].Event.Data, 6<<20)
}
