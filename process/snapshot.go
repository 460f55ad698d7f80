package process

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
)

// snapshotFormat changes with whatever an old agenda would lack, such as a new
// kind of task. Another format is folded anew.
const snapshotFormat = 4

// errStale says that a snapshot cannot be used and the log is folded from its
// beginning.
var errStale = errors.New("the checkpoint cannot be used")

// place is where an agenda stands, and in which log: the last event that it has
// folded, and the log's first, which shows whose the position is.
type place struct {
	Position event.Position `json:"position"`
	ID       uuid.UUID      `json:"id"`
	Digest   string         `json:"digest,omitempty"` // store.Digest; "" in an agenda that was saved before there was one
	Log      uuid.UUID      `json:"log"`              // store.LogID; nil likewise
}

// A snapshot is lines of JSON: a header, a line for each task and for each thing that is
// remembered, and the CRC-32C of all lines before it.
type header struct {
	Format       int                       `json:"format"`
	Policy       statistics.StandingPolicy `json:"policy"`
	SealedCounts bool                      `json:"sealed_counts,omitzero"`
	Connects     []Allowance               `json:"connects"`
	Place        place                     `json:"place"`
	Tasks        int                       `json:"tasks"`
	Memory       []int                     `json:"memory"` // how many things of each kind, in their order in shelves
}

// shelf is a map of the memory: what it holds is a line each.
type shelf interface {
	size() int
	write(lines *json.Encoder) error
	read(lines *snapshotReader) error
}

type shelved[K comparable, V any] map[K]V

type shelvedLine[K comparable, V any] struct {
	Key K `json:"key"`
	Is  V `json:"is"`
}

func (s shelved[K, V]) size() int { return len(s) }

func (s shelved[K, V]) write(lines *json.Encoder) error {
	for k, v := range s {
		if err := lines.Encode(shelvedLine[K, V]{k, v}); err != nil {
			return err
		}
	}
	return nil
}

func (s shelved[K, V]) read(lines *snapshotReader) error {
	var line shelvedLine[K, V]
	if err := lines.next(&line); err != nil {
		return err
	}
	s[line.Key] = line.Is
	return nil
}

// shelves are all that is remembered; what follows from the rest is made again.
func (m *memory) shelves() []shelf {
	return []shelf{
		shelved[string, map[uuid.UUID]dispute](m.disputes), shelved[uuid.UUID, map[string]business](m.business),
		shelved[string, business](m.proposals), shelved[string, bool](m.ended), shelved[uuid.UUID, *conduct](m.clients),
		shelved[string, rated](m.rated), shelved[uuid.UUID, *job](m.jobs), shelved[string, bool](m.rising),
		shelved[string, bool](m.suspended), shelved[string, granting](m.granting),
	}
}

type trailer struct {
	Sum uint32 `json:"crc32c"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (a *agenda) write(w io.Writer, at place) error {
	buffered := bufio.NewWriterSize(w, 1<<16)
	sum := crc32.New(castagnoli)
	lines := json.NewEncoder(io.MultiWriter(buffered, sum))
	h := header{Format: snapshotFormat, Policy: a.policy, SealedCounts: a.sealedCounts, Connects: a.allowances, Place: at, Tasks: len(a.tasks)}
	for _, s := range a.shelves() {
		h.Memory = append(h.Memory, s.size())
	}
	if err := lines.Encode(h); err != nil {
		return err
	}
	for _, e := range a.tasks {
		if err := lines.Encode(&e.task); err != nil {
			return err
		}
	}
	for _, s := range a.shelves() {
		if err := s.write(lines); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(buffered).Encode(trailer{sum.Sum32()}); err != nil {
		return err
	}
	return buffered.Flush()
}

// read makes an empty agenda what a snapshot says. After an error, which wraps
// errStale unless r failed, the agenda must not be used.
func (a *agenda) read(r io.Reader) (place, error) {
	lines := snapshotReader{buffered: bufio.NewReaderSize(r, 1<<16)}
	var h header
	if err := lines.next(&h); err != nil {
		return place{}, err
	}
	shelves := a.shelves()
	if h.Format != snapshotFormat || h.Policy != a.policy || h.SealedCounts != a.sealedCounts || !slices.Equal(h.Connects, a.allowances) || len(h.Memory) != len(shelves) {
		return place{}, fmt.Errorf("%w: it has another format or policy", errStale)
	}
	for range h.Tasks {
		var t task
		if err := lines.next(&t); err != nil {
			return place{}, err
		}
		if !t.known() {
			return place{}, fmt.Errorf("%w: a task %q about %q", errStale, t.Kind, t.Stream)
		}
		a.add(t)
	}
	for i, s := range shelves {
		for range h.Memory[i] {
			if err := s.read(&lines); err != nil {
				return place{}, err
			}
		}
	}
	if !a.remembers() {
		return place{}, fmt.Errorf("%w: a client or a job that is nothing", errStale)
	}
	want := trailer{lines.sum}
	var got trailer
	if err := lines.next(&got); err != nil {
		return place{}, err
	}
	if got != want {
		return place{}, fmt.Errorf("%w: its checksum is wrong", errStale)
	}
	return h.Place, nil
}

// remembers makes what follows from what was saved. It reports false where that is not
// whole.
func (a *agenda) remembers() bool {
	for client, all := range a.business {
		for stream, b := range all {
			if b.Client != client {
				return false
			}
			a.index(stream, b)
		}
	}
	for id, j := range a.jobs {
		if j == nil {
			return false
		}
		if j.Applied == nil {
			j.Applied = map[uuid.UUID]application{}
		}
		for proposal := range j.Applied {
			a.paidFor[proposal] = id
		}
	}
	for _, c := range a.clients {
		if c == nil {
			return false
		}
		c.refold(a.policy)
		a.facts += len(c.Facts)
	}
	return true
}

// snapshotReader reads line by line and sums up what it has read.
type snapshotReader struct {
	buffered *bufio.Reader
	sum      uint32
	line     []byte
}

func (s *snapshotReader) next(into any) error {
	s.line = s.line[:0]
	for {
		part, err := s.buffered.ReadSlice('\n')
		s.line = append(s.line, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			return fmt.Errorf("%w: it is cut off", errStale)
		case err != nil:
			return err
		}
		break
	}
	s.sum = crc32.Update(s.sum, castagnoli, s.line)
	if err := json.Unmarshal(s.line, into); err != nil {
		return fmt.Errorf("%w: it is damaged", errStale)
	}
	return nil
}
