package esdbtest

import (
	"context"
	"errors"
	"fmt"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// Read reads a stream or the log, or subscribes to it.
func (s *streamsService) Read(req *streams.ReadReq, stream streams.Streams_ReadServer) error {
	err := s.read(req.GetOptions(), stream)
	trail(stream.SetTrailer, err)
	return err
}

type readCall struct {
	service *streamsService
	name    string // of the stream, or engine.AllStream
	options *streams.ReadReq_Options
	stream  streams.Streams_ReadServer
	links   bool
}

// The names that EventStoreDB gives to parts of a request.
const (
	readOptions   = "ReadReq+Types+Options+"
	filterOptions = readOptions + "Types+FilterOptions"
)

func (s *streamsService) read(o *streams.ReadReq_Options, stream streams.Streams_ReadServer) error {
	if o == nil {
		return handlerFailed()
	}
	c := &readCall{service: s, options: o, stream: stream, links: o.GetResolveLinks()}
	if err := c.of(); err != nil {
		return err
	}
	if !c.allowed() {
		return accessDenied()
	}
	switch of := c.combination(); of {
	case combination{"Stream", "Count", "Forwards", "NoFilter"}, combination{"Stream", "Count", "Backwards", "NoFilter"}:
		return c.readStream(o.GetStream(), of.direction == "Backwards")
	case combination{"All", "Count", "Forwards", "NoFilter"}, combination{"All", "Count", "Backwards", "NoFilter"},
		combination{"All", "Count", "Forwards", "Filter"}, combination{"All", "Count", "Backwards", "Filter"}:
		return c.readAll(o.GetAll(), of.direction == "Backwards")
	case combination{"Stream", "Subscription", "Forwards", "NoFilter"}:
		return c.subscribeStream(o.GetStream())
	case combination{"All", "Subscription", "Forwards", "NoFilter"}, combination{"All", "Subscription", "Forwards", "Filter"}:
		return c.subscribeAll(o.GetAll())
	default:
		return invalidArgument(fmt.Sprintf("The combination of (%s, %s, %s, %s) is invalid.", of.what, of.count, of.direction, of.filter))
	}
}

// combination is the choices of a request, of which not every one is possible,
// by the names that EventStoreDB has for them.
type combination struct{ what, count, direction, filter string }

func (c *readCall) combination() combination {
	of := combination{what: "Stream", count: "None", direction: c.options.GetReadDirection().String(), filter: "None"}
	if c.options.GetAll() != nil {
		of.what = "All"
	}
	switch c.options.GetCountOption().(type) {
	case *streams.ReadReq_Options_Count:
		of.count = "Count"
	case *streams.ReadReq_Options_Subscription:
		of.count = "Subscription"
	}
	switch c.options.GetFilterOption().(type) {
	case *streams.ReadReq_Options_NoFilter:
		of.filter = "NoFilter"
	case *streams.ReadReq_Options_Filter:
		of.filter = "Filter"
	}
	return of
}

func (c *readCall) ctx() context.Context { return c.stream.Context() }

func (c *readCall) engine() *engine.Engine { return c.service.engine() }

// of finds out what there is to read.
func (c *readCall) of() error {
	switch of := c.options.GetStreamOption().(type) {
	case *streams.ReadReq_Options_Stream:
		if c.name = streamName(of.Stream.GetStreamIdentifier()); c.name == "" {
			return handlerFailed()
		}
	case *streams.ReadReq_Options_All:
		c.name = engine.AllStream
	default:
		return noCase(readOptions + "StreamOption")
	}
	return nil
}

func (c *readCall) allowed() bool {
	return c.service.node.server.allowed(c.ctx(), engine.Read, c.name)
}

// readStream reads a stream page by page. Clients that ask for it by their
// compatibility are told where the stream begins and ends.
func (c *readCall) readStream(o *streams.ReadReq_Options_StreamOptions, backwards bool) error {
	from, err := revisionOf(o)
	if err != nil {
		return err
	}
	if c.options.GetCount() == 0 || from == engine.EndRevision && !backwards {
		return unexpected("ReadStreamResult", "Error")
	}
	bounds := c.options.GetControlOption().GetCompatibility() >= 1
	left := c.options.GetCount()
	for {
		if err := c.ctx().Err(); err != nil {
			return err
		}
		p, err := c.engine().ReadStream(c.name, from, int(min(c.options.GetCount(), engine.PageSize)), backwards)
		p, err = c.service.node.arrivedStream(c.name, p, err)
		var missing *engine.NotFound
		if errors.As(err, &missing) {
			return c.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{
				StreamNotFound: &streams.ReadResp_StreamNotFound{StreamIdentifier: identifier(c.name)}}})
		}
		if err != nil {
			return engineError("Read", err)
		}
		if bounds && !backwards && left == c.options.GetCount() && len(p.Records) == 0 && p.Next != int64(from) {
			err := c.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_FirstStreamPosition{FirstStreamPosition: uint64(p.Next)}})
			if err != nil {
				return err
			}
		}
		p.Records = p.Records[:min(uint64(len(p.Records)), left)]
		if err := c.send(p.Records); err != nil {
			return err
		}
		left -= uint64(len(p.Records))
		if p.End || left == 0 {
			if bounds {
				return c.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_LastStreamPosition{LastStreamPosition: uint64(p.Last)}})
			}
			return nil
		}
		from = uint64(p.Next)
	}
}

// readAll reads the log page by page: forwards from a position on, inclusive,
// backwards before it. A read of no events, or in pages of no records, is never
// answered.
func (c *readCall) readAll(o *streams.ReadReq_Options_AllOptions, backwards bool) error {
	from, err := positionOf(o)
	if err != nil {
		return err
	}
	filter, window, result := engine.Filter{}, uint32(readWindow), "ReadAllResult"
	if o := c.options.GetFilter(); o != nil {
		if filter, window, err = filterOf(o); err != nil {
			return err
		}
		result = "FilteredReadAllResult"
	}
	left := c.options.GetCount()
	if left == 0 || int32(window) <= 0 {
		return c.unanswered()
	}
	next, _ := from.Wire()
	if backwards {
		next, err = c.engine().Backwards(from)
	} else {
		err = c.engine().CheckForwards(from)
	}
	switch {
	case errors.Is(err, engine.ErrInsideRecord):
		return unexpected(result, "InvalidPosition")
	case err != nil:
		return unexpected(result, "Error")
	}
	for left > 0 {
		if err := c.ctx().Err(); err != nil {
			return err
		}
		n := int(min(left, engine.PageSize))
		p := c.service.node.arrivedAll(c.engine().ReadAll(next, n, int(window), backwards, filter), backwards)
		if err := c.send(p.Records); err != nil {
			return err
		}
		left -= uint64(len(p.Records))
		if p.End {
			return nil
		}
		next = p.Next
	}
	return nil
}

// readWindow is how many records of the log a page of a read without a filter
// looks at.
const readWindow = 1024

// unanswered waits for the end of a call that is not answered.
func (c *readCall) unanswered() error {
	<-c.ctx().Done()
	return c.ctx().Err()
}

// send sends events of a page.
func (c *readCall) send(records []*engine.Record) error {
	for _, r := range records {
		if err := c.sendEvent(c.engine().Resolve(r, c.links)); err != nil {
			return err
		}
	}
	return nil
}

// sendEvent sends an event with its id in the form that the request asks for.
func (c *readCall) sendEvent(e engine.Resolved) error {
	form := c.options.GetUuidOption()
	if form == nil {
		return handlerFailed()
	}
	_, text := form.GetContent().(*streams.ReadReq_Options_UUIDOption_String_)
	return c.stream.Send(readEvent(e, text))
}

// revisionOf reads where a read or a subscription begins in a stream.
func revisionOf(o *streams.ReadReq_Options_StreamOptions) (uint64, error) {
	switch at := o.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Start:
		return 0, nil
	case *streams.ReadReq_Options_StreamOptions_End:
		return engine.EndRevision, nil
	case *streams.ReadReq_Options_StreamOptions_Revision:
		if at.Revision <= engine.TombstoneRevision || at.Revision == engine.EndRevision {
			return at.Revision, nil
		}
	}
	return 0, handlerFailed()
}

// positionOf reads where a read or a subscription begins in the log.
func positionOf(o *streams.ReadReq_Options_AllOptions) (engine.Position, error) {
	switch at := o.GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_Start:
		return engine.LogStart, nil
	case *streams.ReadReq_Options_AllOptions_End:
		return engine.LogEnd, nil
	case *streams.ReadReq_Options_AllOptions_Position:
		if p, err := engine.NewPosition(at.Position.GetCommitPosition(), at.Position.GetPreparePosition()); err == nil {
			return p, nil
		}
	}
	return engine.Position{}, handlerFailed()
}

// unexpected is a result of a read that EventStoreDB has no better words for.
func unexpected(result, why string) error {
	return &rpcError{codes.Unknown, "Unexpected " + result + ": " + why, nil}
}
