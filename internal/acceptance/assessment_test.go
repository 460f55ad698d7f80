package acceptance_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/statistics"
)

// shown is what an assessment of a freelancer must keep.
func shown(f *statistics.FreelancerStats) *event.JobSuccessAssessed {
	e := &event.JobSuccessAssessed{Policy: statistics.DefaultPolicy}
	if js := f.JobSuccess; js != nil {
		bp, displayed := int(js.ScoreBP), int(js.Displayed)
		e.ScoreBP, e.Displayed = &bp, &displayed
	}
	return e
}

// TestAssessJobSuccess: Do keeps the score as of the command's moment, which
// need not be now.
func TestAssessJobSuccess(t *testing.T) {
	m := markettest.On(t, markettest.NewLog())
	markettest.ImportFile(t, m, smallHistory)
	end := event.MustParseTime("2019-01-01T00:00:00Z")
	report, err := marketplace.Ask(t.Context(), m, statistics.FullReport(), marketplace.AsOf(end.AddDays(-200).Std()))
	require.NoError(t, err)
	scores, nones := 0, 0
	for id := range report.Freelancers {
		for _, at := range []event.Time{end.AddDays(-200), end} {
			stats, err := marketplace.Ask(t.Context(), m, statistics.FreelancerStatsOf(id), marketplace.AsOf(at.Std()))
			require.NoError(t, err)
			out, err := m.Do(t.Context(), aggregate.AssessJobSuccess{Freelancer: id}, marketplace.At(at.Std()))
			require.NoError(t, err)
			require.Equal(t, []event.Event{shown(stats)}, out.Events)
			if stats.JobSuccess != nil {
				scores++
			} else {
				nones++
			}
		}
		require.ErrorIs(t, markettest.Do(t, m, aggregate.AssessJobSuccess{Freelancer: id}, "2018-12-31T23:59:59Z"), aggregate.OutOfOrder)
		require.ErrorIs(t, markettest.Do(t, m, aggregate.AssessJobSuccess{Freelancer: id}, "0001-01-01T00:00:00Z"), aggregate.OutOfOrder)
	}
	require.Positive(t, scores)
	require.Positive(t, nones)
	require.ErrorIs(t, markettest.Do(t, m, aggregate.AssessJobSuccess{Freelancer: uuid.New()}, "2019-01-01T00:00:00Z"), aggregate.NotFound)
	require.ErrorIs(t, markettest.Do(t, m, aggregate.AssessJobSuccess{}, "2019-01-01T00:00:00Z"), aggregate.Invalid)

	freelancer, bp, displayed := uuid.New(), 9000, 90
	require.NoError(t, markettest.Do(t, m, aggregate.RegisterFreelancer{Freelancer: freelancer}, "2019-01-01T00:00:00Z"))
	given := event.JobSuccessAssessed{ScoreBP: &bp, Displayed: &displayed, Policy: "2015"}
	out, err := m.Do(t.Context(), aggregate.AssessJobSuccess{Freelancer: freelancer}.With(given))
	require.NoError(t, err)
	require.Equal(t, []event.Event{&given}, out.Events, "a host may bring a score of its own")
}

// TestImportAssessments: in a script, a score is that of the lines before it,
// however the import groups them.
func TestImportAssessments(t *testing.T) {
	small, err := os.ReadFile(smallHistory)
	require.NoError(t, err)
	lines := bytes.SplitAfter(small, []byte("\n"))
	at := regexp.MustCompile(`"at":"([0-9TZ:-]{20})"`)
	registered := regexp.MustCompile(`"cmd":"RegisterFreelancer","freelancer":"([0-9a-f-]{36})"`)

	// After some of the lines, every freelancer registered so far is assessed,
	// some with lines between them.
	var text []byte
	var freelancers []uuid.UUID
	cuts := []int{700, 701, 2600, 3000, len(lines)}
	want := map[uuid.UUID]*event.JobSuccessAssessed{} // by command id
	moment := event.Time(0)
	for i, line := range append(lines, nil) {
		if slices.Contains(cuts, i) {
			before := markettest.On(t, markettest.NewLog())
			markettest.ImportText(t, before, string(bytes.Join(lines[:i], nil)))
			for n, f := range freelancers {
				id, when := uuid.New(), moment.AddSeconds(1)
				stats, err := marketplace.Ask(t.Context(), before, statistics.FreelancerStatsOf(f), marketplace.AsOf(when.Std()))
				if err != nil {
					continue // its registration was rejected
				}
				want[id] = shown(stats)
				text, err = script.Append(text, id, when, aggregate.AssessJobSuccess{Freelancer: f})
				require.NoError(t, err)
				if n%5 == 0 {
					text, err = script.Append(text, uuid.New(), when, aggregate.RegisterClient{Client: uuid.New()})
					require.NoError(t, err)
				}
			}
		}
		text = append(text, line...)
		if m := at.FindSubmatch(line); m != nil {
			now, err := event.ParseTime(string(m[1]))
			if ahead := now > event.MustParseTime("2020-01-01T00:00:00Z"); err == nil && !ahead { // else it is rejected
				moment = max(moment, now)
			}
		}
		if m := registered.FindSubmatch(line); m != nil {
			freelancers = append(freelancers, uuid.MustParse(string(m[1])))
		}
	}
	require.Greater(t, len(want), 30)

	for name, m := range map[string]*marketplace.Marketplace{
		"in groups": markettest.On(t, markettest.NewLog()), "line by line": markettest.On(t, plain{markettest.NewLog()}),
		"SQLite": markettest.At(t, "sqlite:"+filepath.Join(t.TempDir(), "market.db")),
	} {
		t.Run(name, func(t *testing.T) {
			markettest.ImportText(t, m, string(text))
			scores, seen := 0, 0
			for _, rec := range markettest.Records(t, m.Store()) {
				env, err := m.Registry().Decode(&rec)
				require.NoError(t, err)
				if e, ok := env.Event.(*event.JobSuccessAssessed); ok {
					require.Equal(t, want[env.CommandID], e, fmt.Sprint(env.Stream))
					seen++
					if e.ScoreBP != nil {
						scores++
					}
				}
			}
			require.Equal(t, len(want), seen)
			require.Positive(t, scores)
		})
	}
}
