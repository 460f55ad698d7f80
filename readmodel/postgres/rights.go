package postgres

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/marketcore/marketplace/readmodel"
)

// lackingQuery is what the asking role has not of the rights that a read model takes
// in the schema $1, a row each, as a GRANT names them; $2 is whether it is to write.
// The live version's schema is the one of which the view checkpoints is made. The
// right to make tables is one that only a rebuild takes, so it is told where no
// other is missing.
const lackingQuery = `WITH stable AS (
	SELECT oid, nspname FROM pg_namespace WHERE nspname = $1::text
), schemas AS (
	SELECT n.oid, n.nspname, n.oid IN (SELECT oid FROM stable) AS stable FROM pg_namespace n
	WHERE n.oid IN (SELECT oid FROM stable)
	OR n.nspname = (SELECT substring(pg_get_viewdef(c.oid) FROM '([a-z0-9_]+)[.]checkpoints;?[[:space:]]*$')
		FROM pg_class c JOIN stable s ON s.oid = c.relnamespace WHERE c.relname = 'checkpoints' AND c.relkind = 'v')
), tables AS (
	SELECT s.nspname, c.oid, s.stable FROM schemas s JOIN pg_class c ON c.relnamespace = s.oid WHERE c.relkind IN ('r', 'p') AND (NOT s.stable OR left(c.relname, 6) = 'model_')
), wanted AS (
	SELECT t.nspname, p.privilege, count(*) AS n FROM tables t CROSS JOIN (VALUES (1, 'SELECT'), (2, 'INSERT'), (3, 'UPDATE'), (4, 'DELETE')) p (place, privilege)
	WHERE (p.place = 1 OR $2::boolean AND NOT t.stable) AND NOT has_table_privilege(t.oid, p.privilege)
	GROUP BY t.nspname, p.privilege
), uses AS (
	SELECT 1 AS place, format('USAGE ON SCHEMA %I', nspname) AS lacking FROM schemas WHERE NOT has_schema_privilege(oid, 'USAGE')
	UNION ALL
	SELECT 2, format('%s ON ALL TABLES IN SCHEMA %I', string_agg(privilege, ', ' ORDER BY privilege DESC), nspname) FROM wanted GROUP BY nspname
), makes AS (
	SELECT 3 AS place, format('CREATE ON DATABASE %I', current_database()) AS lacking WHERE NOT has_database_privilege(current_database(), 'CREATE')
	UNION ALL
	SELECT 4, format('CREATE ON SCHEMA %I', nspname) FROM stable WHERE NOT has_schema_privilege(oid, 'CREATE')
)
SELECT current_user::text, lacking FROM (
	SELECT * FROM uses UNION ALL SELECT * FROM makes WHERE $2::boolean AND NOT EXISTS (SELECT 1 FROM uses)
) lacks ORDER BY place, lacking`

// rightsPatience bounds how long it is looked which right is missing.
const rightsPatience = 5 * time.Second

// notAllowed reports whether PostgreSQL refused because a right is missing.
func notAllowed(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && answer.Code == "42501" // insufficient_privilege
}

// lacking says which rights the role lacks: PostgreSQL names the table or schema
// and, for most, not the right. It asks on a connection of its own, for the one that
// was refused is in a transaction that has failed.
func (db *database) lacking(ctx context.Context, err error, writing bool) error {
	told := failure(ctx, err)
	ctx, cancel := context.WithTimeout(ctx, rightsPatience)
	defer cancel()
	conn, failed := pgx.ConnectConfig(ctx, db.pool.Config().ConnConfig)
	if failed != nil {
		return told
	}
	defer closeQuietly(ctx, conn)
	rows, failed := conn.Query(ctx, lackingQuery, namespace(db.dialect), writing)
	if failed != nil {
		return told
	}
	var role string
	var all []string
	for rows.Next() {
		var right string
		if rows.Scan(&role, &right) != nil {
			break
		}
		all = append(all, right)
	}
	rows.Close()
	if len(all) == 0 { // such as being the owner of a table that is to go
		return told
	}
	var answer *pgconn.PgError
	errors.As(err, &answer)
	return readmodel.ErrRefused.With(&serverError{answer.Code, answer.Message}, "the role %s lacks %s", role, strings.Join(all, "; "))
}

func namespace(d *readmodel.Dialect) string { return strings.TrimSuffix(d.StablePrefix, ".") }
