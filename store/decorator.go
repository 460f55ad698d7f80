package store

import (
	"context"
	"iter"

	"github.com/marketcore/marketplace/event"
)

// Decorator is a Store around another one that can do all that a store can
// beyond the interface, if the store within can.
type Decorator interface {
	Transactor
	FactReader
	Cutter
	// Unwrap is the store within.
	Unwrap() Store
}

// Narrow is a decorator without what the store within cannot do: a Transactor,
// a FactReader, a Cutter only if that is one.
func Narrow(d Decorator) Store {
	_, transacts := d.Unwrap().(Transactor)
	_, readsFacts := d.Unwrap().(FactReader)
	_, cuts := d.Unwrap().(Cutter)
	switch {
	case transacts && readsFacts && cuts:
		return d
	case transacts && readsFacts:
		return struct {
			Transactor
			factReader
			unwrapper
		}{d, d, d}
	case transacts && cuts:
		return struct {
			Transactor
			cutter
			unwrapper
		}{d, d, d}
	case readsFacts && cuts:
		return struct {
			FactReader
			cutter
			unwrapper
		}{d, d, d}
	case transacts:
		return struct {
			Transactor
			unwrapper
		}{d, d}
	case readsFacts:
		return struct {
			FactReader
			unwrapper
		}{d, d}
	case cuts:
		return struct {
			Cutter
			unwrapper
		}{d, d}
	}
	return struct {
		Store
		unwrapper
	}{d, d}
}

// What each interface has beyond Store.
type (
	unwrapper  interface{ Unwrap() Store }
	factReader interface {
		FactParts(ctx context.Context, span Span, schema event.FactSchema) ([]FactPart, error)
		ReadFacts(ctx context.Context, part FactPart, into *event.Facts) error
	}
	cutter interface {
		Cut(ctx context.Context, span Span, events int) iter.Seq2[Span, error]
	}
)
