package projection

import (
	"maps"
	"slices"

	"github.com/marketcore/marketplace/event"
)

// Profile is how a freelancer's account shows as of a moment. A new one is
// public and available, and nothing else.
type Profile struct {
	Public           bool          `json:"public"`
	Available        bool          `json:"available"`
	Percent          int64         `json:"percent"` // how complete it is
	IdentityVerified bool          `json:"identity_verified"`
	PhoneVerified    bool          `json:"phone_verified"`
	RisingTalent     bool          `json:"rising_talent"`
	Badges           []event.Badge `json:"badges"` // awarded and not lost, in the order of their names
}

// Profile is how the account showed as of the moment.
func (r *FreelancerRecord) Profile(asOf event.Time) Profile {
	p := Profile{Public: true, Available: true, Badges: []event.Badge{}}
	for i := range r.Marks {
		if m := &r.Marks[i]; m.By(asOf) {
			p.take(m)
		}
	}
	slices.Sort(p.Badges)
	return p
}

// ProfileFacts are the events that made the profile as of the moment, in their
// order: of those that set one and the same thing, the last.
func (r *FreelancerRecord) ProfileFacts(asOf event.Time) []Evidence {
	made := map[profilePart]Evidence{}
	var p Profile
	for i := range r.Marks {
		if m := &r.Marks[i]; m.By(asOf) {
			if part, shown := p.take(m); shown {
				made[part] = m.Evidence(m.Kind.EventType())
			}
		}
	}
	facts := append(slices.Collect(maps.Values(made)), r.Registered.Evidence("FreelancerRegistered"))
	InLogOrder(facts)
	return facts
}

// profilePart is what a mark sets: the last one of each part stands.
type profilePart struct {
	kind  FreelancerMarkKind // the first of those that set it
	badge event.Badge
}

// take takes a mark in; shown is false for one that no profile shows.
func (p *Profile) take(m *FreelancerMark) (part profilePart, shown bool) {
	part = profilePart{kind: m.Kind}
	switch m.Kind {
	case MarkVisibility:
		p.Public = m.Word == string(event.VisibilityPublic)
	case MarkAvailability:
		p.Available = m.Number == 1
	case MarkCompleteness:
		p.Percent = m.Number
	case MarkIdentityVerified, MarkIdentityRevoked:
		p.IdentityVerified, part.kind = m.Kind == MarkIdentityVerified, MarkIdentityVerified
	case MarkPhoneVerified, MarkPhoneRevoked:
		p.PhoneVerified, part.kind = m.Kind == MarkPhoneVerified, MarkPhoneVerified
	case MarkRisingTalent, MarkRisingTalentEnded:
		p.RisingTalent, part.kind = m.Kind == MarkRisingTalent, MarkRisingTalent
	case MarkBadgeAwarded, MarkBadgeLost:
		part.kind, part.badge = MarkBadgeAwarded, event.Badge(m.Word)
		p.Badges = slices.DeleteFunc(p.Badges, func(b event.Badge) bool { return b == part.badge })
		if m.Kind == MarkBadgeAwarded {
			p.Badges = append(p.Badges, part.badge)
		}
	default:
		return part, false
	}
	return part, true
}
