package repository

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"reflect"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/jsonform"
	"github.com/marketcore/marketplace/internal/texttest"
	"github.com/marketcore/marketplace/script"
)

var update = flag.Bool("update", false, "write the digests of commands that have none yet; none is ever overwritten")

// Digests that were kept are made today as they were, or every repeat of the past
// would be taken for another command. So the fields of a command keep their names and
// their order, and one that is new is left out where it is not given.
func TestDigestsStay(t *testing.T) {
	const file = "testdata/digests.txt" // a digest and the line of a script
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	d, have := newDigests([]byte(publicKey)), map[string]bool{}
	digestsOf := func(line []byte) (digest, old, command string) {
		for l, err := range script.NewReader(bytes.NewReader(line)).Lines() {
			require.NoError(t, err)
			require.NoError(t, l.Err)
			made, err := d.of(l.Command)
			require.NoError(t, err)
			once, err := d.old(l.Command)
			require.NoError(t, err)
			digest, old, command = hex.EncodeToString(made[:]), hex.EncodeToString(once[:]), aggregate.CommandName(l.Command)
		}
		return digest, old, command
	}
	for lines := bufio.NewScanner(bytes.NewReader(kept)); lines.Scan(); {
		digest, line, _ := bytes.Cut(lines.Bytes(), []byte(" "))
		made, old, command := digestsOf(line)
		require.Contains(t, []string{made, old}, string(digest), command)
		have[command] = true
	}
	every, err := os.ReadFile("../../script/testdata/every_command.ndjson")
	require.NoError(t, err)
	for lines := bufio.NewScanner(bytes.NewReader(every)); lines.Scan(); {
		if digest, _, command := digestsOf(lines.Bytes()); !have[command] {
			kept = fmt.Appendf(kept, "%s %s\n", digest, lines.Bytes())
			require.True(t, *update, "%s has no digest: go test ./internal/repository -run TestDigestsStay -update", command)
			have[command] = true
		}
	}
	require.Len(t, have, len(aggregate.Commands()))
	if *update {
		require.NoError(t, os.WriteFile(file, kept, 0o644))
	}
}

// What people write enters no digest, and everything else does.
func TestDigestsHoldAllButText(t *testing.T) {
	d := newDigests([]byte(publicKey))
	seen := map[[16]byte]string{}
	for _, zero := range aggregate.Commands() {
		name := aggregate.CommandName(zero)
		of := func(change func(v reflect.Value)) [16]byte {
			v := reflect.New(reflect.TypeOf(zero)).Elem()
			texttest.Mark(v) // and a week that exists
			change(v)
			digest, err := d.of(v.Interface().(aggregate.Command))
			require.NoError(t, err)
			return digest
		}
		plain := of(func(reflect.Value) {})
		require.Empty(t, seen[plain], name)
		seen[plain] = name
		for i, f := range formOf(zero).Fields {
			changed := of(func(v reflect.Value) { change(v.Field(i)) })
			if f.Kind == jsonform.Text || f.Kind == jsonform.Texts {
				require.Equal(t, plain, changed, "%s.%s", name, f.Name)
			} else {
				require.NotEqual(t, plain, changed, "%s.%s", name, f.Name)
			}
		}
	}
}

// change gives a field another value.
func change(v reflect.Value) {
	switch p := v.Addr().Interface().(type) {
	case *uuid.UUID:
		*p = uuid.New()
		return
	case *event.Week:
		p.Number++
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		change(v.Elem()) // false says as much as nothing
	case reflect.Struct:
		change(v.Field(0))
	case reflect.Slice:
		v.Set(reflect.Append(v, reflect.New(v.Type().Elem()).Elem()))
	case reflect.String:
		v.SetString("other")
	case reflect.Bool:
		v.SetBool(true)
	default:
		v.SetInt(7)
	}
}

// A digest names its key, so that under another key it says nothing.
func TestDigestsNameTheirKey(t *testing.T) {
	c := aggregate.RegisterClient{Client: uuid.New()}
	keys := map[string]bool{}
	for i := range 8 {
		key := bytes.Repeat([]byte{byte(i)}, 16)
		d := newDigests(key)
		clear(key) // the host's
		digest, err := d.of(c)
		require.NoError(t, err)
		again, err := newDigests(bytes.Repeat([]byte{byte(i)}, 16)).of(c)
		require.NoError(t, err)
		require.Equal(t, digest, again)
		keys[string(digest[:named])] = true
	}
	require.Len(t, keys, 8)
}

func BenchmarkDigest(b *testing.B) {
	d := newDigests([]byte(publicKey))
	var c aggregate.Command = aggregate.SendInvite{Invite: uuid.New(), Job: uuid.New(), Client: uuid.New(), Freelancer: uuid.New(), Message: "hello"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.of(c); err != nil {
			b.Fatal(err)
		}
	}
}
