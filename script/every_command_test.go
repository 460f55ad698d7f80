package script_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/script"
)

var update = flag.Bool("update", false, "write the lines of testdata/every_command.ndjson that are missing; none is ever overwritten")

const everyCommand = "testdata/every_command.ndjson"

// Every command is read, and written again byte for byte.
func TestEveryCommand(t *testing.T) {
	every, err := os.ReadFile(everyCommand)
	require.NoError(t, err)
	lines, err := read(t, bytes.NewReader(every))
	require.NoError(t, err)
	known := map[string]*script.Line{}
	for _, l := range lines {
		require.NoError(t, l.Err)
		known[aggregate.CommandName(l.Command)] = l
	}
	var got []byte
	for _, c := range aggregate.Commands() {
		l := known[aggregate.CommandName(c)]
		if l == nil && *update {
			l = sampleLine(t, len(known)+1, c)
			known[aggregate.CommandName(c)] = l
		}
		require.NotNil(t, l, "%s is missing in %s: go test ./script -update writes a line of it", aggregate.CommandName(c), everyCommand)
		require.IsType(t, c, l.Command)
		got, err = script.Append(got, l.ID, l.At, l.Command)
		require.NoError(t, err)
	}
	if *update {
		require.NoError(t, os.WriteFile(everyCommand, got, 0o644))
		return
	}
	require.Len(t, lines, len(aggregate.Commands()))
	require.Equal(t, string(every), string(got))
}

// A line that is written for a new command is one that the command's Validate
// takes, for every command but those whose fields rule each other out.
func TestSampleLines(t *testing.T) {
	exclusive := map[string]bool{"GrantConnects": true, "LoseBadge": true, "PostJob": true, "OfferContract": true, "AcceptTerms": true, "RecordViolation": true, "MakeOffer": true, "StartContract": true, "PayWeek": true,
		"VerifyIdentity": true, "RevokeIdentity": true, "VerifyPhone": true, "RevokePhone": true}
	for _, c := range aggregate.Commands() {
		if !exclusive[aggregate.CommandName(c)] {
			sampleLine(t, 1, c)
		}
	}
}

// sampleLine is the n-th line, with every field of the command set.
func sampleLine(t *testing.T, n int, c aggregate.Command) *script.Line {
	t.Helper()
	v := reflect.New(reflect.TypeOf(c)).Elem()
	set(v)
	filled := v.Interface().(aggregate.Command)
	require.NoError(t, aggregate.Validate(filled), "write the line of %s by hand", aggregate.CommandName(c))
	id := uuid.MustParse(fmt.Sprintf("00000000-0000-4000-8000-%012d", n))
	return &script.Line{ID: id, At: event.MustParseTime("2016-02-01T09:00:00Z"), Command: filled}
}

// set gives each field of a command a value that is right by itself.
func set(v reflect.Value) {
	switch p := v.Addr().Interface().(type) {
	case *uuid.UUID:
		*p = uuid.MustParse("a0000000-0000-4000-8000-000000000001")
		return
	case *event.Time:
		*p = event.MustParseTime("2016-02-01T09:00:00Z")
		return
	case *event.Week:
		*p = event.Week{Year: 2016, Number: 5}
		return
	case *event.Text:
		*p = `no answer for "weeks"`
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			set(v.Field(i))
			if strings.HasSuffix(v.Type().Field(i).Name, "SHA256") {
				reflect.Indirect(v.Field(i)).SetString(strings.Repeat("0f", 32))
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		set(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		set(v.Index(0))
	case reflect.String:
		v.SetString("plain")
		if list, ok := choices[v.Type()]; ok {
			v.SetString(list[0])
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	default:
		panic(fmt.Sprintf("no value for %v", v.Type()))
	}
}
