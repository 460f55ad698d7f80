package readmodel

import (
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// termsColumns are the kind and the category of a contract.
type termsColumns struct{}

func (termsColumns) columns() []Column {
	return []Column{column("kind", Text, "fixed or hourly"), column("category", Text, "a word of the host's; NULL if not given").null()}
}

func (termsColumns) write(row []any, c *contract) []any {
	return append(row, string(c.Terms.Kind()), textOrNull(escaped(c.Terms.Category())))
}

func (termsColumns) scan(targets []any) ([]any, func(*contract) error) {
	kind, category := new(string), new(*string)
	return append(targets, kind, category), func(c *contract) error {
		word := ""
		if *category != nil {
			word = unescaped(**category)
		}
		c.Terms = projection.TermsOf(event.ContractKind(*kind), word)
		return nil
	}
}

type feedbackWords = projection.FeedbackWords

// wordsColumns are what was written with the client's feedback. Whether it is public
// yet, the other columns tell.
var wordsColumns = partColumns[contract, feedbackWords]{
	fields: group[feedbackWords]{
		privateText("feedback_comment", "what the client wrote, published or not, so the view leaves it out", func(w *feedbackWords) *event.Text { return &w.Comment }),
		privateText("feedback_revised_comment", "the same in place of it from the change on", func(w *feedbackWords) *event.Text { return &w.Revised }),
		when("response", "when the freelancer responded", func(w *feedbackWords) *projection.Moment { return &w.Responded }),
		privateText("response", "what the freelancer wrote; the view leaves it out", func(w *feedbackWords) *event.Text { return &w.Response }),
	},
	none: feedbackWords{Responded: projection.Moment{At: event.Never}},
	of:   func(c *contract) **feedbackWords { return &c.Words },
}

func privateText[R any](name, doc string, of func(*R) *event.Text) nullable[R, string] {
	f := nullableText(name, doc, of)
	f.column = f.column.private()
	return f
}
