package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// SendInvite invites a freelancer to an interview. There is no quota. A job that the
// log knows must be the client's and open; any other is an opaque id.
type SendInvite struct {
	Invite     uuid.UUID  `json:"invite"`
	Job        uuid.UUID  `json:"job"`
	Client     uuid.UUID  `json:"client"`
	Freelancer uuid.UUID  `json:"freelancer"`
	Message    event.Text `json:"message,omitzero"`
}

// AcceptInvite accepts an invite with a cover letter. Where Terms.ContactAt is the
// interview, contact details are exchanged in the same append.
type AcceptInvite struct {
	Invite      uuid.UUID  `json:"invite"`
	CoverLetter event.Text `json:"cover_letter,omitzero"` // required, with a code of its own
}

// DeclineInvite declines an invite. It has no downside anywhere.
type DeclineInvite struct {
	Invite uuid.UUID  `json:"invite"`
	Reason event.Text `json:"reason,omitzero"`
}

// ReportInvite reports an invite as spam. It is a reply.
type ReportInvite struct {
	Invite uuid.UUID  `json:"invite"`
	Reason event.Text `json:"reason,omitzero"`
}

// ArchiveInvite puts an open invite aside. It is no reply.
type ArchiveInvite struct {
	Invite uuid.UUID `json:"invite"`
}

// WithdrawInvite takes an invite back: the client's word, or the platform's where it
// barred the client.
type WithdrawInvite struct {
	Invite uuid.UUID            `json:"invite"`
	Reason event.WithdrawReason `json:"reason"`
}

// ExpireInvite is the timer's, from the moment the invite expires.
type ExpireInvite struct {
	Invite uuid.UUID `json:"invite"`
}

func (c SendInvite) stream() string     { return event.InviteStream(c.Invite) }
func (c AcceptInvite) stream() string   { return event.InviteStream(c.Invite) }
func (c DeclineInvite) stream() string  { return event.InviteStream(c.Invite) }
func (c ReportInvite) stream() string   { return event.InviteStream(c.Invite) }
func (c ArchiveInvite) stream() string  { return event.InviteStream(c.Invite) }
func (c WithdrawInvite) stream() string { return event.InviteStream(c.Invite) }
func (c ExpireInvite) stream() string   { return event.InviteStream(c.Invite) }

func (c SendInvite) validate() error {
	return validate(c).id("invite", c.Invite).id("job", c.Job).id("client", c.Client).
		id("freelancer", c.Freelancer).text("message", string(c.Message)).err()
}

func (c AcceptInvite) validate() error {
	return validate(c).id("invite", c.Invite).coverLetter("an invite is accepted", c.CoverLetter).err()
}

func (c DeclineInvite) validate() error {
	return validate(c).id("invite", c.Invite).text("reason", string(c.Reason)).err()
}

func (c ReportInvite) validate() error {
	return validate(c).id("invite", c.Invite).text("reason", string(c.Reason)).err()
}

func (c ArchiveInvite) validate() error { return validate(c).id("invite", c.Invite).err() }
func (c ExpireInvite) validate() error  { return validate(c).id("invite", c.Invite).err() }

func (c WithdrawInvite) validate() error {
	return oneOf(validate(c).id("invite", c.Invite), "reason", c.Reason,
		event.WithdrawChangedMind, event.WithdrawHiredOther, event.WithdrawJobClosed, event.WithdrawSanctioned).err()
}

func (c SendInvite) decide(d *decision) ([]event.Event, error) {
	if _, err := absent[*inviteAggregate](d, c.stream()); err != nil {
		return nil, err
	}
	client, err := d.client(c.Client)
	if err != nil {
		return nil, err
	}
	freelancer, err := d.freelancer(c.Freelancer)
	if err != nil {
		return nil, err
	}
	job, err := d.jobOf(c.Job, c.Client)
	if err != nil {
		return nil, err
	}
	if err := d.newBusiness(business{client: client, freelancers: []*freelancerAggregate{freelancer}, acts: client}); err != nil {
		return nil, err
	}
	if freelancer.private {
		return nil, d.reject(ProfilePrivate, "the freelancer's profile is private")
	}
	if job != nil {
		if err := d.open(job); err != nil {
			return nil, err
		}
	}
	d.actor = event.ActorClient
	return []event.Event{&event.InviteSent{
		Job: c.Job, Client: c.Client, Freelancer: c.Freelancer, Message: c.Message,
		FreelancerAvailable: !freelancer.unavailable, ExpiresAt: d.at.AddDays(d.terms.InviteDays),
	}}, nil
}

// reply decides a command on an invite that must still be open or archived and
// not past its time.
func (d *decision) reply(actor event.Actor, events ...event.Event) ([]event.Event, error) {
	i, err := loadTarget[*inviteAggregate](d)
	if err != nil {
		return nil, err
	}
	return d.replyTo(i, actor, events...)
}

func (d *decision) replyTo(i *inviteAggregate, actor event.Actor, events ...event.Event) ([]event.Event, error) {
	if i.final() {
		return nil, d.reject(WrongState, "the invite is final")
	}
	if d.at >= i.expiresAt {
		return nil, d.reject(Expired, "the invite expired at %v", i.expiresAt)
	}
	d.actor = actor
	return events, nil
}

func (c AcceptInvite) decide(d *decision) ([]event.Event, error) {
	i, err := loadTarget[*inviteAggregate](d)
	if err != nil {
		return nil, err
	}
	client, err := d.client(i.client)
	if err != nil {
		return nil, err
	}
	freelancer, err := d.freelancer(i.freelancer)
	if err != nil {
		return nil, err
	}
	if err := d.newBusiness(business{
		client: client, freelancers: []*freelancerAggregate{freelancer}, block: event.BlockProposals, acts: freelancer,
	}); err != nil {
		return nil, err
	}
	events := []event.Event{&event.InviteAccepted{CoverLetter: c.CoverLetter}}
	if d.terms.ContactAt == ContactAtInterview {
		events = append(events, &event.ContactExchanged{})
	}
	return d.replyTo(i, event.ActorFreelancer, events...)
}

func (c DeclineInvite) decide(d *decision) ([]event.Event, error) {
	return d.reply(event.ActorFreelancer, &event.InviteDeclined{Reason: c.Reason})
}

func (c ReportInvite) decide(d *decision) ([]event.Event, error) {
	return d.reply(event.ActorFreelancer, &event.InviteReported{Reason: c.Reason})
}

func (c WithdrawInvite) decide(d *decision) ([]event.Event, error) {
	actor := event.ActorClient
	if c.Reason == event.WithdrawSanctioned {
		actor = event.ActorPlatform
	}
	return d.reply(actor, &event.InviteWithdrawn{Reason: c.Reason})
}

func (c ArchiveInvite) decide(d *decision) ([]event.Event, error) {
	i, err := loadTarget[*inviteAggregate](d)
	if err != nil {
		return nil, err
	}
	if i.state == inviteArchived {
		return nil, d.reject(WrongState, "the invite is archived already")
	}
	return d.replyTo(i, event.ActorFreelancer, &event.InviteArchived{})
}

func (c ExpireInvite) decide(d *decision) ([]event.Event, error) {
	i, err := loadTarget[*inviteAggregate](d)
	if err != nil {
		return nil, err
	}
	if i.final() {
		return nil, d.reject(WrongState, "the invite is final")
	}
	if d.at < i.expiresAt {
		return nil, d.reject(TooEarly, "the invite expires at %v", i.expiresAt)
	}
	d.actor = event.ActorTimer
	return []event.Event{&event.InviteExpired{}}, nil
}
