package acceptance_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/script/scriptfile"
	"github.com/marketcore/marketplace/statistics"
)

const hiringHistory = "../../examples/history/hiring.ndjson.zst"

// lacking lists what of a wanted JSON value another one lacks, or says otherwise. It
// may say more.
func lacking(path string, want, got any) (all []string) {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for key, v := range w {
			x, said := g[key]
			if !said {
				all = append(all, path+"."+key+" is missing")
				continue
			}
			all = append(all, lacking(path+"."+key, v, x)...)
		}
		sort.Strings(all)
	case []any:
		g, isList := got.([]any)
		if !isList || len(g) != len(w) {
			return []string{fmt.Sprintf("%s: %v, not %v", path, got, want)}
		}
		for i := range w {
			all = append(all, lacking(fmt.Sprintf("%s[%d]", path, i), w[i], g[i])...)
		}
	default:
		if !reflect.DeepEqual(want, got) {
			all = append(all, fmt.Sprintf("%s: %v, not %v", path, got, want))
		}
	}
	return all
}

// requireSays compares an answer with what it must say at least.
func requireSays(t *testing.T, want, answer any, of string) {
	t.Helper()
	require.Empty(t, lacking("", want, asJSON(t, answer)), of)
}

func asJSON(t *testing.T, answer any) (value any) {
	t.Helper()
	text, err := json.Marshal(answer)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &value))
	return value
}

// hiringAnswers are the answers to one question that another implementation computed.
func hiringAnswers(t *testing.T, file string) (asOf event.Time, policy string, all map[string]any) {
	t.Helper()
	require.NoError(t, json.Unmarshal(unpacked(t, filepath.Join("testdata/hiring", file+".json.zst")), &all))
	return event.MustParseTime(all["as_of"].(string)), all["policy"].(string), all
}

// answerTo asks a question as of a moment under a preset.
func answerTo[T any](t *testing.T, m marketplace.Answerer, q statistics.Question[T], asOf event.Time, policy string) (T, error) {
	t.Helper()
	return marketplace.Ask(t.Context(), m, q, marketplace.AsOf(asOf.Std()), marketplace.Preset(policy))
}

// hiring is the hiring history in memory and in the file of a read model, made once for
// all tests: they ask and nothing else.
var hiring struct {
	once sync.Once
	m    *marketplace.Marketplace
	file string
}

// hired are the model in memory of the hiring history, and a read model in SQLite.
func hired(t *testing.T) (*marketplace.Marketplace, *readmodel.ReadModel) {
	t.Helper()
	hiring.once.Do(func() {
		url := "sqlite:" + filepath.Join(shared, "hiring.db")
		m, err := marketplace.New(markettest.NewLog(), marketplace.Options{})
		require.NoError(t, err)
		markettest.ImportFile(t, m, hiringHistory)
		require.NoError(t, followed(t, m, url).Close())
		hiring.m, hiring.file = m, url
	})
	require.NotNil(t, hiring.m, "its import has failed")
	model, err := open.ReadModel(t.Context(), hiring.file, true, readmodel.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, model.Close()) })
	return hiring.m, model
}

// hiringAnswerers are who can be asked about the hiring history.
func hiringAnswerers(t *testing.T) map[string]marketplace.Answerer {
	m, model := hired(t)
	return map[string]marketplace.Answerer{"in memory": m, "SQLite": marketplace.QuestionsTo(model, nil)}
}

// TestHiringAnswers: what the hiring history must come to beside its stats reports.
func TestHiringAnswers(t *testing.T) {
	for by, m := range hiringAnswerers(t) {
		for file, ask := range map[string]func(id string, asOf event.Time, policy string) (any, error){
			"badges-2016.2024-09-03":   askBadges2016(t, m),
			"client.2024-09-03":        askClient(t, m),
			"client.2025-02-28":        askClient(t, m),
			"connects.2024-09-03":      askConnects(t, m),
			"contact.2024-09-03":       askContact(t, m),
			"job.2024-09-03":           askJob(t, m),
			"profile.2024-09-03":       askProfile(t, m),
			"profile.2025-02-28":       askProfile(t, m),
			"my-stats.2024-02-29":      askConnectsBalance(t, m),
			"my-stats.2024-09-03":      askConnectsBalance(t, m),
			"my-stats.2024-09-03.2015": askConnectsBalance(t, m),
			"my-stats.2025-02-28":      askConnectsBalance(t, m),
		} {
			t.Run(by+" "+file, func(t *testing.T) {
				asOf, policy, all := hiringAnswers(t, file)
				name, _, _ := strings.Cut(file, ".")
				byID := all[name].(map[string]any)
				require.NotEmpty(t, byID)
				for id, want := range byID {
					got, err := ask(id, asOf, policy)
					if want == nil {
						require.ErrorIs(t, err, statistics.ErrNotFound, id)
						continue
					}
					require.NoError(t, err, id)
					if one, partly := got.(member); partly {
						want, got = want.(map[string]any)[one.name], one.value
						require.NotNil(t, want, one.name)
					}
					requireSays(t, want, got, id)
				}
			})
		}
		t.Run(by+" clients", func(t *testing.T) { requireListed(t, m) })
	}
}

// member is one member of an answer, to which the others are not compared.
type member struct {
	name  string
	value any
}

func askClient(t *testing.T, m marketplace.Answerer) func(string, event.Time, string) (any, error) {
	return func(id string, asOf event.Time, policy string) (any, error) {
		return answerTo(t, m, statistics.ClientProfileOf(uuid.MustParse(id)), asOf, policy)
	}
}

func askJob(t *testing.T, m marketplace.Answerer) func(string, event.Time, string) (any, error) {
	return func(id string, asOf event.Time, policy string) (any, error) {
		return answerTo(t, m, statistics.JobOf(uuid.MustParse(id)), asOf, policy)
	}
}

// TestHiringJobs: a read model says of every job what the log says.
func TestHiringJobs(t *testing.T) {
	m, model := hired(t)
	asOf, policy, all := hiringAnswers(t, "job.2024-09-03")
	p, err := statistics.Preset(policy)
	require.NoError(t, err)
	for id, want := range all["job"].(map[string]any) {
		ask := statistics.JobOf(uuid.MustParse(id))
		told, err := statistics.Ask(t.Context(), model, ask, asOf, p)
		require.NoError(t, err, id)
		requireSays(t, want, told, id)
		inMemory, err := answerTo(t, m, ask, asOf, policy)
		require.NoError(t, err, id)
		require.Equal(t, inMemory, told, "candidates too")
	}
}

// TestHiringJobSearches: a search of open jobs finds those that are open when asked about
// alone, in memory as in a read model.
func TestHiringJobSearches(t *testing.T) {
	m, model := hired(t)
	asOf, policy, all := hiringAnswers(t, "job.2024-09-03")
	p, err := statistics.Preset(policy)
	require.NoError(t, err)
	search := func(q statistics.JobQuery) *statistics.FoundJobs {
		told, err := statistics.Ask(t.Context(), model, statistics.SearchJobs(q), asOf, p)
		require.NoError(t, err)
		inMemory, err := answerTo(t, m, statistics.SearchJobs(q), asOf, policy)
		require.NoError(t, err)
		require.Equal(t, inMemory, told)
		return told
	}
	found := search(statistics.JobQuery{Limit: statistics.MaxSearchLimit})
	require.NotEmpty(t, found.Jobs)
	open := map[string]statistics.FoundJob{}
	for _, j := range found.Jobs {
		open[j.Job.String()] = j
	}
	for id := range all["job"].(map[string]any) {
		job, err := answerTo(t, m, statistics.JobOf(uuid.MustParse(id)), asOf, policy)
		if err != nil {
			require.ErrorIs(t, err, statistics.ErrNotFound)
			continue
		}
		client, err := answerTo(t, m, statistics.ClientProfileOf(job.Client), asOf, policy)
		require.NoError(t, err)
		j, isFound := open[id]
		require.Equal(t, job.State == statistics.JobOpen && client.State != statistics.StandingSuspended && client.State != statistics.StandingBarred, isFound, id)
		if isFound {
			require.Equal(t, job.Proposals, j.Candidates)
			require.Equal(t, client.ClientCard, j.Card)
		}
	}
	for _, q := range []statistics.JobQuery{
		{Sort: statistics.ByCandidates, Offset: 1, Limit: 5}, {Sort: statistics.ByCandidates, Kind: event.KindFixed, Offset: 1},
		{Kind: event.KindHourly, RateMin: new(event.Money)},
	} {
		require.NotEmpty(t, search(q).Jobs, "%+v", q)
	}
}

func askConnects(t *testing.T, m marketplace.Answerer) func(string, event.Time, string) (any, error) {
	return func(id string, asOf event.Time, policy string) (any, error) {
		return answerTo(t, m, statistics.ConnectsOf(uuid.MustParse(id)), asOf, policy)
	}
}

func askConnectsBalance(t *testing.T, m marketplace.Answerer) func(string, event.Time, string) (any, error) {
	return func(id string, asOf event.Time, policy string) (any, error) {
		s, err := answerTo(t, m, statistics.MyStatsOf(uuid.MustParse(id)), asOf, policy)
		if err != nil {
			return nil, err
		}
		return member{"connects_balance", s.ConnectsBalance}, nil
	}
}

func askBadges2016(t *testing.T, m marketplace.Answerer) func(string, event.Time, string) (any, error) {
	return func(id string, asOf event.Time, policy string) (any, error) {
		p, err := statistics.Preset(policy)
		require.NoError(t, err)
		p.Badge, err = statistics.BadgePreset("2016")
		require.NoError(t, err)
		return marketplace.Ask(t.Context(), m, statistics.BadgesOf(uuid.MustParse(id)), marketplace.AsOf(asOf.Std()), marketplace.Under(p))
	}
}

// requireListed: the list of clients has every client, each as asked about alone.
func requireListed(t *testing.T, m marketplace.Answerer) {
	asOf, policy, all := hiringAnswers(t, "client.2024-09-03")
	want := all["client"].(map[string]any)
	seen := map[string]bool{}
	for offset := 0; offset < len(want); offset += 7 {
		list, err := answerTo(t, m, statistics.ListClients(statistics.ClientQuery{Offset: offset, Limit: 7}), asOf, policy)
		require.NoError(t, err)
		require.EqualValues(t, len(want), list.Total)
		for _, c := range list.Clients {
			require.False(t, seen[c.Client.String()], "listed once")
			seen[c.Client.String()] = true
			requireSays(t, want[c.Client.String()], c, c.Client.String())
		}
	}
	require.Len(t, seen, len(want))
}

func askProfile(t *testing.T, m marketplace.Answerer) func(string, event.Time, string) (any, error) {
	return func(id string, asOf event.Time, policy string) (any, error) {
		return answerTo(t, m, statistics.PublicProfileOf(uuid.MustParse(id), false), asOf, policy)
	}
}

func askContact(t *testing.T, m marketplace.Answerer) func(string, event.Time, string) (any, error) {
	return func(id string, asOf event.Time, policy string) (any, error) {
		client, freelancer, _ := strings.Cut(id, " ")
		return answerTo(t, m, statistics.ContactOf(uuid.MustParse(client), uuid.MustParse(freelancer)), asOf, policy)
	}
}

// TestHiringUnderTerms: under terms of service that accounts must have accepted, and
// where contact details are exchanged by contracts alone.
func TestHiringUnderTerms(t *testing.T) {
	terms := aggregate.DefaultTerms()
	terms.RequiredVersion, terms.ContactAt = "2", aggregate.ContactAtContract
	m, err := open.Marketplace(t.Context(), "memory:", marketplace.Options{Terms: terms})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	f, err := scriptfile.Open(hiringHistory)
	require.NoError(t, err)
	defer f.Close()
	got, err := m.Import(t.Context(), f, marketplace.ImportOptions{})
	require.NoError(t, err)
	var want marketplace.ImportReport
	require.NoError(t, json.Unmarshal(unpacked(t, "testdata/hiring/import.terms.json.zst"), &want))
	requireSameImport(t, want, got)

	asOf, policy, all := hiringAnswers(t, "contact.2025-02-28.terms")
	ask := askContact(t, m)
	for id, want := range all["contact"].(map[string]any) {
		got, err := ask(id, asOf, policy)
		require.NoError(t, err, id)
		requireSays(t, want, got, id)
	}
}

// TestHiringSearches: what searches of the hiring history find, in which order.
func TestHiringSearches(t *testing.T) {
	asOf, policy, all := hiringAnswers(t, "search.2024-09-03")
	searches := all["search"].([]any)
	require.NotEmpty(t, searches)
	for by, m := range hiringAnswerers(t) {
		for i, s := range searches {
			ask := s.(map[string]any)["ask"].(map[string]any)
			got, err := answerTo(t, m, statistics.SearchFor(searchQuery(t, ask)), asOf, policy)
			require.NoError(t, err)
			requireSays(t, s.(map[string]any)["answer"], got, fmt.Sprint(by, i, ask))
		}
	}
}

// searchQuery is what is asked in the names of fine print Q3.
func searchQuery(t *testing.T, ask map[string]any) statistics.SearchQuery {
	t.Helper()
	var named struct {
		Text         string                   `json:"text"`
		Skills       []string                 `json:"skills"`
		Category     string                   `json:"category"`
		RateMin      *event.Money             `json:"rate_min"`
		RateMax      *event.Money             `json:"rate_max"`
		PaidMin      event.Money              `json:"paid_min"`
		HoursMin     int64                    `json:"hours_min"`
		Badge        event.Badge              `json:"badge"`
		RisingTalent bool                     `json:"rising_talent"`
		Score        int                      `json:"score"`
		Level        statistics.ResponseLevel `json:"level"`
		Verified     bool                     `json:"verified"`
		Available    bool                     `json:"available"`
		Order        statistics.SearchOrder   `json:"order"`
		Offset       int                      `json:"offset"`
		Limit        int                      `json:"limit"`
	}
	text, err := json.Marshal(ask)
	require.NoError(t, err)
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&named))
	return statistics.SearchQuery{
		Text: named.Text, Skills: named.Skills, Category: named.Category, RateMin: named.RateMin, RateMax: named.RateMax,
		PaidMin: named.PaidMin, HoursMin: named.HoursMin, Badge: named.Badge, RisingTalent: named.RisingTalent, MinDisplayed: named.Score,
		Level: named.Level, Verified: named.Verified, Available: named.Available, Sort: named.Order, Offset: named.Offset, Limit: named.Limit,
	}
}
