package main

import (
	"bytes"
	"flag"
	"io"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestConfigure: a flag wins over its variable, and a wrong value is not repeated.
func TestConfigure(t *testing.T) {
	for _, c := range []struct {
		name      string
		args      []string
		variables map[string]string
		want      config
		fails     string
	}{
		{"nothing", nil, nil, config{store: "memory:", listen: "127.0.0.1:8080"}, ""},
		{"variables", nil, map[string]string{"MARKETPLACE_STORE": "sqlite:a.db", "MARKETPLACE_LISTEN": ":1", "MARKETPLACE_LOG_FORMAT": "json", "MARKETPLACE_LOG_LEVEL": "warn"},
			config{store: "sqlite:a.db", listen: ":1", json: true, level: slog.LevelWarn}, ""},
		{"flags win", []string{"--store", "sqlite:b.db", "--log-format", "text"}, map[string]string{"MARKETPLACE_STORE": "sqlite:a.db", "MARKETPLACE_LOG_FORMAT": "json"},
			config{store: "sqlite:b.db", listen: "127.0.0.1:8080"}, ""},
		{"a wrong flag", []string{"--log-format", "xml"}, nil, config{}, "known are text, json"},
		{"a wrong variable", nil, map[string]string{"MARKETPLACE_LOG_LEVEL": "hunter2"}, config{}, "MARKETPLACE_LOG_LEVEL holds no value of --log-level"},
	} {
		t.Run(c.name, func(t *testing.T) {
			flags := flag.NewFlagSet("service", flag.ContinueOnError)
			flags.SetOutput(io.Discard)
			got, err := configure(flags, c.args, func(name string) string { return c.variables[name] })
			if c.fails != "" {
				require.ErrorContains(t, err, c.fails)
				require.NotContains(t, err.Error(), "hunter2")
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
	var told bytes.Buffer
	config{json: true}.logger(&told).Info("it listens")
	require.Contains(t, told.String(), `"msg":"it listens"`)
}
