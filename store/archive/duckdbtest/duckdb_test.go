package duckdbtest

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/script/scriptfile"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store/archive"
	"github.com/marketcore/marketplace/store/memory"
)

const histories = "../../../examples/history/"

// TestDocument asks docs/archive.md's SQL for what each report says.
func TestDocument(t *testing.T) {
	queries := documented(t)
	for name, file := range map[string]string{"small": "small.ndjson", "medium": "medium.ndjson.zst"} {
		t.Run(name, func(t *testing.T) {
			db := openArchive(t, exported(t, histories+file), queries)
			reports, err := filepath.Glob(histories + name + ".stats.*.json")
			require.NoError(t, err)
			require.NotEmpty(t, reports)
			for _, path := range reports {
				t.Run(filepath.Base(path), func(t *testing.T) {
					text, err := os.ReadFile(path)
					require.NoError(t, err)
					var want statistics.Report
					require.NoError(t, json.Unmarshal(text, &want))
					run(t, db, "SET VARIABLE as_of = TIMESTAMPTZ '"+want.AsOf.String()+"'")
					compareAccounts(t, db, queries["accounts"], &want)
					compareHires(t, db, queries["hires"], &want)
					var sent int64
					require.NoError(t, db.QueryRowContext(t.Context(), queries["invites"]).Scan(&sent))
					require.Equal(t, want.Marketplace.InvitesSent, sent)
				})
			}
		})
	}
}

// documented are the document's queries by the name in their first line.
func documented(t *testing.T) map[string]string {
	text, err := os.ReadFile("../../../docs/archive.md")
	require.NoError(t, err)
	queries := map[string]string{}
	for _, m := range regexp.MustCompile("(?s)```sql\n-- (\\w+)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		require.NotContains(t, queries, m[1])
		queries[m[1]] = m[2]
	}
	for _, name := range []string{"moment", "events", "contracts", "accounts", "hires", "invites"} {
		require.Contains(t, queries, name)
	}
	return queries
}

// exported is the folder of an archive of a history.
func exported(t *testing.T, path string) string {
	log := memory.New()
	m, err := marketplace.New(log, marketplace.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, m.Close()) }()
	f, err := scriptfile.Open(path)
	require.NoError(t, err)
	defer f.Close()
	_, err = m.Import(t.Context(), f, marketplace.ImportOptions{})
	require.NoError(t, err)
	dir := t.TempDir()
	_, err = archive.Export(t.Context(), log, dir, archive.ExportOptions{})
	require.NoError(t, err)
	return dir
}

// openArchive is DuckDB as if started in the folder, with the document's views.
func openArchive(t *testing.T, dir string, queries map[string]string) *sql.DB {
	db, err := sql.Open("duckdb", "")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	db.SetMaxOpenConns(1) // views and variables are the connection's
	run(t, db, "SET file_search_path = '"+strings.ReplaceAll(dir, "'", "''")+"'")
	for _, name := range []string{"moment", "events", "contracts"} {
		run(t, db, queries[name])
	}
	return db
}

func run(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), query)
	require.NoError(t, err)
}

// figures are a row of the query accounts.
type figures struct {
	statistics.DisputeRate
	Paid event.Money
}

func compareAccounts(t *testing.T, db *sql.DB, query string, want *statistics.Report) {
	freelancers, clients, all := map[uuid.UUID]figures{}, map[uuid.UUID]figures{}, []figures{}
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var freelancer, client uuid.NullUUID
		var f figures
		require.NoError(t, rows.Scan(&freelancer, &client, &f.Ended, &f.Disputed, &f.PPM, &f.Ended12m, &f.Disputed12m, &f.PPM12m, &f.Paid))
		switch {
		case freelancer.Valid:
			freelancers[freelancer.UUID] = f
		case client.Valid:
			clients[client.UUID] = f
		default:
			all = append(all, f)
		}
	}
	require.NoError(t, rows.Err())

	require.Equal(t, []figures{{want.Marketplace.DisputeRate, want.Marketplace.Paid}}, all)
	require.NotEmpty(t, freelancers)
	require.NotEmpty(t, clients)
	for id, s := range want.Freelancers { // without a row: zeros
		require.Equal(t, figures{s.DisputeRate, s.Paid}, freelancers[id], "freelancer %s", id)
		delete(freelancers, id)
	}
	for id, s := range want.Clients {
		require.Equal(t, figures{s.DisputeRate, s.Spent}, clients[id], "client %s", id)
		delete(clients, id)
	}
	require.Empty(t, freelancers, "rows of freelancers who are in no report")
	require.Empty(t, clients, "rows of clients who are in no report")
}

func compareHires(t *testing.T, db *sql.DB, query string, want *statistics.Report) {
	var got statistics.Hires
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var via string
		var n int64
		require.NoError(t, rows.Scan(&via, &n))
		switch via {
		case "invite":
			got.Invite = n
		case "proposal":
			got.Proposal = n
		case "direct":
			got.Direct = n
		default:
			t.Fatalf("hires via %q", via)
		}
	}
	require.NoError(t, rows.Err())
	require.Equal(t, want.Marketplace.Hires, got)
}
