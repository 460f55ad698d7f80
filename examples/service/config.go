package main

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// config is what the service is told at its start.
type config struct {
	store, listen string
	json          bool // the log
	level         slog.Level
}

// configure reads flags, and variables for those that are not given.
func configure(flags *flag.FlagSet, args []string, variable func(string) string) (c config, err error) {
	flags.StringVar(&c.store, "store", "memory:", "the log's URL")
	flags.StringVar(&c.listen, "listen", "127.0.0.1:8080", "address to listen on")
	flags.TextVar(&c.level, "log-level", slog.LevelInfo, "the least that is logged: debug, info, warn or error")
	flags.Func("log-format", "text or json (default text)", func(s string) error {
		if s != "text" && s != "json" {
			return fmt.Errorf("known are text, json")
		}
		c.json = s == "json"
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	flags.VisitAll(func(f *flag.Flag) {
		name := "MARKETPLACE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value := variable(name)
		if value == "" || given[f.Name] || err != nil {
			return
		}
		if flags.Set(f.Name, value) != nil { // the value may be a secret
			err = fmt.Errorf("%s holds no value of --%s", name, f.Name)
		}
	})
	return c, err
}

func (c config) logger(w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.level}
	if c.json {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
