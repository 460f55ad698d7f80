package statistics_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/statistics"
)

// TestPolicyIDs: the ids of the presets, which stand in databases. One changes with
// a number of its preset, and never otherwise: then statistics are computed anew.
func TestPolicyIDs(t *testing.T) {
	t.Parallel()
	var ids []string
	for _, name := range statistics.PresetNames() {
		ids = append(ids, projectiontest.Preset(t, name).ID())
	}
	requireGolden(t, "policies.txt", strings.Join(ids, "\n")+"\n")
}

// TestPolicyIDHasEveryField: another value of any field is another policy, whatever
// its name; the same value is the same policy.
func TestPolicyIDHasEveryField(t *testing.T) {
	t.Parallel()
	p := projectiontest.Preset(t, statistics.DefaultPolicy)
	seen := map[string]string{p.ID(): "the preset"}
	fields := 0
	each(reflect.ValueOf(&p).Elem(), "Policy", func(v reflect.Value, path string) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		switch v.Kind() {
		case reflect.Int, reflect.Int64:
			v.SetInt(v.Int() + 1)
		case reflect.Bool:
			v.SetBool(!v.Bool())
		case reflect.String:
			v.SetString(v.String() + "\x01\"\\ü")
		default:
			require.Fail(t, "a policy holds what has no canonical form", "%s is a %v", path, v.Type())
		}
		require.Empty(t, seen[p.ID()], path)
		seen[p.ID()] = path
		v.Set(old)
		fields++
	})
	require.Greater(t, fields, 40)
	require.Equal(t, projectiontest.Preset(t, statistics.DefaultPolicy).ID(), p.ID())

	shorter := projectiontest.Preset(t, statistics.DefaultPolicy)
	shorter.JobSuccess.WindowMonths = shorter.JobSuccess.WindowMonths[:1]
	require.Empty(t, seen[shorter.ID()])
	none, empty := projectiontest.Preset(t, "2015"), projectiontest.Preset(t, "2015")
	none.JobSuccess.Weight.Steps, empty.JobSuccess.Weight.Steps = nil, []statistics.WeightStep{}
	require.Equal(t, none.ID(), empty.ID(), "they say the same")
	require.True(t, strings.HasPrefix(p.ID(), p.Name+"@"))
}

// each calls for every value in a policy that is not made of others.
func each(v reflect.Value, path string, do func(reflect.Value, string)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			each(v.Field(i), path+"."+v.Type().Field(i).Name, do)
		}
	case reflect.Slice:
		for i := range v.Len() {
			each(v.Index(i), path+"[]", do)
		}
	default:
		do(v, path)
	}
}

func TestPolicyNames(t *testing.T) {
	t.Parallel()
	for name, valid := range map[string]bool{
		"": false, "ours": true, "ours, since March – with ½": true, strings.Repeat("x", 100): true, strings.Repeat("x", 101): false,
		"a\nb": false, "a\x00": false, "\xff": false,
	} {
		p := projectiontest.Preset(t, statistics.DefaultPolicy)
		p.Name = name
		if err := p.Validate(); valid {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, statistics.ErrInvalidPolicy, "%q", name)
		}
	}
}
