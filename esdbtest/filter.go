package esdbtest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// filterOf reads a filter and how many records one of its pages looks at.
func filterOf(o *streams.ReadReq_Options_FilterOptions) (f engine.Filter, window uint32, err error) {
	by, e, err := filterParts(o)
	if err != nil {
		return f, 0, invalidArgument("'" + filterText(o) + "' is not a valid EventStore.Client.Streams." + filterOptions)
	}
	if f, err = engine.NewFilter(by, e.GetPrefix(), e.GetRegex()); err != nil {
		return f, 0, filterError(err)
	}
	switch of := o.GetWindow().(type) {
	case *streams.ReadReq_Options_FilterOptions_Max:
		return f, of.Max, nil
	case *streams.ReadReq_Options_FilterOptions_Count:
		return f, engine.PageSize, nil
	}
	return f, 0, noCase(filterOptions + "+Window")
}

// filterError tells what is wrong with a filter: EventStoreDB fails at what is
// no regular expression, and does what is refused here.
func filterError(err error) error {
	if errors.Is(err, engine.ErrNoRegex) {
		return handlerFailed()
	}
	return invalidArgument(err.Error() + "; write the filter another way")
}

// filterText is the JSON form of what a filter says beside what it looks at.
func filterText(o *streams.ReadReq_Options_FilterOptions) string {
	var fields []string
	switch of := o.GetWindow().(type) {
	case *streams.ReadReq_Options_FilterOptions_Max:
		fields = append(fields, fmt.Sprintf(`"max": %d`, of.Max))
	case *streams.ReadReq_Options_FilterOptions_Count:
		fields = append(fields, `"count": { }`)
	}
	if n := o.GetCheckpointIntervalMultiplier(); n != 0 {
		fields = append(fields, fmt.Sprintf(`"checkpointIntervalMultiplier": %d`, n))
	}
	if len(fields) == 0 {
		return "{ }"
	}
	return "{ " + strings.Join(fields, ", ") + " }"
}

// expressions are those of a filter in either service.
type expressions[E expression] interface {
	GetStreamIdentifier() E
	GetEventType() E
}

type expression interface {
	comparable
	GetRegex() string
	GetPrefix() []string
}

var errNoExpression = errors.New("esdbtest: a filter has to say what it looks at")

// filterParts is what a filter looks at, and for what.
func filterParts[E expression](o expressions[E]) (engine.Subject, E, error) {
	var none E
	if e := o.GetStreamIdentifier(); e != none {
		return engine.ByStream, e, nil
	}
	if e := o.GetEventType(); e != none {
		return engine.ByEventType, e, nil
	}
	return 0, none, errNoExpression
}
