package esdbtest

import (
	"context"
	"errors"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// Read reads a stream or the log, or subscribes to it.
func (s *streamsService) Read(req *streams.ReadReq, stream streams.Streams_ReadServer) error {
	err := s.read(req.GetOptions(), stream)
	trail(stream.SetTrailer, err)
	return err
}

// reading is one call of Read.
type readCall struct {
	service *streamsService
	options *streams.ReadReq_Options
	stream  streams.Streams_ReadServer
	textIDs bool
	links   bool
}

func (s *streamsService) read(o *streams.ReadReq_Options, stream streams.Streams_ReadServer) error {
	c := &readCall{service: s, options: o, stream: stream, links: o.GetResolveLinks()}
	switch o.GetUuidOption().GetContent().(type) {
	case *streams.ReadReq_Options_UUIDOption_Structured:
	case *streams.ReadReq_Options_UUIDOption_String_:
		c.textIDs = true
	default:
		return invalidArgument("the uuid option is required")
	}
	name := engine.AllStream
	switch of := o.GetStreamOption().(type) {
	case *streams.ReadReq_Options_Stream:
		name = string(of.Stream.GetStreamIdentifier().GetStreamName())
	case *streams.ReadReq_Options_All:
	default:
		return invalidArgument("a stream or $all is required")
	}
	if err := s.node.server.demand(stream.Context(), engine.Read, name); err != nil {
		return err
	}
	backwards := o.GetReadDirection() == streams.ReadReq_Options_Backwards
	switch o.GetCountOption().(type) {
	case *streams.ReadReq_Options_Count:
		if name == engine.AllStream {
			return c.readAll(o.GetAll(), backwards)
		}
		return c.readStream(name, o.GetStream(), backwards)
	case *streams.ReadReq_Options_Subscription:
		if backwards {
			return invalidArgument("a subscription reads forwards")
		}
		if name == engine.AllStream {
			return c.subscribeAll(o.GetAll())
		}
		return c.subscribeStream(name, o.GetStream())
	}
	return invalidArgument("a count or a subscription is required")
}

func (c *readCall) ctx() context.Context { return c.stream.Context() }

func (c *readCall) engine() *engine.Engine { return c.service.engine() }

// readStream reads a stream page by page. Clients that ask for it by their
// compatibility are told where the stream begins and ends.
func (c *readCall) readStream(name string, o *streams.ReadReq_Options_StreamOptions, backwards bool) error {
	from := o.GetRevision()
	switch o.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Start:
		from = 0
	case *streams.ReadReq_Options_StreamOptions_End:
		from = engine.EndRevision
	case *streams.ReadReq_Options_StreamOptions_Revision:
	default:
		return invalidArgument("a start of the read is required")
	}
	if from == engine.EndRevision && !backwards {
		return nil // nothing is there
	}
	bounds := c.options.GetControlOption().GetCompatibility() >= 1
	left := c.options.GetCount()
	for first := true; ; first = false {
		if err := c.ctx().Err(); err != nil {
			return err
		}
		p, err := c.engine().ReadStream(name, from, int(min(left, engine.PageSize)), backwards)
		p, err = c.service.node.arrivedStream(name, p, err)
		var missing *engine.NotFound
		if errors.As(err, &missing) {
			return c.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{
				StreamNotFound: &streams.ReadResp_StreamNotFound{StreamIdentifier: identifier(name)}}})
		}
		if err != nil {
			return engineError("Read", err)
		}
		if first && bounds && !backwards && len(p.Records) == 0 && p.Next != int64(from) {
			err := c.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_FirstStreamPosition{FirstStreamPosition: uint64(p.Next)}})
			if err != nil {
				return err
			}
		}
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
// backwards before it.
func (c *readCall) readAll(o *streams.ReadReq_Options_AllOptions, backwards bool) error {
	var from uint64
	switch at := o.GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_Start:
	case *streams.ReadReq_Options_AllOptions_End:
		from = engine.EndPosition
	case *streams.ReadReq_Options_AllOptions_Position:
		from = at.Position.GetCommitPosition()
	default:
		return invalidArgument("a start of the read is required")
	}
	var filter engine.Filter
	if o := c.options.GetFilter(); o != nil {
		var err error
		if filter, err = filterOf(o); err != nil {
			return err
		}
	}
	left := c.options.GetCount()
	for left > 0 {
		if err := c.ctx().Err(); err != nil {
			return err
		}
		n := int(min(left, engine.PageSize))
		p := c.service.node.arrivedAll(c.engine().ReadAll(from, n, readWindow, backwards, filter), backwards)
		if err := c.send(p.Records); err != nil {
			return err
		}
		left -= uint64(len(p.Records))
		if p.End {
			return nil
		}
		from = p.Next
	}
	return nil
}

// readWindow is how many records of the log a page of a read looks at.
const readWindow = 1024

func (c *readCall) send(records []*engine.Record) error {
	for _, r := range records {
		if err := c.stream.Send(readEvent(c.engine().Resolve(r, c.links), c.textIDs)); err != nil {
			return err
		}
	}
	return nil
}

// filterOptions are those of a filter in either service.
type filterOptions[E expression] interface {
	GetStreamIdentifier() E
	GetEventType() E
}

type expression interface {
	comparable
	GetRegex() string
	GetPrefix() []string
}

// filterOf reads a filter.
func filterOf[E expression](o filterOptions[E]) (engine.Filter, error) {
	by, e, err := filterParts(o)
	if err != nil {
		return engine.Filter{}, err
	}
	f, err := engine.NewFilter(by, e.GetPrefix(), e.GetRegex())
	if err != nil {
		return engine.Filter{}, invalidArgument(err.Error())
	}
	return f, nil
}

func filterParts[E expression](o filterOptions[E]) (engine.Subject, E, error) {
	var none E
	if e := o.GetStreamIdentifier(); e != none {
		return engine.ByStream, e, nil
	}
	if e := o.GetEventType(); e != none {
		return engine.ByEventType, e, nil
	}
	return 0, none, invalidArgument("a filter has to say what it looks at")
}

// window is how many events a filtered subscription looks at in one page and
// after how many it sends a checkpoint.
func window(limit uint32, multiplier uint32) (page, interval int) {
	page = engine.PageSize
	if limit > 0 {
		page = int(limit)
	}
	return page, int(min(int64(page)*int64(multiplier), math.MaxInt32))
}
