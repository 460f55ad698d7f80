package web

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/statistics"
)

// The lists of an explanation are shown so many items at a time.
const itemsShown = 50

func jobSuccess(v *visit, id uuid.UUID, x *statistics.JobSuccessExplanation) (*page, error) {
	items := make([]judged, 0, len(x.Contracts)+len(x.LeftOut))
	for i := range x.Contracts {
		items = append(items, judged{Counted: &x.Contracts[i]})
	}
	for i := range x.LeftOut {
		items = append(items, judged{LeftOut: &x.LeftOut[i]})
	}
	shown, part, err := paged(v, items, itemsShown)
	if err != nil {
		return nil, err
	}
	return &page{name: "job-success", Title: "Job Success", Above: v.aboveFreelancer(id), Body: struct {
		*statistics.JobSuccessExplanation
		Outcomes share
		Shown    []judged
		Pager    pager
	}{x, outcomes(x.Score), shown, part}}, nil
}

// judged is a contract that is in a window's score, or one that is in none.
type judged struct {
	Counted *statistics.ContractOutcome
	LeftOut *statistics.ContractLeftOut
}

func responsiveness(v *visit, id uuid.UUID, x *statistics.ResponsivenessExplanation) (*page, error) {
	// What counts comes first, in the order of sending.
	slices.SortStableFunc(x.Invites, func(a, b statistics.InviteVerdict) int { return first(a.Counted) - first(b.Counted) })
	shown, part, err := paged(v, x.Invites, itemsShown)
	if err != nil {
		return nil, err
	}
	return &page{name: "responsiveness", Title: "Responsiveness", Above: v.aboveFreelancer(id), Body: struct {
		*statistics.ResponsivenessExplanation
		Answers share
		Shown   []statistics.InviteVerdict
		Pager   pager
	}{x, answers(&x.Responsiveness, v.Policy.Responsiveness), shown, part}}, nil
}

func (s *site) marketDisputes(v *visit) (*page, error) {
	x, err := marketplace.Ask(v.ctx(), s.asked, statistics.ExplainMarketplaceDisputeRate(), v.options()...)
	if err != nil {
		return nil, err
	}
	return disputes(v, x, "of the whole marketplace", []crumb{{"Marketplace", v.Link("/")}})
}

func freelancerDisputes(v *visit, id uuid.UUID, x *statistics.DisputeRateExplanation) (*page, error) {
	return disputes(v, x, "of a freelancer", v.aboveFreelancer(id))
}

func clientDisputes(v *visit, id uuid.UUID, x *statistics.DisputeRateExplanation) (*page, error) {
	return disputes(v, x, "of a client", v.aboveClient(id))
}

func disputes(v *visit, x *statistics.DisputeRateExplanation, whose string, above []crumb) (*page, error) {
	// What was disputed comes first, in the order of the contracts' starts.
	slices.SortStableFunc(x.Contracts, func(a, b statistics.EndedContract) int {
		return first(a.Disputed) - first(b.Disputed)
	})
	shown, part, err := paged(v, x.Contracts, itemsShown)
	if err != nil {
		return nil, err
	}
	return &page{name: "dispute-rate", Title: "Dispute rate", Above: above, Body: struct {
		*statistics.DisputeRateExplanation
		Whose string
		Shown []statistics.EndedContract
		Pager pager
	}{x, whose, shown, part}}, nil
}

// first sorts what is true before what is not.
func first(is bool) int {
	if is {
		return 0
	}
	return 1
}

// disputeFigure is a dispute rate with the address of its explanation.
type disputeFigure struct {
	statistics.DisputeRate
	RecentMonths int
	Why          string
}

// Disputes is a dispute rate with the address of its explanation.
func (v *visit) Disputes(rate statistics.DisputeRate, why string) disputeFigure {
	return disputeFigure{rate, v.Policy.DisputeRate.RecentMonths, why}
}
