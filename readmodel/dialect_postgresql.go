package readmodel

// PostgreSQL keeps the tables of version 1 in the schema marketplace_1 and so
// on, and the stable names in the schema marketplace.
//
// What it asks the catalogue for is there for roles without any right too, unlike
// the information schema: a missing right is not to look like a missing table.
var PostgreSQL = &Dialect{
	Name:            "PostgreSQL",
	Types:           [...]string{ID: "uuid", Moment: "timestamptz", Integer: "bigint", Text: "text", Bool: "boolean"},
	InList:          "= ANY (%s)",
	VersionPrefix:   "marketplace_%d.",
	StablePrefix:    "marketplace.",
	CreateNamespace: "CREATE SCHEMA IF NOT EXISTS %s",
	DropNamespace:   "DROP SCHEMA IF EXISTS %s CASCADE",
	CountTables: `SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1::text AND c.relname = $2::text AND c.relkind IN ('r', 'p')`,
	Relations: `SELECT '', '' FROM pg_namespace WHERE nspname = $1::text
		UNION ALL
		SELECT c.relname::text, CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) ELSE '' END
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1::text AND c.relkind NOT IN ('i', 'I')`,
	ReplaceViews: true,
	Grants:       postgreSQLGrants,
	LockTimeout:  "SET LOCAL lock_timeout = %d",
}

// postgreSQLGrants: an owner has all rights without a grant, so the owner of what
// was is given them on what comes after it, which somebody else may have made.
const postgreSQLGrants = `WITH acl AS (
	SELECT '' AS name, '' AS columns, format('SCHEMA %I', $2::text) AS object, a.grantee, a.privilege_type, a.is_grantable
	FROM pg_namespace n CROSS JOIN LATERAL aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
	WHERE n.nspname = $1::text
	UNION ALL
	SELECT c.relname::text, '', format('TABLE %I.%I', $2::text, c.relname), a.grantee, a.privilege_type, a.is_grantable
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	CROSS JOIN LATERAL aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
	WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p', 'v')
	UNION ALL
	SELECT c.relname::text, format(' (%I)', t.attname), format('TABLE %I.%I', $2::text, c.relname), a.grantee, a.privilege_type, a.is_grantable
	FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
	CROSS JOIN LATERAL aclexplode(t.attacl) a
	WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p', 'v') AND NOT t.attisdropped
)
SELECT name, format('GRANT %s ON %s TO %s%s', string_agg(DISTINCT privilege_type || columns, ', '), object,
	CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END, CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM acl
WHERE pg_get_userbyid(grantee) <> current_user
	AND (name = '' OR EXISTS (
		SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $2::text AND c.relname::text = acl.name))
GROUP BY name, object, grantee, is_grantable
ORDER BY name, object, grantee, is_grantable`
