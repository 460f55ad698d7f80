package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"iter"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// The library decides what may happen, not who may ask for it: a command that
// reaches Do counts as sent by whom it says. Keeping others out is the host's
// work, and it is done here, before Do.

var errForbidden = errors.New("this token may not send the command for that account")

// principal is who sends a request: the platform's own staff, or one account.
type principal struct {
	platform bool
	side     event.Side // of an account
	id       uuid.UUID
}

// user is the opaque id under which the log keeps who acted. A real host has one for
// each of its users, of which an account may have several.
func (p principal) user() string {
	if p.platform {
		return "platform"
	}
	return string(p.side) + ":" + p.id.String()
}

// tokens are the known bearer tokens, by their hash, so that comparing takes
// equally long whatever is sent. A real host asks its identity provider.
type tokens map[[sha256.Size]byte]principal

// demoTokens knows three tokens, for trying the service out: "platform", and "client" and
// "freelancer", each of one account.
func demoTokens() tokens {
	t := tokens{}
	t.add("platform", principal{platform: true})
	t.add("client", principal{side: event.SideClient, id: demoClient})
	t.add("freelancer", principal{side: event.SideFreelancer, id: demoFreelancer})
	return t
}

var (
	demoClient     = uuid.MustParse("9d5c2a44-3a0b-4e0c-8f5e-2f1f6f3c7b10")
	demoFreelancer = uuid.MustParse("9d5c2a44-3a0b-4e0c-8f5e-2f1f6f3c7b11")
)

func (t tokens) add(token string, p principal) { t[sha256.Sum256([]byte(token))] = p }

func (t tokens) of(r *http.Request) (principal, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") { // RFC 9110: in any case
		return principal{}, false
	}
	p, ok := t[sha256.Sum256([]byte(strings.Trim(token, " ")))]
	return p, ok
}

// may fails with errForbidden unless the principal may send the command: the library's
// table of senders says who may. The platform's people and programs stand in for the
// timer, and for nobody else: who speaks for a customer needs a token of theirs.
func (p principal) may(ctx context.Context, m *marketplace.Marketplace, c aggregate.Command) error {
	for _, claim := range aggregate.SendersOf(c) {
		if !p.is(claim.By) {
			continue
		}
		if met, err := claim.Met(p.id, events(ctx, m)); met || err != nil {
			return err
		}
	}
	return errForbidden
}

// is reports whether the principal is of the kind of a sender.
func (p principal) is(sender event.Actor) bool {
	if p.platform {
		return sender == event.ActorPlatform || sender == event.ActorTimer
	}
	return sender == event.Actor(p.side)
}

// events reads streams of the log.
func events(ctx context.Context, m *marketplace.Marketplace) aggregate.Events {
	return func(stream string) iter.Seq2[event.Event, error] {
		return func(yield func(event.Event, error) bool) {
			for rec, err := range m.Store().ReadStream(ctx, stream, 0) {
				if errors.Is(err, store.ErrStreamNotFound) {
					return
				}
				var env event.Envelope
				if err == nil {
					env, err = m.Registry().Decode(&rec)
				}
				if !yield(env.Event, err) || err != nil {
					return
				}
			}
		}
	}
}
