#!/usr/bin/env bash
# run.sh VERIFY: what NumPy saved is judged right, and each mistake in it is named. Exit status 77
# where there is no NumPy.
set -uo pipefail
verify="$1"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
for python in python3 /usr/bin/python3 none; do
  "$python" -c 'import numpy' 2>/dev/null && break
done
[ "$python" != none ] || { echo "there is no NumPy; not tested"; exit 77; }
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
"$python" "$here/studies.py" "$folder" || exit 1
failed=0
count=0
while IFS=$'\t' read -r file status words flags; do
  count=$((count + 1))
  # shellcheck disable=SC2086  # the flags are several words
  answer="$("$verify" check "$folder/$file" $flags 2>&1)"
  got=$?
  held=yes
  IFS='|' read -ra wanted <<<"$words"
  for word in "${wanted[@]}"; do grep -qF -- "$word" <<<"$answer" || held=no; done
  if [ "$got" -ne "$status" ] || [ "$held" = no ]; then
    failed=$((failed + 1))
    printf '%s: exit %s, expected %s and "%s"\n%s\n\n' "$file" "$got" "$status" "$words" "$answer"
  fi
done <"$folder/cases.txt"
echo "$count files, $failed failed"
[ "$failed" -eq 0 ] && [ "$count" -gt 150 ]
