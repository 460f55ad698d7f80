package acceptance_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/marketcore/marketplace"

// TestWhatHostsLink: a host links the databases that it names, and no program
// links what is for tests (docs/decisions/0005-drivers-by-import.md).
func TestWhatHostsLink(t *testing.T) {
	const (
		grpc     = "google.golang.org/grpc"
		http     = "net/http"
		otel     = "go.opentelemetry.io/otel"
		parquet  = "github.com/parquet-go/parquet-go"
		pgx      = "github.com/jackc/pgx/v5"
		sqlite   = "github.com/ncruces/go-sqlite3"
		testify  = "github.com/stretchr/testify/require"
		testing_ = "testing"
		zstd     = "github.com/klauspost/compress/zstd"
	)
	for name, host := range map[string]struct {
		imports []string
		fewer   int // packages than so many, Go's own included
		without []string
	}{
		"memory": {[]string{"", "/store/memory"}, 150, []string{grpc, http, otel, parquet, pgx, sqlite, testing_, zstd}},
		// Go's own are 128 of them, the driver's 12.
		"SQLite":       {[]string{"", "/store/sqlite"}, 165, []string{grpc, http, otel, parquet, pgx, testing_, zstd}},
		"EventStoreDB": {[]string{"", "/store/eventstoredb"}, 350, []string{otel, parquet, pgx, sqlite, testing_, zstd}},
		// Every driver, and still nothing that watches or exports.
		"URLs": {[]string{"", "/open"}, 460, []string{otel, testify, testing_}},
		// OpenTelemetry's exporters are 147 of them (docs/decisions/0008-exporters-by-variables.md).
		"command line": {[]string{"/cmd/marketplace"}, 650, []string{testify, testing_}},
	} {
		t.Run(name, func(t *testing.T) {
			linked := dependencies(t, host.imports...)
			require.Less(t, len(linked), host.fewer)
			for _, unwanted := range host.without {
				require.NotContains(t, linked, unwanted)
			}
		})
	}
}

// dependencies lists the packages that a program with these imports links.
func dependencies(t *testing.T, imports ...string) []string {
	args := []string{"list", "-deps"}
	for _, path := range imports {
		args = append(args, module+path)
	}
	out, err := exec.CommandContext(t.Context(), "go", args...).Output()
	require.NoError(t, err)
	linked := strings.Fields(string(out))
	require.True(t, slices.Contains(linked, "fmt"))
	return linked
}
