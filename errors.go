package marketplace

import "github.com/marketcore/marketplace/internal/fault"

// Error is a failure of any package of this module, but for the few that have
// more to say in a type of their own, such as *aggregate.Rejection. Each package
// exports those that it fails with, found with errors.Is. Where two packages mean
// the same, such as store.ErrUnavailable and readmodel.ErrUnavailable, the one
// finds the other.
type Error = fault.Error

// ErrorInfo is what docs/errors.md says of a code.
type ErrorInfo = fault.Info

// Code is the stable code of an error of this module, of a rejection too, such as
// "conflict" or "expired". It is "" for nil, and for what has none, such as an
// error of the host's.
func Code(err error) string { return fault.Code(err) }

// ErrorInfoOf says what an error means, what to do about it, which status to answer
// with, and whether another attempt may succeed. An error without a code is one to
// answer with 500.
func ErrorInfoOf(err error) ErrorInfo { return fault.InfoOf(err) }
