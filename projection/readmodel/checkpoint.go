package readmodel

import (
	"context"
	"fmt"

	"github.com/marketcore/marketplace/event"
)

// Checkpoint is how far a partition of a version is.
type Checkpoint struct {
	Partition int
	Position  event.Position // every event of the partition up to it is in the tables, and none after
	Updated   event.Time
	// Stopped is the event at which the runner stopped, because it could not be
	// decoded or folded, and Reason why; 0 and "" if it has not.
	Stopped event.Position
	Reason  string
}

// stopped is the error of a runner that stopped, nil if it has not.
func (c *Checkpoint) stopped() error {
	if c.Stopped == 0 {
		return nil
	}
	return &Error{Code: ErrStopped.Code, Position: c.Stopped,
		Detail: fmt.Sprintf("the runner of partition %d stopped: %s", c.Partition, c.Reason)}
}

// checkpoints are those of all partitions, in order.
func (r reading) checkpoints() ([]Checkpoint, error) {
	var all []Checkpoint
	for row, err := range r.rows(checkpointsTable, "1 = 1", checkpointsTable.Key) {
		if err != nil {
			return nil, err
		}
		var c Checkpoint
		var partition, position int64
		var stopped *int64
		var reason *string
		if err := row.Scan(&partition, &position, &c.Updated, &stopped, &reason); err != nil {
			return nil, err
		}
		c.Partition, c.Position = int(partition), event.Position(position)
		if stopped != nil && reason != nil {
			c.Stopped, c.Reason = event.Position(*stopped), *reason
		}
		all = append(all, c)
	}
	return all, nil
}

// checkpoint is that of one partition.
func (r reading) checkpoint(partition int) (Checkpoint, error) {
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
func (r reading) position() (event.Position, error) {
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

// advance moves a checkpoint from where it is believed to be, and fails with
// ErrFenced if it is not there.
func (r reading) advance(partition int, from, to event.Position, now event.Time) error {
	n, err := r.Exec(r.sql("UPDATE @checkpoints SET position = $1, updated_at = $2, stopped_position = NULL, stopped_reason = NULL"+
		" WHERE partition = $3 AND position = $4"), positionValue(to), now, int64(partition), positionValue(from))
	if err == nil && n != 1 {
		err = ErrFenced.With(nil, "another runner has moved the checkpoint of partition %d from position %d", partition, from)
	}
	return err
}

// stop writes down at which event the runner stopped.
func (r reading) stop(partition int, at, stopped event.Position, reason string, now event.Time) error {
	n, err := r.Exec(r.sql("UPDATE @checkpoints SET updated_at = $1, stopped_position = $2, stopped_reason = $3"+
		" WHERE partition = $4 AND position = $5"), now, positionValue(stopped), reason, int64(partition), positionValue(at))
	if err == nil && n != 1 {
		err = ErrFenced.With(nil, "another runner has moved the checkpoint of partition %d from position %d", partition, at)
	}
	return err
}

// Checkpoints are the checkpoints of the live version, one for each partition.
func (m *ReadModel) Checkpoints(ctx context.Context) (all []Checkpoint, err error) {
	err = m.readLive(ctx, func(r reading, _ *Version) error {
		all, err = r.checkpoints()
		return err
	})
	return all, err
}

// Position is where the live version is: every event up to it is in the tables.
func (m *ReadModel) Position(ctx context.Context) (position event.Position, err error) {
	err = m.readLive(ctx, func(r reading, _ *Version) error {
		position, err = r.position()
		return err
	})
	return position, err
}
