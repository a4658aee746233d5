#!/usr/bin/env bash
# count.sh BUILD: runs the tests of a build folder with ctest; the last line is
# "N passed, N failed". Fails when a test failed or none ran.
set -uo pipefail
results="$1/results.xml"
rm -f "$results"
ctest --test-dir "$1" --output-on-failure -j "$(nproc)" --output-junit "$(realpath "$1")/results.xml" </dev/null
status=$?
total=$(grep -oE 'tests="[0-9]+"' "$results" | head -n 1 | tr -dc 0-9)
failed=$(grep -oE 'failures="[0-9]+"' "$results" | head -n 1 | tr -dc 0-9)
total=${total:-0}
failed=${failed:-0}
echo "$((total - failed)) passed, $failed failed"
[ "$status" -eq 0 ] && [ "$total" -gt 0 ] && [ "$failed" -eq 0 ]
