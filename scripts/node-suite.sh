#!/bin/sh
# Runs the test suite of a Node client of EventStoreDB or KurrentDB against the
# server of package esdbtest. The suite is not modified; the client is the one
# that is published:
#
#   scripts/node-suite.sh FOLDER [jest arguments]
#
# FOLDER is a copy of the client's repository: tag v6.2.1 of
# EventStore/EventStore-Client-NodeJS for @eventstore/db-client 6.2.1, or the
# newest of kurrent-io/KurrentDB-Client-NodeJS for @kurrent/kurrentdb-client
# 1.3.1. The npm packages have no tests. Nothing is written to it.
#
# The suites start containers; here scripts/nodesuite stands in for Docker. What
# fails for a reason is named in scripts/nodesuite/left-out.txt, any other
# failure fails the script. It exits with 75 if there is no folder or npm cannot
# get the packages.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
if [ -z "${1:-}" ] || [ ! -f "$1/packages/test/package.json" ]; then
	echo "skipped: no copy of a Node client's repository is given" >&2
	exit 75
fi
work=$(mktemp -d)
# Tests that fail may leave servers behind.
cleanup() {
	for instance in "$work"/suite/packages/test/src/utils/instances/*/; do
		[ ! -d "$instance" ] || (cd "$instance" && "$work/bin/docker" compose down) || true
	done
	cd /
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM
mkdir "$work/suite" "$work/bin"
cp -r "$1/." "$work/suite"
rm -rf "$work/suite/packages/test/src/utils/instances"
shift

(cd "$root" && go build -o "$work/bin/docker" ./scripts/nodesuite)

# The packages are put beside the suite, where Node finds them for it.
cp "$root"/scripts/nodesuite/*.js "$root"/scripts/nodesuite/tsconfig.json "$work"
cd "$work"
node packages.js suite/packages/test/package.json suite/package.json >packages.json
mv packages.json package.json
timeout 300 npm install --silent --no-audit --no-fund --legacy-peer-deps >npm.log 2>&1 || {
	cat npm.log >&2
	echo "skipped: the packages of the Node clients cannot be had" >&2
	exit 75
}

# Tests that are left out fail, and jest says so: the verdict is judge's. There
# are no projections.
PATH="$work/bin:$PATH" NODE_OPTIONS="--require $work/resolve.js" GRPC_ENABLE_TXT_SERVICE_CONFIG=false \
	npx jest --maxWorkers=1 --testPathIgnorePatterns /projections/ --json --outputFile=results.json "$@" >jest.log 2>&1 || true
if [ ! -f results.json ] || ! bin/docker judge results.json "$root/scripts/nodesuite/left-out.txt"; then
	cat jest.log >&2
	exit 1
fi
