package esdbtest_test

import (
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/marketcore/marketplace/esdbtest"
)

func TestSoftDelete(t *testing.T) {
	_, c := start(t)
	put(t, c, "s", 3)
	before := put(t, c, "t", 1)
	r, err := c.DeleteStream(within(t), "s", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Revision(2)})
	require.NoError(t, err)
	require.Greater(t, r.Position.Commit, before.CommitPosition)
	_, err = c.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.StreamExists{}}, events(1)...)
	require.Equal(t, esdb.ErrorCodeStreamDeleted, codeOf(t, err))
	w, err := c.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, events(1)...)
	require.NoError(t, err)
	require.EqualValues(t, 3, w.NextExpectedVersion, "numbering goes on")
	got, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 10)
	require.NoError(t, err)
	require.Equal(t, []uint64{3}, numbers(got))
}

func TestTombstone(t *testing.T) {
	_, c := start(t)
	put(t, c, "s", 2)
	r, err := c.TombstoneStream(within(t), "s", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Revision(1)})
	require.NoError(t, err)
	require.Positive(t, r.Position.Commit)
	for _, expected := range []esdb.ExpectedRevision{esdb.Any{}, esdb.NoStream{}, esdb.Revision(1)} {
		_, err = c.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{ExpectedRevision: expected}, events(1)...)
		require.Equal(t, esdb.ErrorCodeStreamDeleted, codeOf(t, err))
	}
	_, err = c.DeleteStream(within(t), "s", esdb.DeleteStreamOptions{})
	require.Equal(t, esdb.ErrorCodeStreamDeleted, codeOf(t, err))
	rs, err := c.ReadAll(within(t), esdb.ReadAllOptions{From: esdb.End{}, Direction: esdb.Backwards}, 3)
	require.NoError(t, err)
	all, err := drain(rs)
	require.NoError(t, err)
	require.Equal(t, "$streamDeleted", all[0].Event.EventType, "the log still shows everything")
	require.EqualValues(t, 1, all[1].Event.EventNumber)
}

// TestDeletionsWithAWrongVersion are errors of the call, with trailers.
func TestDeletionsWithAWrongVersion(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 2)
	w := wire(t, s)
	for name, call := range map[string]func(...grpc.CallOption) error{
		"delete": func(o ...grpc.CallOption) error {
			_, err := w.Delete(within(t), &streams.DeleteReq{Options: &streams.DeleteReq_Options{StreamIdentifier: sid("s"),
				ExpectedStreamRevision: &streams.DeleteReq_Options_Revision{Revision: 7}}}, o...)
			return err
		},
		"tombstone": func(o ...grpc.CallOption) error {
			_, err := w.Tombstone(within(t), &streams.TombstoneReq{Options: &streams.TombstoneReq_Options{StreamIdentifier: sid("s"),
				ExpectedStreamRevision: &streams.TombstoneReq_Options_Revision{Revision: 7}}}, o...)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			code, got := trailers(call)
			require.Equal(t, codes.FailedPrecondition, code)
			require.Equal(t, map[string]string{"exception": "wrong-expected-version", "stream-name": "s",
				"expected-version": "7", "actual-version": "1"}, got)
		})
	}
	code, got := trailers(func(o ...grpc.CallOption) error {
		_, err := w.Delete(within(t), &streams.DeleteReq{Options: &streams.DeleteReq_Options{StreamIdentifier: sid("none"),
			ExpectedStreamRevision: &streams.DeleteReq_Options_StreamExists{StreamExists: new(shared.Empty)}}}, o...)
		return err
	})
	require.Equal(t, codes.FailedPrecondition, code)
	require.Equal(t, "-4", got["expected-version"])
	require.Equal(t, "-1", got["actual-version"])
}

func TestMetadata(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	_, c := start(t, esdbtest.WithConfig(func(c *esdbtest.Config) { c.Now = func() time.Time { return now } }))
	put(t, c, "s", 5)
	set := func(change func(*esdb.StreamMetadata)) {
		var m esdb.StreamMetadata
		change(&m)
		_, err := c.SetStreamMetadata(within(t), "s", esdb.AppendToStreamOptions{}, m)
		require.NoError(t, err)
		got, err := c.GetStreamMetadata(within(t), "s", esdb.ReadStreamOptions{})
		require.NoError(t, err)
		require.Equal(t, &m, got, "the newest metadata is the only one to be read")
	}
	read := func() []uint64 {
		got, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 10)
		require.NoError(t, err)
		return numbers(got)
	}
	_, err := c.GetStreamMetadata(within(t), "s", esdb.ReadStreamOptions{})
	require.Equal(t, esdb.ErrorCodeResourceNotFound, codeOf(t, err))
	set(func(m *esdb.StreamMetadata) { m.SetMaxCount(2) })
	require.Equal(t, []uint64{3, 4}, read())
	set(func(m *esdb.StreamMetadata) { m.SetTruncateBefore(1) })
	require.Equal(t, []uint64{1, 2, 3, 4}, read())
	set(func(m *esdb.StreamMetadata) { m.SetMaxAge(time.Minute) })
	require.Len(t, read(), 5)
	now = now.Add(2 * time.Minute)
	require.Empty(t, read(), "expired, but there")
	require.EqualValues(t, 5, put(t, c, "s", 1).NextExpectedVersion)
	require.Equal(t, []uint64{5}, read())
	set(func(m *esdb.StreamMetadata) { m.AddCustomProperty("mine", "kept") })
	require.Len(t, read(), 6)
}

// TestIDsInTwoStreams: an id is known per stream.
func TestIDsInTwoStreams(t *testing.T) {
	_, c := start(t)
	e := esdb.EventData{EventID: uuid.New(), EventType: "Tested"}
	for _, stream := range []string{"a", "b"} {
		r, err := c.AppendToStream(within(t), stream, esdb.AppendToStreamOptions{}, e)
		require.NoError(t, err)
		require.Zero(t, r.NextExpectedVersion)
	}
}
