package competing

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// times is how long a consumer took for its latest events. Nil measures
// nothing: they are the extra statistics of a group that wants them.
type times struct {
	began  map[uuid.UUID]time.Time
	latest []int64 // in ticks of 10 µs, which EventStoreDB calls milliseconds
}

// Measurement is a figure of extra statistics.
type Measurement struct {
	Key   string
	Value int64
}

const timesKept = 1000

func newTimes(wanted bool) *times {
	if !wanted {
		return nil
	}
	return &times{began: make(map[uuid.UUID]time.Time)}
}

func (t *times) begin(id uuid.UUID) {
	if t != nil {
		t.began[id] = time.Now()
	}
}

func (t *times) end(id uuid.UUID) {
	if t == nil {
		return
	}
	began, ok := t.began[id]
	if !ok {
		return
	}
	delete(t.began, id)
	if len(t.latest) == timesKept {
		t.latest = t.latest[1:]
	}
	t.latest = append(t.latest, int64(time.Since(began)/(10*time.Microsecond)))
}

// permille are the shares of the times below each figure, in thousandths.
var permille = []struct {
	key  string
	many int
}{
	{"Quintile 1", 0}, {"Quintile 2", 200}, {"Quintile 3", 400}, {"Quintile 4", 600}, {"Quintile 5", 800},
	{"90%", 900}, {"95%", 950}, {"99%", 990}, {"99.5%", 995}, {"99.9%", 999},
}

// measurements are the figures, none before an event was processed.
func (t *times) measurements() []Measurement {
	if t == nil || len(t.latest) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(t.latest))
	n := len(sorted)
	var sum int64
	for _, v := range sorted {
		sum += v
	}
	m := []Measurement{{"Mean", sum / int64(n)}, {"Median", sorted[n/2]}, {"Fastest", sorted[0]}}
	for _, p := range permille {
		m = append(m, Measurement{p.key, sorted[p.many*n/1000]})
	}
	return append(m, Measurement{"Highest", sorted[n-1]})
}
