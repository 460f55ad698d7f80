package statistics_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

func money(m event.Money) *event.Money { return &m }

func named(name string) uuid.UUID { return projectiontest.Named(name) }

// profiled is a world with ann, her account as the events say.
func profiled(t *testing.T, more ...event.Event) *projectiontest.World {
	w := projectiontest.NewWorld(t)
	w.On(event.FreelancerStream(named("ann")), projectiontest.June, &event.FreelancerRegistered{})
	w.On(event.FreelancerStream(named("ann")), projectiontest.June+1, more...)
	return w
}

func model(t *testing.T, w *projectiontest.World) *projection.Model {
	m, err := w.Records.Model()
	require.NoError(t, err)
	return m
}

func findsAnn(t *testing.T, w *projectiontest.World, q statistics.SearchQuery) bool {
	r, err := statistics.Ask(t.Context(), model(t, w), statistics.SearchFor(q), projectiontest.Noon, projectiontest.Preset(t, statistics.DefaultPolicy))
	require.NoError(t, err)
	return r.Total == 1
}

// TestSearchWords: what is sought and what is said (fine print Q3).
func TestSearchWords(t *testing.T) {
	said := &event.ProfileDescribed{Title: "Straße nach İzmir", Introduction: "C++ and go_lang, since 2004½.", Skills: []event.Text{" Go-kart ", "ÄRZTE"}, Category: "Web", HourlyRate: 50_00}
	for name, c := range map[string]struct {
		q    statistics.SearchQuery
		want bool
	}{
		"Q3 every word":                             {statistics.SearchQuery{Text: "GO lang, izmir"}, true},
		"Q3 a word that is not there":               {statistics.SearchQuery{Text: "go java"}, false},
		"Q3 a part of a word":                       {statistics.SearchQuery{Text: "lan"}, false},
		"Q3 one letter is not two":                  {statistics.SearchQuery{Text: "strasse"}, false},
		"Q3 numbers of every kind":                  {statistics.SearchQuery{Text: "2004½"}, true},
		"Q3 no words ask nothing":                   {statistics.SearchQuery{Text: " -_+ "}, true},
		"Q3 a word of a skill":                      {statistics.SearchQuery{Text: "ärzte kart"}, true},
		"Q3 a skill, trimmed":                       {statistics.SearchQuery{Skills: []string{"go-kart", "\tärzte"}}, true},
		"Q3 a part of a skill":                      {statistics.SearchQuery{Skills: []string{"go"}}, false},
		"Q3 the category":                           {statistics.SearchQuery{Category: "web"}, true},
		"Q3 another category":                       {statistics.SearchQuery{Category: "we"}, false},
		"Q3 a rate at both borders":                 {statistics.SearchQuery{RateMin: money(50_00), RateMax: money(50_00)}, true},
		"Q3 a rate below":                           {statistics.SearchQuery{RateMin: money(50_01)}, false},
		"Q3 a rate above":                           {statistics.SearchQuery{RateMax: money(49_99)}, false},
		"Q3 nothing paid is enough for nothing":     {statistics.SearchQuery{PaidMin: 0, HoursMin: 0}, true},
		"Q3 nothing paid is not enough for a cent":  {statistics.SearchQuery{PaidMin: 1}, false},
		"Q3 nothing paid is not enough for an hour": {statistics.SearchQuery{HoursMin: 1}, false},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, findsAnn(t, profiled(t, said), c.q)) })
	}
	for _, q := range []statistics.SearchQuery{{Text: "go"}, {Skills: []string{"go"}}, {Category: "web"}, {RateMin: money(0)}, {RateMax: money(1 << 40)}} {
		require.False(t, findsAnn(t, profiled(t), q), "what is unknown fits no question")
		require.False(t, findsAnn(t, profiled(t, said, &event.ProfileDescribed{}), q), "each description replaces all of the one before")
	}
}

// TestSearchPaidAndHours: lifetime net, and whole hours (fine print Q3).
func TestSearchPaidAndHours(t *testing.T) {
	w := profiled(t)
	w.OnContract("job", projectiontest.June, &event.ContractStarted{Freelancer: named("ann"), Kind: event.KindHourly, Via: event.ViaDirect},
		&event.HoursPaid{Amount: 100_00, Minutes: 119}, &event.RefundGiven{Amount: 1})
	for q, want := range map[event.Money]bool{99_99: true, 100_00: false} {
		require.Equal(t, want, findsAnn(t, w, statistics.SearchQuery{PaidMin: q}))
	}
	for hours, want := range map[int64]bool{1: true, 2: false, 1 << 62: false} {
		require.Equal(t, want, findsAnn(t, w, statistics.SearchQuery{HoursMin: hours}))
	}
}

// TestWhoIsShown: whose profile everybody sees, and whom search finds (fine print Q1, Q3).
func TestWhoIsShown(t *testing.T) {
	hold := func(k event.HoldKind, blocks ...event.HoldBlock) event.Event {
		return &event.HoldPlaced{Kind: k, Blocks: blocks}
	}
	for name, c := range map[string]struct {
		account      []event.Event
		shown, found bool
	}{
		"Q1 a new account":              {nil, true, true},
		"Q1 a private profile":          {[]event.Event{&event.VisibilityChanged{Visibility: event.VisibilityPrivate}}, false, false},
		"Q1 a suspended account":        {[]event.Event{&event.FreelancerSuspended{}}, false, false},
		"Q1 a reinstated account":       {[]event.Event{&event.FreelancerSuspended{}, &event.FreelancerReinstated{}}, true, true},
		"Q1 a closed account":           {[]event.Event{&event.FreelancerClosed{}}, false, false},
		"Q3 a hold that blocks search":  {[]event.Event{hold(event.HoldQuality, event.BlockSearch)}, true, false},
		"Q3 a hold that blocks nothing": {[]event.Event{hold(event.HoldPayment, event.BlockContracts)}, true, true},
		"Q3 one of two holds lifted":    {[]event.Event{hold(event.HoldQuality, event.BlockSearch), hold(event.HoldPayment, event.BlockSearch), &event.HoldLifted{Kind: event.HoldQuality}}, true, false},
		"Q3 a hold that was lifted":     {[]event.Event{hold(event.HoldQuality, event.BlockSearch), &event.HoldLifted{Kind: event.HoldQuality}}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := profiled(t, c.account...)
			p := projectiontest.Preset(t, statistics.DefaultPolicy)
			_, err := statistics.Ask(t.Context(), model(t, w), statistics.PublicProfileOf(named("ann"), false), projectiontest.Noon, p)
			if c.shown {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, statistics.ErrNotFound)
			}
			public, err := statistics.Ask(t.Context(), model(t, w), statistics.HasPublicProfile(named("ann")), projectiontest.Noon, p)
			require.NoError(t, err)
			require.Equal(t, c.shown, public)
			_, err = statistics.Ask(t.Context(), model(t, w), statistics.PublicProfileOf(named("ann"), true), projectiontest.Noon, p)
			require.NoError(t, err, "its owner sees it")
			require.Equal(t, c.found, findsAnn(t, w, statistics.SearchQuery{}))
		})
	}
}

// TestWorkHistory: which contracts a work history has, and what of them (fine print Q2).
func TestWorkHistory(t *testing.T) {
	june := projectiontest.June
	start := &event.ContractStarted{Freelancer: named("ann"), Client: named("bob"), Job: named("posted"), Kind: event.KindFixed, Via: event.ViaDirect}
	feedback := &event.FeedbackSubmitted{By: event.SideClient, Overall: 483, Comment: "SECRET"}
	for name, c := range map[string]struct {
		then []event.Event
		want string // of the contract; "" if it is in none
	}{
		"Q2 running and unpaid":            {nil, ""},
		"Q2 running and paid back":         {[]event.Event{&event.BonusPaid{Amount: 5}, &event.RefundGiven{Amount: 5}}, ""},
		"Q2 running and paid":              {[]event.Event{&event.BonusPaid{Amount: 1}}, `{"ended":null,"paid":1,"stars":null,"comment":null}`},
		"Q2 ended and unpaid":              {[]event.Event{&event.ContractEnded{}, feedback, &event.FeedbackPublished{}}, `{"ended":"2017-06-01T09:00:00Z","paid":0,"stars":null,"comment":null}`},
		"Q2 paid less than stars need":     {[]event.Event{&event.BonusPaid{Amount: 99}, &event.ContractEnded{}, feedback, &event.FeedbackPublished{}}, `{"paid":99,"stars":null}`},
		"Q2 paid what stars need":          {[]event.Event{&event.BonusPaid{Amount: 1_00}, &event.ContractEnded{}, feedback, &event.FeedbackPublished{}}, `{"paid":100,"stars":483,"comment":"SECRET","response":null}`},
		"Q2 not published yet":             {[]event.Event{&event.BonusPaid{Amount: 1_00}, &event.ContractEnded{}, feedback}, `{"stars":null,"comment":null}`},
		"Q2 excluded":                      {[]event.Event{&event.BonusPaid{Amount: 1_00}, &event.ContractEnded{}, feedback, &event.FeedbackPublished{}, &event.FeedbackExcluded{}}, `{"stars":null,"comment":null,"response":null}`},
		"Q2 revised without a comment":     {[]event.Event{&event.BonusPaid{Amount: 1_00}, &event.ContractEnded{}, feedback, &event.FeedbackPublished{}, &event.FeedbackRevised{By: event.SideClient, Overall: 200}}, `{"stars":200,"comment":null}`},
		"Q2 responded":                     {[]event.Event{&event.BonusPaid{Amount: 1_00}, &event.ContractEnded{}, feedback, &event.FeedbackPublished{}, &event.FeedbackResponded{By: event.SideFreelancer, Comment: "SECRET 2"}}, `{"comment":"SECRET","response":"SECRET 2"}`},
		"Q2 the title at the start":        {[]event.Event{&event.ContractEnded{}}, `{"title":"Before"}`},
		"Q2 the freelancer's is not shown": {[]event.Event{&event.BonusPaid{Amount: 1_00}, &event.ContractEnded{}, &event.FeedbackSubmitted{By: event.SideFreelancer, Overall: 100, Comment: "SECRET 3"}, &event.FeedbackPublished{}}, `{"stars":null,"comment":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			w := profiled(t)
			w.On(event.JobStream(named("posted")), june-1, &event.JobPosted{Client: named("bob"), Title: "Before"})
			w.OnContract("job", june, append([]event.Event{start}, c.then...)...)
			w.On(event.JobStream(named("posted")), june+1, &event.JobEdited{Title: "After"})
			got := askProfile(t, w)
			if c.want == "" {
				require.Empty(t, got.History)
				return
			}
			require.Len(t, got.History, 1)
			var want, has map[string]any
			require.NoError(t, json.Unmarshal([]byte(c.want), &want))
			text, err := json.Marshal(got.History[0])
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, &has))
			require.Subset(t, has, want)

			var logged strings.Builder
			slog.New(slog.NewTextHandler(&logged, nil)).Info("asked", "profile", got, "history", got.History)
			require.NotContains(t, logged.String()+fmt.Sprintf("%v %+v %#v", got, got.History, got.History[0]), "SECRET")
		})
	}
}

func askProfile(t *testing.T, w *projectiontest.World) *statistics.PublicProfile {
	got, err := statistics.Ask(t.Context(), model(t, w), statistics.PublicProfileOf(named("ann"), false), projectiontest.Noon, projectiontest.Preset(t, statistics.DefaultPolicy))
	require.NoError(t, err)
	return got
}

// TestTitleOfAnother: a job that is another client's, or was posted later, gives no title.
func TestTitleOfAnother(t *testing.T) {
	for name, posted := range map[string]struct {
		client string
		at     event.Time
	}{"Q2 another client's": {"eve", -1}, "Q2 posted later": {"bob", 1}} {
		t.Run(name, func(t *testing.T) {
			w := profiled(t)
			w.On(event.JobStream(named("posted")), projectiontest.June+posted.at, &event.JobPosted{Client: named(posted.client), Title: "Mine"})
			w.OnContract("job", projectiontest.June, &event.ContractStarted{Freelancer: named("ann"), Client: named("bob"), Job: named("posted"), Via: event.ViaDirect}, &event.ContractEnded{})
			require.Nil(t, askProfile(t, w).History[0].Title)
		})
	}
}
