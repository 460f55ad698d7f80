// Package replay holds conversations recorded from a server of EventStoreDB
// against another one, which has to answer the same. What was recorded and how
// it is written stands in testdata/vectors/README.md of package esdbtest.
package replay

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// Scenario is one conversation.
type Scenario struct {
	Name   string   `json:"name"`
	About  string   `json:"about"`
	Fresh  bool     `json:"fresh"` // wants a server whose log is new
	Server Server   `json:"server"`
	Order  []string `json:"order"` // the names of positions, as the log has them
	Steps  []Step   `json:"steps"`
}

// Server is what a scenario asks of a server. The zero value is one without
// TLS and with the default limits.
type Server struct {
	TLS           bool `json:"tls"`
	Anonymous     bool `json:"anonymous"`
	MaxAppendSize int  `json:"maxAppendSize"` // in bytes, 0: the default
}

// Step is something that happens in a scenario. One of the first eight fields
// says what; those but the last name a call.
type Step struct {
	Call   string `json:"call"` // a whole call, by its method
	Open   string `json:"open"`
	Recv   string `json:"recv"`
	Send   string `json:"send"`
	Half   string `json:"half"`
	Silent string `json:"silent"`
	Ended  string `json:"ended"`
	Cancel string `json:"cancel"`
	Sleep  int    `json:"sleep"` // milliseconds

	Method    string            `json:"method"`
	As        string            `json:"as"` // user:password
	Headers   map[string]string `json:"headers"`
	Requests  []any             `json:"requests"`
	Request   any               `json:"request"`
	Responses []any             `json:"responses"`
	Status    any               `json:"status"`
	MS        int               `json:"ms"`
	Note      string            `json:"note"`
}

// Load reads the scenarios of every file of a folder whose name ends in .json
// or, compressed, .json.zst, in the order of the files' names.
func Load(folder fs.FS) ([]Scenario, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	var all []Scenario
	seen := make(map[string]bool)
	for _, entry := range entries {
		scenarios, err := loadFile(folder, entry.Name())
		if err != nil {
			return nil, fmt.Errorf("replay: %s: %w", entry.Name(), err)
		}
		for _, s := range scenarios {
			if seen[s.Name] {
				return nil, fmt.Errorf("replay: %s: a second scenario is named %q", entry.Name(), s.Name)
			}
			seen[s.Name] = true
		}
		all = slices.Concat(all, scenarios)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("replay: the folder holds no scenario: it needs files *.json or *.json.zst")
	}
	return all, nil
}

// loadFile reads a file of scenarios, none of a file of another kind.
func loadFile(folder fs.FS, name string) ([]Scenario, error) {
	packed := path.Ext(name) == ".zst"
	if path.Ext(strings.TrimSuffix(name, ".zst")) != ".json" {
		return nil, nil
	}
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	var text io.Reader = f
	if packed {
		unpacked, err := zstd.NewReader(f)
		if err != nil {
			return nil, err
		}
		defer unpacked.Close()
		text = unpacked
	}
	d := json.NewDecoder(text)
	d.DisallowUnknownFields()
	var scenarios []Scenario
	err = d.Decode(&scenarios)
	return scenarios, err
}
