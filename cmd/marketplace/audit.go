package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/audit"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/store"
)

// audited is a kind of audit.
type audited struct {
	name, short string
	audit       func(context.Context, store.Store, audit.Options) (audit.Report, error)
}

// audits lists all kinds, in the order in which they are made.
var audits = []audited{
	{"rules", "every event could be decided where it stands", audit.Rules},
}

func (c *cli) auditCommand() *cobra.Command {
	var log storeFlag
	a := &auditing{cli: c}
	var names []string
	kinds := ""
	for _, k := range audits {
		names = append(names, k.name)
		kinds += fmt.Sprintf("  %-10s %s\n", k.name, k.short)
	}
	cmd := &cobra.Command{
		Use:   "audit [KIND]",
		Short: "Check that the log obeys the rules",
		Long: `audit reads the log and looks for what cannot have come to be: verify finds bytes
that were changed, audit finds events that are whole and ought not to be there. What it
finds names the event, its place, and the rule of docs/rules.md or docs/fine-print.md.
Without a kind all are made:

` + kinds + `
A deadline is taken as its event says it, if some whole period leads to it; with
--default-terms it must be the period that this program gives.

The exit status is 0 where nothing was found, 4 where something was, and another where
the log could not be read to its end.`,
		Example: `  marketplace audit
  marketplace audit rules --as-of 2019-12-31T23:59:59Z --json
  marketplace audit --store archive:/archive/market`,
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		ValidArgs: names,
		RunE: c.action(func(ctx context.Context, args []string) error {
			if a.limit < 1 {
				return usage("--limit %d: it is 1 or more", a.limit)
			}
			return log.readingStore(ctx, func(s store.Store) error { return a.write(ctx, s, log.shown(), args) })
		}),
	}
	log.add(cmd)
	cmd.Flags().Var(&a.asOf, "as-of", "leave out what happened after this moment, such as 2019-12-31T23:59:59Z, or the end of a day, 2019-12-31, UTC")
	cmd.Flags().BoolVar(&a.defaultTerms, "default-terms", false, "hold deadlines to the default periods")
	cmd.Flags().IntVar(&a.limit, "limit", findingsLimit, "end after so many findings")
	cmd.Flags().BoolVar(&a.json, "json", false, "write JSON")
	return cmd
}

// auditing is one answer of the command audit.
type auditing struct {
	*cli
	asOf               momentFlag
	defaultTerms, json bool
	limit              int
}

// auditJSON is what audit writes.
type auditJSON struct {
	Log    *uuid.UUID    `json:"log"`   // the id of its first event, null if it has none
	AsOf   *event.Time   `json:"as_of"` // null: nothing was left out
	Audits []auditOfKind `json:"audits"`
}

type auditOfKind struct {
	Audit string `json:"audit"`
	audit.Report
}

// auditRules is marketplace audit rules, for a log that was verified.
func (c *cli) auditRules(ctx context.Context, s store.Store, url string, result resultFlag) error {
	return (&auditing{cli: c, limit: findingsLimit, json: bool(result)}).write(ctx, s, url, []string{"rules"})
}

// findingsLimit is after how many findings an audit ends, if nobody says.
const findingsLimit = 1000

func (a *auditing) options() audit.Options {
	o := audit.Options{Findings: a.limit}
	if a.asOf.set {
		o.AsOf = a.asOf.at.Std()
	}
	if a.defaultTerms {
		o.Terms = aggregate.DefaultTerms()
	}
	return o
}

func (a *auditing) write(ctx context.Context, s store.Store, url string, only []string) error {
	made := auditJSON{Audits: []auditOfKind{}}
	if a.asOf.set {
		made.AsOf = &a.asOf.at
	}
	found := 0
	for _, k := range audits {
		if len(only) > 0 && only[0] != k.name {
			continue
		}
		r, err := k.audit(ctx, s, a.options())
		if err != nil {
			if len(r.Findings) > 0 && !a.json { // what was found until then
				err = errors.Join(a.text(url, &r), err)
			}
			return err
		}
		found += len(r.Findings)
		made.Audits = append(made.Audits, auditOfKind{k.name, r})
		if !a.json {
			if err := a.text(url, &r); err != nil {
				return err
			}
		}
	}
	if a.json {
		id, err := store.LogID(ctx, s)
		if err != nil {
			return err
		}
		if id != uuid.Nil {
			made.Log = &id
		}
		if err := a.writeJSON(made); err != nil {
			return err
		}
	}
	if found > 0 {
		return &told{err: errors.New(show.Of(found, "finding", "findings") + ": the log is not as the rules have it"), code: exitFindings,
			hint: "docs/audit.md says what a finding means and what to do"}
	}
	return nil
}

func (a *auditing) text(url string, r *audit.Report) error {
	for _, f := range r.Findings {
		command := ""
		if f.Command != "" {
			command = f.Command + ": "
		}
		if _, err := fmt.Fprintf(a.stdout, "#%d  %s  %s\n    %s, revision %d, event %s\n    %s (%s): %s%s\n",
			f.Position, f.OccurredAt, f.Type, show.Printable(f.Stream), f.Revision, f.EventID, f.Code, f.Rule, command, f.What); err != nil {
			return err
		}
	}
	text := fmt.Sprintf("%s: %s in %s", url, show.Of(r.Events, "event", "events"), show.Of(r.Streams, "stream", "streams"))
	if r.Unjudged > 0 {
		text += fmt.Sprintf(", %s of which nothing can be said", show.Count(r.Unjudged))
	}
	if r.PassedOver > 0 {
		text += fmt.Sprintf(", %s of other streams passed over", show.Count(r.PassedOver))
	}
	switch {
	case !r.Complete:
		text += fmt.Sprintf(", and no further after %s", show.Of(len(r.Findings), "finding", "findings"))
	case len(r.Findings) == 0:
		text += ", as the rules have it"
	}
	_, err := fmt.Fprintln(a.stdout, text)
	return err
}
