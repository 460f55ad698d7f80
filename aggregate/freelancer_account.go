package aggregate

import (
	"maps"
	"slices"

	"github.com/marketcore/marketplace/event"
)

type freelancerState uint8

const (
	freelancerActive freelancerState = iota
	freelancerSuspended
	freelancerClosed
)

// freelancerAggregate is a freelancer as decisions see one: active, suspended or
// closed, which is final; whether the profile is public, whether the freelancer takes
// work, which holds are in force, which badges are shown, and their Connects. What
// both kinds of accounts have is in account.
//
// RegisterFreelancer opens it, public and available. The freelancer's own are
// SetVisibility, SetAvailability, SetProfileCompleteness (percent), DescribeProfile
// and PurchaseConnects. The platform moves it by SuspendFreelancer,
// ReinstateFreelancer and CloseFreelancer; its switches are PlaceHold and LiftHold,
// GrantRisingTalent and EndRisingTalent, AwardBadge and LoseBadge, and RecordSkillTest,
// GrantConnects and ReturnConnects put something on record. The timer's are
// ExpireConnects and AssessJobSuccess.
//
// Decisions ask whether the account is active and what holds block: new business is
// rejected FreelancerSuspended or OnHold, while what runs goes on (rules 1). They ask
// whether the profile is private (SendInvite is then rejected ProfilePrivate), whether
// the freelancer is available (kept in InviteSent), what stands in the way of payment
// protection (fine print L1), and how many Connects are left: they are in lots, the
// first to expire is spent first, and at every event granted + purchased + returned =
// spent + expired + held.
type freelancerAggregate struct {
	account
	state        freelancerState
	private      bool
	unavailable  bool
	risingTalent bool
	blocks       map[event.HoldKind][]event.HoldBlock // of the holds in force
	badges       map[event.Badge]bool                 // those that are shown
	connects     connects
}

// suspended reports whether the account is suspended or closed, which takes new
// business away; all that runs goes on.
func (f *freelancerAggregate) suspended() bool { return f.state != freelancerActive }

// held reports whether a hold of the kind is in force.
func (f *freelancerAggregate) held(kind event.HoldKind) bool {
	_, placed := f.blocks[kind]
	return placed
}

// blocked reports whether a hold in force blocks a part of the marketplace.
func (f *freelancerAggregate) blocked(part event.HoldBlock) bool {
	for _, blocks := range f.blocks {
		if slices.Contains(blocks, part) {
			return true
		}
	}
	return false
}

// Clone implements State.
func (f *freelancerAggregate) Clone() State {
	copied := *f
	copied.account = f.account.clone()
	copied.blocks, copied.badges = maps.Clone(f.blocks), maps.Clone(f.badges)
	copied.connects = f.connects.clone()
	return &copied
}

// Evolve implements State. Profile texts, tests and assessments are only kept in the
// stream: no decision depends on them.
func (f *freelancerAggregate) Evolve(at event.Time, e event.Event) error {
	_, opens := e.(*event.FreelancerRegistered)
	if err := f.begin(at, e, opens); err != nil {
		return err
	}
	switch e := e.(type) {
	case *event.FreelancerRegistered:
		f.blocks, f.badges = map[event.HoldKind][]event.HoldBlock{}, map[event.Badge]bool{}
		f.connects = newConnects()
	case *event.ProfileCompletenessChanged, *event.ProfileDescribed, *event.SkillTestRecorded, *event.JobSuccessAssessed:
	case *event.VisibilityChanged:
		f.private = e.Visibility == event.VisibilityPrivate
	case *event.AvailabilityChanged:
		f.unavailable = !e.Available
	case *event.FreelancerSuspended:
		return f.become(freelancerSuspended, f.state == freelancerActive, e)
	case *event.FreelancerReinstated:
		return f.become(freelancerActive, f.state == freelancerSuspended, e)
	case *event.FreelancerClosed:
		return f.become(freelancerClosed, f.state != freelancerClosed, e)
	case *event.HoldPlaced:
		placed := f.held(e.Kind)
		f.blocks[e.Kind] = slices.Clone(e.Blocks)
		return ensure(!placed, e, "a hold of its kind is in force")
	case *event.HoldLifted:
		placed := f.held(e.Kind)
		delete(f.blocks, e.Kind)
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
	case *event.IdentityVerified, *event.IdentityVerificationRevoked, *event.PhoneVerified, *event.PhoneVerificationRevoked,
		*event.TermsAccepted, *event.TermsViolationRecorded:
		return f.account.evolve(e)
	default:
		return f.connects.evolve(at, e)
	}
	return nil
}

func (f *freelancerAggregate) become(state freelancerState, allowed bool, e event.Event) error {
	f.state = state
	return ensure(allowed, e, "the account's state does not lead there")
}
