package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

func (c *cli) clientsCommand() *cobra.Command {
	var q statistics.ClientQuery
	var state, order string
	cmd := c.asking(&cobra.Command{
		Use:   "clients",
		Short: "List the clients as an operator sees them: how each stands, what is to be done",
		Long: `clients lists the clients, each with how they stand, the negative signals that count
now, what is to be done and since when, the contracts that run and what was spent. Those
about whom something is due longest come first. marketplace client CLIENT shows all of
one; so does --json of each.`,
		Example: `  marketplace clients --due
  marketplace clients --state contacted --order signals --limit 100
  marketplace clients --order spent --as-of 2019-12-31T23:59:59Z --json`,
		Args: cobra.NoArgs,
	}, func(s *statsCommand, ctx context.Context, _ []string) error {
		q.State, q.Sort = statistics.StandingState(state), statistics.ClientOrder(order)
		if err := q.Validate(); err != nil {
			return usage("%w", err)
		}
		return s.clientList(ctx, q)
	})
	f := cmd.Flags()
	f.StringVar(&state, "state", "", "only those who are good, contacted, suspended or barred")
	f.BoolVar(&q.Due, "due", false, "only those about whom something is to be done")
	f.StringVar(&order, "order", string(statistics.ByDue), "by due, signals, spent or registered")
	f.IntVar(&q.Offset, "offset", 0, "pass over so many of those found")
	f.IntVar(&q.Limit, "limit", statistics.DefaultSearchLimit, "list at most so many")
	complete(cmd, "state", "good", "contacted", "suspended", "barred")
	complete(cmd, "order", string(statistics.ByDue), string(statistics.BySignals), string(statistics.BySpent), string(statistics.ByRegistration))
	return cmd
}

func (s *statsCommand) clientList(ctx context.Context, q statistics.ClientQuery) error {
	list, err := marketplace.Ask(ctx, s.asked, statistics.ListClients(q), s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeAnswer(s.question, s.money, uuid.Nil, list)
	}
	fmt.Fprintf(s.stdout, "%s as of %s, policy %s\n", show.Of(list.Total, "client", "clients"), list.AsOf, list.Policy)
	if len(list.Clients) == 0 {
		return s.noteOldHistory(ctx, list.AsOf)
	}
	fmt.Fprintf(s.stdout, "%s to %s:\n\n", show.Count(list.Offset+1), show.Count(list.Offset+len(list.Clients)))
	t := s.newTable(left("CLIENT"), left("STATE"), right("SIGNALS"), left("NEXT"), left("DUE SINCE"),
		right("RUNNING"), right("SPENT "+s.money.Code))
	for _, c := range list.Clients {
		since := ""
		if c.DueSince != nil {
			since = c.DueSince.Date().String()
		}
		t.row(c.Client.String(), string(c.State), show.Count(c.Signals), c.Next.String(), since,
			show.Count(c.RunningContracts), s.money.Amount(c.Spent))
	}
	t.write(s.stdout, "  ")
	return s.noteOldHistory(ctx, list.AsOf)
}
