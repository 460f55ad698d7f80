package main

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// A simulated market is a log like any other, and the same on every run; its
// script comes to the same statistics.
func TestSimulate(t *testing.T) {
	dir := t.TempDir()
	one, other := "sqlite:"+filepath.Join(dir, "one.db"), "sqlite:"+filepath.Join(dir, "other.db")
	script := filepath.Join(dir, "market.ndjson.zst")
	args := []string{"--seed", "7", "--freelancers", "20", "--clients", "10", "--from", "2019-07-01", "--months", "3"}
	out := ok(t, append([]string{"simulate", "--store", one, "--script", script}, args...)...)
	require.Contains(t, out, "Simulated 20 freelancers and 10 clients from 2019-07-01 to 2019-10-01")
	require.Regexp(t, `via an invite +\d+\.\d\d %`, out)
	require.FileExists(t, script)
	ok(t, "verify", "--store", one)
	require.Contains(t, ok(t, "run", "--once", "--store", one), "to come", "it goes on from there")

	ok(t, append([]string{"simulate", "--store", other}, args...)...)
	again := append([]string{"simulate", "--store", "memory:"}, args...)
	took := regexp.MustCompile(` into \S+ in .*`)
	text := ok(t, again...)
	require.True(t, strings.HasPrefix(took.ReplaceAllString(out, ""), took.ReplaceAllString(text, "")), text)

	r := call(t, append([]string{"simulate", "--store", "memory:", "--script", "-"}, args...)...)
	require.Zero(t, r.code, r.err)
	require.Contains(t, r.err, "Simulated 20 freelancers")
	require.NotContains(t, r.out, "Simulated")
	zipped := filepath.Join(dir, "market.ndjson.GZ")
	ok(t, append([]string{"simulate", "--store", "memory:", "--script", zipped}, args...)...)
	for name, script := range map[string]string{"piped": write(t, filepath.Join(dir, "piped"), r.out), "zipped": zipped} {
		url := "sqlite:" + filepath.Join(dir, name+".db")
		ok(t, "import", script, "--store", url)
		require.Equal(t, ok(t, "stats", "--json", "--as-of", "2019-10-01T00:00:00Z", "--store", other),
			ok(t, "stats", "--json", "--as-of", "2019-10-01T00:00:00Z", "--store", url))
	}

	imported := "sqlite:" + filepath.Join(dir, "imported.db")
	ok(t, "import", script, "--store", imported)
	stats := func(url string) string {
		return ok(t, "stats", "--json", "--as-of", "2019-10-01T00:00:00Z", "--store", url)
	}
	require.Equal(t, stats(other), stats(imported))
}

func TestSimulateRefuses(t *testing.T) {
	fails(t, exitFailed, "there are events in the log already", "simulate", "--store", small(t))
	url := newStore(t)
	for words, args := range map[string][]string{
		"not a day":                       {"--from", "tomorrow"},
		"Options.Clients is 0; it must":   {"--clients", "0"},
		"Options.Freelancers is 1000001;": {"--freelancers", "1000001"},
		"--months is 0; it must":          {"--months", "0"},
		"--months is 1201; it must":       {"--months", "1201"},
		"the years 1 to 9998":             {"--from", "9998-12-31"},
	} {
		fails(t, exitUsage, words, append(args, "simulate", "--store", url)...)
	}
	fails(t, exitFailed, "no such file", "simulate", "--store", url, "--script", filepath.Join(t.TempDir(), "no", "file"))
	fails(t, exitNotFound, "there is no log", "stats", "--store", url)
}

// impatient ends after it was asked so many times whether it has ended.
type impatient struct {
	context.Context
	end  func()
	left atomic.Int64
}

func (c *impatient) Err() error {
	if c.left.Add(-1) == 0 {
		c.end()
	}
	return c.Context.Err()
}

// A simulation that is interrupted says so; what was done until then is a log
// like any other, and there is no half of a script.
func TestSimulateIsInterrupted(t *testing.T) {
	inner, cancel := context.WithCancel(t.Context())
	ctx := &impatient{Context: inner, end: cancel}
	ctx.left.Store(3000)
	folder := t.TempDir()
	url, script := "sqlite://"+folder+"/market.db", folder+"/market.ndjson"
	r := callWith(ctx, nil, "simulate", "--store", url, "--script", script)
	refused(t, r, exitFailed, "the simulation was interrupted after ")
	require.Contains(t, r.err, "is in the log")
	scripts, err := filepath.Glob(script + "*")
	require.NoError(t, err)
	require.Empty(t, scripts)
	require.Regexp(t, `[1-9]\d* events`, ok(t, "verify", "--store", url))
	fails(t, exitFailed, "there are events in the log already", "simulate", "--store", url)
}

// A person sees how far the market is; the line is drawn now and then.
func TestSimulateProgress(t *testing.T) {
	var screen strings.Builder
	s := &simulation{screen: &screen, began: time.Now().Add(-time.Second)}
	from, until := event.MustParseTime("2016-01-04T00:00:00Z"), event.MustParseTime("2017-01-04T00:00:00Z")
	for range 1000 {
		s.progress(event.MustParseTime("2016-07-04T12:00:00Z"), from, until)
	}
	require.Contains(t, screen.String(), clearLine+" 49 %  2016-07-04  256 commands, ")
	require.LessOrEqual(t, strings.Count(screen.String(), "%"), 3)
}
