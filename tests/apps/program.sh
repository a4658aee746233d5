#!/usr/bin/env bash
# program.sh VERIFY: the program's exit statuses, what a mistake gets, and what it leaves behind.
set -uo pipefail
verify="$(realpath "$1")"
failed=0
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

fail() {
  printf '%s\n' "$*"
  failed=1
}

# expect STATUS WORDS ARGUMENT...: what the program prints, on either stream, holds the words. A
# refusal (2) prints one line on standard error, nothing else, and leaves no file.
expect() {
  local status files
  (cd "$folder" && "$verify" "${@:3}" >.out 2>.err </dev/null)
  status=$?
  if [ "$status" -ne "$1" ] || ! cat "$folder/.out" "$folder/.err" | grep -qF -- "$2"; then
    fail "verify ${*:3}: expected status $1 and \"$2\"; got status $status and"
    cat "$folder/.out" "$folder/.err"
  fi
  [ "$1" -ne 2 ] && return
  [ -s "$folder/.out" ] && fail "verify ${*:3}: a refusal on standard output"
  [ "$(wc -l <"$folder/.err")" -eq 1 ] || fail "verify ${*:3}: expected one line on standard error"
  files=$(ls "$folder")
  [ "$files" = "$kept" ] || fail "verify ${*:3}: left behind $files"
}

kept=""
expect 0 'verify: 5 of 5 studies agree'
[ -z "$(ls "$folder")" ] || fail "verify wrote $(ls "$folder")"
expect 0 'flat-vector' list
expect 0 'Usage' --help
expect 1 'W1: 5 times too large: summed over the batch of 5' \
  run flat-vector --variant summed-weights
expect 2 'verify: there is no study nonsense; expected one of six-weights, flat-vector, line-search, three-ways, by-the-book' \
  run nonsense
expect 2 'see verify --help' nonsense
expect 2 'see verify --help' run
expect 2 'verify: --variant: flat-vector has no variant nonsense; expected one of correct, summed-weights' \
  run flat-vector --variant nonsense
expect 2 'verify: --variant: line-search has no variants' run line-search --variant correct
expect 2 'see verify --help' run flat-vector --seed -1
expect 2 'see verify --help' run flat-vector --seed many
expect 2 'see verify --help' run flat-vector --dtype f16
expect 2 'see verify --help' run by-the-book --epochs 0
expect 2 'verify: --epochs is not for flat-vector; it takes --data, --variant, --dtype, --seed, --json' \
  run flat-vector --epochs 3
expect 2 'verify: --data is not for three-ways' run three-ways --data .
expect 2 'verify: --config is not for by-the-book' run by-the-book --config c.yaml
expect 2 'verify: --picture is not for six-weights' run six-weights --picture p.svg
expect 2 'verify: no/j.json: there is no folder no to write it into' \
  run flat-vector --json no/j.json
expect 2 'verify: no/p.svg: there is no folder no to write it into' \
  run line-search --picture no/p.svg
expect 2 'verify: c.yaml: there is no such file' run six-weights --config c.yaml --json j.json
expect 2 'verify: --json: expected a name; got an empty one' run flat-vector --json ''
expect 2 'verify: /dev/null: it is a device or a pipe' run flat-vector --json /dev/null
expect 2 'verify: --json and --picture name the same file, a' run line-search --json a --picture a
"$verify" run flat-vector >/dev/full 2>"$folder/.err"
[ $? -eq 2 ] && grep -q 'verify: standard output cannot be written' "$folder/.err" ||
  fail "verify >/dev/full: expected status 2 and a line that says so"

# Data: a folder that is not there, one without files, and files that are wrong.
expect 2 'verify: no: there is no such folder' run by-the-book --data no --json j.json
mkdir "$folder/data"
kept=data
expect 2 'verify: data: it holds neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz' \
  run line-search --data data --json j.json
printf '\0\0\10\3\0\0\0\1\0\0\0\2\0\0\0\2\1\2\3\4' >"$folder/data/train-images-idx3-ubyte"
printf '\0\0\10\1\0\0\0\1\12' >"$folder/data/train-labels-idx1-ubyte"
expect 2 'label 0 is 10; expected a class from 0 to 9' run flat-vector --data data
printf '\0\0\10\1\0\0\0\1\3' >"$folder/data/train-labels-idx1-ubyte"
expect 2 'verify: data: its train images have 2 × 2 pixels; expected 28 × 28' \
  run six-weights --data data
{ printf '\0\0\10\3\0\0\0\1\0\0\0\34\0\0\0\34'; head -c 784 /dev/zero; } \
  >"$folder/data/train-images-idx3-ubyte"
expect 2 'verify: data: it holds 1 train images; this study needs at least 5' \
  run flat-vector --data data
expect 2 'z_score: row 0 has no variance' run six-weights --data data

# Five white images of five classes: their gradients cancel, and float32 cannot tell.
{ printf '\0\0\10\3\0\0\0\5\0\0\0\34\0\0\0\34'; head -c 3920 /dev/zero | tr '\0' '\377'; } \
  >"$folder/data/train-images-idx3-ubyte"
printf '\0\0\10\1\0\0\0\5\0\1\2\3\4' >"$folder/data/train-labels-idx1-ubyte"
expect 3 'line-search: cannot tell at this precision whether the gradient' \
  run line-search --data data --dtype f32 --seed 1
# Ten black images of ten classes: once the biases fit, no step is found.
{ printf '\0\0\10\3\0\0\0\12\0\0\0\34\0\0\0\34'; head -c 7840 /dev/zero; } \
  >"$folder/data/train-images-idx3-ubyte"
printf '\0\0\10\1\0\0\0\12\0\1\2\3\4\5\6\7\10\11' >"$folder/data/train-labels-idx1-ubyte"
expect 3 'line-search: cannot tell: the line search of iteration' run line-search --data data
rm "$folder/line-search.svg"

# What is written: JSON, and a picture that has a name of its own unless one is given.
kept=""
rm -r "$folder/data"
expect 0 'line-search: the gradients by hand and by tape agree' run line-search --json j.json
[ "$(ls "$folder")" = $'j.json\nline-search.svg' ] || fail "line-search wrote $(ls "$folder")"
[ -s "$folder/.err" ] && fail "line-search drew progress into a pipe"
rm "$folder/line-search.svg"
expect 1 'is wrong in W1 and W2' run flat-vector --variant summed-weights --json j.json
grep -q '"conclusion": "flat-vector: the gradient by hand is wrong in W1 and W2' \
  "$folder/j.json" || fail "the JSON of a wrong gradient does not say so"
printf 'layers: [784, 12, 10]\nearly_stop: True\n' >"$folder/c.yaml"
expect 0 'six-weights: 784-12-10' run six-weights --config c.yaml --variant set-wide --dtype f32
printf 'epochs: 1\nlayers: [784, 0, 10]\n' >"$folder/c.yaml"
kept=$'c.yaml\nj.json'
expect 2 'verify: c.yaml:2: layers: expected a list of 2 or more whole numbers' \
  run six-weights --config c.yaml
expect 0 '2 acc_train_loss 940.46 acc_train_error 88.30% test_error 90.10%' \
  run by-the-book --epochs 3 --seed 3
expect 0 'small-weights: 10-20-3' run three-ways --variant small-weights

# Planted bugs, and gradients from elsewhere.
expect 0 'slope-missing             the hidden' bugs
expect 2 'verify: there is no bug typo; expected one of summed-batch,' run six-weights --inject typo
expect 2 'verify: --inject: expected a name; got an empty one' run six-weights --inject ''
expect 2 'verify: --json and --report name the same file, j.json' \
  run six-weights --json j.json --report j.json
expect 1 "as if the activation's slope were left out in layer 1" \
  run six-weights --inject slope-missing --json i.json --report p.html
grep -q '"cause": *"slope_missing"' "$folder/i.json" || fail "the JSON of a planted bug has no cause"
grep -q 'The gradient is wrong' "$folder/p.html" || fail "the page of a planted bug does not say so"
expect 0 'flat-vector: the gradients by hand and by tape agree' run flat-vector --report p.html
grep -q 'The gradient is wrong' "$folder/p.html" && fail "the page of a right gradient calls it wrong"
kept=$'c.yaml\ni.json\nj.json\np.html'
expect 2 'nothing.npz' check nothing.npz --hidden tanh --output softmax --loss cross-entropy
exit "$failed"
