package process

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
)

// snapshotFormat changes with whatever an old agenda would lack, such as a new
// kind of task. Another format is folded anew.
const snapshotFormat = 3

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

// A snapshot is lines of JSON: a header, the contracts in dispute, a line for
// each task and each client, and the CRC-32C of all lines before it.
type header struct {
	Format   int                       `json:"format"`
	Policy   statistics.StandingPolicy `json:"policy"`
	Place    place                     `json:"place"`
	Disputed []string                  `json:"disputed"`
	Tasks    int                       `json:"tasks"`
	Clients  int                       `json:"clients"`
	Jobs     int                       `json:"jobs"`
	Rising   []string                  `json:"rising"`
}

type clientLine struct {
	Client  uuid.UUID                 `json:"client"`
	Conduct *statistics.ClientConduct `json:"conduct"`
}

type jobLine struct {
	Job uuid.UUID  `json:"job"`
	Is  *pricedJob `json:"is"`
}

type trailer struct {
	Sum uint32 `json:"crc32c"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (a *agenda) write(w io.Writer, at place) error {
	buffered := bufio.NewWriterSize(w, 1<<16)
	sum := crc32.New(castagnoli)
	lines := json.NewEncoder(io.MultiWriter(buffered, sum))
	h := header{
		Format: snapshotFormat, Policy: a.policy, Place: at, Disputed: make([]string, 0, len(a.disputed)),
		Tasks: len(a.tasks), Clients: len(a.clients), Jobs: len(a.jobs), Rising: make([]string, 0, len(a.rising)),
	}
	for contract := range a.disputed {
		h.Disputed = append(h.Disputed, contract)
	}
	for account := range a.rising {
		h.Rising = append(h.Rising, account)
	}
	if err := lines.Encode(h); err != nil {
		return err
	}
	for _, e := range a.tasks {
		if err := lines.Encode(&e.task); err != nil {
			return err
		}
	}
	for id, c := range a.clients {
		if err := lines.Encode(clientLine{id, c}); err != nil {
			return err
		}
	}
	for id, j := range a.jobs {
		if err := lines.Encode(jobLine{id, j}); err != nil {
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
	if h.Format != snapshotFormat || h.Policy != a.policy {
		return place{}, fmt.Errorf("%w: it has another format or policy", errStale)
	}
	for _, contract := range h.Disputed {
		a.disputed[contract] = true
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
	for range h.Clients {
		var c clientLine
		if err := lines.next(&c); err != nil {
			return place{}, err
		}
		if c.Conduct == nil {
			return place{}, fmt.Errorf("%w: a client without conduct", errStale)
		}
		a.clients[c.Client] = c.Conduct
	}
	for _, account := range h.Rising {
		a.rising[account] = true
	}
	for range h.Jobs {
		var j jobLine
		if err := lines.next(&j); err != nil {
			return place{}, err
		}
		if j.Is == nil {
			return place{}, fmt.Errorf("%w: a job that is nothing", errStale)
		}
		if j.Is.Paid == nil {
			j.Is.Paid = map[uuid.UUID]uuid.UUID{}
		}
		for proposal := range j.Is.Paid {
			a.paidFor[proposal] = j.Job
		}
		a.jobs[j.Job] = j.Is
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
