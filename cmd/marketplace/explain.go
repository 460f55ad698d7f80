package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// explained is one thing that explain can be asked about.
type explained struct {
	use, short string
	sample     string // of its argument
	args       cobra.PositionalArgs
	myStats    bool // it is about a number that my-stats shows
	explain    func(*explanation, context.Context, []string) error
}

// explanations are all of them; the command's help and usage, and what my-stats
// says of it, follow from here.
var explanations = []explained{
	ofFreelancer("job-success", "Explain a freelancer's Job Success score", statistics.ExplainJobSuccess, (*explanation).writeJobSuccess),
	ofFreelancer("responsiveness", "Explain how well a freelancer answers invites", statistics.ExplainResponsiveness, (*explanation).writeResponsiveness),
	ofFreelancer("dispute-rate", "Explain the dispute rate of an account, or of the marketplace", statistics.ExplainDisputeRate, (*explanation).writeDisputeRate).
		orOf(ofMarketplace(statistics.ExplainMarketplaceDisputeRate, (*explanation).writeDisputeRate)),
	ofFreelancer("work", "Explain what a freelancer was paid, and for whom", statistics.ExplainWork, (*explanation).writeWork),
	ofFreelancer("funnel", "Explain the funnel of a freelancer, or of the marketplace", statistics.ExplainFunnel, (*explanation).writeFunnel).
		orOf(ofMarketplace(statistics.ExplainMarketplaceFunnel, (*explanation).writeFunnel)),
	ofFreelancer("badges", "Explain how a freelancer stands towards each badge", statistics.ExplainBadges, (*explanation).writeBadges),
	ofAccount("client", "Explain a client's standing, hire rate, spend and stars", statistics.ExplainClientProfile, (*explanation).writeClient),
	{"week WEEK", "Explain the figures of an ISO week", "2017-W05", cobra.ExactArgs(1), false, (*explanation).week},
}

func (e explained) name() string { return strings.Fields(e.use)[0] }

// names are those of the explanations that are wanted.
func names(wanted func(explained) bool) (list []string) {
	for _, e := range explanations {
		if wanted(e) {
			list = append(list, e.name())
		}
	}
	return list
}

func (c *cli) explainCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain",
		Short: "Say why a number is what it is",
		Long: `explain shows a number and everything it rests on: what counted, with the events
that made it so, and what was left out and why. An event is named by its position
in the log, which marketplace events --from shows.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("explain %q: known are %s", args[0], strings.Join(names(func(explained) bool { return true }), ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, e := range explanations {
		cmd.AddCommand(c.explaining(e))
	}
	return cmd
}

// ofAccount explains an account's number.
func ofAccount[X any](name, short string, question func(uuid.UUID) statistics.Question[*X], write func(*explanation, *X)) explained {
	return explained{name + " ID", short, "01234567-89ab-cdef-0123-456789abcdef", cobra.ExactArgs(1), false, func(x *explanation, ctx context.Context, args []string) error {
		id, err := parseID(args[0])
		if err != nil {
			return usage("%q: %w", args[0], err)
		}
		x.id = id
		return answer(ctx, x, question(id), write)
	}}
}

// ofFreelancer explains a number that my-stats shows.
func ofFreelancer[X any](name, short string, question func(uuid.UUID) statistics.Question[*X], write func(*explanation, *X)) explained {
	e := ofAccount(name, short, question, write)
	e.myStats = true
	return e
}

// ofMarketplace explains a number of the whole marketplace.
func ofMarketplace[X any](question func() statistics.Question[*X], write func(*explanation, *X)) func(*explanation, context.Context) error {
	return func(x *explanation, ctx context.Context) error { return answer(ctx, x, question(), write) }
}

// orOf is the explanation whose account may be left out.
func (e explained) orOf(market func(*explanation, context.Context) error) explained {
	one := e.explain
	e.use, e.args = e.name()+" [ID]", cobra.MaximumNArgs(1)
	e.explain = func(x *explanation, ctx context.Context, args []string) error {
		if len(args) == 0 {
			return market(x, ctx)
		}
		return one(x, ctx, args)
	}
	return e
}

func (c *cli) explaining(e explained) *cobra.Command {
	x := &explanation{cli: c}
	example := "  marketplace explain " + e.name() + " " + e.sample
	cmd := &cobra.Command{
		Use:     e.use,
		Short:   e.short,
		Example: example + "\n" + example + " --as-of 2017-06-30T00:00:00Z --json",
		Args:    e.args,
		RunE: c.action(func(ctx context.Context, args []string) (err error) {
			if x.money, err = x.question.currency.use(); err != nil {
				return err
			}
			return x.question.asking(ctx, func(asked *marketplace.Questions, _ *marketplace.Marketplace) error {
				x.asked = asked
				return e.explain(x, ctx, args)
			})
		}),
	}
	x.question.add(cmd)
	if e.name() == "badges" {
		x.question.addBadges(cmd)
	}
	cmd.Flags().BoolVar(&x.all, "all", false, "show every event and every contract, however many")
	return cmd
}

// explanation is one answer of the command explain.
type explanation struct {
	*cli
	asked    *marketplace.Questions
	question question
	money    show.Currency
	id       uuid.UUID // of the account; uuid.Nil of the market
	all      bool      // show everything
	brief    bool      // of what is left out, show only how much
}

func (x *explanation) printf(format string, args ...any) { fmt.Fprintf(x.stdout, format, args...) }

// sentence writes words on lines that fit; where no terminal shows them, on such as fit
// most.
func (x *explanation) sentence(indent, words string) {
	x.printf("%s", wrapped(indent, indent, words, cmp.Or(x.width, 100)))
}

// answer asks for an explanation and writes it as JSON, or for people.
func answer[X any](ctx context.Context, x *explanation, question statistics.Question[*X], write func(*explanation, *X)) error {
	e, err := marketplace.Ask(ctx, x.asked, question, x.question.options()...)
	switch {
	case err != nil:
		return err
	case x.question.json:
		return x.writeAnswer(&x.question, x.money, x.id, e)
	}
	write(x, e)
	return nil
}

// shownItems is how many items of a list are shown unless all are wanted.
const shownItems = 20

// items writes the items of a list, or the first of them.
func items[T any](x *explanation, title string, list []T, write func(*T)) {
	if len(list) == 0 {
		return
	}
	x.printf("\n%s: %s\n", title, show.Count(len(list)))
	for i := range list {
		if !x.all && i == shownItems && len(list) > shownItems+1 {
			x.printf("\n  … and %s more (--all shows them)\n", show.Count(len(list)-shownItems))
			return
		}
		x.printf("\n")
		write(&list[i])
	}
}

// facts writes a line for each event, but of more than three of one type in a
// row only the first and the last.
func (x *explanation) facts(facts []projection.Evidence) {
	for len(facts) > 0 {
		n := 1
		for n < len(facts) && facts[n].Type == facts[0].Type {
			n++
		}
		for i, f := range facts[:n] {
			switch {
			case x.all || n <= 3 || i == 0 || i == n-1:
				x.fact(f)
			case i == 1:
				x.printf("      %10s  %s more (--all shows them)\n", "…", show.Count(n-2))
			}
		}
		facts = facts[n:]
	}
}

func (x *explanation) fact(f projection.Evidence) {
	x.printf("      %10s  %s  %s\n", position(f), f.OccurredAt, f.Type)
}

func position(f projection.Evidence) string { return fmt.Sprintf("#%d", f.Position) }
