package store

import "context"

// ReadOnly is a store that refuses to be written to, with ErrReadOnly: for one that
// cannot be opened for reading alone.
func ReadOnly(s Store) Store { return readOnly{s} }

type readOnly struct{ Store }

// Unwrap is the store within.
func (r readOnly) Unwrap() Store { return r.Store }

// Append implements Store.
func (readOnly) Append(_ context.Context, w Write) (Appended, error) {
	return Appended{}, ErrReadOnly.In(w.Stream).With(nil, "it was opened for reading only")
}
