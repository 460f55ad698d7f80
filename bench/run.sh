#!/usr/bin/env bash
# Makes RESULTS.md: every benchmark of this module, by turns in six rounds, and
# the fold of a million events once; then the tables by benchstat. Takes under
# four minutes on two idle cores. A number as the argument changes the rounds.
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-6}
benchstat=golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

go test -mod=mod -c -o "$work/bench.test" .
go build -C .. ./... # so that nothing is compiled while it is measured
measure() { "$work/bench.test" -test.run '^$' -test.bench "$1" -test.benchtime "$2" | tee -a "$work/raw.txt"; }
for _ in $(seq "$rounds"); do
	measure '^(BenchmarkAppend|BenchmarkDo|BenchmarkLoad)$' 200ms
	measure '^BenchmarkFold$/^events=100k$' 1x
done
measure '^BenchmarkFold$/^events=1M$' 1x

table() { # title, unit
	printf '\n## %s\n\n```\n' "$1"
	go run "$benchstat" -col /lib@'(marketplace bare-loop hallgren eventhorizon eventhorizon+json goes goes+json)' \
		-row '.name,/events' -filter ".unit:$2" "$work/raw.txt" | sed -e '/^[a-z]*: /d' -e '/^geomean/d' -e '/geomeans may not/d' -e 's/ *$//'
	printf '```\n'
}
{
	echo '# Results'
	echo
	echo "Made by \`run.sh\`: $rounds rounds, $(go env GOVERSION) on $(nproc) cores, $(uname -sm)."
	echo 'What a row is and what each library does for it: [README.md](README.md).'
	echo 'A column is compared with the first: +100 % is twice the time. The row of a'
	echo 'million events was measured once, so it has no such figure.'
	table 'Time' sec/op
	table 'Allocations' allocs/op
} >"$work/results.md"
mv "$work/results.md" RESULTS.md
echo "RESULTS.md is made, after ${SECONDS}s"
