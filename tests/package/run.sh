#!/usr/bin/env bash
# run.sh SOURCE BUILT WORK COMPILER installed|subfolder: builds and runs README's examples in a
# stranger's project against Plumb, installed from the folder BUILT into a prefix of its own or added
# as a subfolder, and compares what each prints with what README shows.
set -euo pipefail
source="$1" built="$2" work="$3" compiler="$4" way="$5"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

rm -rf "$work/prefix" "$work/examples"  # what is built already need not be built again
mkdir -p "$work/examples"
awk -v folder="$work/examples" -f "$here/examples.awk" "$source/README.md"
grep -q 'int main' "$work/examples/example_1.cpp"
options=(-G Ninja -DCMAKE_CXX_COMPILER="$compiler")
# A folder of another generator cannot be gone on with.
grep -qsxF 'CMAKE_GENERATOR:INTERNAL=Ninja' "$work/stranger/CMakeCache.txt" ||
  rm -rf "${work:?}/stranger"

if [ "$way" = installed ]; then
  cmake --install "$built" --prefix "$work/prefix"
  options+=(-DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$work/prefix")
else  # as somebody builds who looks for a mistake of his own
  options+=(-DCMAKE_BUILD_TYPE=Debug -DPLUMB_SOURCE="$source")
fi
cmake -S "$here/stranger" -B "$work/stranger" "${options[@]}" -DEXAMPLES="$work/examples"
cmake --build "$work/stranger"

# The digits of error bars, and the last digits of numbers, may differ by machine.
words() { sed -E 's/(resolution|±) [-0-9.e]+/\1/' "$1"; }
for example in "$work"/examples/example_*.cpp; do
  name="$(basename "$example" .cpp)"
  expected="${example/example_/expected_}"
  "$work/stranger/$name" >"$work/examples/$name.out"
  diff <(words "${expected%.cpp}.txt") <(words "$work/examples/$name.out") ||
    { echo "README shows something else than what $name prints"; exit 1; }
  echo "$name prints what README shows"
done
