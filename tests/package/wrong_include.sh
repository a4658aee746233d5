#!/usr/bin/env bash
# wrong_include.sh COMPILER FOLDER: in a room that publishes FOLDER, its own header compiles and the
# library's does not.
set -uo pipefail
try() { printf '#include "%s"\n' "$2" | "$1" -std=c++20 -fsyntax-only -I"$3" -x c++ -; }

try "$1" apps/verify/by_hand/plain.h "$2" || exit 1
for header in autograd/autograd.h autograd/tensor/tensor.h autograd/check/compare.h; do
  if try "$1" "$header" "$2" 2>/dev/null; then
    echo "$header can be included from a room that must not see it"
    exit 1
  fi
done
