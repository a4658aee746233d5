#!/usr/bin/env bash
# headers.sh SOURCE COMPILER: every header of the library, the apps and the benchmarks compiles alone;
# but for those that rest on libraries which need not be there.
set -euo pipefail
cd "$1"
export compiler="$2"

alone() {
  printf '#include "%s"\n' "$1" | "$compiler" -std=c++20 -fsyntax-only -I. -x c++ - ||
    { echo "$1 does not compile alone"; return 1; }
}
export -f alone

folders=()
for folder in autograd nn apps bench; do
  [ -d "$folder" ] && folders+=("$folder")
done
headers=$(find "${folders[@]}" -name '*.h' -not -path 'bench/peers/*' -not -path 'bench/suites/*' |
  sort)
[ -n "$headers" ] || { echo "no headers found"; exit 1; }
xargs -P 2 -I HEADER bash -c 'alone HEADER' <<<"$headers"
echo "$(wc -l <<<"$headers") headers compile alone"
