package esdbtest

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
)

// Version is the version of EventStoreDB that the server says it is.
const Version = "24.10.0"

// featuresService tells clients what the server can do.
type featuresService struct {
	serverfeatures.UnimplementedServerFeaturesServer
}

const (
	streamsName    = "event_store.client.streams.streams"
	persistentName = "event_store.client.persistent_subscriptions.persistentsubscriptions"
	gossipName     = "event_store.client.gossip.gossip"
	featuresName   = "event_store.client.server_features.serverfeatures"
)

// GetSupportedMethods is the first call of every client.
func (*featuresService) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	both := []string{"stream", "all"}
	return &serverfeatures.SupportedMethods{
		EventStoreServerVersion: Version,
		Methods: []*serverfeatures.SupportedMethod{
			{ServiceName: streamsName, MethodName: "read", Features: []string{"position", "events"}},
			{ServiceName: streamsName, MethodName: "append"},
			{ServiceName: streamsName, MethodName: "delete"},
			{ServiceName: streamsName, MethodName: "tombstone"},
			{ServiceName: streamsName, MethodName: "batchappend", Features: []string{"deadline_duration"}},
			{ServiceName: persistentName, MethodName: "create", Features: both},
			{ServiceName: persistentName, MethodName: "update", Features: both},
			{ServiceName: persistentName, MethodName: "delete", Features: both},
			{ServiceName: persistentName, MethodName: "read", Features: both},
			{ServiceName: persistentName, MethodName: "getinfo", Features: both},
			{ServiceName: persistentName, MethodName: "replayparked", Features: both},
			{ServiceName: persistentName, MethodName: "list", Features: both},
			{ServiceName: persistentName, MethodName: "restartsubsystem"},
			{ServiceName: gossipName, MethodName: "read"},
			{ServiceName: featuresName, MethodName: "getsupportedmethods"},
		},
	}, nil
}
