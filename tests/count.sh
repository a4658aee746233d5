#!/usr/bin/env bash
# count.sh BUILD [CTEST OPTION...]: runs the tests of a build folder with ctest; the last line is
# "N passed, N failed". Fails when a test failed or none ran.
set -uo pipefail
results="$1/results.xml"
rm -f "$results"
ctest --test-dir "$1" --output-on-failure -j "$(nproc)" --output-junit "$(realpath "$1")/results.xml" "${@:2}" </dev/null
status=$?
# A test that never ran is neither "run" nor a "failure" to ctest; here it has failed.
total=0 passed=0
if [ -f "$results" ]; then
  total=$(grep -c '<testcase ' "$results")
  passed=$(grep -c '<testcase .*status="run"' "$results")
fi
echo "$passed passed, $((total - passed)) failed"
[ "$status" -eq 0 ] && [ "$total" -gt 0 ] && [ "$passed" -eq "$total" ]
