#!/usr/bin/env bash
# The rules and text formats shown in the documentation, run: every ```lua block of README.md and docs/*.md whose
# first line is
#
#   -- file: NAME.lua      a rule
#   -- format: NAME.lua    text formats
#
# is written to a folder of its document's own, for rules or for formats. `logaudit lint` and `logaudit test` must
# then find no fault with the rules, with --formats for the other folder, whose samples are checked by that. Any
# other ```lua block is a fault: an example that is not run goes wrong in silence.
#
# A block "```text file=NAME" is written beside the rules. In a block "```console run" each line that begins with
# "$ " is run there, and must print what stands below it; --update writes that instead.
#
# usage: tests/docs-examples.sh [--update] PROGRAM
set -euo pipefail

update=no
if [ "${1:-}" = --update ]; then
  update=yes
  shift
fi
if [ $# -ne 1 ]; then
  echo "usage: tests/docs-examples.sh [--update] PROGRAM" >&2
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

# extract DOCUMENT FOLDER: rules to FOLDER/file, formats to FOLDER/format
extract() {
  awk -v folder="$2" -v document="${1#"$root"/}" '
    function fault(what) { printf "%s:%d: %s\n", document, NR, what; faults++ }
    /^```lua[ \t]*$/ { fresh = 1; next }
    /^```/ { if (file != "") close(file); file = ""; next }
    fresh {
      fresh = 0
      if ($0 !~ /^-- (file|format): [A-Za-z0-9_]+\.lua$/) {
        fault("a lua block must begin with \"-- file: NAME.lua\" or \"-- format: NAME.lua\"")
        next
      }
      file = folder "/" substr($2, 1, length($2) - 1) "/" $3
      if (seen[$3]++) fault($3 " is there twice")
    }
    file != "" { print > file }
    END { exit faults > 0 }
  ' "$1"
}

logaudit() {
  "$program" "$@"
}

# extract_texts DOCUMENT FOLDER: the text blocks that have a name
extract_texts() {
  awk -v folder="$2" '
    /^```text file=[A-Za-z0-9_.]+$/ { file = folder "/" substr($2, 6); next }
    /^```/ { if (file != "") close(file); file = ""; next }
    file != "" { print > file }
  ' "$1"
}

# run_consoles DOCUMENT FOLDER: the document as it would be with what its commands print
run_consoles() {
  local line running=no
  while IFS= read -r line; do
    case $line in
      '```console run') running=yes ;;
      '```') running=no ;;
      '$ '*)
        if [ $running = yes ]; then
          printf '%s\n' "$line"
          (cd "$2" && eval "${line#$ }") 2>&1 </dev/null || true
          continue
        fi
        ;;
      *) [ $running = no ] || continue ;;
    esac
    printf '%s\n' "$line"
  done <"$1"
}

check_consoles() {
  run_consoles "$1" "$2" >"$folder/printed"
  if [ $update = yes ]; then
    cp "$folder/printed" "$1"
  else
    diff -u --label "${1#"$root"/}" --label printed "$1" "$folder/printed"
  fi
}

documents=0
for document in "$root"/README.md "$root"/docs/*.md; do
  [ -f "$document" ] || continue
  examples=$folder/$(basename "$document" .md)
  mkdir -p "$examples/file" "$examples/format"
  extract "$document" "$examples"
  [ -n "$(find "$examples" -type f)" ] || continue
  documents=$((documents + 1))
  echo "${document#"$root"/}:"
  formats=()
  [[ -z $(ls -A "$examples/format") ]] || formats=(--formats "$examples/format")
  "$program" lint "${formats[@]}" "$examples/file"
  "$program" test "${formats[@]}" "$examples/file"
  extract_texts "$document" "$examples/file"
  check_consoles "$document" "$examples/file"
done
[ "$documents" -gt 0 ] || { echo "no example was found" >&2; exit 1; }
