package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// The tests of this file compare whole screens with files of testdata. They are
// as of a moment in the middle of the small history.
const (
	moment     = "2017-04-30T12:00:00Z"
	freelancer = "6039f32f-40ac-4b38-ab29-c05fb48f5f2f"
	client     = "0e111600-0452-4a7c-bd2b-d371fc80be13"
	busiest    = "4982dfd8-ab84-40db-bad8-2699365d0f58" // with invites
	scoreless  = "0652b5a2-0fda-4ec8-bc6c-638626451b09"
	contract   = "9d9c01a5-ac77-4c6d-b753-11f4d0f4327e"
	milestones = "5fb33ad9-3661-4422-8952-7fb0d32e2973" // a contract with six
	hourly     = "c525dfbb-61ff-4e0f-9e01-a2ff808d04af"
	invite     = "af538a15-2151-4d05-9a05-2dc90f9984eb"
)

func TestGolden(t *testing.T) {
	for name, args := range map[string]string{
		"stats":                        "stats",
		"stats-2015-in-yen":            "stats --policy 2015 --limit 3 --currency JPY",
		"stats-freelancer":             "stats --freelancer " + freelancer,
		"stats-client":                 "stats --client " + client,
		"explain-job-success":          "explain job-success " + freelancer,
		"explain-job-success-2015":     "explain job-success " + freelancer + " --policy 2015",
		"explain-responsiveness":       "explain responsiveness " + busiest,
		"explain-dispute-rate":         "explain dispute-rate",
		"explain-dispute-rate-client":  "explain dispute-rate " + client,
		"explain-job-success-no-score": "explain job-success " + scoreless,
		"my-stats":                     "my-stats " + freelancer,
		"client":                       "client " + client,
		"clients":                      "clients --limit 5",
		"clients-good":                 "clients --state good --order spent --limit 3",
		"connects":                     "connects " + freelancer,
		"profile":                      "profile " + freelancer,
		"search":                       "search --limit 5",
		"search-fast":                  "search --available --level under_3_days --order newest --limit 3",
		"figures":                      "figures",
		"explain-work":                 "explain work " + freelancer,
		"explain-funnel":               "explain funnel",
		"explain-badges":               "explain badges " + freelancer,
		"explain-badges-2016":          "explain badges " + freelancer + " --badge-policy 2016",
		"explain-client":               "explain client " + client,
		"explain-week":                 "explain week 2017-W05",
		"contract":                     "contract " + milestones,
		"contract-hourly":              "contract " + hourly,
		"contract-show-text":           "contract " + contract + " --show-text",
		"diary":                        "diary " + hourly + " 2016-W08",
	} {
		t.Run(name, func(t *testing.T) {
			text := ok(t, append(strings.Fields(args), "--store", small(t), "--as-of", moment)...)
			text = strings.ReplaceAll(text, small(t), "sqlite:small.db")
			golden(t, name, text)
			for _, line := range strings.Split(text, "\n") {
				require.LessOrEqual(t, utf8.RuneCountInString(line), 100, line)
				require.Equal(t, strings.TrimRight(line, " "), line)
			}
		})
	}
	t.Run("stats-before-everything", func(t *testing.T) {
		golden(t, "stats-before-everything", ok(t, "stats", "--store", small(t), "--as-of", "2000-01-01T00:00:00Z"))
	})
}

// TestGoldenProfile: what a freelancer and clients wrote, as text and as JSON, while the
// profile is public; when it is not, its owner alone sees it.
func TestGoldenProfile(t *testing.T) {
	url := newStore(t)
	require.Contains(t, importScript(t, "testdata/profile.ndjson", "--store", url), "  rejected   0\n")
	shown := []string{"profile", someFreelancer, "--store", url, "--as-of", "2020-01-31"}
	text := ok(t, shown...)
	golden(t, "profile-said", text)
	golden(t, "profile-json", ok(t, append(shown, "--json")...))
	require.Equal(t, text, ok(t, append(shown, "--own")...))

	sought := strings.Fields("search --text shops --skill go --category WEB --rate-min 6000 --rate-max 6000 --paid-min 52500 --order rate --as-of 2020-01-31 --store " + url)
	golden(t, "search-said", ok(t, sought...))
	require.Contains(t, ok(t, append(sought, "--rate-max", "5999")...), "0 freelancers found")

	private := []string{"profile", someFreelancer, "--store", url, "--as-of", "2020-02-01"}
	fails(t, exitNotFound, "freelancer "+someFreelancer, private...)
	require.Contains(t, ok(t, append(private, "--own")...), "Shops in Go")
	fails(t, exitNotFound, "freelancer "+someContract, "profile", someContract, "--own", "--store", url)
	fails(t, exitUsage, "me", "profile", "me", "--store", url)
}

func TestGoldenEvents(t *testing.T) {
	stream := "contract-" + contract
	for name, args := range map[string]string{
		"events-stream":           stream,
		"events-stream-from":      stream + " --from 3",
		"events-stream-show-text": stream + " --show-text",
		"events-invite":           "invite-" + invite,
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, name, ok(t, append([]string{"events", "--store", small(t)}, strings.Fields(args)...)...))
		})
	}
	recorded := regexp.MustCompile(`"recorded_at":"[^"]*"`)
	text := ok(t, "events", stream, "--store", small(t), "--json")
	golden(t, "events-stream-json", recorded.ReplaceAllString(text, `"recorded_at":"…"`))
}

// TestGoldenHiring: the open jobs and the proposals of the hiring history, which has some.
func TestGoldenHiring(t *testing.T) {
	store := "sqlite:" + filepath.Join(t.TempDir(), "hiring.db")
	importScript(t, histories+"/hiring.ndjson.zst", "--store", store)
	for name, args := range map[string]string{
		"jobs":                "jobs --limit 3",
		"jobs-few-candidates": "jobs --kind hourly --order candidates --offset 1 --limit 3",
		"jobs-none":           "jobs --budget-min 0",
		"figures-hiring":      "figures --weeks 3",
		"explain-week-hiring": "explain week 2024-W25",
	} {
		t.Run(name, func(t *testing.T) {
			text := ok(t, append(strings.Fields(args), "--store", store, "--as-of", "2024-09-03T00:00:00Z")...)
			golden(t, name, text)
			for _, line := range strings.Split(text, "\n") {
				require.Equal(t, strings.TrimRight(line, " "), line)
			}
		})
	}
}

func TestGoldenImport(t *testing.T) {
	text := importScript(t, histories+"/small.ndjson", "--store", "memory:")
	golden(t, "import", regexp.MustCompile(`in [0-9.]+ s \([0-9,]+ lines/s\)`).ReplaceAllString(text, "in … s (… lines/s)"))
}

func TestGoldenDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("imports the medium history")
	}
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	text := ok(t, "demo")
	golden(t, "demo", regexp.MustCompile(`in [0-9.]+ s \([0-9,]+ a second\)`).ReplaceAllString(text, "in … s (… a second)"))
	require.Contains(t, text, "Job Success")
	for _, line := range strings.Split(text, "\n") {
		require.LessOrEqual(t, utf8.RuneCountInString(line), 100, line)
	}
	requireEmptyFolder(t, folder)
}
