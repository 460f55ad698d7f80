package aggregate_test

import (
	"bytes"
	"log/slog"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// No handler of log/slog shows what a person wrote, in any command.
func TestCommandsHideTextFromLogs(t *testing.T) {
	const secret = "SECRET-words"
	text := reflect.TypeFor[event.Text]()
	found := 0
	for _, c := range aggregate.Commands() {
		v := reflect.New(reflect.TypeOf(c)).Elem()
		for i := range v.NumField() {
			if v.Field(i).Type() == text {
				v.Field(i).SetString(secret)
				found++
			}
		}
		var out bytes.Buffer
		for _, h := range []slog.Handler{slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)} {
			slog.New(h).Info("command", "command", v.Interface())
		}
		require.NotContains(t, out.String(), secret, c.CommandName())
	}
	require.Equal(t, 20, found)
}
