package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// find makes streams of an id: those of the accounts that have it, else of the
// other thing that does.
func (l *listing) find(ctx context.Context, s store.Store) error {
	if len(l.streams) != 1 {
		return nil
	}
	id, err := parseID(l.streams[0])
	if err != nil {
		return nil // it is the name of a stream
	}
	l.streams = nil
	for _, kinds := range [][]func(uuid.UUID) string{
		{event.ClientStream, event.FreelancerStream},
		{event.ContractStream}, {event.JobStream}, {event.ProposalStream}, {event.InviteStream},
	} {
		for _, kind := range kinds {
			there, err := exists(ctx, s, kind(id))
			if err != nil {
				return err
			}
			if there {
				l.streams = append(l.streams, kind(id))
			}
		}
		if l.streams != nil {
			return nil
		}
	}
	return &told{code: exitNotFound, err: fmt.Errorf("no account, contract, job, proposal or invite has the id %s", id),
		hint: "marketplace events shows the log; a stream is named as in contract-ID"}
}

func exists(ctx context.Context, s store.Store, stream string) (bool, error) {
	for _, err := range s.ReadStream(ctx, stream, 0) {
		if errors.Is(err, store.ErrStreamNotFound) {
			return false, nil
		}
		return err == nil, err
	}
	return true, nil // it is there, and nothing of it is shown
}

// someStreams reads the streams and, to follow them, what the log holds of them
// behind the head that was there before.
func (l *listing) someStreams(ctx context.Context, s store.Store) error {
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	from := l.from
	if len(l.streams) > 1 || l.filter.looksBack() {
		from = 0
	}
	last := uint64(0)
	for rec, err := range inOrder(ctx, s, l.streams, from) {
		if errors.Is(err, store.ErrStreamNotFound) && l.follow {
			break // it may come to be
		}
		if err != nil {
			return err
		}
		l.filter.see(&rec)
		if !l.shows(&rec) {
			continue
		}
		if err := l.event(&rec); err != nil {
			return err
		}
		if last = rec.Revision; len(l.streams) > 1 {
			last = uint64(rec.Position)
		}
		l.from = last + 1
	}
	if !l.follow {
		return nil
	}
	return l.followFrom(ctx, s, head)
}

// inOrder reads streams from a revision, by the order of the log.
func inOrder(ctx context.Context, s store.Store, streams []string, from uint64) iter.Seq2[event.Record, error] {
	if len(streams) == 1 {
		return s.ReadStream(ctx, streams[0], from)
	}
	return func(yield func(event.Record, error) bool) {
		first, stop := iter.Pull2(s.ReadStream(ctx, streams[0], from))
		defer stop()
		a, err, more := first()
		for b, failed := range inOrder(ctx, s, streams[1:], from) {
			for failed == nil && more && err == nil && a.Position < b.Position {
				if !yield(a, nil) {
					return
				}
				a, err, more = first()
			}
			if !yield(b, failed) || failed != nil {
				return
			}
		}
		for ; more; a, err, more = first() {
			if !yield(a, err) || err != nil {
				return
			}
		}
	}
}
