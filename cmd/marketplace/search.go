package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

func (c *cli) searchCommand() *cobra.Command {
	var q statistics.SearchQuery
	var badge, level, order string
	var rateMin, rateMax, paidMin int64
	var cmd *cobra.Command
	cmd = c.asking(&cobra.Command{
		Use:   "search",
		Short: "Find freelancers as clients do",
		Long: `search finds freelancers with a public profile, by what they say of their work, by
rate, earnings and hours, badge, Job Success, how fast they answer invites, identity
and availability. All that is asked must hold. Amounts are in minor units.`,
		Example: `  marketplace search
  marketplace search --badge top_rated --available --order level
  marketplace search --score 90 --limit 100 --as-of 2019-12-31T23:59:59Z --json`,
		Args: cobra.NoArgs,
	}, func(s *statsCommand, ctx context.Context, _ []string) error {
		q.Badge, q.Level, q.Sort = event.Badge(badge), statistics.ResponseLevel(level), statistics.SearchOrder(order)
		q.RateMin, q.RateMax, q.PaidMin = given(cmd, "rate-min", rateMin), given(cmd, "rate-max", rateMax), event.Money(paidMin)
		if err := q.Validate(); err != nil {
			return usage("%w", err)
		}
		return s.search(ctx, q)
	})
	f := cmd.Flags()
	f.StringVar(&q.Text, "text", "", "only those whose title, introduction or skills have each of these words")
	f.StringArrayVar(&q.Skills, "skill", nil, "only those with this skill; once for each")
	f.StringVar(&q.Category, "category", "", "only those of this category")
	f.Int64Var(&rateMin, "rate-min", 0, "only those who ask at least so much an hour")
	f.Int64Var(&rateMax, "rate-max", 0, "only those who ask at most so much an hour")
	f.Int64Var(&paidMin, "paid-min", 0, "only those who were paid at least so much")
	f.Int64Var(&q.HoursMin, "hours-min", 0, "only those who were paid for at least so many hours")
	f.StringVar(&badge, "badge", "", "only those who hold top_rated or top_rated_plus")
	f.BoolVar(&q.RisingTalent, "rising-talent", false, "only Rising Talents")
	f.IntVar(&q.MinDisplayed, "score", 0, "only those with this Job Success or a better one, in percent")
	f.StringVar(&level, "level", "", "only those who answer so fast: under_24h, under_3_days, over_3_days")
	f.BoolVar(&q.Verified, "verified", false, "only those whose identity is verified")
	f.BoolVar(&q.Available, "available", false, "only those who take work")
	f.StringVar(&order, "order", string(statistics.ByScore), "by score, level, newest, paid or rate")
	f.IntVar(&q.Offset, "offset", 0, "pass over so many of those found")
	complete(cmd, "badge", string(event.BadgeTopRated), string(event.BadgeTopRatedPlus))
	complete(cmd, "level", "under_24h", "under_3_days", "over_3_days")
	complete(cmd, "order", string(statistics.ByScore), string(statistics.ByLevel), string(statistics.ByNewest), string(statistics.ByPaid), string(statistics.ByRate))
	f.IntVar(&q.Limit, "limit", statistics.DefaultSearchLimit, "list at most so many")
	return cmd
}

// given is an amount that a flag was given, nil if it was not: 0 may be meant.
func given(cmd *cobra.Command, flag string, amount int64) *event.Money {
	if !cmd.Flags().Changed(flag) {
		return nil
	}
	m := event.Money(amount)
	return &m
}

func (s *statsCommand) search(ctx context.Context, q statistics.SearchQuery) error {
	found, err := marketplace.Ask(ctx, s.asked, statistics.SearchFor(q), s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeAnswer(s.question, s.money, uuid.Nil, found)
	}
	fmt.Fprintf(s.stdout, "%s found as of %s, policy %s\n", show.Of(found.Total, "freelancer", "freelancers"), found.AsOf, found.Policy)
	if len(found.Results) == 0 {
		return s.noteOldHistory(ctx, found.AsOf)
	}
	fmt.Fprintf(s.stdout, "%d to %d:\n\n", found.Offset+1, found.Offset+len(found.Results))
	t := s.newTable(left("FREELANCER"), right("SCORE"), right("ANSWERED"), left("LEVEL"), left("PROFILE"), left("BADGES"), right("RATE "+s.money.Code), left("CATEGORY"), left("TITLE"))
	for _, r := range found.Results {
		score := show.Unknown
		if r.Displayed != nil {
			score = fmt.Sprintf("%d %%", *r.Displayed)
		}
		var rate, category, title string
		if r.HourlyRate != nil {
			rate = s.money.Amount(*r.HourlyRate)
		}
		if r.Category != nil {
			category = shortened(show.Printable(*r.Category))
		}
		if r.Title != nil {
			title = shortened(shownText(r.Title))
		}
		t.row(r.Freelancer.String(), score, show.Percent(r.RateBP), orUnknown(string(r.Level)), profileMarks(r.Profile), show.Badges(r.Profile), rate, category, title)
	}
	t.withoutEmpty().write(s.stdout, "  ")
	return s.noteOldHistory(ctx, found.AsOf)
}

// titleWidth is how much of a title or a category a table of many shows.
const titleWidth = 40

func shortened(text string) string {
	if runes := []rune(text); len(runes) > titleWidth {
		return string(runes[:titleWidth-1]) + "…"
	}
	return text
}

func orUnknown(s string) string {
	if s == "" {
		return show.Unknown
	}
	return s
}

// profileMarks are what a profile shows beside its badges.
func profileMarks(p projection.Profile) string {
	var marks []string
	if p.IdentityVerified {
		marks = append(marks, "verified")
	}
	if !p.Available {
		marks = append(marks, "takes no work")
	}
	return strings.Join(marks, ", ")
}
