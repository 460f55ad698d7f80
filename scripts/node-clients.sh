#!/bin/sh
# Runs the Node clients of EventStoreDB and KurrentDB against the server of
# package esdbtest: one node without TLS, one with, and a cluster with TLS.
#
# SERVER is the command that runs the server, to which its arguments are added.
# It exits with 75 if npm cannot get the clients.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
server=
stop() {
	if [ -n "$server" ]; then
		kill "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
		server=
	fi
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

cd "$root"
cp -r esdbtest/testdata/node "$work/node"
(cd "$work/node" && timeout 90 npm install --silent --no-audit --no-fund >/dev/null) || {
	echo "the packages of the Node clients cannot be had" >&2
	exit 75
}

if [ -z "${SERVER:-}" ]; then
	go build -o "$work/marketplace" ./cmd/marketplace
	SERVER="$work/marketplace eventstore"
fi

# An authority and a certificate for the nodes.
(
	cd "$work"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 \
		-subj "/CN=test authority" -keyout ca.key -out ca.crt
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-subj "/CN=eventstoredb-node" -keyout node.key -out node.csr
	printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' >node.ext
	openssl x509 -req -in node.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 1 -extfile node.ext -out node.crt
) 2>"$work/openssl.log" || { cat "$work/openssl.log" >&2; exit 1; }
tls="tls=true&tlsCAFile=$work/ca.crt"

# try starts a server with the given arguments and runs both clients on it.
try() {
	url=$1
	shift
	$SERVER "$@" >"$work/server.log" 2>&1 &
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
	echo "# $url"
	for library in @eventstore/db-client @kurrent/kurrentdb-client; do
		(cd "$work/node" && node clients.js "$library" "$url")
	done
	stop
}

try "esdb://127.0.0.1:2113?tls=false" --listen 127.0.0.1:2113
try "esdb://admin:changeit@localhost:2113?$tls" \
	--listen 127.0.0.1:2113 --tls --tls-cert "$work/node.crt" --tls-key "$work/node.key"
try "esdb://admin:changeit@localhost:2111,localhost:2112,localhost:2113?$tls" \
	--cluster localhost:2111,localhost:2112,localhost:2113 --tls-cert "$work/node.crt" --tls-key "$work/node.key"
