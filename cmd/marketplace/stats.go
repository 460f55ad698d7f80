package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

func (c *cli) statsCommand() *cobra.Command {
	var q question
	var freelancer, client idFlag
	var limit int
	cmd := &cobra.Command{
		Use:   "stats [ID]",
		Short: "Show the statistics of the marketplace and its accounts",
		Long: `stats computes the statistics of the marketplace, of every freelancer and of
every client as of a moment: what happened later does not count. Accounts with
the most money come first. With an ID it shows the one account that has it, or both
where it is a client's and a freelancer's. With --json it writes the whole stats report, or the
object of the one account that is asked for, exact to the last digit.`,
		Example: `  marketplace stats
  marketplace stats --as-of 2017-06-30T00:00:00Z --policy 2015 --limit 0
  marketplace stats 01234567-89ab-cdef-0123-456789abcdef
  marketplace stats --freelancer 01234567-89ab-cdef-0123-456789abcdef
  marketplace stats --as-of 2019-12-31T23:59:59Z --json > stats.json
  marketplace stats --read-model sqlite:model.db`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				if _, err := parseID(args[0]); err == nil {
					return nil
				}
			}
			return cobra.NoArgs(cmd, args)
		},
		RunE: c.action(func(ctx context.Context, args []string) error {
			if len(args) == 1 && (freelancer != idFlag(uuid.Nil) || client != idFlag(uuid.Nil)) {
				return usage("an id is given, and --freelancer or --client too")
			}
			money, err := q.currency.use()
			if err != nil {
				return err
			}
			if limit < 0 {
				return usage("--limit %d: it is 0 or more", limit)
			}
			return q.asking(ctx, func(asked *marketplace.Questions, m *marketplace.Marketplace) error {
				s := &statsCommand{cli: c, asked: asked, market: m, question: &q, money: money, limit: limit}
				switch {
				case len(args) == 1:
					id, err := parseID(args[0])
					if err != nil {
						return err
					}
					return s.account(ctx, id)
				case freelancer != idFlag(uuid.Nil):
					return s.freelancer(ctx, uuid.UUID(freelancer))
				case client != idFlag(uuid.Nil):
					return s.client(ctx, uuid.UUID(client))
				}
				return s.everything(ctx)
			})
		}),
	}
	q.add(cmd)
	cmd.Flags().Var(&freelancer, "freelancer", "show this freelancer only")
	cmd.Flags().Var(&client, "client", "show this client only")
	cmd.Flags().IntVar(&limit, "limit", 20, "rows of each table, 0 for all")
	cmd.MarkFlagsMutuallyExclusive("freelancer", "client")
	return cmd
}

// statistics is one answer of the command stats.
type statsCommand struct {
	*cli
	asked    *marketplace.Questions
	market   *marketplace.Marketplace // of the log; nil if a read model was asked
	question *question
	money    show.Currency
	limit    int
}

func (c *cli) writeJSON(v any) error { return writeJSON(c.stdout, v) }

func (s *statsCommand) everything(ctx context.Context) error {
	r, err := marketplace.Ask(ctx, s.asked, statistics.FullReport(), s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeJSON(r)
	}
	fmt.Fprintf(s.stdout, "Marketplace as of %s, policy %s\n\n", r.AsOf, r.Policy)
	s.figures(&r.Marketplace)
	s.freelancers(r)
	s.clients(r)
	return s.noteOldHistory(ctx, r.AsOf)
}

func (s *statsCommand) figures(f *statistics.MarketplaceStats) {
	hires := f.Hires.Invite + f.Hires.Proposal + f.Hires.Direct
	s.figure("Paid", s.money.Money(f.Paid), "to freelancers, net of refunds")
	s.figure("Hires", show.Count(hires), fmt.Sprintf("%s by invite, %s by proposal, %s direct",
		show.Count(f.Hires.Invite), show.Count(f.Hires.Proposal), show.Count(f.Hires.Direct)))
	s.figure("Invites sent", show.Count(f.InvitesSent), "")
	d := &f.DisputeRate
	s.figure("Contracts ended", show.Count(d.Ended), disputes(d.Disputed, d.PPM))
	s.figure("  in "+show.Months(s.question.rule().DisputeRate.RecentMonths), show.Count(d.Ended12m), disputes(d.Disputed12m, d.PPM12m))
}

func disputes(disputed int64, ppm *int64) string {
	if ppm == nil {
		return ""
	}
	return fmt.Sprintf("%s disputed, %s", show.Count(disputed), show.PercentOfMillion(ppm))
}

func (s *statsCommand) freelancers(r *statistics.Report) {
	ids := mostFirst(r.Freelancers, func(f *statistics.FreelancerStats) event.Money { return f.Paid })
	s.title("Freelancers", "were paid", len(ids))
	if len(ids) == 0 {
		return
	}
	t := s.newTable(left("FREELANCER"), right("JOB SUCCESS"), right("OUTCOMES"), right("ANSWERED"), right("DISPUTE RATE"), right("PAID "+s.money.Code))
	for _, id := range s.limited(ids) {
		f := r.Freelancers[id]
		score, outcomes := show.Unknown, show.Unknown
		if j := f.JobSuccess; j != nil {
			score, outcomes = fmt.Sprintf("%d %%", j.Displayed), show.Count(j.Outcomes)
		}
		t.row(id.String(), score, outcomes, show.Percent(f.Responsiveness.RateBP), show.PercentOfMillion(f.DisputeRate.PPM), s.money.Amount(f.Paid))
	}
	t.write(s.stdout, "  ")
}

func (s *statsCommand) clients(r *statistics.Report) {
	ids := mostFirst(r.Clients, func(c *statistics.ClientStats) event.Money { return c.Spent })
	s.title("Clients", "spent", len(ids))
	if len(ids) == 0 {
		return
	}
	t := s.newTable(left("CLIENT"), right("CONTRACTS ENDED"), right("DISPUTED"), right("RATE"), right("SPENT "+s.money.Code))
	for _, id := range s.limited(ids) {
		c := r.Clients[id]
		t.row(id.String(), show.Count(c.DisputeRate.Ended), show.Count(c.DisputeRate.Disputed), show.PercentOfMillion(c.DisputeRate.PPM), s.money.Amount(c.Spent))
	}
	t.write(s.stdout, "  ")
}

func (s *statsCommand) title(kind, by string, n int) {
	switch {
	case n == 0:
		fmt.Fprintf(s.stdout, "\n%s: none registered\n", kind)
	case s.limit > 0 && s.limit < n:
		fmt.Fprintf(s.stdout, "\n%s: the %s of %s that %s most (--limit 0 shows all)\n", kind, show.Count(s.limit), show.Count(n), by)
	default:
		fmt.Fprintf(s.stdout, "\n%s: %s\n", kind, show.Count(n))
	}
}

func (s *statsCommand) limited(ids []uuid.UUID) []uuid.UUID {
	if s.limit == 0 {
		return ids
	}
	return ids[:min(s.limit, len(ids))]
}

// mostFirst gives the ids by their money, the most first, then by their text.
func mostFirst[S any](all map[uuid.UUID]S, money func(S) event.Money) []uuid.UUID {
	return slices.SortedFunc(maps.Keys(all), func(a, b uuid.UUID) int {
		return cmp.Or(cmp.Compare(money(all[b]), money(all[a])), slices.Compare(a[:], b[:]))
	})
}

// noteOldHistory tells who asks as of now about a history that ended long ago
// why there is so little to see.
func (s *statsCommand) noteOldHistory(ctx context.Context, asOf event.Time) error {
	if s.market == nil || s.question.asOf.set {
		return nil
	}
	rec, err := store.Newest(ctx, s.market.Store())
	if err != nil || rec.ID == uuid.Nil || event.Foreign(rec.Stream) { // of which nobody knows when it happened
		return err
	}
	meta, err := s.market.Registry().NewDecoder().DecodeMeta(&rec)
	if err == nil && meta.OccurredAt.AddMonths(6) < asOf {
		_, err = fmt.Fprintf(s.stdout, "\nThe log's newest event is of %s; see that day with --as-of %s\n", meta.OccurredAt.Date(), meta.OccurredAt)
	}
	return err
}
