#!/usr/bin/env bash
# Installs what is missing, builds, and runs the verification app; arguments are handed on to it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

install_missing g++ cmake ninja-build zlib1g-dev libhwy-dev libzip-dev libcli11-dev libfmt-dev \
  libyaml-cpp-dev nlohmann-json3-dev
# Leaves the tests as they are in a build folder that has them.
configured "$build" -DCMAKE_BUILD_TYPE=Release -DPLUMB_APPS=ON -DPLUMB_TESTS=ON ||
  configure "$build" -DCMAKE_BUILD_TYPE=Release -DPLUMB_APPS=ON -DPLUMB_TESTS=OFF
build "$build" verify
exec "$build/bin/verify" "$@"
