// Package event holds the facts of the marketplace: what happened, to whom and
// when, never what it means.
//
// An event is a small struct, such as *InviteSent, in the stream of the one
// thing it happened to. An Envelope is an event with everything the log knows
// about it; a Record is the same as stored bytes; a Registry is the list of
// event types with their schema versions, and its Encode and Decode turn one
// into the other. Reading an old record brings it up to today's version.
//
// The package does no I/O, reads no clock and starts no goroutine.
//
// Every event with its versions, fields and stream is in docs/catalogue.md. What
// the events are for is in docs/rules.md, which code cites as rules 3
// (docs/rules.md#rules-3), and docs/fine-print.md.
package event

import (
	"crypto/sha1"
	"encoding/binary"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/internal/jsonform"
)

// Event is one fact. Only pointers to the structs of this package implement it.
type Event interface {
	// EventType is the stable name under which the event is stored.
	EventType() string
}

// Position is the place of an event in the one global order of a log. The
// first event's position is greater than 0; positions grow and may have gaps.
type Position uint64

// LastPosition is behind every event of a log.
const LastPosition = ^Position(0)

// Meta says when, by whom and why an event happened.
type Meta struct {
	OccurredAt    Time      // when it happened, from the command
	Actor         Actor     // who caused it
	CommandID     uuid.UUID // the command that was decided
	CorrelationID uuid.UUID // the conversation that the command belongs to
	CausationID   uuid.UUID // what caused the command: an event, or the command itself

	// CommandDigest tells the command from others that come under its id; package
	// marketplace makes it. Zero: none was kept, as before there was one.
	CommandDigest [16]byte

	// ActedBy is who acted, in the host's words: an opaque id of 1 to 64 letters,
	// digits, '.', '_', ':' and '-'. No rule and no statistic reads it. Empty: unknown.
	ActedBy string
}

// Envelope is a decoded event with all that the log knows about it.
type Envelope struct {
	ID         uuid.UUID
	Stream     string
	Revision   uint64 // place in the stream, from 0
	Position   Position
	RecordedAt time.Time // when the store took it, UTC
	Version    int       // the schema version under which it was stored
	Meta
	Event Event
}

// Proposed is an encoded event on its way into a store.
type Proposed struct {
	ID       uuid.UUID
	Type     string
	Data     []byte // the event, a JSON object
	Metadata []byte // its Meta and schema version, a flat JSON object of strings
}

// Record is an encoded event as a store holds it.
type Record struct {
	Proposed
	Stream     string
	Revision   uint64
	Position   Position
	RecordedAt time.Time
}

// Clone is a copy that shares no bytes with r. A record that a store's
// iterator yields is valid only until the next one; Clone what is kept.
func (r Record) Clone() Record {
	r.Data = append([]byte(nil), r.Data...)
	r.Metadata = append([]byte(nil), r.Metadata...)
	return r
}

// idSpace is the name space of event ids.
var idSpace = uuid.MustParse("5d3e7a57-5f4f-5d0e-9d6c-6f6f3b1f7a11")

// ID is the id of the event with the given index among those of a command: a
// version 5 UUID, so that a blind retry of a command proposes the same events.
func ID(command uuid.UUID, index int) uuid.UUID {
	// uuid.NewSHA1 would allocate the hash.
	name := make([]byte, 0, 36)
	name = append(append(name, idSpace[:]...), command[:]...)
	sum := sha1.Sum(binary.BigEndian.AppendUint32(name, uint32(index)))
	id := uuid.UUID(sum[:16])
	id[6] = id[6]&0x0f | 0x50 // version 5
	id[8] = id[8]&0x3f | 0x80 // of RFC 9562
	return id
}

// commandSpace is the name space of command ids that are derived.
var commandSpace = uuid.MustParse("5d3e7a57-5f4f-5d0e-9d6c-6f6f3b1f7a12")

// FollowUpID is the id of a command that follows from something: the event, or
// the other command, that causes it. It is a version 5 UUID of both, so that
// whoever sends the command twice does it once.
func FollowUpID(cause uuid.UUID, command string) uuid.UUID {
	return uuid.NewSHA1(commandSpace, append(cause[:], command...))
}

// The categories of streams: what stands before the first dash of a name.
const (
	CategoryClient     = "clientAccount"
	CategoryFreelancer = "freelancerAccount"
	CategoryInvite     = "invite"
	CategoryJob        = "job"
	CategoryProposal   = "proposal"
	CategoryInterview  = "interview"
	CategoryContract   = "contract"
	CategoryWorkWeek   = "workWeek"
	CategoryImport     = "import"
)

// ClientStream is "clientAccount-<id>", of the ClientAccount.
func ClientStream(id uuid.UUID) string { return streamOf(CategoryClient, id) }

// FreelancerStream is "freelancerAccount-<id>", of the FreelancerAccount with its
// Connects, badges and assessments.
func FreelancerStream(id uuid.UUID) string { return streamOf(CategoryFreelancer, id) }

// InviteStream is "invite-<id>".
func InviteStream(id uuid.UUID) string { return streamOf(CategoryInvite, id) }

// JobStream is "job-<id>". Proposals to the job are not in it.
func JobStream(id uuid.UUID) string { return streamOf(CategoryJob, id) }

// InterviewStream is "interview-<id>": one meeting.
func InterviewStream(id uuid.UUID) string { return streamOf(CategoryInterview, id) }

// ProposalStream is "proposal-<id>", with its offers.
func ProposalStream(id uuid.UUID) string { return streamOf(CategoryProposal, id) }

// ContractStream is "contract-<id>", with milestones, payments, feedback and
// disputes, without the Work Diary.
func ContractStream(id uuid.UUID) string { return streamOf(CategoryContract, id) }

// WorkWeekStream is "workWeek-<contract>-2016-W05": a week of its own, so that no
// stream grows with the contract's life.
func WorkWeekStream(contract uuid.UUID, w Week) string {
	return streamOf(CategoryWorkWeek, contract) + "-" + w.String()
}

// ImportStream names the stream that remembers what an import rejected.
func ImportStream(id uuid.UUID) string { return streamOf(CategoryImport, id) }

func streamOf(category string, id uuid.UUID) string {
	name := append(append(make([]byte, 0, 64), category...), '-')
	return string(jsonform.AppendUUID(name, id))
}

// ParseStream splits a stream's name into its category, the id in it and, of a
// work week, the week. It reports false for a name that is none of ours; ids
// are written in small letters.
func ParseStream(name string) (category string, id uuid.UUID, week Week, ok bool) {
	category, rest, _ := strings.Cut(name, "-")
	switch {
	case !isCategory(category):
		return "", uuid.Nil, Week{}, false
	case category == CategoryWorkWeek:
		if len(rest) != 36+1+8 || rest[36] != '-' {
			return "", uuid.Nil, Week{}, false
		}
		if week, ok = parseWeek([]byte(rest[37:])); !ok {
			return "", uuid.Nil, Week{}, false
		}
		rest = rest[:36]
	}
	if id, ok = jsonform.ParseLowerUUID(rest); !ok {
		return "", uuid.Nil, Week{}, false
	}
	return category, id, week, true
}

// Foreign reports whether a stream is not the marketplace's: what its name has
// before the first dash is no category of ours. Another program that shares the
// database has such streams, and so may a host; who reads the log passes over them
// and need not be able to decode what is in them. A name that begins with a category
// of ours is ours to answer for, also where ParseStream does not know it.
func Foreign(stream string) bool {
	category, _, _ := strings.Cut(stream, "-")
	return !isCategory(category)
}

func isCategory(category string) bool {
	switch category {
	case CategoryClient, CategoryFreelancer, CategoryInvite, CategoryJob, CategoryProposal, CategoryInterview, CategoryContract, CategoryWorkWeek, CategoryImport:
		return true
	}
	return false
}
