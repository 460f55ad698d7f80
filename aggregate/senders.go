package aggregate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Sender is one who may send a command: an entry of the table of senders, which
// Outlines has row by row. What rules.md says of it stands there beside the command
// ("by the platform", "(freelancer)", "(timer)"), and in fine print B13; where it says
// nothing the row is ours.
type Sender struct {
	// Actor is whose word the command is: whom its events name.
	Actor event.Actor
	// By is who sends it. It is Actor, but for what the platform sends in the name of an
	// account, because something has to come first that no event tells: a payment, a
	// measurement, the acceptance that starts a contract.
	By event.Actor
	// Which is which account of the actor's kind may, in words; empty of the platform
	// and the timer.
	Which string
	// Field and Values restrict the entry to commands whose field, by its json tag, has one
	// of the values; "" is a field that is left out. Without Field there is no restriction.
	Field  string
	Values []string

	account func(Command) (Claim, bool) // what Which says
}

// String is the entry in words, as the catalogue has it.
func (s Sender) String() string {
	text := string(s.By)
	if s.By != s.Actor {
		text += " in the name of the " + string(s.Actor)
	}
	if s.Which != "" {
		text += ", " + s.Which
	}
	if s.Field != "" {
		words := make([]string, len(s.Values))
		for i, v := range s.Values {
			if words[i] = "`" + v + "`"; v == "" {
				words[i] = "none"
			}
		}
		text += fmt.Sprintf(" (`%s`: %s)", s.Field, strings.Join(words, ", "))
	}
	return text
}

// SendersOf is who may send the command as it stands: of several any one. What a command
// is not said to be anybody's is nobody's. A command that Validate refuses may be nobody's, too.
//
// The table says who may speak, not whether the rules allow it: that Decide says. To keep
// others out a host finds out who called, takes the claims that are of such a sender, and
// sends the command if one of them is Met. examples/service does.
func SendersOf(c Command) []Claim {
	var claims []Claim
	for _, s := range outlineOf(c).Senders {
		if s.Field != "" && !slices.Contains(s.Values, word(c, s.Field)) {
			continue
		}
		claim := Claim{}
		if s.account != nil {
			var ok bool
			if claim, ok = s.account(c); !ok {
				continue
			}
		}
		claim.By, claim.Actor = s.By, s.Actor
		claims = append(claims, claim)
	}
	return claims
}

// outlineOf is the outline of a command.
func outlineOf(c Command) Outline {
	name := CommandName(c)
	for _, o := range Outlines() {
		if CommandName(o.Command) == name {
			return o
		}
	}
	return Outline{}
}

// itself is the platform or the timer: a program of the host's, or one of its people.
func itself(a event.Actor) Sender { return Sender{Actor: a, By: a} }

// through is the platform in the name of an account.
func through(a event.Actor) Sender { return Sender{Actor: a, By: event.ActorPlatform} }

// own is the account that the command names as its sender's.
func own(a event.Actor) Sender {
	return Sender{Actor: a, By: a, Which: "the account that it names", account: func(c Command) (Claim, bool) {
		account := idIn(c, string(a))
		return Claim{Account: account}, account != uuid.Nil
	}}
}

const itsParty = "a party to it"

// partyOf is the account that is the actor's side of what the command writes.
func partyOf(a event.Actor) Sender {
	return Sender{Actor: a, By: a, Which: itsParty, account: func(c Command) (Claim, bool) {
		return Claim{PartyTo: []string{Stream(c)}}, true
	}}
}

// opener is the side that opened the dispute, which alone takes it back.
func opener(a event.Actor) Sender { return disputant(a, "opened", true) }

// answerer is the other one.
func answerer(a event.Actor) Sender { return disputant(a, "did not open", false) }

func disputant(a event.Actor, did string, opened bool) Sender {
	return Sender{Actor: a, By: a, Which: "the party that " + did + " it", account: func(c Command) (Claim, bool) {
		return Claim{PartyTo: []string{Stream(c)}, Dispute: idIn(c, "dispute"), Opened: opened}, true
	}}
}

// of asks for a party to a thing that the command names beside.
func (s Sender) of(kind string) Sender {
	if s.Which == itsParty {
		s.Which = "a party to the " + kind
	} else {
		s.Which += ", for a " + kind + " of its own"
	}
	return s.on(kind)
}

func (s Sender) on(kind string) Sender {
	return s.also(func(c Command, of *Claim) { of.PartyTo = []string{thingStreams[kind](idIn(c, kind))} })
}

var thingStreams = map[string]func(uuid.UUID) string{"job": event.JobStream, "contract": event.ContractStream}

// between asks for a thing that the command names beside, and that the thing is between
// the account and another one that the command names.
func (s Sender) between(kind, other string) Sender {
	s.Which += ", about a " + kind + " with the " + other
	return s.on(kind).also(func(c Command, of *Claim) { of.Opposite = idIn(c, other) })
}

// unlessInvited lets nobody take the id of an invite to somebody else: an accepted invite
// opens a proposal under it.
func (s Sender) unlessInvited(id string) Sender {
	s.Which += ", under an id that is no invite to another"
	return s.also(func(c Command, of *Claim) { of.IfThere = []string{event.InviteStream(idIn(c, id))} })
}

func (s Sender) also(more func(Command, *Claim)) Sender {
	account := s.account
	s.account = func(c Command) (Claim, bool) {
		claim, ok := account(c)
		if ok {
			more(c, &claim)
		}
		return claim, ok
	}
	return s
}

// with restricts the entry to values of a field.
func (s Sender) with(field string, values ...string) Sender {
	s.Field, s.Values = field, values
	return s
}

// valueIn is the command's field of a name, by its json tag.
func valueIn(c Command, name string) reflect.Value {
	v := reflect.Indirect(reflect.ValueOf(c))
	for _, f := range reflect.VisibleFields(v.Type()) {
		if !f.Anonymous && jsonName(f) == name {
			return v.FieldByIndex(f.Index)
		}
	}
	return reflect.Value{}
}

// idIn is the id in a field, or none.
func idIn(c Command, name string) uuid.UUID {
	if v := valueIn(c, name); v.IsValid() {
		id, _ := v.Interface().(uuid.UUID)
		return id
	}
	return uuid.Nil
}

// word is a field as a script writes it; empty if it is left out.
func word(c Command, name string) string {
	v := valueIn(c, name)
	if !v.IsValid() || v.IsZero() {
		return ""
	}
	return fmt.Sprint(v.Interface())
}
