package aggregate_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/internal/texttest"
)

// Every command has its personal text in event.Text, and shows none of it,
// however it is printed; every other string is known not to be such.
func TestCommandsNeverShowText(t *testing.T) {
	t.Parallel()
	all := 0
	for _, c := range aggregate.Commands() {
		v := reflect.New(reflect.TypeOf(c)).Elem()
		texts := texttest.RequireTyped(t, v.Type())
		require.Equal(t, texts, texttest.Mark(v), aggregate.CommandName(c))
		all += texts
		texttest.RequireHidden(t, v.Interface())
	}
	require.GreaterOrEqual(t, all, 21, "hardly any text was found")
}
