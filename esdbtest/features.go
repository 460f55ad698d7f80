package esdbtest

import (
	"context"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// featuresService tells clients what the server can do.
type featuresService struct {
	serverfeatures.UnimplementedServerFeaturesServer
	version string // that the server says it is
}

// supported is a service of EventStoreDB, with the features of its methods,
// and whether this server has it too.
type supported struct {
	service string
	here    bool
	methods []supportedMethod
}

type supportedMethod struct {
	name     string
	features []string
}

// both is the features of a method that is for streams and for $all.
var both = []string{"stream", "all"}

// supportedServices is what EventStoreDB 24.2 tells, in its order.
var supportedServices = []supported{
	{"event_store.client.persistent_subscriptions.persistentsubscriptions", true, []supportedMethod{
		{"create", both}, {"update", both}, {"delete", both}, {"read", both},
		{"getinfo", both}, {"replayparked", both}, {"list", both}, {"restartsubsystem", both}}},
	{"event_store.client.users.users", false, methods(
		"create", "update", "delete", "disable", "enable", "details", "changepassword", "resetpassword")},
	{"event_store.client.streams.streams", true, []supportedMethod{
		{"read", []string{"position", "events"}}, {"append", nil}, {"delete", nil}, {"tombstone", nil},
		{"batchappend", []string{"deadline_duration"}}}},
	{"event_store.client.operations.operations", false, methods(
		"startscavenge", "stopscavenge", "shutdown", "mergeindexes", "resignnode", "setnodepriority",
		"restartpersistentsubscriptions")},
	{"event_store.client.gossip.gossip", true, methods("read")},
	{"event_store.client.monitoring.monitoring", false, methods("stats")},
	{"event_store.client.server_features.serverfeatures", true, methods("getsupportedmethods")},
	{"event_store.client.redaction.redaction", false, methods("geteventpositions", "switchchunks")},
}

// methods are methods without features.
func methods(names ...string) []supportedMethod {
	list := make([]supportedMethod, len(names))
	for i, name := range names {
		list[i].name = name
	}
	return list
}

// GetSupportedMethods is the first call of every client. It tells of services,
// too, that this server has not: they answer that they are not implemented.
func (s *featuresService) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	told := &serverfeatures.SupportedMethods{EventStoreServerVersion: s.version}
	for _, of := range supportedServices {
		for _, m := range of.methods {
			told.Methods = append(told.Methods, &serverfeatures.SupportedMethod{
				ServiceName: of.service, MethodName: m.name, Features: m.features})
		}
	}
	return told, nil
}

// unimplemented answers calls of a service or a method that is not there.
func unimplemented(_ any, stream grpc.ServerStream) error {
	full, _ := grpc.MethodFromServerStream(stream)
	service, _, _ := strings.Cut(strings.TrimPrefix(full, "/"), "/")
	for _, s := range supportedServices {
		if !strings.EqualFold(s.service, service) {
			continue
		}
		if !s.here {
			return &rpcError{codes.Unimplemented, "esdbtest: EventStoreDB has the service " + service + ", this server has not.", nil}
		}
		return &rpcError{codes.Unimplemented, "Method is unimplemented.", nil}
	}
	return &rpcError{codes.Unimplemented, "Service is unimplemented.", nil}
}
