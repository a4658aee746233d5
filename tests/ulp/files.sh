#!/usr/bin/env bash
# ulp_table says in one line what is wrong with a file, and exits with 2; with 1 where a bound is not
# met.
set -uo pipefail
program="$1"
golden="$2"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
failed=0

# refuses STATUS WORDS FILE...: the exit status, and words of its one line on standard error.
refuses() {
  local status="$1" words="$2" said code
  shift 2
  said="$("$program" --folder "$work" "$@" 2>&1 >/dev/null)"
  code=$?
  if [ "$code" -ne "$status" ] || [ "$(wc -l <<<"$said")" -ne 1 ] || [[ "$said" != *"$words"* ]]; then
    echo "expected $status and '$words'; got $code and '$said'"
    failed=1
  fi
}

refuses 2 "expected files"
refuses 2 "cannot be read" "$work/nowhere.json"
refuses 2 "cannot be read" "$work"
head -c 1000 "$golden/scalar.json" >"$work/cut.json"
refuses 2 "cut off" "$work/cut.json"
: >"$work/empty.json"
refuses 2 "cut off" "$work/empty.json"
head -c 1000 /dev/zero >"$work/zeros.json"
refuses 2 "is no JSON" "$work/zeros.json"
echo '[1]' >"$work/list.json"
refuses 2 "expected an object" "$work/list.json"
echo '{"exp": []}' >"$work/none.json"
refuses 2 "exp: expected an array of cases" "$work/none.json"
echo '{"exp": [7]}' >"$work/number.json"
refuses 2 "exp, case 0: expected an object" "$work/number.json"
echo '{"exq": [{"x": "0x1p0", "y": "1", "dy": "1"}]}' >"$work/name.json"
refuses 2 "there is no operation exq" "$work/name.json"
echo '{"exp": [{"x": "0x1p0", "y": "1"}]}' >"$work/field.json"
refuses 2 "exp, case 0: there is no derivative by 'x'" "$work/field.json"
echo '{"exp": [{"x": "one", "y": "1", "dy": "1"}]}' >"$work/word.json"
refuses 2 "'one' is no number" "$work/word.json"
echo '{"exp": [{"x": null, "y": "1", "dy": "1"}]}' >"$work/null.json"
refuses 2 "expected a number; got null" "$work/null.json"
echo '{"exp": [{"a": "1", "b": "1", "y": "1", "da": "1", "db": "1"}]}' >"$work/two.json"
refuses 2 "another number of inputs" "$work/two.json"
echo '{"softmax": [{"x": ["1", "2"], "y": ["1"], "dx": ["1", "1"], "seed": ["1", "1"]}]}' >"$work/shape.json"
refuses 2 "softmax, case 0" "$work/shape.json"
echo '{"mse": [{"x": ["1", "2"], "y": "1", "dx": ["1", "1"]}]}' >"$work/target.json"
refuses 2 "mse, case 0" "$work/target.json"
echo '{"cross_entropy": [{"x": ["1", "2"], "y": "1", "dx": ["1", "1"], "label": 2}]}' >"$work/label.json"
refuses 2 "label 2" "$work/label.json"
echo '{"matmul_tanh": [{"a": [["1"], ["1", "2"]], "b": ["1"], "y": "1"}]}' >"$work/ragged.json"
refuses 2 "differ in length" "$work/ragged.json"

echo '{"exp": [{"x": "0x0p0", "y": "1.0000001", "dy": "1"}]}' >"$work/wrong.json"
"$program" --folder "$work" "$work/wrong.json" >"$work/said"
if [ $? -ne 1 ] || ! grep -q '| exp | f64 .* NO |' "$work/said"; then
  echo "a wrong value was not found:"
  cat "$work/said"
  failed=1
fi
exit "$failed"
