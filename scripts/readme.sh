#!/usr/bin/env bash
# Runs what the README shows, every command of its shell blocks in one go, in a fresh
# clone, and fails where one fails, where two of them collide, or where the clone is
# not clean afterwards. A command that runs until it is interrupted is interrupted when
# it is ready. The tests, which take long, are left out unless README_TESTS is set, and
# so is what needs a program that is not here.
#
#   scripts/readme.sh [the fresh clone to run them in; default: one made of this repository]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
clone=${1:-}
folder=$(mktemp -d)
running=()
finish() {
	for pid in "${running[@]}"; do kill "$pid" 2>/dev/null || true; done
	rm -rf "$folder"
}
trap finish EXIT
if [ -z "$clone" ]; then
	clone=$folder/clone
	git clone --quiet "$root" "$clone"
	# What the README says of this working tree is tried before it is committed, too.
	cp "$root/README.md" "$root/.gitignore" "$clone"
	git -C "$clone" -c user.name=readme -c user.email=readme@localhost commit --quiet --all --allow-empty --message README
fi
cd "$clone"

# ready waits until a process has written a line, which it does when it is ready.
ready() { # pid file
	for _ in $(seq 600); do
		[ ! -s "$2" ] || return 0
		kill -0 "$1" 2>/dev/null || return 1
		sleep 0.1
	done
	return 1
}

start() { # command
	: >"$folder/ready"
	bash -c "exec $1" >"$folder/ready" &
	running+=("$!")
	ready "$!" "$folder/ready" || { echo "FAILED: $1 does not come to run"; exit 1; }
	cat "$folder/ready"
}

unset MARKETPLACE_STORE MARKETPLACE_CURRENCY
commands=$(awk '/^```sh$/ { inside = 1; next } /^```/ { inside = 0 } inside' README.md)
count=0
while IFS= read -r line; do
	command=${line%%  #*}
	command=${command%% # *}
	command=${command%"${command##*[![:space:]]}"}
	program=${command%% *}
	case $command in
	'') continue ;;
	'go test'*) [ -n "${README_TESTS:-}" ] || { echo "left out: $command"; continue; } ;;
	esac
	echo "\$ $command"
	count=$((count + 1))
	if ! command -v "$program" >/dev/null; then
		echo "SKIPPED: there is no $program here"
		continue
	fi
	case $command in
	*' &') start "${command% &}" ;;
	'kill %1') kill -TERM "${running[-1]}" && wait "${running[-1]}" ;;
	'./marketplace serve'*)
		start "$command"
		kill -TERM "${running[-1]}"
		wait "${running[-1]}"
		;;
	*) bash -c "$command" >"$folder/output" 2>&1 </dev/null || { cat "$folder/output"; echo "FAILED: $command"; exit 1; } ;;
	esac
done <<<"$commands"
[ "$count" -gt 20 ] || { echo "only $count commands were found; have the README's blocks changed?"; exit 1; }

# Other modules' go.mod and go.sum may be completed meanwhile (see .ci/run).
left=$(git status --porcelain -- . ':!*/go.mod' ':!*/go.sum')
[ -z "$left" ] || { printf 'the clone is not clean:\n%s\n' "$left"; exit 1; }
echo "the README's $count commands ran, and the clone is clean"
