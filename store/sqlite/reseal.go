package sqlite

import (
	"context"
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// Reseal gives every page of a log its checksum again, after another program
// has written or checkpointed the file (see Options.ForeignCheckpoints). It
// first verifies everything else, so damage is ErrCorrupt and is not sealed.
// The log must not be open for writing.
func Reseal(ctx context.Context, path string) error {
	if _, err := locate(path, true); err != nil { // it creates nothing
		return err
	}
	s, err := Open(ctx, path, Options{ForeignCheckpoints: true})
	if err != nil {
		return err
	}
	if err := s.Verify(ctx); err != nil {
		return errors.Join(fmt.Errorf("not resealed: %w", err), s.Close())
	}
	s.writer.end() // its connection is ours now
	return errors.Join(failure(ctx, rewrite(s.writer.tx.conn)), s.Close())
}

// rewrite writes every page anew, and with it its checksum.
func rewrite(c *sqlite3.Conn) error {
	if err := c.Exec(`VACUUM`); err != nil {
		return err
	}
	_, _, err := c.WALCheckpoint("main", sqlite3.CHECKPOINT_TRUNCATE)
	return err
}
