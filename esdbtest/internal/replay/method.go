package replay

import (
	"encoding/json"
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	_ "github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"         // a service
	_ "github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"     // a service
	_ "github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures" // a service
	_ "github.com/EventStore/EventStore-Client-Go/v4/protos/shared"         // details of BatchAppend
	_ "github.com/EventStore/EventStore-Client-Go/v4/protos/streams"        // a service
)

// method is a method of a service, with the types of its messages.
type method struct {
	path          string
	clientStreams bool
	request       protoreflect.MessageType
	response      protoreflect.MessageType
}

// packages is where the services of EventStoreDB are.
const packages = "event_store.client"

// methodOf finds a method by service and name, as in Streams/Append.
func methodOf(short string) (*method, error) {
	service, name, _ := strings.Cut(short, "/")
	var found protoreflect.MethodDescriptor
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(file.Package()), packages) {
			return true
		}
		if s := file.Services().ByName(protoreflect.Name(service)); s != nil {
			found = s.Methods().ByName(protoreflect.Name(name))
		}
		return found == nil
	})
	if found == nil {
		return nil, fmt.Errorf("the client's protocol has no method %s", short)
	}
	request, err := protoregistry.GlobalTypes.FindMessageByName(found.Input().FullName())
	if err != nil {
		return nil, err
	}
	response, err := protoregistry.GlobalTypes.FindMessageByName(found.Output().FullName())
	if err != nil {
		return nil, err
	}
	return &method{
		path:          fmt.Sprintf("/%s/%s", found.Parent().FullName(), found.Name()),
		clientStreams: found.IsStreamingClient(),
		request:       request,
		response:      response,
	}, nil
}

// message makes a request of what a scenario says, with its positions.
func (m *method) message(request any, p *positions) (proto.Message, error) {
	expanded, err := p.expand(request)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(expanded)
	if err != nil {
		return nil, err
	}
	msg := m.request.New().Interface()
	if err := protojson.Unmarshal(text, msg); err != nil {
		return nil, err
	}
	return msg, nil
}

// answer writes a message as a scenario does.
func answer(msg proto.Message) (any, error) {
	text, err := protojson.Marshal(msg)
	if err != nil {
		return nil, err
	}
	var v any
	err = json.Unmarshal(text, &v)
	return v, err
}
