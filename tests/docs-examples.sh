#!/usr/bin/env bash
# The rules shown in the documentation, run: every ```lua block of README.md and docs/*.md whose first line is
#
#   -- file: NAME.lua
#
# is written to a folder of its document's own, which `logaudit lint` and `logaudit test` must then find no fault
# with. Any other ```lua block is a fault: an example that is not run goes wrong in silence.
#
# usage: tests/docs-examples.sh PROGRAM
set -euo pipefail

if [ $# -ne 1 ]; then
  echo "usage: tests/docs-examples.sh PROGRAM" >&2
  exit 2
fi
program=$(realpath "$1")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Nothing of the caller's own settings, and a cache that ends with the test.
while IFS='=' read -r name _; do
  unset "$name"
done < <(env | grep '^LOGAUDIT_' || true)
export LOGAUDIT_CACHE=$folder/cache

# extract DOCUMENT FOLDER
extract() {
  awk -v folder="$2" -v document="${1#"$root"/}" '
    function fault(what) { printf "%s:%d: %s\n", document, NR, what; faults++ }
    /^```lua[ \t]*$/ { fresh = 1; next }
    /^```/ { if (file != "") close(file); file = ""; next }
    fresh {
      fresh = 0
      if ($0 !~ /^-- file: [A-Za-z0-9_]+\.lua$/) { fault("a lua block must begin with \"-- file: NAME.lua\""); next }
      file = folder "/" $3
      if (seen[$3]++) fault($3 " is there twice")
    }
    file != "" { print > file }
    END { exit faults > 0 }
  ' "$1"
}

documents=0
for document in "$root"/README.md "$root"/docs/*.md; do
  [ -f "$document" ] || continue
  rules=$folder/$(basename "$document" .md)
  mkdir "$rules"
  extract "$document" "$rules"
  [ -n "$(ls "$rules")" ] || continue
  documents=$((documents + 1))
  echo "${document#"$root"/}:"
  "$program" lint "$rules"
  "$program" test "$rules"
done
[ "$documents" -gt 0 ] || { echo "no example was found" >&2; exit 1; }
