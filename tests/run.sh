#!/usr/bin/env bash
# Installs what is missing, builds everything, runs every test. The last line counts them.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../apps/setup.sh"

install_missing g++ cmake ninja-build zlib1g-dev libhwy-dev libzip-dev libcli11-dev libfmt-dev \
  libyaml-cpp-dev nlohmann-json3-dev libgtest-dev \
  python3-numpy chromium
configure "$build" -DCMAKE_BUILD_TYPE=Release -DPLUMB_APPS=ON -DPLUMB_TESTS=ON
say "Building"
build "$build"
bash "$root/tests/count.sh" "$build"
