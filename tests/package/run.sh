#!/usr/bin/env bash
# run.sh SOURCE WORK COMPILER installed|subfolder: builds and runs README's examples in a stranger's
# project against Plumb, installed into a prefix of its own or added as a subfolder, and compares
# what each prints with what README shows.
set -euo pipefail
source="$1" work="$2" compiler="$3" way="$4"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

rm -rf "$work/prefix" "$work/examples"  # what is built already need not be built again
mkdir -p "$work/examples"
awk -v folder="$work/examples" -f "$here/examples.awk" "$source/README.md"
grep -q 'int main' "$work/examples/example_1.cpp"
options=(-G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER="$compiler")
for folder in plumb stranger; do  # a folder of another generator cannot be gone on with
  grep -qsxF 'CMAKE_GENERATOR:INTERNAL=Ninja' "$work/$folder/CMakeCache.txt" ||
    rm -rf "${work:?}/$folder"
done

if [ "$way" = installed ]; then
  cmake -S "$source" -B "$work/plumb" "${options[@]}" -DPLUMB_APPS=OFF -DPLUMB_TESTS=OFF
  cmake --build "$work/plumb"
  cmake --install "$work/plumb" --prefix "$work/prefix"
  options+=(-DCMAKE_PREFIX_PATH="$work/prefix")
else
  options+=(-DPLUMB_SOURCE="$source")
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
