#!/usr/bin/env bash
# Runs the program in the situations of internal/field, as a whole process, and
# compares with what is right: all of them, or those that a pattern names:
#
#   scripts/field.sh
#   scripts/field.sh 'TestFullDisk|TestPgBouncer'
#
# MARKETPLACE names another program than the one of this tree. PostgreSQL and
# PgBouncer are started where they are installed; what needs a mount, and so root,
# is skipped with words elsewhere. With CI=true nothing may be skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${CI:-}" = true ]; then
	export MARKETPLACE_TEST_POSTGRES=require MARKETPLACE_TEST_MOUNTS=require
fi
export MARKETPLACE_TEST=long
go test -count=1 -v -run "${1:-.}" ./internal/field
if [ "$#" -eq 0 ]; then
	echo 'another application in the same EventStoreDB'
	go test -count=1 -v -run '^(TestSharedEventStoreDB|TestNothingOfOursIsPassedOver)$' ./cmd/marketplace
	echo 'hosts whose clocks differ, and moments by a slip of the pen'
	go test -count=1 -v -run '^(TestClock|TestMomentsGiven|TestBadClock)' .
fi
