package fault_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/generated"
)

var update = flag.Bool("update", false, "write the list into docs/errors.md anew")

// TestDocs: docs/errors.md lists every code as it is.
func TestDocs(t *testing.T) {
	generated.Section(t, "../../docs/errors.md", "<!-- codes -->\n", "<!-- end of codes -->", list(), *update, "go test ./internal/fault -run TestDocs -update")
}

func list() string {
	var b strings.Builder
	b.WriteString("\n| code | what it means | what to do | HTTP | exit | again |\n|---|---|---|---|---|---|\n")
	for _, k := range fault.List() {
		again := ""
		if k.Again {
			again = "yes"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %d | %d | %s |\n", k.Code, k.Meaning, k.Do, k.HTTP, k.Exit, again)
	}
	return b.String() + "\n"
}
