#!/usr/bin/env bash
# run.sh SOURCE WORK COMPILER installed|subfolder: builds and runs README's example in a stranger's
# project against Plumb, installed into a prefix of its own or added as a subfolder, and compares
# what it prints with what README shows.
set -euo pipefail
source="$1" work="$2" compiler="$3" way="$4"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

rm -rf "$work/prefix"  # only the prefix: what is built already need not be built again
mkdir -p "$work"
sed -n '/^```cpp$/,/^```$/p' "$source/README.md" | sed '/^```/d' >"$work/example.cpp"
grep -q 'int main' "$work/example.cpp"
options=(-DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER="$compiler")

if [ "$way" = installed ]; then
  cmake -S "$source" -B "$work/plumb" "${options[@]}" -DPLUMB_APPS=OFF -DPLUMB_TESTS=OFF
  cmake --build "$work/plumb" -j 2
  cmake --install "$work/plumb" --prefix "$work/prefix"
  options+=(-DCMAKE_PREFIX_PATH="$work/prefix")
else
  options+=(-DPLUMB_SOURCE="$source")
fi
cmake -S "$here/stranger" -B "$work/stranger" "${options[@]}" -DEXAMPLE="$work/example.cpp"
cmake --build "$work/stranger" -j 2
"$work/stranger/stranger" | tee "$work/output.txt"

# README shows what the example prints; the digits of the error bars may differ by machine.
words() { sed -E 's/(resolution|±) [-0-9.e]+/\1/' "$1"; }
sed -n '/^prints$/,/^There is/p' "$source/README.md" | sed -n '/^```$/,/^```$/p' | sed '/^```/d' \
  >"$work/expected.txt"
diff <(words "$work/expected.txt") <(words "$work/output.txt")
