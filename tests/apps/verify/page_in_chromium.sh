#!/usr/bin/env bash
# page_in_chromium.sh VERIFY: the page of a check, drawn by a browser on a narrow screen. Exit status
# 77 where there is no Chromium.
set -uo pipefail
verify="$(realpath "$1")"
browser="$(command -v chromium)" || { echo "there is no Chromium; not tested"; exit 77; }
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
"$verify" run six-weights --inject slope-missing --report page.html >/dev/null
[ $? -eq 1 ] || { echo "a planted bug must give exit status 1"; exit 1; }
# What the browser has made of it, written into its title.
cat >>page.html <<'JS'
<script>
const wide = [...document.querySelectorAll("svg")].filter(s => s.getBoundingClientRect().width > 100);
document.title = "width " + document.documentElement.scrollWidth + " of " + innerWidth +
  " drawings " + wide.length;
</script>
JS
timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
  --user-data-dir="$folder/profile" \
  --window-size=600,2000 --dump-dom page.html >dom.html 2>/dev/null
title="$(grep -o '<title>[^<]*' dom.html)"
echo "$title"
[[ $title =~ width\ ([0-9]+)\ of\ ([0-9]+)\ drawings\ ([0-9]+) ]] || { echo "no page"; exit 1; }
[ "${BASH_REMATCH[1]}" -le "${BASH_REMATCH[2]}" ] || { echo "it scrolls sideways"; exit 1; }
[ "${BASH_REMATCH[3]}" -ge 3 ] || { echo "too few drawings"; exit 1; }
grep -q 'The gradient is wrong' dom.html && grep -q 'slope were left out' dom.html
