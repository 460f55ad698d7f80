package readmodel_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/generated"
	"github.com/marketcore/marketplace/readmodel"
)

var update = flag.Bool("update", false, "write the tables into docs/read-models.md anew")

// TestDocs: docs/read-models.md shows every table and every column as it is.
func TestDocs(t *testing.T) {
	generated.Section(t, "../docs/read-models.md", "<!-- tables -->\n", "<!-- end of tables -->", tables(), *update, "go test ./readmodel -run TestDocs -update")
}

// TestDocumentedQueries: what the suite runs is what the document says.
func TestDocumentedQueries(t *testing.T) {
	text, err := os.ReadFile("../docs/read-models.md")
	require.NoError(t, err)
	var queries []string
	for _, m := range regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		queries = append(queries, m[1])
	}
	require.NotEmpty(t, queries)
	tried, err := os.ReadFile("readmodeltest/queries.sql")
	require.NoError(t, err)
	require.Equal(t, strings.Join(queries, "\n"), string(tried))
}

func tables() string {
	var b strings.Builder
	types := map[readmodel.Type]string{
		readmodel.ID: "id", readmodel.Moment: "moment", readmodel.Integer: "integer", readmodel.Text: "text", readmodel.Bool: "truth value",
	}
	for _, table := range slices.Concat(readmodel.Tables(), readmodel.AdministrativeTables()) {
		where := ""
		if !table.Live && !slices.Contains(readmodel.AdministrativeTables(), table) {
			where = " It has no view."
		}
		fmt.Fprintf(&b, "\n### %s\n\n%s%s Key: %s.\n\n| column | type | |\n|---|---|---|\n", table.Name, table.Doc, where, strings.Join(table.Key, ", "))
		for _, c := range table.Columns {
			kind := types[c.Type]
			if c.Null {
				kind += ", may be NULL"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Name, kind, c.Doc)
		}
	}
	return b.String() + "\n"
}
