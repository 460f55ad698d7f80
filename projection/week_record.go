package projection

import (
	"crypto/sha1"
	"strconv"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// WeekRecord is what a work week's stream ends with: its invoice. What stands before
// it, the segments, is the diary's, and no record keeps it.
type WeekRecord struct {
	Contract uuid.UUID
	Week     event.Week
	Next     uint64 // the revision that the stream's next event has
	Invoiced Moment
	Minutes  int64 // billed: what was logged less what was over the limit
	Amount   event.Money
}

// WeekID is the id under which Records has a week, the UUID of version 5 of its
// name, such as 2016-W05, in the name space of its contract.
func WeekID(contract uuid.UUID, w event.Week) uuid.UUID {
	// uuid.NewSHA1, without its allocations: folds ask for it week by week.
	var name [24]byte
	sum := sha1.Sum(append(append(name[:0], contract[:]...), w.String()...))
	id := uuid.UUID(sum[:16])
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return id
}

// ID is WeekID.
func (r *WeekRecord) ID() uuid.UUID { return WeekID(r.Contract, r.Week) }

func (r *WeekRecord) fold(ch *change, d *dictionary) error {
	switch {
	case r.Next > ch.revision:
		return ch.fail(r.Next, d, ErrRepeated)
	case r.Next > 0: // a second invoice
		return ch.fail(r.Next, d, ErrContradiction)
	}
	stream := d.keys[ch.stream]
	*r = WeekRecord{
		Contract: stream.id, Week: stream.week.week(), Next: ch.revision + 1,
		Invoiced: ch.at, Minutes: ch.second, Amount: event.Money(ch.number),
	}
	return nil
}

type weekLinks struct{ next ref } // of the contract's

func (l *weekLinks) join(t *tables, at ref, of owners) {
	l.next = t.contracts.at(of.other).links.weeks.push(at)
}

func (r *WeekRecord) stream() (key, uint64) {
	return key{id: r.Contract, week: isoWeekOf(r.Week), category: weeks}, r.Next
}

func (r *WeekRecord) owners(t *tables) owners {
	return owners{other: t.contracts.intern(r.Contract)}
}

func (r *WeekRecord) equal(s *WeekRecord) bool {
	a, b := *r, *s
	a.Next, b.Next = 0, 0
	return a == b
}

func (r *WeekRecord) tell(t *telling) {
	t.add(r.Invoiced, "WeekInvoiced", field{name: "minutes", value: strconv.FormatInt(r.Minutes, 10)},
		field{name: "amount", value: strconv.FormatInt(int64(r.Amount), 10)})
}

func (r *WeekRecord) until(position event.Position) *WeekRecord {
	if r.Invoiced.Position > position {
		return nil
	}
	return r
}
