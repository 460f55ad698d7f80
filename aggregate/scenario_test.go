package aggregate

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// A scenario reads as the rules do: given these facts, when this command, then
// these events or this code. Every stage is a type of its own, and only the
// last one is a test, so a scenario that is not finished does not compile.
//
//	given(accounts, sent).when(t0, DeclineInvite{Invite: invite}).then(&event.InviteDeclined{})
//	given(accounts, sent).when(deadline, DeclineInvite{Invite: invite}).rejected(Expired)

// fact is what happened in one stream at one moment.
type fact struct {
	stream string
	at     event.Time
	events []event.Event
}

// facts in the order in which they happened.
type facts []fact

// past is a fact or several.
type past interface{ all() facts }

func (f fact) all() facts  { return facts{f} }
func (f facts) all() facts { return f }

func (f facts) and(more ...past) facts {
	joined := append(facts(nil), f...)
	for _, p := range more {
		joined = append(joined, p.all()...)
	}
	return joined
}

func given(past ...past) givenStage { return givenStage{facts(nil).and(past...)} }

type givenStage struct{ past facts }

func (g givenStage) when(at event.Time, c Command) whenStage {
	return whenStage{g.past, at, c, DefaultTerms()}
}

type whenStage struct {
	past  facts
	at    event.Time
	cmd   Command
	terms Terms
}

// under changes the terms of the marketplace, which are the default ones otherwise.
func (w whenStage) under(change func(*Terms)) whenStage {
	change(&w.terms)
	return w
}

func (w whenStage) then(events ...event.Event) written { return written{whenStage: w, events: events} }

func (w whenStage) rejected(code Code) test { return rejected{w, code} }

// test is a whole scenario.
type test interface{ check(t require.TestingT) }

// table holds scenarios by name. One that begins with a label of
// docs/fine-print.md checks that paragraph.
type table map[string]test

func (rows table) run(t *testing.T) {
	t.Helper()
	for name, row := range rows {
		t.Run(name, func(t *testing.T) { row.check(t) })
	}
}

// world is every stream, folded.
type world map[string]State

func (w world) read(stream string) (State, error) {
	if s := w[stream]; s != nil {
		return s, nil
	}
	return NewState(stream)
}

func (w world) evolve(stream string, at event.Time, events ...event.Event) error {
	s, err := w.read(stream)
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := s.Evolve(at, e); err != nil {
			return fmt.Errorf("%s: %w", stream, err)
		}
	}
	w[stream] = s
	return nil
}

// fold makes the world of a past, which must be one that can be.
func fold(t require.TestingT, past facts) world {
	w := world{}
	for _, f := range past {
		require.NoError(t, w.evolve(f.stream, f.at, f.events...))
	}
	return w
}

// decide takes the decision twice, which must come to the same and touch no
// state: a decision leaves no trace but its events.
func (w whenStage) decide(t require.TestingT) (world, Decision, error) {
	state, twin := fold(t, w.past), fold(t, w.past)
	decision, err := Decide(state.read, w.terms, w.at, w.cmd)
	again, errAgain := Decide(state.read, w.terms, w.at, w.cmd)
	require.Equal(t, decision, again, "decisions are deterministic")
	require.Equal(t, err, errAgain, "rejections are deterministic")
	require.Equal(t, twin, state, "a decision changes no state")
	within(t, w.cmd, decision, err)
	return state, decision, err
}

type rejected struct {
	whenStage
	code Code
}

func (r rejected) check(t require.TestingT) {
	_, decision, err := r.decide(t)
	require.ErrorIs(t, err, r.code)
	require.Empty(t, decision, "a rejection decides nothing")
	var whole *Rejection
	require.True(t, errors.As(err, &whole))
	require.Equal(t, Rejection{r.code, CommandName(r.cmd), r.cmd.stream(), whole.Detail}, *whole)
	require.NotEmpty(t, whole.Detail)
	r.checkForged(t)
}

type written struct {
	whenStage
	events []event.Event
	actor  event.Actor
	before Command
	first  []event.Event // what before comes to
}

// after says which command must be written before, and what it comes to.
func (w written) after(before Command, events ...event.Event) written {
	w.before, w.first = before, events
	return w
}

// by says who must have caused the events.
func (w written) by(actor event.Actor) test {
	w.actor = actor
	return w
}

func (w written) check(t require.TestingT) {
	state, decision, err := w.decide(t)
	require.NoError(t, err)
	require.Equal(t, w.events, decision.Events)
	require.Equal(t, w.before, decision.Before)
	if w.actor != "" {
		require.Equal(t, w.actor, decision.Actor)
	}
	if w.before != nil {
		w.checkBefore(t, state)
	}
	for i, e := range decision.Events {
		_, err := registry.Encode(event.ID(command, i), event.Meta{OccurredAt: w.at, Actor: decision.Actor, CommandID: command}, e)
		require.NoError(t, err, "what is decided can be stored")
	}
	requireReplayed(t, state, w.terms, Written{w.cmd.stream(), w.at, decision.Actor, decision.Events})
	require.NoError(t, state.evolve(w.cmd.stream(), w.at, decision.Events...), "what is decided can stand in its stream")
	require.Equal(t, w.at, state[w.cmd.stream()].Clock())
}

// checkBefore writes what comes before; then the command must come to the same,
// with nothing before it: so it goes on where a crash came between.
func (w written) checkBefore(t require.TestingT, state world) {
	first, err := Decide(state.read, w.terms, w.at, w.before)
	require.NoError(t, err)
	require.Equal(t, w.first, first.Events)
	require.Nil(t, first.Before)
	require.NotEqual(t, w.cmd.stream(), w.before.stream())
	requireReplayed(t, state, w.terms, Written{w.before.stream(), w.at, first.Actor, first.Events})
	require.NoError(t, state.evolve(w.before.stream(), w.at, first.Events...))
	again, err := Decide(state.read, w.terms, w.at, w.cmd)
	require.NoError(t, err)
	require.Equal(t, w.events, again.Events)
	require.Nil(t, again.Before)
}

var (
	registry = event.Marketplace()
	command  = uuid.MustParse("99999999-0000-4000-8000-000000000001")
)
