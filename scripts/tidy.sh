#!/usr/bin/env bash
# clang-tidy over src/. A file is looked at again only when it, a header that it includes or the checks changed: what
# was found clean is remembered by a digest of all of them.
set -euo pipefail

usage() {
  echo 'usage: scripts/tidy.sh BUILD_FOLDER [FILE...]   (a build folder that has compile_commands.json)' >&2
  exit 2
}

# The include folders are those of every layer: more than the compiler sees, which changes no digest.
digest_of() {
  local folders=(src/*/) headers
  headers=$(cc -MM -D_GNU_SOURCE "${folders[@]/#/-I}" "$1" | sed -e 's/^[^:]*://' -e 's/\\$//')
  # shellcheck disable=SC2086 # a list of paths without blanks
  cat .clang-tidy $headers | sha256sum | cut -d ' ' -f 1
}

look_at() {
  local digest
  digest=$(digest_of "$1")
  [ ! -e "$clean/$digest" ] || return 0
  # The compile commands are gcc's: clang may not know every warning in them. What it says on standard error is how
  # many warnings it did not show.
  clang-tidy --quiet -p "$build" --warnings-as-errors='*' --extra-arg=-Wno-unknown-warning-option "$1" 2>/dev/null
  touch "$clean/$digest"
}

if [ ! -f "${1-}/compile_commands.json" ]; then
  usage
fi
build=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")/.."
clean=$build/tidy
mkdir -p "$clean"
if [ $# -gt 0 ]; then
  for file in "$@"; do
    look_at "$file"
  done
else
  printf '%s\0' src/*/*.c | xargs -0 -n 1 -P "$(nproc)" scripts/tidy.sh "$build"
fi
