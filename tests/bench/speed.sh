#!/usr/bin/env bash
# speed.sh PROGRAM SOURCE: the runner measures a small work of Plumb's alone; it and the script about it
# refuse what they cannot use in one line on standard error with status 2.
set -euo pipefail
program="$1" source="$2"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

fail() { echo "$1"; cat "$folder/out" "$folder/err"; exit 1; }

# refused WORDS ARGUMENT...: the line must contain the words.
refused() {
  local status=0
  "${program[@]}" "${@:2}" >"$folder/out" 2>"$folder/err" || status=$?
  if [ "$status" -ne 2 ] || [ "$(wc -l <"$folder/err")" -ne 1 ] || ! grep -qF -- "$1" "$folder/err"; then
    fail "${program[*]} ${*:2}: status $status, expected 2 and one line with: $1"
  fi
}

"$program" --smoke --rounds 3 --json "$folder/bench.json" >"$folder/out" 2>"$folder/err" ||
  fail "the smoke run failed"
grep -qE '^\| step 20-8-3 b4[^|]* \| f64 \| [0-9.]+ (µs|ms) \|' "$folder/out" || fail "no row"
[ ! -s "$folder/err" ] || fail "words on standard error that is no terminal"
grep -q '"metric": "allocations"' "$folder/bench.json" || fail "no findings"
grep -A1 '"metric": "peak bytes"' "$folder/bench.json" | grep -qE '"value": [1-9]' || fail "no memory"
grep -qE '\| [0-9.]+ MB \|' "$folder/out" || fail "the table says nothing of memory"
# After the first step a training step asks for no memory, of operator new or of malloc. Under a
# sanitizer, whose heap is its own, nothing is counted and the answer is no.
for work in "f32 step 20-8-3 b4" "f64 step 784-50-10 b1" "f32 step 784-50-10 b1"; do
  printf 'setup %s\nfigure allocations\n' "$work" | "$(dirname "$program")/worker_plumb" >"$folder/out"
  tail -n 1 "$folder/out" | grep -qxE 'value 0|no' ||
    fail "$work: expected no allocations, got: $(tail -n 1 "$folder/out")"
done
# The peers in Python draw the same numbers and do the same step.
for python in python3 /usr/bin/python3; do
  "$python" -c 'import numpy' 2>/dev/null || continue
  "$program" --smoke --rounds 1 --python "$python" --against NumPy >"$folder/out" 2>"$folder/err" ||
    fail "the smoke run beside NumPy failed"
  grep -q 'NumPy / Plumb' "$folder/out" && ! grep -q 'error' "$folder/out" || fail "NumPy differs"
  break
done
"$program" --list >"$folder/out" 2>"$folder/err"
[ "$(grep -c '^step ' "$folder/out")" -eq 10 ] || fail "expected ten training steps"
refused "unknown argument" --fast
refused "unknown argument" step
refused "expected a number from 1 to 1000" --rounds none
refused "no work's name holds \"nothing\"" --only nothing --against none
refused "cannot be written" --smoke --rounds 1 --json "$folder/nowhere/bench.json"
printf 'setup f64 nothing\nsetup f16 step 4-3-2 b1\nloss 1\nsetup f64 step 4-3 3\nsetup f64 step 4-3-2 b1\nloss 1\n' |
  "$(dirname "$program")/worker_plumb" >"$folder/out"
[ "$(cut -d' ' -f1 "$folder/out" | tr '\n' ' ')" = "ready no error error error ok value " ] ||
  fail "the contender answers other lines"
program=(bash "$source/bench/run.sh")
refused "unknown argument \"--fast\"" --fast
refused "--only: expected a value after it" --only
refused "there is no program no-such-python" --python no-such-python
refused "--write is for everything" --write --quick
