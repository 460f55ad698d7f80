package eventstoredb_test

import (
	"context"
	"io"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/store/eventstoredb"
)

// scripted is a server that answers reads of $all from a log as EventStoreDB
// 24.2.0 was recorded to, and everything else as a test says.
type scripted struct {
	streams.UnimplementedStreamsServer
	serverfeatures.UnimplementedServerFeaturesServer

	stream    func(*streams.ReadReq_Options) ([]*streams.ReadResp, error)      // a read of a stream
	endless   bool                                                             // such a read does not end
	subscribe func(n int, from uint64, s streams.Streams_ReadServer) error     // the n-th subscription, from 1
	all       func(*streams.ReadReq_Options, streams.Streams_ReadServer) error // a read of $all instead, if it is not nil
	write     func(n int, r []*streams.AppendReq) (*streams.AppendResp, error) // the n-th append, from 1
	batch     func(*streams.BatchAppendReq) (*streams.BatchAppendResp, error)  //
	features  func(n int) error                                                // the n-th time that it is connected to
	behind    func() int                                                       // events that are not told to who does not ask the leader

	mu       sync.Mutex
	log      []*sent
	requests []*streams.ReadReq_Options
	counts   map[string]int
}

func (s *scripted) count(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = map[string]int{}
	}
	s.counts[what]++
	return s.counts[what]
}

// seen is how often something was asked for.
func (s *scripted) seen(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[what]
}

func (s *scripted) add(events ...*sent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, events...)
}

func (s *scripted) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	if n := s.count("connect"); s.features != nil {
		if err := s.features(n); err != nil {
			return nil, err
		}
	}
	return &serverfeatures.SupportedMethods{EventStoreServerVersion: "24.2.0"}, nil
}

func (s *scripted) Read(req *streams.ReadReq, out streams.Streams_ReadServer) error {
	o := req.GetOptions()
	s.mu.Lock()
	s.requests = append(s.requests, o)
	s.mu.Unlock()
	if o.GetStream() != nil {
		s.count("stream")
		messages, err := s.stream(o)
		for _, m := range messages {
			if err := out.Send(m); err != nil {
				return err
			}
		}
		if s.endless {
			<-out.Context().Done()
		}
		return err
	}
	if _, ok := o.GetCountOption().(*streams.ReadReq_Options_Subscription); ok {
		return s.subscribe(s.count("subscription"), o.GetAll().GetPosition().GetCommitPosition(), out)
	}
	if s.all != nil {
		return s.all(o, out)
	}
	return s.readAll(o, out)
}

func requiresLeader(ctx context.Context) bool {
	md, _ := metadata.FromIncomingContext(ctx)
	return len(md.Get("requires-leader")) > 0
}

// readAll reads the log: forwards from a position, backwards before one. What
// lies inside a record other than the last is no position.
func (s *scripted) readAll(o *streams.ReadReq_Options, out streams.Streams_ReadServer) error {
	s.mu.Lock()
	log := slices.Clone(s.log)
	s.mu.Unlock()
	if s.behind != nil && !requiresLeader(out.Context()) {
		log = log[:len(log)-s.behind()]
	}
	from := o.GetAll().GetPosition().GetCommitPosition()
	backwards := o.GetReadDirection() == streams.ReadReq_Options_Backwards
	if backwards {
		s.count("backwards")
		slices.Reverse(log)
		if from == 0 {
			from = math.MaxInt64
		}
	} else {
		s.count("forwards")
		at := slices.IndexFunc(log, func(e *sent) bool { return e.CommitPosition >= from })
		if from != 0 && at >= 0 && log[at].CommitPosition != from && from/gap == log[at].CommitPosition/gap-1 {
			return status.Error(codes.Unknown, "Unexpected FilteredReadAllResult: InvalidPosition")
		}
	}
	left := o.GetCount()
	for _, e := range log {
		if backwards == (e.CommitPosition < from) && left > 0 && (o.GetFilter() == nil || e.Metadata["type"][0] != '$') {
			left--
			if err := out.Send(e.resp()); err != nil {
				return err
			}
		}
	}
	return nil
}

// gap is the length of a record of a scripted log.
const gap = 100

// record is the n-th record of a scripted log: it stands at n times the gap.
func record(n uint64) *sent {
	return good(n).but(func(s *sent) { s.CommitPosition, s.PreparePosition = n*gap, n*gap })
}

// system is the n-th record, of the system.
func system(n uint64) *sent {
	return record(n).but(func(s *sent) {
		s.StreamIdentifier.StreamName = []byte("$$s-1")
		s.Metadata["type"] = "$metadata"
	})
}

func records(from, to uint64) (all []*sent) {
	for n := from; n <= to; n++ {
		all = append(all, record(n))
	}
	return all
}

func (s *scripted) Append(in streams.Streams_AppendServer) error {
	var messages []*streams.AppendReq
	for {
		m, err := in.Recv()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		messages = append(messages, m)
	}
	answer, err := s.write(s.count("append"), messages)
	if err != nil {
		return err
	}
	return in.SendAndClose(answer)
}

func (s *scripted) BatchAppend(both streams.Streams_BatchAppendServer) error {
	m, err := both.Recv()
	if err != nil {
		return err
	}
	answer, err := s.batch(m)
	if err != nil {
		return err
	}
	if err := both.Send(answer); err != nil {
		return err
	}
	<-both.Context().Done()
	return nil
}

// open opens a store on the server, as patient as it is by default.
func (s *scripted) open(t *testing.T, o eventstoredb.Options, settings string) *eventstoredb.Store {
	if o.MaxBackoff == 0 {
		o.MaxBackoff = 10 * time.Millisecond
	}
	return open(t, listen(t, s, s)+"&discoveryInterval=2"+settings, o)
}

func confirmed() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Confirmation{Confirmation: &streams.ReadResp_SubscriptionConfirmation{}}}
}

func caughtUp() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}}
}

func checkpoint(commit, prepare uint64) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{
		Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: commit, PreparePosition: prepare}}}
}

// send sends messages and then waits until the subscriber has gone.
func send(out streams.Streams_ReadServer, messages ...*streams.ReadResp) error {
	for _, m := range messages {
		if err := out.Send(m); err != nil {
			return err
		}
	}
	<-out.Context().Done()
	return nil
}
