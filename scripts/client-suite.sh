#!/bin/sh
# Runs the test suite of EventStoreDB's Go client, unmodified and in a copy made
# for the occasion, against the server of package esdbtest as a cluster with
# TLS. Tests that need the data set of the client's Docker image skip
# themselves on a cluster.
#
#   scripts/client-suite.sh [go test arguments]
#
# SERVER is the command that runs the server, to which --cluster is added.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
nodes=127.0.0.1:2111,127.0.0.1:2112,127.0.0.1:2113
work=$(mktemp -d)
server=
cleanup() {
	if [ -n "$server" ]; then
		kill "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
	fi
	chmod -R u+w "$work"
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

cd "$root"
client=$(go list -m -f '{{.Dir}}' github.com/EventStore/EventStore-Client-Go/v4)
cp -r "$client" "$work/client"
chmod -R u+w "$work/client"

if [ -z "${SERVER:-}" ]; then
	go build -o "$work/marketplace" ./cmd/marketplace
	SERVER="$work/marketplace eventstore"
fi

# The suite is compiled first: its downloads may take a while.
cd "$work/client"
go test -c -o /dev/null ./esdb

$SERVER --cluster "$nodes" >"$work/server.log" 2>&1 &
server=$!
tries=0
until grep -q esdb:// "$work/server.log"; do
	tries=$((tries + 1))
	if [ "$tries" -gt 100 ] || ! kill -0 "$server" 2>/dev/null; then
		cat "$work/server.log" >&2
		exit 1
	fi
	sleep 0.1
done

# grpc-go looks for TXT records of localhost otherwise, which can take seconds.
status=0
GRPC_ENABLE_TXT_SERVICE_CONFIG=false CLUSTER=true EVENTSTORE_INSECURE=false go test ./esdb -v -count=1 -timeout=10m \
	-run 'TestStreams|TestPersistentSubscriptions|TestMisc' "$@" >"$work/suite.log" 2>&1 || status=$?
grep -E '^ *--- |^(ok|PASS|FAIL|panic)' "$work/suite.log" || true
if [ "$status" -ne 0 ]; then
	tail -n 200 "$work/suite.log" >&2
fi
echo "passed $(grep -c -- '--- PASS' "$work/suite.log" || true)," \
	"skipped $(grep -c -- '--- SKIP' "$work/suite.log" || true)," \
	"failed $(grep -c -- '--- FAIL' "$work/suite.log" || true)"
exit "$status"
