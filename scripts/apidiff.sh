#!/usr/bin/env bash
# Compares the Go API with that of the last tag, or of the commit in the argument.
# What is gone or changed must be named in CHANGELOG.md, in its section Unreleased,
# in an entry that begins with "- **Breaking:**": as `aggregate.Invite`,
# `marketplace.Open`, or, of a package that is gone, `store/old`.
set -euo pipefail
cd "$(dirname "$0")/.."
apidiff() {
	go run golang.org/x/exp/cmd/apidiff@v0.0.0-20261113113407-e3970619a1a4 "$@" 2> >(grep -v '^Ignoring internal package' >&2)
}
module=$(go list -m)

base=${1:-$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null || true)}
if [ -z "$base" ]; then
	echo 'no tag yet: there is no released API to compare with'
	exit 0
fi

work=$(mktemp -d)
trap 'git worktree remove --force "$work/base" 2>/dev/null || true; rm -rf "$work"' EXIT
git worktree add --quiet --detach "$work/base" "$base"
(cd "$work/base" && apidiff -m -w "$work/base.export" "$module")
apidiff -m -w "$work/now.export" "$module"
apidiff -m -incompatible "$work/base.export" "$work/now.export" >"$work/changes"
if ! [ -s "$work/changes" ]; then
	echo "nothing that $base has is gone or changed"
	exit 0
fi
cat "$work/changes"

# An entry of the changelog in one line each, those of breaking changes alone.
awk '
	/^## / { unreleased = /^## Unreleased/ }
	!unreleased { next }
	/^- / || /^$/ { if (entry ~ /^- \*\*Breaking:\*\*/) print entry; entry = "" }
	{ entry = entry " " $0; sub(/^ /, "", entry) }
	END { if (entry ~ /^- \*\*Breaking:\*\*/) print entry }
' CHANGELOG.md >"$work/breaking"

# "- ./aggregate.Invite.Job: removed" is named by `aggregate.Invite` or more of it.
missing=0
while IFS= read -r line; do
	case $line in
	'- package '*) name=${line#- package } name=${name%%:*} name=${name#"$module"/} ;;
	'- '*)
		name=${line#- } name=${name%%:*} name=${name#./}
		case $name in
		*/*) name=${name##*/} ;;                     # store/sqlite.Options
		[A-Z]*|'('*) name=$(basename "$module").$name ;; # of the module's own package
		esac
		name=$(sed -E 's/\(\*?([A-Za-z0-9_]+)\)/\1/; s/^([a-z0-9_]+\.[A-Za-z0-9_]+).*/\1/' <<<"$name") ;;
	*) continue ;;
	esac
	if ! grep -qE "\`${name//./\\.}(\`|\.)" "$work/breaking"; then
		echo "CHANGELOG.md, Unreleased, has no entry \"- **Breaking:** …\" that names \`$name\`"
		missing=1
	fi
done <"$work/changes"
exit "$missing"
