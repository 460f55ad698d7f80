package esdbtest_test

//lint:file-ignore SA1019 older and other clients send the deprecated fields, so the server must know them

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// TestRefusedGroups: what EventStoreDB cannot do with a request to make a group,
// it says in its own words.
func TestRefusedGroups(t *testing.T) {
	s, _ := start(t)
	p := persistent.NewPersistentSubscriptionsClient(dial(t, s.Addr()))
	sizes := func(batch, buffer int32) *persistent.CreateReq_Settings {
		return &persistent.CreateReq_Settings{ReadBatchSize: batch, HistoryBufferSize: buffer}
	}
	onLog := func(o *persistent.CreateReq_AllOptions) *persistent.CreateReq_Options {
		return &persistent.CreateReq_Options{GroupName: "x", Settings: sizes(1, 2), StreamOption: &persistent.CreateReq_Options_All{All: o}}
	}
	fromStart := &persistent.CreateReq_AllOptions_Start{Start: new(shared.Empty)}
	for name, c := range map[string]struct {
		options *persistent.CreateReq_Options
		code    codes.Code
		words   string
	}{
		"no stream":   {&persistent.CreateReq_Options{GroupName: "x", Settings: sizes(1, 2)}, codes.Unknown, "Exception was thrown by handler."},
		"no settings": {&persistent.CreateReq_Options{StreamIdentifier: sid("s"), GroupName: "x"}, codes.Unknown, "Exception was thrown by handler."},
		"no room": {&persistent.CreateReq_Options{StreamIdentifier: sid("s"), GroupName: "x", Settings: sizes(2, 2)},
			codes.Internal, "may not be greater than or equal to BufferSize"},
		"no strategy": {&persistent.CreateReq_Options{StreamIdentifier: sid("s"), GroupName: "x",
			Settings: &persistent.CreateReq_Settings{HistoryBufferSize: 1, ConsumerStrategy: "ByMood"}},
			codes.Internal, "Consumer strategy ByMood does not exist."},
		"the log by its name": {&persistent.CreateReq_Options{StreamIdentifier: sid("$all"), GroupName: "x", Settings: sizes(1, 2)},
			codes.Unknown, "received CreatePersistentSubscriptionToStreamCompleted instead"},
		"no start": {onLog(new(persistent.CreateReq_AllOptions)), codes.InvalidArgument, "AllOptions+AllOptionOneofCase"},
		"a half above the other": {onLog(&persistent.CreateReq_AllOptions{AllOption: &persistent.CreateReq_AllOptions_Position{
			Position: &persistent.CreateReq_Position{CommitPosition: 1, PreparePosition: 2}}}), codes.Unknown, "Exception was thrown by handler."},
		"half of the end": {onLog(&persistent.CreateReq_AllOptions{AllOption: &persistent.CreateReq_AllOptions_Position{
			Position: &persistent.CreateReq_Position{CommitPosition: math.MaxUint64, PreparePosition: 2}}}), codes.Internal, "prepare position must be less"},
		"a bad filter": {onLog(&persistent.CreateReq_AllOptions{AllOption: fromStart,
			FilterOption: &persistent.CreateReq_AllOptions_Filter{Filter: &persistent.CreateReq_AllOptions_FilterOptions{
				Filter: &persistent.CreateReq_AllOptions_FilterOptions_EventType{
					EventType: &persistent.CreateReq_AllOptions_FilterOptions_Expression{Regex: "("}}}}}),
			codes.Unknown, "Exception was thrown by handler."},
	} {
		_, err := p.Create(within(t), &persistent.CreateReq{Options: c.options})
		require.Equal(t, c.code, status.Code(err), name)
		require.ErrorContains(t, err, c.words, name)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := p.Create(ctx, &persistent.CreateReq{Options: &persistent.CreateReq_Options{StreamIdentifier: sid(""), Settings: sizes(1, 2)}})
	require.Equal(t, codes.DeadlineExceeded, status.Code(err), "a stream without a name gets no answer")
}

// TestEmptyGroupRequests: a request that leaves out what it is about fails in
// EventStoreDB, and gets its words for that.
func TestEmptyGroupRequests(t *testing.T) {
	s, _ := start(t)
	p := persistent.NewPersistentSubscriptionsClient(dial(t, s.Addr()))
	read := func(req *persistent.ReadReq) error {
		call, err := p.Read(within(t))
		require.NoError(t, err)
		_ = call.Send(req) // the answer comes below
		_, err = call.Recv()
		return err
	}
	options := func(change func(*persistent.ReadReq_Options)) *persistent.ReadReq {
		o := &persistent.ReadReq_Options{GroupName: "g", BufferSize: 1,
			StreamOption: &persistent.ReadReq_Options_StreamIdentifier{StreamIdentifier: sid("s")},
			UuidOption:   &persistent.ReadReq_Options_UUIDOption{Content: &persistent.ReadReq_Options_UUIDOption_String_{String_: new(shared.Empty)}}}
		change(o)
		return &persistent.ReadReq{Content: &persistent.ReadReq_Options_{Options: o}}
	}
	for name, call := range map[string]func() error{
		"create":    func() error { _, err := p.Create(within(t), new(persistent.CreateReq)); return err },
		"update":    func() error { _, err := p.Update(within(t), new(persistent.UpdateReq)); return err },
		"delete":    func() error { _, err := p.Delete(within(t), new(persistent.DeleteReq)); return err },
		"replay":    func() error { _, err := p.ReplayParked(within(t), new(persistent.ReplayParkedReq)); return err },
		"info":      func() error { _, err := p.GetInfo(within(t), new(persistent.GetInfoReq)); return err },
		"list":      func() error { _, err := p.List(within(t), new(persistent.ListReq)); return err },
		"read":      func() error { return read(new(persistent.ReadReq)) },
		"no ids":    func() error { return read(options(func(o *persistent.ReadReq_Options) { o.UuidOption = nil })) },
		"no room":   func() error { return read(options(func(o *persistent.ReadReq_Options) { o.BufferSize = 0 })) },
		"no group":  func() error { return read(options(func(o *persistent.ReadReq_Options) { o.GroupName = "" })) },
		"no stream": func() error { return read(options(func(o *persistent.ReadReq_Options) { o.StreamOption = nil })) },
	} {
		err := call()
		require.Equal(t, codes.Unknown, status.Code(err), name)
		require.ErrorContains(t, err, "Exception was thrown by handler.", name)
	}
}

// TestSenselessAcknowledgements: after one that makes no sense the server takes
// no others, says nothing of it, and goes on sending.
func TestSenselessAcknowledgements(t *testing.T) {
	s, c := start(t)
	p := persistent.NewPersistentSubscriptionsClient(dial(t, s.Addr()))
	ack := func(ids ...*shared.UUID) *persistent.ReadReq {
		return &persistent.ReadReq{Content: &persistent.ReadReq_Ack_{Ack: &persistent.ReadReq_Ack{Ids: ids}}}
	}
	text := func(id string) *shared.UUID { return &shared.UUID{Value: &shared.UUID_String_{String_: id}} }
	for name, senseless := range map[string]*persistent.ReadReq{
		"nothing":          new(persistent.ReadReq),
		"options":          {Content: &persistent.ReadReq_Options_{Options: new(persistent.ReadReq_Options)}},
		"no id":            ack(text("none")),
		"an empty id":      ack(new(shared.UUID)),
		"a strange action": {Content: &persistent.ReadReq_Nack_{Nack: &persistent.ReadReq_Nack{Action: 7}}},
	} {
		t.Run(name, func(t *testing.T) {
			put(t, c, name, 2)
			createGroup(t, c, name, nil)
			call, err := p.Read(within(t))
			require.NoError(t, err)
			require.NoError(t, call.Send(&persistent.ReadReq{Content: &persistent.ReadReq_Options_{Options: &persistent.ReadReq_Options{
				GroupName: group, BufferSize: 3,
				StreamOption: &persistent.ReadReq_Options_StreamIdentifier{StreamIdentifier: sid(name)},
				UuidOption:   &persistent.ReadReq_Options_UUIDOption{Content: &persistent.ReadReq_Options_UUIDOption_String_{String_: new(shared.Empty)}}}}}))
			_, err = call.Recv()
			require.NoError(t, err)
			first, err := call.Recv()
			require.NoError(t, err)
			second, err := call.Recv()
			require.NoError(t, err)
			require.NoError(t, call.Send(ack(first.GetEvent().GetEvent().GetId())))
			inFlight := func() int32 {
				info, err := p.GetInfo(within(t), &persistent.GetInfoReq{Options: &persistent.GetInfoReq_Options{GroupName: group,
					StreamOption: &persistent.GetInfoReq_Options_StreamIdentifier{StreamIdentifier: sid(name)}}})
				require.NoError(t, err)
				return info.GetSubscriptionInfo().GetOutstandingMessagesCount()
			}
			require.Eventually(t, func() bool { return inFlight() == 1 }, patience, 1e6)
			require.NoError(t, call.Send(senseless))
			require.NoError(t, call.Send(ack(second.GetEvent().GetEvent().GetId())))
			put(t, c, name, 1)
			third, err := call.Recv()
			require.NoError(t, err)
			require.EqualValues(t, 2, third.GetEvent().GetEvent().GetStreamRevision())
			require.EqualValues(t, 2, inFlight())
		})
	}
}
