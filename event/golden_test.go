package event_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

var update = flag.Bool("update", false, "write the golden files that are missing; none is ever overwritten")

const (
	goldenDir   = "testdata/golden"
	versionsDir = "testdata/versions" // of the events in versions_test.go
)

// golden is a file of samples: one schema that was written once and must be
// readable for ever.
type golden struct {
	Type    string       `json:"type"`
	Version int          `json:"version"`
	Full    goldenSample `json:"full"`    // every field is set
	Minimal goldenSample `json:"minimal"` // the optional fields are absent
}

// goldenSample holds the bytes as they were stored. A sample of an old version
// says in Today what it must read as, in today's schema.
type goldenSample struct {
	Data     json.RawMessage `json:"data"`
	Metadata json.RawMessage `json:"metadata"`
	Today    json.RawMessage `json:"today,omitempty"`
}

func goldenName(s event.Schema) string { return fmt.Sprintf("%s.v%d.json", s.Type, s.Version) }

// writeGolden makes the file of an event's schema of today.
func writeGolden(reg *event.Registry, typ event.Type) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n  \"type\": %q,\n  \"version\": %d", typ.Event.EventType(), typ.Version)
	for _, full := range []bool{true, false} {
		name := map[bool]string{true: "full", false: "minimal"}[full]
		p, err := reg.Encode(sampleID(100), sampleMeta(full), sample(typ.Event, full))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, ",\n  %q: {\n    \"data\": %s,\n    \"metadata\": %s\n  }", name, p.Data, p.Metadata)
	}
	b.WriteString("\n}\n")
	return b.Bytes(), nil
}

// TestGolden replays a sample of every schema that was ever written. When it
// fails after a change of an event, do not touch the file: give the event a new
// version, write an upcast from the old one, say in the old file what its
// samples read as now ("today") and run the test with -update.
func TestGolden(t *testing.T) {
	if *update {
		reg := event.Marketplace()
		for _, typ := range event.Types() {
			b, err := writeGolden(reg, typ)
			require.NoError(t, err)
			addGolden(t, goldenDir, typ, b)
		}
	}
	require.Empty(t, checkGolden(event.Types(), event.Upcasts(), os.DirFS(goldenDir)))
}

// TestGoldenOfManyVersions does the same for events that have had several.
func TestGoldenOfManyVersions(t *testing.T) {
	require.Empty(t, checkGolden(versionedTypes(), versionedUpcasts(), os.DirFS(versionsDir)))
}

func addGolden(t *testing.T, dir string, typ event.Type, file []byte) {
	name := filepath.Join(dir, goldenName(event.Schema{Type: typ.Event.EventType(), Version: typ.Version}))
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return
	}
	require.NoError(t, err)
	_, err = f.Write(file)
	require.NoError(t, errors.Join(err, f.Close()))
}

// checkGolden says what is wrong between declarations and golden files.
func checkGolden(types []event.Type, upcasts []event.Upcast, files fs.FS) (problems []string) {
	reg, err := event.NewRegistry(types, upcasts)
	if err != nil {
		return []string{err.Error()}
	}
	today := map[event.Schema]reflect.Type{}
	for _, t := range types {
		today[event.Schema{Type: t.Event.EventType(), Version: t.Version}] = reflect.TypeOf(t.Event).Elem()
	}
	names, err := fs.Glob(files, "*")
	if err != nil {
		return []string{err.Error()}
	}
	for _, s := range reg.Schemas() {
		name := goldenName(s)
		if !slices.Contains(names, name) {
			problems = append(problems, name+": there is no golden file of this schema")
			continue
		}
		names = slices.DeleteFunc(names, func(n string) bool { return n == name })
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return []string{err.Error()}
		}
		var g golden
		dec := json.NewDecoder(bytes.NewReader(b))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&g); err != nil || g.Type != s.Type || g.Version != s.Version {
			problems = append(problems, fmt.Sprintf("%s: not a golden file of %v: %v", name, s, err))
			continue
		}
		for _, sample := range []struct {
			name string
			goldenSample
		}{{"full", g.Full}, {"minimal", g.Minimal}} {
			if err := sample.check(reg, s, today[s], sample.name == "full"); err != nil {
				problems = append(problems, fmt.Sprintf("%s: %s: %v", name, sample.name, err))
			}
		}
	}
	for _, name := range names {
		problems = append(problems, name+": the registry has no such schema")
	}
	return problems
}

func (g goldenSample) check(reg *event.Registry, s event.Schema, typ reflect.Type, full bool) error {
	rec := &event.Record{Proposed: event.Proposed{ID: sampleID(100), Type: s.Type, Data: g.Data, Metadata: g.Metadata}}
	env, err := reg.Decode(rec)
	if err != nil {
		return err
	}
	lean, err := reg.NewFoldDecoder().Decode(rec)
	if err != nil {
		return fmt.Errorf("fold: %w", err)
	}
	if !reflect.DeepEqual(fold(env.Event), lean.Event) {
		return fmt.Errorf("more than text depends on text: a fold sees %+v", lean.Event)
	}
	for _, d := range []*event.Decoder{reg.NewDecoder(), reg.NewFoldDecoder()} {
		if !event.Predicts(d, rec) {
			return errors.New("it takes the slow way: its fields are not where they are predicted")
		}
	}
	again, err := reg.Encode(rec.ID, env.Meta, env.Event)
	if err != nil {
		return err
	}
	want := g.Data
	if typ == nil { // an old version
		if want = g.Today; want == nil {
			return errors.New(`"today" is missing: what this sample reads as now`)
		}
	} else if env.Version != s.Version || !bytes.Equal(again.Metadata, g.Metadata) {
		return fmt.Errorf("metadata is now written as %s", again.Metadata)
	}
	if !bytes.Equal(again.Data, want) {
		return fmt.Errorf("the event changed shape: it is now written as %s", again.Data)
	}
	if typ != nil {
		if got, want := storedPaths(g.Data, ""), paths(typ, full, ""); !slices.Equal(got, want) {
			return fmt.Errorf("the event changed shape: fields %v, today %v", got, want)
		}
	}
	return nil
}

// storedPaths lists the fields of a JSON object in their order; those of a list's
// items as its first has them.
func storedPaths(data []byte, prefix string) []string {
	list := []string{}
	dec := json.NewDecoder(bytes.NewReader(data))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil
	}
	for dec.More() {
		key, err := dec.Token()
		var value json.RawMessage
		if err != nil || dec.Decode(&value) != nil {
			return nil
		}
		list = append(list, prefix+key.(string))
		if items := []json.RawMessage(nil); json.Unmarshal(value, &items) == nil && len(items) > 0 {
			value = items[0]
		}
		if value[0] == '{' {
			list = append(list, storedPaths(value, prefix+key.(string)+".")...)
		}
	}
	return list
}

// The shapes that an event "Sampled" might take, each with one change.
type (
	sampled struct {
		ID   uuid.UUID `json:"id"`
		N    int64     `json:"n"`
		Note string    `json:"note,omitzero"`
	}
	sampledOptional struct {
		ID   uuid.UUID `json:"id"`
		N    int64     `json:"n"`
		Note string    `json:"note,omitzero"`
		More int       `json:"more,omitzero"`
	}
	sampledRequired struct {
		ID   uuid.UUID `json:"id"`
		N    int64     `json:"n"`
		More int       `json:"more"`
		Note string    `json:"note,omitzero"`
	}
	sampledWithout struct {
		ID uuid.UUID `json:"id"`
		N  int64     `json:"n"`
	}
	sampledRenamed struct {
		ID   uuid.UUID `json:"id"`
		N    int64     `json:"number"`
		Note string    `json:"note,omitzero"`
	}
	sampledRetyped struct {
		ID   uuid.UUID `json:"id"`
		N    string    `json:"n"`
		Note string    `json:"note,omitzero"`
	}
	sampledReordered struct {
		N    int64     `json:"n"`
		ID   uuid.UUID `json:"id"`
		Note string    `json:"note,omitzero"`
	}
	sampledLoosened struct {
		ID   uuid.UUID `json:"id"`
		N    int64     `json:"n,omitzero"`
		Note string    `json:"note,omitzero"`
	}
	sampledTightened struct {
		ID   uuid.UUID `json:"id"`
		N    int64     `json:"n"`
		Note string    `json:"note"`
	}
)

func (*sampled) EventType() string          { return "Sampled" }
func (*sampledOptional) EventType() string  { return "Sampled" }
func (*sampledRequired) EventType() string  { return "Sampled" }
func (*sampledWithout) EventType() string   { return "Sampled" }
func (*sampledRenamed) EventType() string   { return "Sampled" }
func (*sampledRetyped) EventType() string   { return "Sampled" }
func (*sampledReordered) EventType() string { return "Sampled" }
func (*sampledLoosened) EventType() string  { return "Sampled" }
func (*sampledTightened) EventType() string { return "Sampled" }

// The golden files are worth what checkGolden finds.
func TestGoldenFindsEveryChangeOfShape(t *testing.T) {
	v1 := []event.Type{{Event: &sampled{}, Version: 1}}
	reg, err := event.NewRegistry(v1, nil)
	require.NoError(t, err)
	file, err := writeGolden(reg, v1[0])
	require.NoError(t, err)
	files := fstest.MapFS{"Sampled.v1.json": {Data: file}}
	require.Empty(t, checkGolden(v1, nil, files))

	for _, changed := range []event.Event{
		&sampledOptional{}, &sampledRequired{}, &sampledWithout{}, &sampledRenamed{}, &sampledRetyped{},
		&sampledReordered{}, &sampledLoosened{}, &sampledTightened{},
	} {
		problems := checkGolden([]event.Type{{Event: changed, Version: 1}}, nil, files)
		require.NotEmpty(t, problems, "%T", changed)
		require.Contains(t, problems[0], "Sampled.v1.json", "%T", changed)
	}

	require.Contains(t, strings.Join(checkGolden(v1, nil, fstest.MapFS{}), "\n"), "no golden file")
	files["Gone.v1.json"] = &fstest.MapFile{Data: file}
	require.Contains(t, strings.Join(checkGolden(v1, nil, files), "\n"), "Gone.v1.json: the registry has no such schema")
	files = fstest.MapFS{"Sampled.v1.json": {Data: bytes.Replace(file, []byte(`"version": 1`), []byte(`"version": 2`), 1)}}
	require.NotEmpty(t, checkGolden(v1, nil, files), "the file says another version")
	files = fstest.MapFS{"Sampled.v1.json": {Data: bytes.Replace(file, []byte(`"minimal"`), []byte(`"fewer"`), 1)}}
	require.NotEmpty(t, checkGolden(v1, nil, files), "a sample is missing")
}

// What the files ask for when an event gets a new version.
func TestGoldenOfAnOldVersion(t *testing.T) {
	v1 := []event.Type{{Event: &sampled{}, Version: 1}}
	reg, err := event.NewRegistry(v1, nil)
	require.NoError(t, err)
	old, err := writeGolden(reg, v1[0])
	require.NoError(t, err)

	v2 := []event.Type{{Event: &sampledRenamed{}, Version: 2}}
	rename := []event.Upcast{event.NewUpcast(schema("Sampled", 1), schema("Sampled", 2), func(old *sampled, next *sampledRenamed) error {
		*next = sampledRenamed{ID: old.ID, N: old.N, Note: old.Note}
		return nil
	})}
	reg, err = event.NewRegistry(v2, rename)
	require.NoError(t, err)
	today, err := writeGolden(reg, v2[0])
	require.NoError(t, err)
	var g golden
	require.NoError(t, json.Unmarshal(today, &g))

	files := fstest.MapFS{"Sampled.v1.json": {Data: old}}
	problems := strings.Join(checkGolden(v2, rename, files), "\n")
	require.Contains(t, problems, "Sampled.v2.json: there is no golden file")
	require.Contains(t, problems, `Sampled.v1.json: full: "today" is missing`)

	var withToday golden
	require.NoError(t, json.Unmarshal(old, &withToday))
	withToday.Full.Today, withToday.Minimal.Today = g.Full.Data, g.Minimal.Data
	old, err = json.Marshal(withToday)
	require.NoError(t, err)
	files = fstest.MapFS{"Sampled.v1.json": {Data: old}, "Sampled.v2.json": {Data: today}}
	require.Empty(t, checkGolden(v2, rename, files))

	files["Sampled.v1.json"].Data = bytes.Replace(old, []byte(`"today":{"id":"5a`), []byte(`"today":{"id":"5b`), 1)
	require.Contains(t, strings.Join(checkGolden(v2, rename, files), "\n"), "changed shape")
	files["Sampled.v1.json"].Data = bytes.Replace(old, []byte(`"data":{"id"`), []byte(`"data":{ "id"`), 1)
	require.Contains(t, strings.Join(checkGolden(v2, rename, files), "\n"), "the slow way")
}

// A fold sees no text, so an upcast may not decide by one.
func TestGoldenFindsUpcastsThatReadText(t *testing.T) {
	reads := []event.Upcast{event.NewUpcast(schema("Appraised", 1), schema("Appraised", 2), func(old *appraisedV1, next *appraised) error {
		if err := appraisedFromV1(old, next); err != nil {
			return err
		}
		next.Overall = len(old.Comment)
		return nil
	})}
	types := []event.Type{{Event: &appraised{}, Version: 2}}
	require.Contains(t, strings.Join(checkGolden(types, reads, os.DirFS(versionsDir)), "\n"), "Appraised.v1.json: full: more than text depends on text")
}
