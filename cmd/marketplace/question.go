package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
)

// question is as of when and under which policy a statistic is asked for, and
// how it is shown.
type question struct {
	store    storeFlag
	model    modelFlag
	asOf     momentFlag
	policy   policyFlag
	badges   badgeFlag
	currency currencyFlag
	json     bool
	complete bool
	now      event.Time         // when the command began
	status   marketplace.Status // of what was asked last
}

func (q *question) add(cmd *cobra.Command) {
	q.addMoment(cmd)
	q.model.add(cmd, "ask the read model at this URL instead of the log")
	cmd.MarkFlagsMutuallyExclusive("store", modelFlagName)
	cmd.Flags().Var(&q.policy, "policy", "Job Success rule: "+strings.Join(statistics.PresetNames(), ", ")+" (default "+statistics.DefaultPolicy+")")
	cmd.Flags().BoolVar(&q.complete, "complete", false, "fail rather than answer from a read model that is behind")
	complete(cmd, "policy", statistics.PresetNames()...)
}

// addBadges adds under which rule badges are asked for.
func (q *question) addBadges(cmd *cobra.Command) {
	cmd.Flags().Var(&q.badges, "badge-policy", "rule for badges: "+strings.Join(statistics.BadgePresetNames(), ", ")+" (default "+statistics.DefaultBadges+")")
	complete(cmd, "badge-policy", statistics.BadgePresetNames()...)
}

// addMoment adds what is asked for whatever is answered.
func (q *question) addMoment(cmd *cobra.Command) {
	q.now = event.At(time.Now())
	q.store.add(cmd)
	q.currency.add(cmd)
	cmd.Flags().Var(&q.asOf, "as-of", "moment to compute for, such as 2019-12-31T23:59:59Z, or the end of a day, 2019-12-31, UTC (default now)")
	cmd.Flags().BoolVar(&q.json, "json", false, "write JSON; amounts are integers of minor units")
}

// moment is as of when the question is asked.
func (q *question) moment() event.Time {
	if q.asOf.set {
		return q.asOf.at
	}
	return q.now
}

// rule is the policy under which the question is asked.
func (q *question) rule() statistics.Policy {
	p := q.policy.Policy
	if p.Name == "" {
		var err error
		if p, err = statistics.Preset(statistics.DefaultPolicy); err != nil {
			panic(err) // cannot happen: it is the name of a preset
		}
	}
	if q.badges.name != "" && q.badges.name != statistics.DefaultBadges {
		p.Name, p.Badge = p.Name+", badges "+q.badges.name, q.badges.policy
	}
	return p
}

func (q *question) options() []marketplace.QueryOption {
	options := []marketplace.QueryOption{marketplace.AsOf(q.moment().Std()), marketplace.Under(q.rule()), marketplace.WithStatus(&q.status)}
	if q.complete {
		options = append(options, marketplace.Complete())
	}
	return options
}

// flags are those that ask the same question of another command.
func (q *question) flags() string {
	text := " --as-of " + q.moment().String()
	if q.store.name != "" {
		text += " --store " + shellWord(q.store.shown())
	}
	if q.model != "" {
		text += " --" + modelFlagName + " " + shellWord(q.model.shown())
	}
	if q.policy.Name != "" {
		text += " --policy " + shellWord(q.policy.Name)
	}
	if q.badges.name != "" {
		text += " --badge-policy " + q.badges.name
	}
	return text
}

func shellWord(text string) string {
	if text != "" && !strings.ContainsAny(text, " \t\n\"'\\$&|;<>()*?[]#~`!{}") {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// momentFlag is a moment as scripts and reports write it, or a day.
type momentFlag struct {
	at     event.Time
	set    bool
	begins bool // a day means its first second
}

func (f *momentFlag) String() string {
	if !f.set {
		return ""
	}
	return f.at.String()
}

// Set reads a moment, or a day, which means its last second, or its first where the
// flag says so.
func (f *momentFlag) Set(s string) (err error) {
	clock := "T23:59:59Z"
	if f.begins {
		clock = "T00:00:00Z"
	}
	if len(s) == len(time.DateOnly) {
		if f.at, err = event.ParseTime(s + clock); err != nil {
			return fmt.Errorf("not a day of the form YYYY-MM-DD")
		}
	} else if f.at, err = event.ParseTime(s); err != nil {
		return fmt.Errorf("%w, or a day, YYYY-MM-DD", err)
	}
	f.set = true
	return nil
}

func (f *momentFlag) Type() string { return "time" }

// policyFlag is a preset, given by its name; without a name, none is given.
type policyFlag struct{ statistics.Policy }

func (f *policyFlag) String() string { return f.Name }

func (f *policyFlag) Set(s string) error {
	p, err := statistics.Preset(s)
	if err != nil {
		return fmt.Errorf("known are %s", strings.Join(statistics.PresetNames(), ", "))
	}
	f.Policy = p
	return nil
}

func (f *policyFlag) Type() string { return "name" }

// badgeFlag is a badge preset, given by its name; without a name, none is given.
type badgeFlag struct {
	name   string
	policy statistics.BadgePolicy
}

func (f *badgeFlag) String() string { return f.name }

func (f *badgeFlag) Set(s string) error {
	p, err := statistics.BadgePreset(s)
	if err != nil {
		return fmt.Errorf("known are %s", strings.Join(statistics.BadgePresetNames(), ", "))
	}
	f.name, f.policy = s, p
	return nil
}

func (f *badgeFlag) Type() string { return "name" }

// idFlag is the id of an account, uuid.Nil if none is given.
type idFlag uuid.UUID

func (f *idFlag) String() string {
	if *f == idFlag(uuid.Nil) {
		return ""
	}
	return uuid.UUID(*f).String()
}

func (f *idFlag) Set(s string) error {
	id, err := parseID(s)
	*f = idFlag(id)
	return err
}

func (f *idFlag) Type() string { return "id" }

// parseID reads an id as scripts and reports write it; uuid.Parse takes other
// forms too.
func parseID(s string) (uuid.UUID, error) {
	id, err := uuid.Parse(s)
	if err != nil || len(s) != 36 || id == uuid.Nil {
		return uuid.Nil, fmt.Errorf("not an id of the form 01234567-89ab-cdef-0123-456789abcdef")
	}
	return id, nil
}
