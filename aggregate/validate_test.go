package aggregate

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// changes are what can be wrong with a field of a type, and the code of it.
func changes(f reflect.StructField) map[string]struct {
	value any
	code  Code // "" for none
} {
	type change = struct {
		value any
		code  Code
	}
	optional := strings.HasSuffix(f.Tag.Get("json"), ",omitzero")
	missing := Invalid
	switch {
	case f.Name == "CoverLetter":
		missing = CoverLetterRequired
	case optional, f.Name == "Introduction":
		missing = ""
	}
	white := missing
	if f.Name == "Method" {
		white = Invalid // left out, or more than white space
	}
	aligned := Code("")
	if f.Name == "Start" {
		aligned = Invalid // to ten minutes
	}
	positive := map[string]change{"1": {event.Money(1), ""}, "0": {event.Money(0), InvalidAmount}, "-1": {event.Money(-1), InvalidAmount}}
	switch f.Type {
	case reflect.TypeFor[uuid.UUID]():
		if optional {
			return nil
		}
		return map[string]change{"nil UUID": {uuid.Nil, Invalid}}
	case reflect.TypeFor[event.Money]():
		if strings.HasPrefix(f.Name, "To") { // a share
			return map[string]change{"0": {event.Money(0), ""}, "-1": {event.Money(-1), InvalidAmount}}
		}
		return positive
	case reflect.TypeFor[*event.Money]():
		none := Code("")
		if f.Name == "HourlyRate" {
			none = Invalid // of an hourly contract
		}
		return map[string]change{"none": {(*event.Money)(nil), none}, "0": {ptr(event.Money(0)), InvalidAmount}, "-1": {ptr(event.Money(-1)), InvalidAmount}}
	case reflect.TypeFor[event.Text](), reflect.TypeFor[string](), reflect.TypeFor[event.ExclusionBasis](): // a host has words of its own
		return map[string]change{
			"none":            {"", missing},
			"white space":     {" \t\n\u2003", white},
			"not UTF-8":       {"a\xffb", Invalid},
			"not UTF-8 alone": {"\xff", Invalid},
			"longest":         {strings.Repeat("x", MaxText), ""},
			"too long":        {strings.Repeat("x", MaxText+1), Invalid},
			"too long, blank": {strings.Repeat(" ", MaxText+1), Invalid},
		}
	case reflect.TypeFor[event.Week]():
		if optional {
			return map[string]change{"none": {event.Week{}, ""}, "W53 of 52": {event.Week{Year: 2017, Number: 53}, Invalid}}
		}
		return map[string]change{"none": {event.Week{}, Invalid}, "W53 of 52": {event.Week{Year: 2017, Number: 53}, Invalid}, "year -1": {event.Week{Year: -1, Number: 1}, Invalid}}
	case reflect.TypeFor[event.Day]():
		return map[string]change{
			"none": {event.Day(""), ""}, "first": {event.Day("0001-01-01"), ""}, "last": {event.Day("9999-12-31"), ""}, "leap": {event.Day("2016-02-29"), ""},
			"before all": {event.Day("0000-12-31"), Invalid}, "after all": {event.Day("10000-01-01"), Invalid}, "no leap year": {event.Day("2015-02-29"), Invalid},
			"short": {event.Day("2016-2-29"), Invalid}, "a month": {event.Day("2016-02"), Invalid}, "a moment": {event.Day("2016-02-29T00:00:00Z"), Invalid},
			"white space": {event.Day(" "), Invalid}, "padded": {event.Day("2016-02-29 "), Invalid},
		}
	case reflect.TypeFor[event.Time]():
		return map[string]change{
			"never": {event.Never, Invalid}, "aligned but before all": {event.Time(-1 << 62), Invalid},
			"a second late": {t0 + 1, aligned}, "1970": {event.Time(0), ""},
		}
	case reflect.TypeFor[event.Connects]():
		return map[string]change{"1": {event.Connects(1), ""}, "-1": {event.Connects(-1), Invalid}, "too many": {MaxConnects + 1, Invalid}}
	}
	if f.Type.Kind() == reflect.String { // a word of a list
		return map[string]change{"none": {"", missing}, "another word": {"other-word", Invalid}, "capitals": {"CLIENT", Invalid}}
	}
	return nil
}

// TestValidateFields changes every field of every command by its type.
func TestValidateFields(t *testing.T) {
	for _, o := range everyCommand() {
		require.NoError(t, o.cmd.validate())
		valid := reflect.ValueOf(o.cmd)
		if start, ok := o.cmd.(StartContract); ok && start.Kind == event.KindFixed {
			continue // its hourly fields have a table of their own, fine print F2
		}
		if direct, ok := o.cmd.(OfferContract); ok && direct.Kind == event.KindFixed {
			continue // as has this
		}
		if offer, ok := o.cmd.(MakeOffer); ok && offer.Kind == event.KindFixed {
			continue // so have those of an offer
		}
		for i := range valid.NumField() {
			f := valid.Type().Field(i)
			if CommandName(o.cmd) == "MakeOffer" && f.Name == "Amount" {
				continue // of fixed-price work only, in the table of offers
			}
			if strings.HasPrefix(f.Name, "Rate") || CommandName(o.cmd) == "GrantConnects" && (f.Name == "Reason" || f.Name == "Month") {
				continue // they go together, in the tables of jobs and of Connects
			}
			if CommandName(o.cmd) == "DescribeProfile" && f.Name == "HourlyRate" {
				continue // may be left out, in the table of profiles
			}
			if eitherAccount(o.cmd) && f.Type == reflect.TypeFor[uuid.UUID]() {
				continue // exactly one of two, below
			}
			for name, change := range changes(f) {
				t.Run(valid.Type().Name()+"/"+f.Name+"/"+name, func(t *testing.T) {
					c := reflect.New(valid.Type()).Elem()
					c.Set(valid)
					c.Field(i).Set(reflect.ValueOf(change.value).Convert(f.Type))
					requireCode(t, change.code, c.Interface().(Command))
				})
			}
		}
	}
}

// eitherAccount reports whether a command is on an account of either kind.
func eitherAccount(c Command) bool {
	switch c.(type) {
	case VerifyIdentity, RevokeIdentity, VerifyPhone, RevokePhone, AcceptTerms, RecordViolation:
		return true
	}
	return false
}

func requireCode(t *testing.T, want Code, c Command) {
	t.Helper()
	err := c.validate()
	if want == "" {
		require.NoError(t, err)
		return
	}
	require.ErrorIs(t, err, want)
	var r *Rejection
	require.True(t, errors.As(err, &r))
	require.Equal(t, CommandName(c), r.Command)
	require.Less(t, len(err.Error()), 1000, "an error quotes no text")
}

// TestValidateRanges is what the type of a field does not tell.
func TestValidateRanges(t *testing.T) {
	feedback := LeaveFeedback{Contract: contract, By: event.SideClient, Scores: fives()}
	score := func(change func(*event.Scores)) LeaveFeedback {
		return edited(feedback, func(c *LeaveFeedback) { change(&c.Scores) })
	}
	recommend := func(n int) LeaveFeedback { return edited(feedback, func(c *LeaveFeedback) { c.Recommend = &n }) }
	many := func(proposals, people int) ScheduleInterview {
		return edited(schedule, func(c *ScheduleInterview) {
			c.Format, c.Proposals, c.Interviewers = event.FormatGroup, make([]uuid.UUID, proposals), make([]event.Text, people)
			for i := range c.Proposals {
				c.Proposals[i] = uuid.UUID{6, 15: byte(i)}
			}
			for i := range c.Interviewers {
				c.Interviewers[i] = event.Text(strings.Repeat("i", i+1))
			}
		})
	}
	percent := func(n int) SetProfileCompleteness { return SetProfileCompleteness{freelancer, n} }
	test := func(n int) RecordSkillTest { return RecordSkillTest{freelancer, "Go", n} }
	activity := func(n int) LogSegment { return edited(tracked, func(c *LogSegment) { c.Activity = n }) }
	skills := func(s ...event.Text) DescribeProfile { return DescribeProfile{Freelancer: freelancer, Skills: s} }
	blocking := func(b ...event.HoldBlock) PlaceHold { return PlaceHold{freelancer, event.HoldQuality, b} }
	rate := func(m event.Money) DescribeProfile {
		return edited(describeProfile, func(c *DescribeProfile) { c.HourlyRate = &m })
	}
	portfolio := func(items ...event.PortfolioItem) DescribeProfile {
		return edited(describeProfile, func(c *DescribeProfile) { c.Portfolio = items })
	}
	for name, row := range map[string]struct {
		cmd  Command
		code Code
	}{
		"percent 0": {percent(0), ""}, "percent 100": {percent(100), ""}, "percent -1": {percent(-1), Invalid}, "percent 101": {percent(101), Invalid},
		"test 0": {test(0), ""}, "test 100": {test(100), ""}, "test -1": {test(-1), Invalid}, "test 101": {test(101), Invalid},
		"activity 0": {activity(0), ""}, "activity 10": {activity(10), ""}, "activity -1": {activity(-1), Invalid}, "activity 11": {activity(11), Invalid},
		"recommend 0": {recommend(0), ""}, "recommend 10": {recommend(10), ""}, "recommend -1": {recommend(-1), Invalid}, "recommend 11": {recommend(11), Invalid},
		"no marks":        {LeaveFeedback{Contract: contract, By: event.SideClient}, Invalid},
		"skills 0":        {score(func(s *event.Scores) { s.Skills = 0 }), Invalid},
		"quality 6":       {score(func(s *event.Scores) { s.Quality = 6 }), Invalid},
		"availability 0":  {score(func(s *event.Scores) { s.Availability = 0 }), Invalid},
		"deadlines 6":     {score(func(s *event.Scores) { s.Deadlines = 6 }), Invalid},
		"communication 0": {score(func(s *event.Scores) { s.Communication = 0 }), Invalid},
		"cooperation -1":  {score(func(s *event.Scores) { s.Cooperation = -1 }), Invalid},
		"all marks 1": {score(func(s *event.Scores) {
			*s = event.Scores{Skills: 1, Quality: 1, Availability: 1, Deadlines: 1, Communication: 1, Cooperation: 1}
		}), ""},
		"no skills":                            {skills(), ""},
		"an empty skill":                       {skills("", ""), ""},
		"a skill not UTF-8":                    {skills("Go", "\xff"), Invalid},
		"skills in all":                        {skills(event.Text(strings.Repeat("x", MaxText/2-1)), event.Text(strings.Repeat("x", MaxText/2-1))), ""},
		"skills too long":                      {skills(event.Text(strings.Repeat("x", MaxText/2)), event.Text(strings.Repeat("x", MaxText/2))), Invalid},
		"too many skills":                      {skills(make([]event.Text, MaxText+1)...), Invalid},
		"an identity of no one":                {VerifyIdentity{Method: "passport"}, Invalid},
		"an identity of both":                  {VerifyIdentity{Client: client, Freelancer: freelancer}, Invalid},
		"a revocation of no one":               {RevokeIdentity{}, Invalid},
		"a revocation of both":                 {RevokeIdentity{client, freelancer}, Invalid},
		"a phone of no one":                    {VerifyPhone{}, Invalid},
		"a phone of both":                      {VerifyPhone{Client: client, Freelancer: freelancer}, Invalid},
		"a phone revoked of no one":            {RevokePhone{}, Invalid},
		"a phone revoked of both":              {RevokePhone{client, freelancer}, Invalid},
		"a hold that blocks a word twice":      {blocking(event.BlockSearch, event.BlockContracts, event.BlockSearch), Invalid},
		"a hold that blocks another word":      {blocking(event.BlockSearch, "payments"), Invalid},
		"a hold that blocks an empty word":     {blocking(""), Invalid},
		"a hold that blocks all":               {blocking(event.BlockSearch, event.BlockContracts, event.BlockProposals), ""},
		"a hold that blocks nothing":           {blocking(), ""},
		"an account closed for a whim":         {CloseFreelancer{freelancer, "whim"}, Invalid},
		"a suspension of one that left":        {SuspendFreelancer{freelancer, "left"}, Invalid},
		"a withdrawal for a sanction":          {WithdrawInvite{invite, event.WithdrawSanctioned}, ""},
		"no rate":                              {edited(describeProfile, func(c *DescribeProfile) { c.HourlyRate = nil }), ""},
		"a rate of 1":                          {rate(1), ""},
		"a rate of 0":                          {rate(0), InvalidAmount},
		"a rate below 0":                       {rate(-1), InvalidAmount},
		"an item before the rate":              {edited(rate(0), func(c *DescribeProfile) { c.Portfolio = []event.PortfolioItem{{}} }), Invalid},
		"no portfolio":                         {portfolio(), ""},
		"fifty items":                          {portfolio(slices.Repeat([]event.PortfolioItem{{Title: "a"}}, 50)...), ""},
		"fifty-one items":                      {portfolio(slices.Repeat([]event.PortfolioItem{{Title: "a"}}, 51)...), Invalid},
		"an item without title":                {portfolio(event.PortfolioItem{Title: " ", Ref: "a"}), Invalid},
		"an item's title not UTF-8":            {portfolio(event.PortfolioItem{Title: "\xff"}), Invalid},
		"an item's ref not UTF-8":              {portfolio(event.PortfolioItem{Title: "a", Ref: "\xff"}), Invalid},
		"a digest in capitals":                 {portfolio(event.PortfolioItem{Title: "a", SHA256: strings.Repeat("0F", 32)}), ""},
		"a digest of 63 digits":                {portfolio(event.PortfolioItem{Title: "a", SHA256: strings.Repeat("f", 63)}), Invalid},
		"a digest of 66 digits":                {portfolio(event.PortfolioItem{Title: "a", SHA256: strings.Repeat("0f", 33)}), Invalid},
		"a digest with other letters":          {portfolio(event.PortfolioItem{Title: "a", SHA256: strings.Repeat("0g", 32)}), Invalid},
		"a portfolio's longest texts":          {portfolio(event.PortfolioItem{Title: event.Text(strings.Repeat("x", MaxText/2-1)), Ref: event.Text(strings.Repeat("x", MaxText/2-1))}), ""},
		"a portfolio's texts too long":         {portfolio(event.PortfolioItem{Title: event.Text(strings.Repeat("x", MaxText/2)), Ref: event.Text(strings.Repeat("x", MaxText/2))}), Invalid},
		"a response by no side":                {RespondToFeedback{contract, "timer", "thanks"}, Invalid},
		"a revision without marks":             {ReviseFeedback{Contract: contract, By: event.SideClient}, Invalid},
		"a revision with a mark of 6":          {edited(reviseFeedback, func(c *ReviseFeedback) { c.Scores.Deadlines = 6 }), Invalid},
		"terms of no one":                      {AcceptTerms{Version: "1"}, Invalid},
		"terms of both":                        {AcceptTerms{Client: client, Freelancer: freelancer, Version: "1"}, Invalid},
		"violation of no one":                  {RecordViolation{Rule: "1"}, Invalid},
		"violation of both":                    {RecordViolation{Client: client, Freelancer: freelancer, Rule: "1"}, Invalid},
		"a limit of 1":                         {ChangeWeeklyLimit{contract, 1}, ""},
		"a limit of 0":                         {ChangeWeeklyLimit{contract, 0}, Invalid},
		"a limit of -1":                        {ChangeWeeklyLimit{contract, -1}, Invalid},
		"paid by the platform":                 {PayWeek{contract, week1, event.ActorPlatform}, ""},
		"invalid before invalid_amount":        {PayBonus{uuid.Nil, -1}, Invalid},
		"invalid before cover_letter_required": {AcceptInvite{uuid.Nil, ""}, Invalid},
		"an unknown side before an amount":     {OpenDispute{contract, dispute1, "judge", -1, "late", event.Week{}}, Invalid},
		"a missing reason before an amount":    {OpenDispute{contract, dispute1, event.SideClient, -1, "", event.Week{}}, Invalid},
		"the decider before a share":           {ResolveDispute{contract, dispute1, -1, 1, ""}, Invalid},
		"shares are added up later":            {ResolveDispute{contract, dispute1, 1, 2, event.DecidedByMediation}, ""},
		"the limit before the rate":            {edited(startHourly, func(c *StartContract) { c.WeeklyLimitMinutes, c.HourlyRate = nil, ptr(event.Money(0)) }), Invalid},
		"a free job":                           {edited(postJob, func(c *PostJob) { c.Connects = 0 }), ""},
		"a job's highest price":                {edited(postJob, func(c *PostJob) { c.Connects = MaxJobConnects }), ""},
		"a price above it":                     {edited(postJob, func(c *PostJob) { c.Connects = MaxJobConnects + 1 }), Invalid},
		"a grant of 0":                         {GrantConnects{Freelancer: freelancer}, Invalid},
		"the largest grant":                    {GrantConnects{Freelancer: freelancer, N: MaxConnects}, ""},
		"a purchase of 0":                      {PurchaseConnects{freelancer, 0}, Invalid},
		"lot 0":                                {ExpireConnects{freelancer, 0}, Invalid},
		"lot -1":                               {ExpireConnects{freelancer, -1}, Invalid},
		"a hundred proposals":                  {many(MaxParticipants, 1), ""},
		"a hundred and one":                    {many(MaxParticipants+1, 1), Invalid},
		"a hundred interviewers":               {many(2, MaxParticipants), ""},
		"a hundred and one of them":            {many(2, MaxParticipants+1), Invalid},
		"nothing unmet":                        {LoseBadge{freelancer, event.BadgeTopRated, nil}, Invalid},
		"an unmet without name":                {LoseBadge{freelancer, event.BadgeTopRated, []string{"no_hold", " "}}, Invalid},
		"an unmet not UTF-8":                   {LoseBadge{freelancer, event.BadgeTopRated, []string{"\xff"}}, Invalid},
		"unmet too long":                       {LoseBadge{freelancer, event.BadgeTopRated, []string{strings.Repeat("x", MaxText/2), strings.Repeat("x", MaxText/2)}}, Invalid},
		"no score":                             {scored(nil, nil, "2024-09"), ""},
		"a score of nothing":                   {scored(ptr(0), ptr(0), "2024-09"), ""},
		"a full score":                         {scored(ptr(10000), ptr(100), "2024-09"), ""},
		"a score above it":                     {scored(ptr(10001), ptr(100), "2024-09"), Invalid},
		"a score below 0":                      {scored(ptr(-1), ptr(0), "2024-09"), Invalid},
		"101 displayed":                        {scored(ptr(10000), ptr(101), "2024-09"), Invalid},
		"-1 displayed":                         {scored(ptr(0), ptr(-1), "2024-09"), Invalid},
		"a score not displayed":                {scored(ptr(1), nil, "2024-09"), Invalid},
		"displayed without score":              {scored(nil, ptr(1), "2024-09"), Invalid},
		"a score by no rule":                   {scored(ptr(1), ptr(0), " "), Invalid},
		"a score is not needed":                {AssessJobSuccess{freelancer}, ""},
		"a letter after the bid":               {edited(submitProposal, func(c *SubmitProposal) { c.CoverLetter, c.Bid = "", ptr(event.Money(-1)) }), InvalidAmount},
		"the zero command":                     {StartContract{}, Invalid},
	} {
		t.Run(name, func(t *testing.T) { requireCode(t, row.code, row.cmd) })
	}
}

func scored(bp, displayed *int, policy string) Command {
	return AssessJobSuccess{freelancer}.With(event.JobSuccessAssessed{ScoreBP: bp, Displayed: displayed, Policy: policy})
}

// TestCommandsListsAll finds every type with a CommandName method in the
// package's source and looks for it in the list.
func TestCommandsListsAll(t *testing.T) {
	var declared []string
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			f, ok := n.(*ast.FuncDecl)
			if ok && f.Recv != nil && f.Name.Name == "stream" {
				declared = append(declared, f.Recv.List[0].Type.(*ast.Ident).Name)
			}
			return true
		})
	}
	var listed []string
	for _, c := range Commands() {
		require.True(t, reflect.ValueOf(c).IsZero())
		require.ErrorIs(t, c.validate(), Invalid, "the zero %s has no target", CommandName(c))
		listed = append(listed, CommandName(c))
	}
	for _, o := range brought() {
		listed = append(listed, reflect.TypeOf(o.Command).Name())
	}
	require.ElementsMatch(t, declared, listed)
}
