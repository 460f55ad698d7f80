package sqlite

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
)

// The most that one group commit holds.
const (
	groupRequests = 256
	groupEvents   = store.MaxAppendEvents
)

// gatherYields is how often the writer lets others run while it gathers a group.
const gatherYields = 32

// A request is what one caller wants written.
type request struct {
	writes   []store.Write
	truncate *truncation
	answer   chan answer // holds one, so that the writer never waits
}

type truncation struct {
	stream string
	before uint64
}

type answer struct {
	appended []store.Appended
	err      error
}

// A writer is the one goroutine, with the one connection, that writes. Callers
// wait on an unbuffered channel: what the writer has not received is not begun.
type writer struct {
	requests chan *request
	stop     chan struct{}
	stopped  chan struct{}
	once     sync.Once

	now    func() time.Time
	growth *growth
	files  *files
	marked bool // the file says that there is a write-ahead log
	// The log is damaged, or was not closed and is another file now: both it and its
	// write-ahead log are left as they are.
	handsOff bool
	tx       *transaction
	group    []*request
	broken   error // set for good when a commit may or may not be on disk, or where nobody looks for it
}

func openWriter(path string, o Options, f *files, g *growth) (*writer, error) {
	tx, err := openTransaction(path, o)
	if err != nil {
		return nil, err
	}
	w := &writer{
		requests: make(chan *request),
		stop:     make(chan struct{}),
		stopped:  make(chan struct{}),
		now:      o.Now,
		growth:   g,
		files:    f,
		tx:       tx,
	}
	go w.run()
	return w, nil
}

// end ends the goroutine after the group at hand.
func (w *writer) end() {
	w.once.Do(func() { close(w.stop) })
	<-w.stopped
}

func (w *writer) close() error {
	w.end()
	err := w.settle()
	if errors.Is(err, sqlite3.BUSY) {
		// Readers of other processes keep the checkpoint from being complete; the
		// write-ahead log then stays, and is as good.
		err = nil
	}
	err = errors.Join(err, w.tx.close())
	sqlitefile.UnmarkEmptied(w.files.Name()) // should it have been taken away all the same
	return err
}

// settle leaves the log in one file.
func (w *writer) settle() error {
	if w.handsOff || w.files.Check() != nil {
		return w.tx.keepWAL(true)
	}
	if _, _, err := w.tx.conn.WALCheckpoint("main", sqlite3.CHECKPOINT_FULL); err != nil {
		return err
	}
	if err := w.files.Unmark(); err != nil {
		return err
	}
	if _, _, err := w.tx.conn.WALCheckpoint("main", sqlite3.CHECKPOINT_TRUNCATE); err != nil {
		return err
	}
	return w.tx.keepWAL(false)
}

func (w *writer) run() {
	defer close(w.stopped)
	for {
		select {
		case <-w.stop:
			return
		case r := <-w.requests:
			w.gather(r)
			w.commit(w.group)
			clear(w.group)
		}
	}
}

// gather takes everything that waits. Callers just answered usually resubmit: while
// fewer wait than were in the last group it yields, so that groups do not alternate
// between one and all the others.
func (w *writer) gather(first *request) {
	last := len(w.group)
	w.group = append(w.group[:0], first)
	events := first.events()
	for yields := 0; ; yields++ {
		for waits := true; waits; {
			if len(w.group) == groupRequests || events >= groupEvents {
				return
			}
			select {
			case r := <-w.requests:
				w.group = append(w.group, r)
				events += r.events()
			default:
				waits = false
			}
		}
		if len(w.group) >= last || yields == gatherYields {
			return
		}
		runtime.Gosched()
	}
}

func (r *request) events() int {
	n := 0
	for i := range r.writes {
		n += len(r.writes[i].Events)
	}
	return n
}

// commit writes a group in one transaction and answers everyone in it. If it
// fails, nothing of it is written and each request gets a transaction of its
// own, so that none fails for its neighbour's sake.
func (w *writer) commit(group []*request) {
	answers, err := w.try(group)
	if err != nil && len(group) > 1 {
		for _, r := range group {
			w.commit([]*request{r})
		}
		return
	}
	for i, r := range group {
		if err != nil {
			r.answer <- answer{err: err}
		} else {
			r.answer <- answers[i]
		}
	}
}

// try runs the group's transaction. A conflict is an answer; an error is the
// transaction's.
func (w *writer) try(group []*request) ([]answer, error) {
	if w.broken != nil {
		return nil, w.broken
	}
	answers := make([]answer, len(group))
	err := w.files.Check()
	if err == nil {
		err = w.tx.begin()
	}
	from := w.tx.head
	for i := 0; err == nil && i < len(group); i++ {
		answers[i], err = w.tx.serve(group[i], w.now())
	}
	if err == nil {
		err = w.tx.commit()
	}
	committed := err == nil
	if committed {
		err = w.confirm()
	}
	if err != nil {
		w.tx.rollback()
		err = failure(context.Background(), err)
		if errors.Is(err, store.ErrMoved) || committed { // which nobody may do again
			w.broken = err
			w.growth.tell() // so that they look, and learn it too
		}
		if errors.Is(err, sqlite3.IOERR_FSYNC) || errors.Is(err, sqlite3.IOERR_DIR_FSYNC) {
			w.broken = store.ErrUnavailable.With(err, "the disk failed to confirm a commit, which may or may not be there: open the log again, "+
				"then repeat the append with the same expected revision")
			err = w.broken
		}
		return nil, err
	}
	w.tx.ends.moved(from, w.tx.head, group, answers)
	w.growth.tell()
	return answers, nil
}

// confirm is for what has been committed: it is answered only if it is in the file
// that has the log's name.
func (w *writer) confirm() error {
	if !w.marked {
		w.files.mark()
		w.marked = true
	}
	return w.files.Check()
}
