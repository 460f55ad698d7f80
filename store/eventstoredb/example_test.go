package eventstoredb_test

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
)

func Example() {
	ctx := context.Background()
	server, err := esdbtest.New(ctx, esdbtest.Config{}) // or a real one
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	go server.Serve(ctx)

	s, err := eventstoredb.Open(ctx, server.ConnectionString(), eventstoredb.Options{StreamPrefixes: []string{"invite-"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	command := uuid.New()
	w := store.Write{Stream: "invite-1", Expected: store.NoStream, Events: []event.Proposed{
		{ID: event.ID(command, 0), Type: "InviteSent", Data: []byte(`{}`), Metadata: []byte(`{}`)},
	}}
	for range 2 { // a repetition changes nothing
		done, err := s.Append(ctx, w)
		fmt.Println(done.Revision, err)
	}
	for n, err := range s.Subscribe(ctx, 0) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if n.CaughtUp() {
			fmt.Println("caught up")
			break
		}
		fmt.Println(n.Record.Stream, n.Record.Type)
	}
	fmt.Println("connected:", s.Health().Connected)
	// Output:
	// 0 <nil>
	// 0 <nil>
	// invite-1 InviteSent
	// caught up
	// connected: true
}
