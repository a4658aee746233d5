# Sourced by the run scripts: installs what is missing and prepares the build folder. What it says
# goes to standard error, so that a program's output stays its own.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build="$root/build"

say() { printf '%s\n' "$*" >&2; }

# install_missing PACKAGE...: installs the Debian packages that are not there yet, asking nothing.
install_missing() {
  local missing=() package log
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "setup: these Debian packages are missing and need root or sudo: ${missing[*]}"
      exit 2
    fi
    as_root=(sudo)
  fi
  say "Installing ${missing[*]}"
  log="$(mktemp)"
  if ! { "${as_root[@]}" apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    say "setup: apt-get could not install ${missing[*]}; its whole log is $log"
    exit 2
  fi
  rm -f "$log"
}

# configured FOLDER OPTION...: whether the folder stands ready with each -DNAME=VALUE among these.
configured() {
  local cache="$1/CMakeCache.txt" option
  [ -f "$1/build.ninja" ] && [ -f "$cache" ] || return 1
  for option in "${@:2}"; do
    [[ $option == -D* ]] || continue
    option="${option#-D}"
    grep -qE "^${option%%=*}:[A-Z]+=${option#*=}\$" "$cache" || return 1
  done
}

# configure FOLDER OPTION...: configures a build folder unless it is configured so already.
configure() {
  local folder="$1" cache="$1/CMakeCache.txt" fresh=() log
  if [ -f "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
    say "$folder was made from another source folder; starting it anew"
    rm -rf "$folder"
  fi
  configured "$@" && return 0
  if [ -f "$cache" ] && ! grep -qxF "CMAKE_GENERATOR:INTERNAL=Ninja" "$cache"; then
    say "$folder was not made with Ninja; configuring it anew"
    fresh=(--fresh)
  fi
  mkdir -p "$folder"
  log="$folder/configure.log"
  if ! cmake -S "$root" -B "$folder" -G Ninja "${fresh[@]}" "${@:2}" >"$log" 2>&1; then
    cat "$log" >&2
    exit 2
  fi
}

# build FOLDER TARGET...: builds, and shows the compiler's words only when it fails.
build() {
  local log="$1/build.log" targets=()
  [ $# -gt 1 ] && targets=(--target "${@:2}")
  if ! cmake --build "$1" "${targets[@]}" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    say "setup: the build failed; its whole log is $log"
    exit 2
  fi
}
