package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"strconv"

	"github.com/marketcore/marketplace/event"
)

// At is the event at a position, the zero record if none stands there. It fails
// with ErrUnknownPosition where the store can tell that the log never gave it.
func At(ctx context.Context, s Store, position event.Position) (event.Record, error) {
	if position == 0 {
		return event.Record{}, nil
	}
	for r, err := range s.ReadAll(ctx, Span{From: position, Through: position}) {
		return r.Clone(), err
	}
	return event.Record{}, nil
}

// Newest is the event at the log's head, the zero record of an empty log.
func Newest(ctx context.Context, s Store) (event.Record, error) {
	head, err := s.Head(ctx)
	if err != nil {
		return event.Record{}, err
	}
	return At(ctx, s, head)
}

// Digest tells apart events that have the same id, as a command's have that was done
// again, at another moment, after the log was restored from a backup. It is of what the
// event is, and not of where and when it was recorded. Whoever keeps a position to go
// on from keeps it beside the event's id.
func Digest(r *event.Record) string {
	h := sha256.New()
	var size [8]byte
	for _, part := range [...]string{r.Stream, strconv.FormatUint(r.Revision, 10), r.Type} {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		_, _ = h.Write(size[:])
		_, _ = io.WriteString(h, part)
	}
	for _, part := range [...][]byte{r.ID[:], r.Data, r.Metadata} {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		_, _ = h.Write(size[:])
		_, _ = h.Write(part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
