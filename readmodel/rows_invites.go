package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

var inviteRecords = &recordKind[projection.InviteRecord]{
	category:    event.CategoryInvite,
	table:       invitesTable,
	id:          func(r *projection.InviteRecord) uuid.UUID { return r.ID },
	row:         inviteRow,
	scan:        scanInvite,
	in:          func(r *projection.Records) map[uuid.UUID]*projection.InviteRecord { return r.Invites },
	all:         (*projection.Model).Invites,
	differences: projection.Differences[projection.InviteRecord],
}

func inviteRow(r *projection.InviteRecord) []any {
	sentAt, sent := moment(r.Sent)
	closedAt, closed := moment(r.Closed)
	return []any{r.ID, r.Client, r.Freelancer, int64(r.Next) - 1, r.Available, outcomeWords.of(r.Outcome), sentAt, sent, closedAt, closed}
}

func scanInvite(row Row) (*projection.InviteRecord, error) {
	r := &projection.InviteRecord{}
	var revision int64
	var outcome string
	var sent, closed readMoment
	err := row.Scan(&r.ID, &r.Client, &r.Freelancer, &revision, &r.Available, &outcome, &sent.at, &sent.position, &closed.at, &closed.position)
	if err != nil {
		return nil, err
	}
	if r.Next, err = next("invites", revision); err != nil {
		return nil, err
	}
	if r.Outcome, err = outcomeWords.parse("invites", outcome); err != nil {
		return nil, err
	}
	return r, moments("invites", momentPair{&sent, &r.Sent}, momentPair{&closed, &r.Closed})
}
