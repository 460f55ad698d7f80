package esdbtest_test

import (
	"context"
	"fmt"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/esdbtest"
)

// In a test, Start does the first lines.
func Example() {
	server, err := esdbtest.New(context.Background(), esdbtest.Config{})
	if err != nil {
		panic(err)
	}
	go func() { _ = server.Serve(context.Background()) }()
	defer server.Close()

	cfg, err := esdb.ParseConnectionString(server.ConnectionString())
	if err != nil {
		panic(err)
	}
	cfg.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(cfg)
	if err != nil {
		panic(err)
	}
	defer client.Close()

	event := esdb.EventData{EventID: uuid.New(), EventType: "InviteSent", ContentType: esdb.ContentTypeJson, Data: []byte("{}")}
	first := esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}
	server.Faults().AbortReplies(1)
	_, err = client.AppendToStream(context.Background(), "invite-1", first, event)
	fmt.Println("the outcome is unknown:", err != nil)
	result, err := client.AppendToStream(context.Background(), "invite-1", first, event)
	fmt.Println("asked again:", result.NextExpectedVersion, err)
	// Output:
	// the outcome is unknown: true
	// asked again: 0 <nil>
}
