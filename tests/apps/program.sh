#!/usr/bin/env bash
# program.sh VERIFY: the program's exit statuses, and what a mistake gets.
set -uo pipefail
verify="$1"
failed=0

# expect STATUS WORDS ARGUMENT...: what the program prints, on either stream, holds the words.
expect() {
  local output status
  output=$(cd / && "$verify" "${@:3}" 2>&1 </dev/null)
  status=$?
  if [ "$status" -ne "$1" ] || ! grep -qF -- "$2" <<<"$output"; then
    printf 'verify %s: expected status %s and "%s"; got status %s and\n%s\n' \
      "${*:3}" "$1" "$2" "$status" "$output"
    failed=1
  fi
}

expect 0 'flat-vector: the gradient written by hand agrees with the differences'
expect 0 'flat-vector: the gradient written by hand agrees' run flat-vector --seed 3
expect 1 'W1: 5 times too large: summed over the batch of 5' run flat-vector --variant summed-weights
expect 0 'flat-vector' list
expect 0 'Usage' --help
expect 2 'verify: study: nonsense not in {flat-vector}; see verify --help' run nonsense
expect 2 'see verify --help' run flat-vector --variant nonsense
expect 2 'see verify --help' run flat-vector --seed -1
expect 2 'see verify --help' nonsense
exit "$failed"
