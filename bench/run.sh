#!/usr/bin/env bash
# run.sh [--peers] [--write] [--quick] [--python PROGRAM] [--only TEXT]: installs what is missing,
# builds, measures Plumb beside what else there is, and prints the tables.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../apps/setup.sh"

usage="usage: bash bench/run.sh [--peers] [--write] [--quick] [--python PROGRAM] [--only TEXT]
  --peers           installs Debian's packages of the peers without asking
  --write           copies the tables into README.md and the pictures into bench/plots
  --quick           three rounds, and no suites
  --python PROGRAM  for NumPy, SciPy, PyTorch and JAX; python3 unless given
  --only TEXT       works whose names hold the text; no suites"
peers=(libopenblas-dev libeigen3-dev libtorch-dev python3-numpy python3-scipy)

install_peers="" write="" quick="" python="" only=""
while [ $# -gt 0 ]; do
  case "$1" in
    --peers) install_peers=yes ;;
    --write) write=yes ;;
    --quick) quick=yes ;;
    --help) echo "$usage"; exit 0 ;;
    --python | --only)
      [ $# -ge 2 ] || { say "bench/run.sh: $1: expected a value after it"; exit 2; }
      [ "$1" = --python ] && python="$2" || only="$2"
      shift ;;
    *) say "bench/run.sh: unknown argument \"$1\"; --help names those there are"; exit 2 ;;
  esac
  shift
done
if [ -n "$write" ] && [ -n "$quick$only" ]; then
  say "bench/run.sh: --write is for everything; leave out --quick and --only"
  exit 2
fi
if [ -n "$python" ] && ! command -v "$python" >/dev/null; then
  say "bench/run.sh: --python: there is no program $python"
  exit 2
fi

# --- what is missing ---
install_missing g++ cmake ninja-build zlib1g-dev libhwy-dev libzip-dev libcli11-dev libfmt-dev \
  libyaml-cpp-dev nlohmann-json3-dev libbenchmark-dev
absent=()
for package in "${peers[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
    absent+=("$package")
done
if [ ${#absent[@]} -gt 0 ] && [ -z "$install_peers" ] && [ -t 0 ] && [ -t 2 ]; then
  read -r -p "Install ${absent[*]} to compare with them? [y/N] " answer
  [[ "$answer" != [yY]* ]] || install_peers=yes
fi
[ -z "$install_peers" ] || install_missing "${peers[@]}"

# --- build ---
# Leaves the tests as they are in a build folder that has them.
configured "$build" -DCMAKE_BUILD_TYPE=Release -DPLUMB_APPS=ON -DPLUMB_TESTS=ON -DPLUMB_BENCH=ON ||
  configure "$build" -DCMAKE_BUILD_TYPE=Release -DPLUMB_APPS=ON -DPLUMB_TESTS=OFF -DPLUMB_BENCH=ON
# Libraries that have come since are looked for again.
cmake "$build" -U 'openblas_*' -U 'eigen_*' -U 'torch_*' -U 'c10_*' -U benchmark_DIR \
  >"$build/configure.log" 2>&1 || { cat "$build/configure.log" >&2; exit 2; }
say "Building"
build "$build" speed worker_plumb suites
# A peer that does not build is no reason not to measure the others.
cmake --build "$build" --target peers -- -k 0 >"$build/peers.log" 2>&1 ||
  say "Some peers could not be built and are left out; the log is $build/peers.log"

# --- measure ---
if [ -z "$python" ]; then
  for python in python3 /usr/bin/python3; do
    "$python" -c 'import numpy' 2>/dev/null && break
  done
fi
options=(--python "$python" --json "$build/bench.json" --table "$build/bench.md"
  --pictures "$build/plots")
[ -z "$only" ] || options+=(--only "$only")
[ -z "$quick" ] || options+=(--rounds 3)
if [ -z "$quick$only" ]; then
  [ ! -t 2 ] || say "The suites"
  # Short: the pictures need points, not digits.
  "$build/bin/suites" --benchmark_min_time=0.01 --benchmark_out="$build/suites.json" \
    --benchmark_out_format=json >"$build/suites.txt" 2>&1 ||
    { tail -n 5 "$build/suites.txt" >&2; exit 2; }
  options+=(--suites "$build/suites.json")
fi
"$build/bin/speed" "${options[@]}"

# --- hand on ---
if [ -n "$write" ]; then
  mkdir -p "$root/bench/plots"
  cp "$build"/plots/*.svg "$root/bench/plots/"
  for picture in "$root"/bench/plots/*.svg; do
    name="$(basename "$picture" .svg)"
    printf '![%s](bench/plots/%s.svg)\n' "${name//_/ }" "$name"
  done >>"$build/bench.md"
  awk -v table="$build/bench.md" '
    /<!-- speed: begin -->/ { print; while ((getline line < table) > 0) print line; inside = 1 }
    /<!-- speed: end -->/ { inside = 0 }
    !inside' "$root/README.md" >"$build/README.md"
  cp "$build/README.md" "$root/README.md"
fi
