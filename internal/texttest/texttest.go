// Package texttest finds personal text where none may be.
package texttest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// Secret is the text that Mark puts in and RequireHidden looks for.
const Secret = "SECRET-words"

// Mark makes every personal text of a struct the secret one, and a week one that
// can be written. It says how many fields hold text.
func Mark(v reflect.Value) (fields int) {
	for i := range v.NumField() {
		f := v.Field(i)
		switch f.Interface().(type) {
		case event.Text:
			f.SetString(Secret)
			fields++
		case *event.Text:
			secret := event.Text(Secret)
			f.Set(reflect.ValueOf(&secret))
			fields++
		case []event.Text:
			f.Set(reflect.ValueOf([]event.Text{Secret, "", Secret}))
			fields++
		case event.Week:
			f.Set(reflect.ValueOf(event.Week{Year: 2016, Number: 5}))
		default:
			switch {
			case isStruct(f.Type()):
				fields += Mark(f)
			case f.Kind() == reflect.Slice && isStruct(f.Type().Elem()):
				fields += markItems(f)
			}
		}
	}
	return fields
}

// markItems marks every item of a list, at least one, and says how many fields of
// an item hold text.
func markItems(list reflect.Value) (fields int) {
	if list.Len() == 0 {
		list.Set(reflect.MakeSlice(list.Type(), 1, 1))
	}
	for i := range list.Len() {
		fields = Mark(list.Index(i))
	}
	return fields
}

// isStruct reports whether a type is a struct that shows its fields.
func isStruct(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() > 0 && t.Field(0).IsExported()
}

// plain are the fields of events and commands that are strings and no words of a
// person: names out of lists that the host or the library has.
var plain = map[string]string{
	"category":          "of work, out of the host's list",
	"code":              "of a rejection",
	"command":           "the name of a command",
	"policy":            "the name of a Job Success rule",
	"rule":              "the name of a rule of the host",
	"test":              "the name of a skill test",
	"sha256":            "of a file, in hexadecimal digits",
	"screenshot_ref":    "where a host keeps a screenshot",
	"screenshot_sha256": "of a screenshot, in hexadecimal digits",
	"unmet":             "the names of conditions",
	"version":           "of the terms of service",
}

// RequireTyped requires every string of a struct that may be a person's words to
// be an event.Text. A string type with a name of its own is a list of words. It says
// how many fields are of event.Text, wherever they are: as many as Mark must find.
func RequireTyped(t testing.TB, typ reflect.Type) (texts int) {
	t.Helper()
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		of := f.Type
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Array && of.Elem().Kind() != reflect.Uint8 {
			of = of.Elem()
		}
		require.NotEqual(t, reflect.Map, of.Kind(), "%v.%s: a map shows its keys", typ, f.Name)
		switch of {
		case reflect.TypeFor[event.Text]():
			texts++
		case reflect.TypeFor[string]():
			require.Contains(t, plain, name, "%v.%s is a string: is it a person's words? Then it is an event.Text", typ, f.Name)
		}
		if isStruct(of) {
			texts += RequireTyped(t, of)
		}
	}
	return texts
}

// RequireHidden requires that no way to print, log or marshal v, alone or within
// something else, shows the secret text.
func RequireHidden(t testing.TB, v any) {
	t.Helper()
	for _, held := range []any{
		v, &v, []any{v}, map[string]any{"k": v}, struct{ Held any }{v}, &struct{ Deep struct{ Held any } }{struct{ Held any }{v}},
		[]*struct{ Held any }{{v}},
	} {
		pointers := reflect.TypeOf(held).Kind() == reflect.Slice && reflect.TypeOf(held).Elem().Kind() == reflect.Pointer
		for _, verb := range "abcdefghijklmnopqrstuvwxyzEFGOTUX!" {
			switch {
			case verb == 'p' || verb == 'w': // which are for pointers and errors: fmt asks nothing else, and go vet warns
				continue
			case pointers && !strings.ContainsRune("vdxXob", verb): // nor do pointers in a list, unless their type has a Format
				continue
			}
			for _, flags := range []string{"", "+", "#", "-10.3"} {
				requireNone(t, fmt.Sprintf("%"+flags+string(verb), held), "%%%s%c of %T", flags, verb, held)
			}
		}
		requireNone(t, fmt.Sprint(held)+fmt.Sprintln(held)+fmt.Errorf("%w: %v", errors.ErrUnsupported, held).Error(), "%T", held)
		text, err := json.Marshal(held)
		require.NoError(t, err)
		requireNone(t, string(text), "JSON of %T", held)
		var out bytes.Buffer
		for _, h := range []slog.Handler{slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)} {
			slog.New(h).With("with", held).Info("m", "k", held, slog.Group("g", "k", held))
		}
		requireNone(t, out.String(), "log of %T", held)
	}
}

// shapes are what the secret looks like to who prints it.
var shapes = []string{
	Secret, fmt.Sprintf("%x", Secret), fmt.Sprintf("%X", Secret), strings.Trim(fmt.Sprint([]byte(Secret)), "[]"),
	base64.StdEncoding.EncodeToString([]byte(Secret))[:12], Secret[:3],
}

func requireNone(t testing.TB, text, format string, args ...any) {
	t.Helper()
	for _, shape := range shapes {
		if strings.Contains(text, shape) {
			require.FailNow(t, "personal text shows", "%s:\n%s", fmt.Sprintf(format, args...), text)
		}
	}
}
