package readmodel

import (
	"context"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
)

// Checkpoint is how far a partition of a version is.
type Checkpoint struct {
	Partition int
	Position  event.Position // every event of the partition up to it is in the tables, and none after
	Updated   event.Time
	// Log is which log the version is of, as store.LogID tells; uuid.Nil while
	// the log is empty.
	Log uuid.UUID
	// Event is the newest event that was read, of any partition, and
	// EventPosition where it stands, at Position or before, and EventDigest what
	// was read there, as store.Digest tells; uuid.Nil, 0 and "" if none was. By it
	// an older copy of the log is known.
	Event         uuid.UUID
	EventPosition event.Position
	EventDigest   string
	// Head is where the log's newest event stood, as far as the runner knew when it
	// wrote last: with a Position before it the partition is behind.
	Head event.Position
	// Stopped is the event at which the runner stopped, because it could not be
	// decoded or folded, and Reason why; 0 and "" if it has not.
	Stopped event.Position
	Reason  string
}

// checkpointsSchema goes up by one with every change of the columns below.
const checkpointsSchema = 1

var checkpointsTable = newTable(Table{
	Name: "checkpoints",
	Doc:  "How far each partition of the read model is.",
	Key:  []string{"partition"},
	Live: true,
},
	integerColumn("partition", "from 0", func(c *Checkpoint) *int { return &c.Partition }),
	positionColumn("position", "every event of the partition up to it is in the tables, and none after", func(c *Checkpoint) *event.Position { return &c.Position }),
	idOrNull("log_id", "which log: the id of its first event, the same in every partition; NULL while the log is empty", func(c *Checkpoint) *uuid.UUID { return &c.Log }),
	idOrNull("event_id", "the newest event of the log that was read, of any partition; in a version that is being built, of those that it loads",
		func(c *Checkpoint) *uuid.UUID { return &c.Event }),
	positionOrNull("event_position", "its position", func(c *Checkpoint) *event.Position { return &c.EventPosition }),
	nullableText("event_digest", "of what it holds, which tells it from one of the same id in another copy of the log", func(c *Checkpoint) *string { return &c.EventDigest }),
	positionOrNull("head_position", "where the log's newest event stood, as far as the runner knew when it wrote last; with a position before it the partition is behind",
		func(c *Checkpoint) *event.Position { return &c.Head }),
	timeColumn("updated_at", "when the runner wrote last", func(c *Checkpoint) *event.Time { return &c.Updated }),
	positionOrNull("stopped_position", "the event at which the runner stopped, because it could not be decoded or folded",
		func(c *Checkpoint) *event.Position { return &c.Stopped }),
	textColumn("stopped_reason", "why it could not", func(c *Checkpoint) *string { return &c.Reason }).
		where(func(c *Checkpoint) bool { return c.Stopped != 0 }),
)

// place is how far a log has been read.
type place struct {
	position event.Position // everything up to it
	event    uuid.UUID      // the newest event up to there, uuid.Nil if none is known
	at       event.Position // where that stands
	digest   string         // of what it holds
	head     event.Position // of the log, as far as it is known; 0: not beyond the position
}

func placeOf(rec *event.Record) place {
	return place{position: rec.Position, event: rec.ID, at: rec.Position, digest: store.Digest(rec)}
}

func (c *Checkpoint) place() place {
	return place{c.Position, c.Event, c.EventPosition, c.EventDigest, c.Head}
}

// columns are the values of the columns event_id, event_position, event_digest and
// head_position.
func (p place) columns() (id, at, digest, head any) {
	head = positionOrNil(max(p.position, p.head))
	if p.event == uuid.Nil {
		return nil, nil, nil, head
	}
	return p.event, positionValue(p.at), p.digest, head
}

// stopped is the error of a runner that stopped, nil if it has not.
func (c *Checkpoint) stopped() error {
	if c.Stopped == 0 {
		return nil
	}
	return ErrStopped.At(uint64(c.Stopped)).With(nil, "the runner of partition %d stopped: %s", c.Partition, c.Reason)
}

// checkpoints are those of all partitions, in order.
func (r versionTx) checkpoints() ([]Checkpoint, error) {
	return checkpointsTable.read(r, "1 = 1", checkpointsTable.Key)
}

func (r versionTx) checkpoint(partition int) (Checkpoint, error) {
	all, err := r.checkpoints()
	if err != nil {
		return Checkpoint{}, err
	}
	if partition >= len(all) {
		return Checkpoint{}, ErrOtherPartitions.With(nil, "the read model has %d partitions, there is none of index %d", len(all), partition)
	}
	return all[partition], nil
}

// position is where all partitions are: that of the one that is behind.
func (r versionTx) position() (event.Position, error) {
	all, err := r.checkpoints()
	if err != nil || len(all) == 0 {
		return 0, err
	}
	least := all[0].Position
	for _, c := range all {
		least = min(least, c.Position)
	}
	return least, nil
}

// status is how much of the log the records of all partitions hold. One at which a
// runner has stopped is behind, whatever it knew of the log.
func (r versionTx) status() (projection.Status, error) {
	all, err := r.checkpoints()
	if err != nil || len(all) == 0 {
		return projection.Status{}, err
	}
	s := projection.Status{Position: all[0].Position, Partitions: len(all)}
	for _, c := range all {
		s.Position = min(s.Position, c.Position)
		s.Head = max(s.Head, c.Position, c.Head, c.Stopped)
	}
	for _, c := range all {
		if c.Position < s.Head {
			s.Behind = append(s.Behind, c.Partition)
		}
	}
	return s, nil
}

// advance moves a checkpoint from where it is believed to be, and fails with
// ErrFenced if it is not there.
func (r versionTx) advance(partition int, from event.Position, to place, now event.Time) error {
	id, at, digest, head := to.columns()
	n, err := r.Exec(r.sql("UPDATE @checkpoints SET position = $1, event_id = $2, event_position = $3, event_digest = $4, head_position = $5,"+
		" updated_at = $6, stopped_position = NULL, stopped_reason = NULL WHERE partition = $7 AND position = $8"),
		positionValue(to.position), id, at, digest, head, now, int64(partition), positionValue(from))
	if err == nil && n != 1 {
		err = ErrFenced.With(nil, "another runner has moved the checkpoint of partition %d from position %d", partition, from)
	}
	return err
}

// stop writes down at which event the runner stopped.
func (r versionTx) stop(partition int, at, stopped event.Position, reason string, now event.Time) error {
	n, err := r.Exec(r.sql("UPDATE @checkpoints SET updated_at = $1, stopped_position = $2, stopped_reason = $3"+
		" WHERE partition = $4 AND position = $5"), now, positionValue(stopped), escaped(reason), int64(partition), positionValue(at))
	if err == nil && n != 1 {
		err = ErrFenced.With(nil, "another runner has moved the checkpoint of partition %d from position %d", partition, at)
	}
	return err
}

// Checkpoints are the checkpoints of the live version, one for each partition.
func (m *ReadModel) Checkpoints(ctx context.Context) (all []Checkpoint, err error) {
	err = m.readLive(ctx, func(r versionTx, _ *Version) error {
		all, err = r.checkpoints()
		return err
	})
	return all, err
}

// Position is where the live version is: every event up to it is in the tables.
func (m *ReadModel) Position(ctx context.Context) (position event.Position, err error) {
	err = m.readLive(ctx, func(r versionTx, _ *Version) error {
		position, err = r.position()
		return err
	})
	return position, err
}
