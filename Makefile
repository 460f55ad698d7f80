# Everything that must hold is in .ci/run; these are the shorter ways.
.PHONY: help test long soak race lint golangci apidiff bench ci

help:  ## this list
	@sed -n 's/^\([a-z]*\): .*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

test:  ## all tests
	go test ./...

long:  ## the same, with all their repetitions, as .ci/run does
	MARKETPLACE_TEST=long go test ./...

soak:  ## the same, repeated more often than .ci/run has time for
	MARKETPLACE_TEST=soak go test -timeout 60m ./...

race:  ## what runs at once, under the race detector
	CGO_ENABLED=1 go test -race -gcflags=github.com/ncruces/go-sqlite3-wasm/v3=-race=false -gcflags=github.com/klauspost/compress/...=-race=false -short -vet=off -timeout 20m ./...

lint:  ## vet and staticcheck, as .ci/run does
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -checks 'all,-ST1003' ./...

golangci:  ## more linters, those of .golangci.yml
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.6.2 run ./...

apidiff:  ## the Go API against the last tag; what breaks is in the CHANGELOG
	scripts/apidiff.sh

bench:  ## the façade's benchmarks; docs/performance.md has the others
	go test -run xxx -bench 'Do|Import' -benchmem .

ci:  ## all of it, from here
	bash .ci/run
