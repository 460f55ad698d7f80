package aggregate

import (
	"maps"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// freelancerAggregate is a freelancer as decisions see one: whether the profile is
// public, whether the freelancer takes work, what is verified, which holds are in
// force, which badges are shown, and their Connects.
//
// RegisterFreelancer opens it, public and available. The freelancer's own are
// SetVisibility, SetAvailability, SetProfileCompleteness (percent),
// DescribeProfile, AcceptTerms, PurchaseConnects and SpendConnects. The platform's
// are the switches VerifyIdentity and RevokeIdentity, VerifyPhone, PlaceHold and
// LiftHold, GrantRisingTalent and EndRisingTalent, AwardBadge and LoseBadge, and
// RecordSkillTest, RecordViolation, GrantConnects and ReturnConnects. The timer's
// are ExpireConnects and AssessJobSuccess.
//
// Decisions ask whether the profile is private (SendInvite is then rejected
// ProfilePrivate), whether the freelancer is available (kept in InviteSent),
// whether work can be under payment protection (fine print L1), and how many
// Connects are left: they are in lots, the first to expire is spent first, and at
// every event granted + purchased + returned = spent + expired + held.
type freelancerAggregate struct {
	base
	private          bool
	unavailable      bool
	identityVerified bool
	phoneVerified    bool
	risingTalent     bool
	holds            map[event.HoldKind]bool // those in force
	badges           map[event.Badge]bool    // those that are shown
	connects         connects
}

// protectable reports whether work of the freelancer can be under payment
// protection: the identity is verified and no hold concerns it or payment.
func (f *freelancerAggregate) protectable() bool {
	return f.identityVerified && !f.holds[event.HoldPayment] && !f.holds[event.HoldIdentity]
}

// Clone implements State.
func (f *freelancerAggregate) Clone() State {
	copied := *f
	copied.holds, copied.badges = maps.Clone(f.holds), maps.Clone(f.badges)
	copied.connects = f.connects.clone()
	return &copied
}

// Evolve implements State. Profile texts, tests, assessments and terms are only
// kept in the stream: no decision depends on them.
func (f *freelancerAggregate) Evolve(at event.Time, e event.Event) error {
	_, opens := e.(*event.FreelancerRegistered)
	if err := f.begin(at, e, opens); err != nil {
		return err
	}
	switch e := e.(type) {
	case *event.FreelancerRegistered:
		f.holds, f.badges = map[event.HoldKind]bool{}, map[event.Badge]bool{}
		f.connects.spent = map[uuid.UUID]spending{}
	case *event.ProfileCompletenessChanged, *event.ProfileDescribed, *event.SkillTestRecorded,
		*event.JobSuccessAssessed, *event.TermsAccepted, *event.TermsViolationRecorded:
	case *event.VisibilityChanged:
		f.private = e.Visibility == event.VisibilityPrivate
	case *event.AvailabilityChanged:
		f.unavailable = !e.Available
	case *event.IdentityVerified:
		return turn(&f.identityVerified, true, e)
	case *event.IdentityVerificationRevoked:
		return turn(&f.identityVerified, false, e)
	case *event.PhoneVerified:
		return turn(&f.phoneVerified, true, e)
	case *event.HoldPlaced:
		placed := f.holds[e.Kind]
		f.holds[e.Kind] = true
		return ensure(!placed, e, "a hold of its kind is in force")
	case *event.HoldLifted:
		placed := f.holds[e.Kind]
		delete(f.holds, e.Kind)
		return ensure(placed, e, "no hold of its kind is in force")
	case *event.BadgeAwarded:
		shown := f.badges[e.Badge]
		f.badges[e.Badge] = true
		return ensure(!shown, e, "the freelancer has the badge")
	case *event.BadgeLost:
		shown := f.badges[e.Badge]
		delete(f.badges, e.Badge)
		return ensure(shown, e, "the freelancer does not have the badge")
	case *event.RisingTalentGranted:
		return turn(&f.risingTalent, true, e)
	case *event.RisingTalentEnded:
		return turn(&f.risingTalent, false, e)
	default:
		return f.connects.evolve(at, e)
	}
	return nil
}
