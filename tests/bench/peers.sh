#!/usr/bin/env bash
# peers.sh SOURCE: the program that runs other checkers counts what they say of files from NumPy,
# says which of them are missing, and leaves out a file whose loss is another network's. Exit status
# 77 where there is no NumPy.
set -uo pipefail
source="$1"
for python in python3 /usr/bin/python3 none; do
  "$python" -c 'import numpy' 2>/dev/null && break
done
[ "$python" != none ] || { echo "there is no NumPy; not tested"; exit 77; }
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
fail() { echo "$1"; cat "$folder/out" "$folder/err"; exit 1; }
# peers STATUS: runs on the files as if neither PyTorch nor SciPy were there.
peers() {
  PYTHONPATH="$folder/missing" "$python" "$source/bench/checker/peers.py" "$folder/files" \
    --json "$folder/counts.json" >"$folder/out" 2>"$folder/err"
  local got=$?
  [ "$got" -eq "$1" ] || fail "exit status $got, expected $1"
}
says() { grep -qF -- "$1" "$folder/out" "$folder/err" || fail "expected: $1"; }

mkdir "$folder/missing" "$folder/files"
for module in torch scipy; do echo 'raise ImportError' >"$folder/missing/$module.py"; done
peers 2
says "no NAME.npz with its NAME.json"

"$python" "$source/tests/apps/verify/numpy/studies.py" "$folder/files" || exit 1
peers 0
says "no SciPy, no PyTorch"
[ "$(grep -c 'It is not there and was not run' "$folder/out")" -eq 4 ] || fail "four are missing"
says "| flat-vector | 0 of 1 | 0 of 1 |"  # right, in float64
says "| flat-vector | 1 of 1 | 1 of 1 |"  # right, in float32: the trap of a fixed threshold
says "| summed-weights | 1 of 1 | 1 of 1 |"
says "| one-entry | 6 of 6 | 6 of 6 |"
grep -q '"rejected"' "$folder/counts.json" || fail "no counts"

sed -i 's/"mean"/"sum"/' "$folder/files/flat-vector.json"
peers 1
says "flat-vector.npz is left out: its loss is not that of the network"
