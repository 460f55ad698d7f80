package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

// TestServicesByEnvironment: a service runs by variables alone.
func TestServicesByEnvironment(t *testing.T) {
	t.Setenv("MARKETPLACE_STORE", small(t))
	t.Setenv("MARKETPLACE_READ_MODEL", "sqlite://"+filepath.Join(t.TempDir(), "model.db"))
	t.Setenv("MARKETPLACE_ONCE", "true")
	t.Setenv("MARKETPLACE_JSON", "true")
	var s struct {
		Events, Position int
	}
	require.NoError(t, json.Unmarshal([]byte(ok(t, "follow")), &s))
	require.Positive(t, s.Events)
	require.Positive(t, s.Position)
}

// TestFlagsWin: over the variable of the flag, and over that of one that it excludes.
func TestFlagsWin(t *testing.T) {
	t.Setenv("MARKETPLACE_STORE", "sqlite://"+filepath.Join(t.TempDir(), "none.db"))
	t.Setenv("MARKETPLACE_LISTEN", "no address")
	t.Setenv("MARKETPLACE_PARTITION", "7")
	model := "sqlite://" + filepath.Join(t.TempDir(), "model.db")
	ok(t, "follow", "--store", small(t), "--read-model", model, "--partition", "0", "--once")
	refused(t, call(t, "follow", "--read-model", model, "--partition", "0"), exitUsage, `--listen "no address" is no address`)
	refused(t, call(t, "follow", "--store", small(t), "--read-model", model, "--once"), exitFailed, "none of index 7")
}

// TestEveryFlagHasAVariable: of the commands that run as services, whose help says so.
func TestEveryFlagHasAVariable(t *testing.T) {
	for _, command := range []func(*cli) *cobra.Command{(*cli).serveCommand, (*cli).runCommand, (*cli).followCommand} {
		flags := command(new(cli)).Flags()
		flags.VisitAll(func(f *pflag.Flag) {
			t.Run(command(new(cli)).Name()+" --"+f.Name, func(t *testing.T) {
				value := map[string]string{
					"bool": "true", "int": "1", "duration": "5s", "name": "public", "format": "json", "level": "warn", "string": "x", "code": "EUR",
				}[f.Value.Type()]
				require.NotEmpty(t, value, "a value of the type %s", f.Value.Type())
				t.Setenv(variablePrefix+variableOf(f.Name), value)
				c := command(new(cli))
				require.NoError(t, c.PreRunE(c, nil))
				require.True(t, c.Flags().Lookup(f.Name).Changed)
				require.Contains(t, strings.ToLower(c.Flags().Lookup(f.Name).Value.String()), strings.ToLower(value))
				require.Contains(t, c.Long, "Each flag may be given by a variable")
			})
		})
	}
}

// TestWrongVariables: what a variable holds may be a secret.
func TestWrongVariables(t *testing.T) {
	for variable, flag := range map[string]string{
		"MARKETPLACE_ONCE": "--once", "MARKETPLACE_TIMEOUT": "--timeout", "MARKETPLACE_CONNECTS_ALLOWANCE": "--connects-allowance",
		"MARKETPLACE_LOG_FORMAT": "--log-format", "MARKETPLACE_LOG_LEVEL": "--log-level",
	} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, "hunter2")
			r := call(t, "run", "--store", "memory:")
			refused(t, r, exitUsage, variable+" holds no value of "+flag)
			require.NotContains(t, r.err, "hunter2")
		})
	}
}

// TestLogAsJSON: every line is an object, that of the end too, with its code.
func TestLogAsJSON(t *testing.T) {
	for _, c := range []struct {
		args       []string
		exit       int
		code, says string
	}{
		{[]string{"--read-model", "sqlite://" + filepath.Join(t.TempDir(), "m.db"), "--store", small(t), "--partition", "-1"}, exitFailed, "other_partitions", "-1"},
		{[]string{"--read-model", "sqlite://" + filepath.Join(t.TempDir(), "m.db"), "--store", "sqlite://" + filepath.Join(t.TempDir(), "none.db")}, exitNotFound, "", "none.db"},
	} {
		r := call(t, append([]string{"follow", "--once", "--log-format", "json"}, c.args...)...)
		require.Equal(t, c.exit, r.code, r.err)
		var line struct {
			Level, Msg, Error, Code string
			Exit                    int
		}
		require.NoError(t, json.Unmarshal([]byte(r.err), &line), r.err)
		require.Equal(t, "ERROR", line.Level)
		require.Equal(t, c.exit, line.Exit)
		require.Equal(t, c.code, line.Code)
		require.Contains(t, line.Error, c.says)
	}
}

// TestLogLevel: what is less is not told.
func TestLogLevel(t *testing.T) {
	var told bytes.Buffer
	c := &cli{stderr: &told}
	cmd := c.runCommand()
	require.NoError(t, cmd.Flags().Set("log-level", "warn"))
	c.logger().Info("all is well")
	require.Empty(t, told.String())
	c.logger().Warn("it is not")
	require.Contains(t, told.String(), "it is not")
	require.Error(t, cmd.Flags().Set("log-level", "loud"))
	require.Error(t, cmd.Flags().Set("log-format", "xml"))
}
