package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// TestGoldenJob: jobs of the hiring history, whose jobs say what they want: one with a
// candidate and one with questions, also as JSON, and none that was not posted.
func TestGoldenJob(t *testing.T) {
	const hired, asked, asOf = "274d1ddf-d9df-4b2f-933a-a1addde1f9ed", "714a0403-9df8-4530-a973-b17bea34bab4", "2024-09-03"
	url := "sqlite:" + t.TempDir() + "/hiring.db"
	importScript(t, histories+"/hiring.ndjson.zst", "--store", url)
	for name, args := range map[string][]string{
		"job":       {hired},
		"job-asked": {asked},
		"job-json":  {asked, "--json"},
	} {
		t.Run(name, func(t *testing.T) {
			text := ok(t, append([]string{"job", "--store", url, "--as-of", asOf}, args...)...)
			golden(t, name, text)
			for _, line := range strings.Split(text, "\n") {
				require.LessOrEqual(t, utf8.RuneCountInString(line), 100, line)
				require.Equal(t, strings.TrimRight(line, " "), line)
			}
		})
	}
	fails(t, 3, "no job "+hired+" was posted as of 2024-08-16T23:59:59Z", "job", hired, "--store", url, "--as-of", "2024-08-16")
	fails(t, 2, "", "job", "me", "--store", url)
}
