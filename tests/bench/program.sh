#!/usr/bin/env bash
# program.sh PROGRAM DATA: the program of the objectives prints its table, and refuses what it
# cannot use in one line on standard error with status 2.
set -euo pipefail
program="$1" data="$2"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

# refused WORDS ARGUMENT...: the line must contain the words.
refused() {
  local status=0
  "$program" "${@:2}" >"$folder/out" 2>"$folder/err" || status=$?
  if [ "$status" -ne 2 ] || [ "$(wc -l <"$folder/err")" -ne 1 ] || ! grep -qF "$1" "$folder/err"; then
    echo "$program ${*:2}: status $status, expected 2 and one line with: $1"
    cat "$folder/err"
    exit 1
  fi
}

rows=$("$program" "$data" | grep -cE '^\| (gmm|lstm)_[^|]+\| f(32|64) \|')
[ "$rows" -eq 10 ] || { echo "expected 10 rows; got $rows"; exit 1; }
refused "cannot be read" "$folder/nowhere"
refused "at most one argument" "$data" "$data"
refused "at most one argument" --help
head -n 5 "$data/gmm_test_d2_k3_n1.txt" >"$folder/gmm_test_d2_k3_n1.txt"
refused "gmm_test_d2_k3_n1.txt: ends before mean 2 of 3; is it truncated?" "$folder"
