package main

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/internal/fault"
)

// logFlags say how a command that runs for long tells what happens, on standard error.
type logFlags struct {
	format logFormat
	level  slog.LevelVar // info if nothing is said
}

// logFormat is text, for people, or json, for what collects logs.
type logFormat string

const jsonLog logFormat = "json"

func (f *logFormat) String() string { return string(*f) }

func (f *logFormat) Set(s string) error {
	if s != "text" && s != string(jsonLog) {
		return errors.New("known are text, json")
	}
	*f = logFormat(s)
	return nil
}

func (f *logFormat) Type() string { return "format" }

// logLevel is the least that is told.
type logLevel struct{ *slog.LevelVar }

func (l logLevel) Set(s string) error {
	if err := l.UnmarshalText([]byte(s)); err != nil {
		return errors.New("known are debug, info, warn, error")
	}
	return nil
}

func (l logLevel) String() string { return l.Level().String() }

func (l logLevel) Type() string { return "level" }

// addLog gives a command the flags of the program's log.
func (c *cli) addLog(cmd *cobra.Command) {
	cmd.Flags().Var(&c.log.format, "log-format", "how what happens is told on standard error: text, or json (default text)")
	cmd.Flags().Var(logLevel{&c.log.level}, "log-level", "the least of it that is told: debug, info, warn or error")
	complete(cmd, "log-format", "text", "json")
	complete(cmd, "log-level", "debug", "info", "warn", "error")
}

// logger is the program's log.
func (c *cli) logger() *slog.Logger {
	return slog.New(c.handler(&slog.HandlerOptions{Level: &c.log.level}))
}

func (c *cli) handler(o *slog.HandlerOptions) slog.Handler {
	if c.log.format == jsonLog {
		return slog.NewJSONHandler(c.stderr, o)
	}
	return slog.NewTextHandler(c.stderr, o)
}

// note tells people something beside the output.
func (c *cli) note(text string) {
	if c.log.format == jsonLog {
		c.logger().Info(text)
		return
	}
	fmt.Fprintln(c.stderr, text)
}

// failed tells why the command failed, and what to do about it if hint is not "".
func (c *cli) failed(err error, exit int, hint string) {
	if c.log.format != jsonLog {
		fmt.Fprintf(c.stderr, "marketplace: %s\n", oneLine(err))
		if hint != "" {
			fmt.Fprintf(c.stderr, "%s\n", hint)
		}
		return
	}
	all := []any{"error", oneLine(err), "exit", exit}
	if code := fault.Code(err); code != "" { // a file that is not there has none
		all = append(all, "code", code)
	}
	if hint != "" {
		all = append(all, "hint", hint)
	}
	c.logger().Error("the command has failed", all...)
}
