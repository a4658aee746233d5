#!/usr/bin/env bash
# wrong_include.sh COMPILER FOLDER[;FOLDER...]: in a room that sees those folders, its own headers
# compile and the library's do not.
set -uo pipefail
compiler="$1"
IFS=';' read -r -a folders <<<"$2"
try() { printf '#include "%s"\n' "$1" | "$compiler" -std=c++20 -fsyntax-only "${folders[@]/#/-I}" -x c++ -; }

for header in apps/verify/by_hand/plain.h apps/verify/by_hand/mlp.h; do
  try "$header" || exit 1
done
for header in autograd/autograd.h autograd/tensor/tensor.h autograd/check/compare.h; do
  if try "$header" 2>/dev/null; then
    echo "$header can be included from a room that must not see it"
    exit 1
  fi
done
