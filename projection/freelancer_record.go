package projection

import (
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// FreelancerRecord is the fold of one freelancer account's stream. Whether one
// was available for an invite stands in the invite, captured when it was sent.
type FreelancerRecord struct {
	ID         uuid.UUID
	Next       uint64 // the revision that the stream's next event has
	Registered Moment
	Marks      []FreelancerMark // in the stream's order
	Connects   []ConnectsMove   // in the stream's order
	// What the freelancer said of the work, and the tests taken, in the stream's order.
	Descriptions []Description
	Tests        []SkillTest
}

// FreelancerMark is a change of a freelancer's profile or standing. A new
// freelancer is public, available, unverified, and has a profile of 0 percent.
type FreelancerMark struct {
	Moment
	Kind   FreelancerMarkKind
	Blocks HoldBlocks // of MarkHoldPlaced
	// Word is the event.Visibility, the event.HoldKind, the event.Badge, the rule that
	// was broken, the event.SanctionReason of a suspension or the
	// event.CloseAccountReason, as the kind has it.
	Word string
	// Number is 1 for available, the profile's percent, or the score as it was
	// shown, in percent, and NotScored without one.
	Number int64
}

// NotScored is the Number of an assessment without a score.
const NotScored = -1

// FreelancerMarkKind is what changed.
type FreelancerMarkKind uint8

// The kinds of marks.
const (
	MarkVisibility FreelancerMarkKind = iota
	MarkAvailability
	MarkCompleteness
	MarkIdentityVerified
	MarkIdentityRevoked
	MarkPhoneVerified
	MarkHoldPlaced
	MarkHoldLifted
	MarkRisingTalent
	MarkRisingTalentEnded
	MarkAssessed
	MarkBadgeAwarded
	MarkBadgeLost
	MarkViolation
	MarkPhoneRevoked
	MarkFreelancerSuspended
	MarkFreelancerReinstated
	MarkFreelancerClosed
)

var freelancerMarkWords = [...]string{
	MarkVisibility: "visibility", MarkAvailability: "availability", MarkCompleteness: "completeness",
	MarkIdentityVerified: "identity_verified", MarkIdentityRevoked: "identity_revoked",
	MarkPhoneVerified: "phone_verified", MarkHoldPlaced: "hold_placed", MarkHoldLifted: "hold_lifted",
	MarkRisingTalent: "rising_talent", MarkRisingTalentEnded: "rising_talent_ended",
	MarkAssessed: "assessed", MarkBadgeAwarded: "badge_awarded", MarkBadgeLost: "badge_lost",
	MarkViolation: "violation", MarkPhoneRevoked: "phone_revoked",
	MarkFreelancerSuspended: "suspended", MarkFreelancerReinstated: "reinstated", MarkFreelancerClosed: "closed",
}

func (r *FreelancerRecord) fold(ch *change, d *dictionary) error {
	if err := ch.follows(r.Next, d); err != nil {
		return err
	}
	switch e := &effects[ch.effect]; e.action {
	case opened:
		*r = FreelancerRecord{ID: d.keys[ch.stream].id, Registered: ch.at}
	case freelancerMarked:
		m := FreelancerMark{Moment: ch.at, Kind: FreelancerMarkKind(e.detail), Word: d.text(ch.word), Number: ch.number}
		if m.Kind == MarkHoldPlaced {
			if ch.number >= int64(unknownBlock) {
				return ch.fail(r.Next, d, ErrContradiction)
			}
			m.Blocks, m.Number = HoldBlocks(ch.number), 0
		}
		r.Marks = append(r.Marks, m)
	case connectsMoved:
		m := d.moves[ch.other]
		m.Moment = ch.at
		r.Connects = append(r.Connects, m)
	case profileDescribed:
		said := d.descriptions[ch.number]
		said.Moment = ch.at
		r.Descriptions = append(r.Descriptions, said)
	case skillTested:
		r.Tests = append(r.Tests, SkillTest{ch.at, d.text(ch.word), ch.number})
	}
	r.Next++
	return nil
}

// RegisteredBy reports whether the account was open as of the moment.
func (r *FreelancerRecord) RegisteredBy(asOf event.Time) bool {
	return r.Next > 0 && r.Registered.By(asOf)
}

type freelancerLinks struct {
	onNone
	invites, proposals, contracts list
}

func (r *FreelancerRecord) stream() (key, uint64) {
	return key{id: r.ID, category: freelancers}, r.Next
}

func (r *FreelancerRecord) owners(*tables) owners { return owners{} }

func (r *FreelancerRecord) equal(s *FreelancerRecord) bool {
	return r.ID == s.ID && r.Registered == s.Registered && slices.Equal(r.Marks, s.Marks) && slices.Equal(r.Connects, s.Connects) &&
		slices.Equal(r.Tests, s.Tests) && slices.EqualFunc(r.Descriptions, s.Descriptions, func(a, b Description) bool { return a.equal(&b) })
}

func (r *FreelancerRecord) tell(t *telling) {
	t.add(r.Registered, "FreelancerRegistered")
	for _, m := range r.Marks {
		t.add(m.Moment, m.Kind.EventType(), field{name: "word", value: m.Word}, field{name: "number", value: strconv.FormatInt(m.Number, 10)}, field{name: "blocks", value: m.Blocks.String()})
	}
	for i := range r.Connects {
		r.Connects[i].tell(t)
	}
	for i := range r.Descriptions {
		r.Descriptions[i].tell(t)
	}
	for _, s := range r.Tests {
		t.add(s.Moment, "SkillTestRecorded", field{name: "test", value: s.Test}, field{name: "score", value: strconv.FormatInt(s.Score, 10)})
	}
}

func (r *FreelancerRecord) until(position event.Position) *FreelancerRecord {
	if r == nil || r.Registered.Position > position {
		return nil
	}
	told := *r
	told.Marks = prefix(r.Marks, position, func(m *FreelancerMark) Moment { return m.Moment })
	told.Connects = prefix(r.Connects, position, func(m *ConnectsMove) Moment { return m.Moment })
	told.Descriptions = prefix(r.Descriptions, position, func(d *Description) Moment { return d.Moment })
	told.Tests = prefix(r.Tests, position, func(t *SkillTest) Moment { return t.Moment })
	return &told
}
