package projection

import (
	"unique"

	"github.com/marketcore/marketplace/event"
)

// Terms are the kind and the category of a contract. Records of the same terms share
// them: in memory they are as large as a pointer.
type Terms struct{ shared unique.Handle[terms] }

type terms struct {
	kind     event.ContractKind
	category string
}

// TermsOf are the terms of that kind and category.
func TermsOf(kind event.ContractKind, category string) Terms {
	t := terms{kind, category}
	if t == (terms{}) {
		return Terms{}
	}
	return Terms{unique.Make(t)}
}

func (t Terms) terms() terms {
	if t == (Terms{}) {
		return terms{}
	}
	return t.shared.Value()
}

// Kind is how the work is paid.
func (t Terms) Kind() event.ContractKind { return t.terms().kind }

// Category is the host's word for what the work is, "" if none was given.
func (t Terms) Category() string { return t.terms().category }
