package simulate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// pace is how soon a freelancer answers.
type pace int

const (
	fast pace = iota
	steady
	slow
	silent // hardly ever
)

// freelancer is one with a character.
type freelancer struct {
	actor
	id       uuid.UUID
	category int
	pace     pace
	skill    int64       // 0 to 100: how good the work is
	rate     event.Money // an hour
	capacity int         // contracts at a time
	shy      bool        // the profile becomes private

	busy    int // contracts that run
	private bool
	away    bool
	out     bool // suspended, or gone
}

func newFreelancer(w *world, number uint64) *freelancer {
	f := &freelancer{actor: w.actor(kindFreelancer, number)}
	f.id = f.actor.id()
	f.category = int(f.between(0, int64(w.crowd.fields-1)))
	f.pace = weighed(&f.actor, share[pace]{40, fast}, share[pace]{35, steady}, share[pace]{15, slow}, share[pace]{10, silent})
	f.skill = weighed(&f.actor, share[int64]{35, f.between(80, 100)}, share[int64]{50, f.between(55, 85)}, share[int64]{15, f.between(15, 55)})
	f.rate = event.Money(f.between(400, 2000) + f.skill*f.between(5, 60))
	f.capacity = int(f.between(1, 3))
	f.shy = f.chance(60)
	return f
}

func (f *freelancer) register() {
	f.do(aggregate.RegisterFreelancer{Freelancer: f.id})
	f.do(aggregate.AcceptTerms{Freelancer: f.id, Version: "1"})
	f.connects()
	f.crowd.talents[f.category] = append(f.crowd.talents[f.category], f)
	f.plan(f.minutes(5, 3000), f.describe)
	if f.chance(850) {
		f.plan(f.days(0, 10), func() { f.do(aggregate.VerifyPhone{Freelancer: f.id}) })
	}
	if f.chance(800) {
		f.plan(f.days(1, 14), func() { f.do(aggregate.VerifyIdentity{Freelancer: f.id}) })
	}
	for range f.between(0, 3) {
		f.plan(f.days(1, 60), f.test)
	}
	if f.skill >= 75 && f.chance(120) {
		f.plan(f.days(5, 20), func() { f.do(aggregate.GrantRisingTalent{Freelancer: f.id}) })
	}
	if f.shy {
		f.plan(f.days(10, 200), f.hide)
	}
	f.plan(f.days(30, 300), f.leave)
	f.misfortunes()
}

// connects come at the beginning and every quarter.
func (f *freelancer) connects() {
	f.do(aggregate.GrantConnects{Freelancer: f.id, N: 12})
	f.plan(90*day, f.connects)
}

func (f *freelancer) describe() {
	field := &categories[f.category]
	var skills []event.Text
	for _, skill := range field.skills[:f.between(1, int64(len(field.skills)))] {
		skills = append(skills, event.Text(skill))
	}
	f.do(aggregate.DescribeProfile{Freelancer: f.id, Introduction: "I work carefully and keep my word.", Skills: skills})
	f.do(aggregate.SetProfileCompleteness{Freelancer: f.id, Percent: int(f.between(5, 9) * 10)})
	if f.chance(650) {
		f.plan(f.days(1, 40), func() { f.do(aggregate.SetProfileCompleteness{Freelancer: f.id, Percent: 100}) })
	}
}

func (f *freelancer) test() {
	score := min(100, max(0, f.skill+f.between(-20, 10)))
	f.do(aggregate.RecordSkillTest{Freelancer: f.id, Test: oneOf(&f.actor, categories[f.category].skills...), Score: int(score)})
}

// hide makes the profile private, some of the time for good.
func (f *freelancer) hide() {
	f.private = f.do(aggregate.SetVisibility{Freelancer: f.id, Visibility: event.VisibilityPrivate}) == applied
	if f.chance(500) {
		f.plan(f.days(30, 120), func() {
			f.private = f.do(aggregate.SetVisibility{Freelancer: f.id, Visibility: event.VisibilityPublic}) != applied
		})
	}
}

// leave is for a holiday.
func (f *freelancer) leave() {
	f.away = true
	f.do(aggregate.SetAvailability{Freelancer: f.id, Available: false})
	f.plan(f.days(5, 25), func() {
		f.away = false
		f.do(aggregate.SetAvailability{Freelancer: f.id, Available: true})
		f.plan(f.days(120, 300), f.leave)
	})
}

// misfortunes are what the platform does to an account, rarely.
func (f *freelancer) misfortunes() {
	platform := &f.crowd.platform
	for _, m := range []struct {
		ppm  int
		kind event.HoldKind
	}{{10_000, event.HoldIdentity}, {10_000, event.HoldQuality}, {6_000, event.HoldPayment}, {5_000, event.HoldCircumvention}} {
		if !f.rarely(m.ppm) {
			continue
		}
		f.plan(f.days(20, 250), func() {
			if m.kind == event.HoldCircumvention {
				platform.do(aggregate.RecordViolation{Freelancer: f.id, Rule: "circumvention"})
			}
			platform.do(aggregate.PlaceHold{Freelancer: f.id, Kind: m.kind})
			if platform.chance(900) {
				platform.plan(platform.days(3, 40), func() { platform.do(aggregate.LiftHold{Freelancer: f.id, Kind: m.kind}) })
			}
		})
	}
	if f.rarely(4_000) {
		f.plan(f.days(30, 300), f.suspended)
	}
	if f.rarely(3_000) {
		f.plan(f.days(20, 200), func() {
			if platform.do(aggregate.RevokePhone{Freelancer: f.id}) == applied {
				f.plan(f.days(1, 10), func() { f.do(aggregate.VerifyPhone{Freelancer: f.id}) })
			}
		})
	}
	if f.rarely(5_000) {
		f.plan(f.days(30, 250), func() {
			if platform.do(aggregate.RevokeIdentity{Freelancer: f.id}) == applied {
				f.plan(f.days(2, 30), func() { f.do(aggregate.VerifyIdentity{Freelancer: f.id}) })
			}
		})
	}
}

// suspended is what the platform does to one who breaks its terms: for a while, or for
// good.
func (f *freelancer) suspended() {
	platform := &f.crowd.platform
	if platform.do(aggregate.SuspendFreelancer{Freelancer: f.id, Reason: event.SanctionTOS}) != applied {
		return
	}
	f.out = true
	platform.plan(platform.days(5, 30), func() {
		if platform.chance(400) {
			platform.do(aggregate.CloseFreelancer{Freelancer: f.id, Reason: event.CloseAccountTOS})
			return
		}
		f.out = platform.do(aggregate.ReinstateFreelancer{Freelancer: f.id}) != applied
	})
}

// free reports whether the freelancer would take one more contract.
func (f *freelancer) free() bool { return !f.away && !f.out && f.busy < f.capacity }

// soon is how long the freelancer takes to answer; ok is false for one who does
// not.
func (f *freelancer) soon() (wait int64, ok bool) {
	switch f.pace {
	case fast:
		wait = f.minutes(4, 8*60)
	case steady:
		wait = f.hours(2, 40)
	case slow:
		wait = f.hours(20, 6*24)
	default:
		return 0, false
	}
	if f.away {
		wait += f.days(2, 12)
	}
	return wait, true
}
