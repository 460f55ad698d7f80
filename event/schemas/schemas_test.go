package schemas_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/event/schemas"
	"github.com/marketcore/marketplace/internal/catalogue"
)

var update = flag.Bool("update", false, "write the schemas anew")

// TestFiles: the files are what the structs say.
func TestFiles(t *testing.T) {
	made, err := catalogue.Schemas(catalogue.Sources{
		Aggregate: "../../aggregate", Event: "..", Outlines: aggregate.Outlines(), Types: event.Types(), Upcasts: event.Upcasts(),
	})
	require.NoError(t, err)
	if *update {
		for name, text := range made {
			require.NoError(t, os.WriteFile(name, text, 0o644))
		}
		return
	}
	there, err := fs.Glob(schemas.Files, "*.json")
	require.NoError(t, err)
	require.Len(t, there, len(made))
	for name, text := range made {
		got, err := schemas.Files.ReadFile(name)
		require.NoError(t, err, "go test ./event/schemas -update writes it")
		require.Equal(t, string(text), string(got), "go test ./event/schemas -update writes %s anew", name)
	}
}

func compiled(t *testing.T, eventType string, version int) *jsonschema.Schema {
	t.Helper()
	text := schemas.Event(eventType, version)
	require.NotNil(t, text, "%s.v%d", eventType, version)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("event.json", doc))
	s, err := c.Compile("event.json")
	require.NoError(t, err)
	return s
}

// TestSamples: every event that was ever written as a sample fits the schema of its
// version, and without one of its fields, or with another, it does not.
func TestSamples(t *testing.T) {
	paths, err := filepath.Glob("../testdata/golden/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			var sample struct {
				Type          string
				Version       int
				Full, Minimal struct{ Data map[string]any }
			}
			d := json.NewDecoder(bytes.NewReader(text))
			d.UseNumber()
			require.NoError(t, d.Decode(&sample))
			s := compiled(t, sample.Type, sample.Version)
			for _, data := range []map[string]any{sample.Full.Data, sample.Minimal.Data} {
				require.NoError(t, s.Validate(data))
			}
			for field := range sample.Minimal.Data {
				value := sample.Minimal.Data[field]
				delete(sample.Minimal.Data, field)
				require.Error(t, s.Validate(sample.Minimal.Data), "without %s", field)
				sample.Minimal.Data[field] = value
			}
			sample.Minimal.Data["another"] = true
			require.Error(t, s.Validate(sample.Minimal.Data))
		})
	}
}

// TestAsyncAPI: every event that there is is in a stream, and every reference leads to
// something.
func TestAsyncAPI(t *testing.T) {
	var doc struct {
		Channels   map[string]struct{ Messages map[string]map[string]string }
		Components struct {
			Messages map[string]struct {
				Payload struct{ Schema map[string]string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(schemas.AsyncAPI(), &doc))
	in := map[string]bool{}
	for channel, c := range doc.Channels {
		for name, ref := range c.Messages {
			require.Equal(t, "#/components/messages/"+name, ref["$ref"], channel)
			require.Contains(t, doc.Components.Messages, name)
			in[name] = true
		}
	}
	require.Len(t, in, len(event.Types())+len(event.Upcasts()))
	for name, m := range doc.Components.Messages {
		require.True(t, in[name], name)
		_, err := schemas.Files.ReadFile(strings.TrimPrefix(m.Payload.Schema["$ref"], "./"))
		require.NoError(t, err)
	}
}

// TestReleased: what was released with the last tag is as it was. SCHEMAS_SINCE names
// another revision to compare with.
func TestReleased(t *testing.T) {
	since := os.Getenv("SCHEMAS_SINCE")
	if since == "" {
		tag, err := exec.CommandContext(t.Context(), "git", "describe", "--tags", "--abbrev=0").Output()
		if err != nil {
			t.Skip("there is no tag, or no repository: nothing was released that could be compared")
		}
		since = strings.TrimSpace(string(tag))
	}
	names, err := exec.CommandContext(t.Context(), "git", "ls-tree", "--name-only", since, "./").Output()
	require.NoError(t, err)
	released, now := map[string][]byte{}, map[string][]byte{}
	for _, name := range strings.Fields(string(names)) {
		if filepath.Ext(name) == ".json" {
			released[name], err = exec.CommandContext(t.Context(), "git", "show", fmt.Sprintf("%s:./%s", since, name)).Output()
			require.NoError(t, err)
		}
	}
	there, err := fs.Glob(schemas.Files, "*.json")
	require.NoError(t, err)
	for _, name := range there {
		now[name], err = schemas.Files.ReadFile(name)
		require.NoError(t, err)
	}
	faults, err := catalogue.Incompatible(released, now)
	require.NoError(t, err)
	require.Empty(t, faults, "a version that was released keeps its fields: make a new one (docs/howto/event-version.md)")
}
