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
	ColumnReader
	Cutter
	// Unwrap is the store within.
	Unwrap() Store
}

// Narrow is a decorator without what the store within cannot do: a Transactor,
// a ColumnReader, a Cutter only if that is one.
func Narrow(d Decorator) Store {
	_, transacts := d.Unwrap().(Transactor)
	_, readsColumns := d.Unwrap().(ColumnReader)
	_, cuts := d.Unwrap().(Cutter)
	switch {
	case transacts && readsColumns && cuts:
		return d
	case transacts && readsColumns:
		return struct {
			Transactor
			columnReader
			unwrapper
		}{d, d, d}
	case transacts && cuts:
		return struct {
			Transactor
			cutter
			unwrapper
		}{d, d, d}
	case readsColumns && cuts:
		return struct {
			ColumnReader
			cutter
			unwrapper
		}{d, d, d}
	case transacts:
		return struct {
			Transactor
			unwrapper
		}{d, d}
	case readsColumns:
		return struct {
			ColumnReader
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
	unwrapper    interface{ Unwrap() Store }
	columnReader interface {
		ColumnParts(ctx context.Context, span Span, schema event.ColumnSchema) ([]ColumnPart, error)
		ReadColumns(ctx context.Context, part ColumnPart, into *event.ColumnBlock) error
	}
	cutter interface {
		Cut(ctx context.Context, span Span, events int) iter.Seq2[Span, error]
	}
)
