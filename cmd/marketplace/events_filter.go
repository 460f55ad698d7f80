package main

import (
	"bytes"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/event"
)

// eventFilter says which events are shown of those that are read.
type eventFilter struct {
	types        []string
	since, until momentFlag
	actor        string
	actedBy      string
	account      idFlag

	streams map[string]bool // to which the account is a party
	named   [][]byte        // how an event's data names the account
}

func (f *eventFilter) add(cmd *cobra.Command) {
	f.since.begins = true
	flags := cmd.Flags()
	flags.StringSliceVar(&f.types, "type", nil, "only events of this type, such as InviteSent; repeatable")
	flags.Var(&f.since, "since", "only what occurred at this moment or later; a day means its first second")
	flags.Var(&f.until, "until", "only what occurred at this moment or before; a day means its last second")
	flags.StringVar(&f.actor, "actor", "", "only what was done by client, freelancer, platform or timer")
	flags.StringVar(&f.actedBy, "acted-by", "", "only what was done by whom the host knows by this id")
	flags.Var(&f.account, "account", "only what is about this client or freelancer")
	complete(cmd, "type", eventTypes()...)
	complete(cmd, "actor", actors...)
}

var actors = []string{string(event.ActorClient), string(event.ActorFreelancer), string(event.ActorPlatform), string(event.ActorTimer)}

// eventTypes are the names of all events of the marketplace.
func eventTypes() (names []string) {
	for _, t := range event.Types() {
		names = append(names, t.Event.EventType())
	}
	return names
}

func (f *eventFilter) validate() error {
	all := eventTypes()
	for _, t := range f.types {
		if !slices.Contains(all, t) {
			return usage("--type %.60q: there is no such event; docs/catalogue.md lists them", t)
		}
	}
	if f.actor != "" && !slices.Contains(actors, f.actor) {
		return usage("--actor %.60q: known are %s", f.actor, strings.Join(actors, ", "))
	}
	if f.actedBy != "" && !event.IsActor(f.actedBy) {
		return usage("--acted-by %.80q is no id of who acted", f.actedBy)
	}
	if f.since.set && f.until.set && f.until.at < f.since.at {
		return usage("--until %v is before --since %v", f.until.at, f.since.at)
	}
	return nil
}

// looksBack reports whether it takes what is before an event to know if it is shown.
func (f *eventFilter) looksBack() bool { return f.account != idFlag(uuid.Nil) }

func (f *eventFilter) begin() {
	if !f.looksBack() {
		return
	}
	id := uuid.UUID(f.account)
	f.streams = map[string]bool{event.ClientStream(id): true, event.FreelancerStream(id): true}
	for _, field := range []string{"client", "freelancer"} {
		f.named = append(f.named, []byte(`"`+field+`":"`+id.String()+`"`), []byte(`"`+field+`": "`+id.String()+`"`))
	}
}

// see learns of a stream, from the event that opens it, whether the account is a
// party. It is told of every event that is read.
func (f *eventFilter) see(rec *event.Record) {
	if !f.looksBack() || rec.Revision != 0 {
		return
	}
	category, id, _, ours := event.ParseStream(rec.Stream)
	switch {
	case !ours || category == event.CategoryClient || category == event.CategoryFreelancer:
	case category == event.CategoryWorkWeek:
		if f.streams[event.ContractStream(id)] {
			f.streams[rec.Stream] = true
		}
	case f.names(rec):
		f.streams[rec.Stream] = true
	}
}

func (f *eventFilter) names(rec *event.Record) bool {
	return slices.ContainsFunc(f.named, func(name []byte) bool { return bytes.Contains(rec.Data, name) })
}

func (f *eventFilter) passes(rec *event.Record, env *event.Envelope) bool {
	switch {
	case len(f.types) > 0 && !slices.Contains(f.types, env.Event.EventType()),
		f.since.set && env.OccurredAt < f.since.at,
		f.until.set && env.OccurredAt > f.until.at,
		f.actor != "" && string(env.Actor) != f.actor,
		f.actedBy != "" && env.ActedBy != f.actedBy,
		f.looksBack() && !f.streams[rec.Stream] && !f.names(rec):
		return false
	}
	return true
}
