package aggregate

import (
	"maps"

	"github.com/marketcore/marketplace/event"
)

// account is what decisions know of a client and of a freelancer alike: whether their
// identity and their phone number are verified, and which versions of the terms of
// service they ever accepted (fine print D1, D7).
type account struct {
	base
	identityVerified bool
	phoneVerified    bool
	terms            map[string]bool
}

// holder is an account of either kind.
type holder interface {
	State
	holds() *account
}

func (a *account) holds() *account { return a }

// accepted reports whether the holder ever accepted exactly this version of the terms
// of service, whatever came after.
func (a *account) accepted(version string) bool { return a.terms[version] }

func (a *account) clone() account {
	copied := *a
	copied.terms = maps.Clone(a.terms)
	return copied
}

// evolve folds what may happen to accounts of both kinds. Violations are only kept in
// the stream: no decision depends on them.
func (a *account) evolve(e event.Event) error {
	switch e := e.(type) {
	case *event.IdentityVerified:
		return turn(&a.identityVerified, true, e)
	case *event.IdentityVerificationRevoked:
		return turn(&a.identityVerified, false, e)
	case *event.PhoneVerified:
		return turn(&a.phoneVerified, true, e)
	case *event.PhoneVerificationRevoked:
		return turn(&a.phoneVerified, false, e)
	case *event.TermsAccepted:
		if a.terms == nil {
			a.terms = map[string]bool{}
		}
		a.terms[e.Version] = true
		return nil
	case *event.TermsViolationRecorded:
		return nil
	}
	return errUnexpectedEvent(e)
}

// turn flips a switch: on when off, off when on.
func turn(mark *bool, on bool, e event.Event) error {
	was := *mark
	*mark = on
	return ensure(was != on, e, "it was so already")
}
