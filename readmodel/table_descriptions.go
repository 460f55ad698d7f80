package readmodel

import (
	"encoding/json"
	"fmt"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

type (
	description = projection.Description
	skillTest   = projection.SkillTest
)

var freelancerDescriptions = childrenOf[freelancer, description]{
	tableOf: newChildTable(Table{
		Name:     "freelancer_descriptions",
		Doc:      "What freelancers say of their work, one row each time: it replaces all that the one before it said. What a private profile says is here too.",
		Position: "position",
		Key:      []string{"freelancer_id", "position"},
		Live:     true,
	}, "freelancer_id", "the freelancer",
		occurred("when it was said", func(d *description) *projection.Moment { return &d.Moment }),
		nullableText("title", "NULL if not given", func(d *description) *event.Text { return &d.Title }),
		nullableText("introduction", "NULL if not given", func(d *description) *event.Text { return &d.Introduction }),
		textListOrNull("skills", "a list of texts, JSON", func(d *description) *[]event.Text { return &d.Skills }),
		nullableText("category", "a word of the host's; NULL if not given", func(d *description) *string { return &d.Category }),
		integerOrNull("hourly_rate", "in minor units; NULL if not given", func(d *description) *event.Money { return &d.HourlyRate }),
		nullable[description, string]{column("portfolio", Text, "a list of objects with title, ref and sha256, JSON; NULL if not given").null(), writePortfolio, readPortfolio},
	),
	list:   func(f *freelancer) *[]description { return &f.Descriptions },
	newest: func(d *description) event.Position { return d.Position },
	part:   projection.PartProfile,
}

var freelancerTests = childrenOf[freelancer, skillTest]{
	tableOf: newChildTable(Table{
		Name:     "freelancer_tests",
		Doc:      "Results of skill tests, one row each.",
		Position: "position",
		Key:      []string{"freelancer_id", "position"},
		Live:     true,
	}, "freelancer_id", "the freelancer",
		occurred("when it was recorded", func(t *skillTest) *projection.Moment { return &t.Moment }),
		textColumn("test", "its name, as the host has it", func(t *skillTest) *string { return &t.Test }),
		integerColumn("score", "0 to 100", func(t *skillTest) *int64 { return &t.Score }),
	),
	list:   func(f *freelancer) *[]skillTest { return &f.Tests },
	newest: func(t *skillTest) event.Position { return t.Position },
	part:   projection.PartProfile,
}

// portfolioItem is an event.PortfolioItem as it stands in a column.
type portfolioItem struct {
	Title  string `json:"title"`
	Ref    string `json:"ref,omitzero"`
	SHA256 string `json:"sha256,omitzero"`
}

func writePortfolio(d *description) (string, bool) {
	items := make([]portfolioItem, len(d.Portfolio))
	for i, p := range d.Portfolio {
		items[i] = portfolioItem{string(p.Title), string(p.Ref), p.SHA256}
	}
	list, _ := json.Marshal(items) // cannot fail: they are strings
	return string(list), d.Portfolio != nil
}

func readPortfolio(d *description, list *string) error {
	if d.Portfolio = nil; list == nil {
		return nil
	}
	var items []portfolioItem
	if json.Unmarshal([]byte(*list), &items) != nil {
		return fmt.Errorf("column portfolio holds no such list")
	}
	d.Portfolio = make([]event.PortfolioItem, len(items))
	for i, p := range items {
		d.Portfolio[i] = event.PortfolioItem{Title: event.Text(p.Title), Ref: event.Text(p.Ref), SHA256: p.SHA256}
	}
	return nil
}
