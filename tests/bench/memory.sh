#!/usr/bin/env bash
# That memory does not grow with the input: the peak of a scan of 10 MB and of many GB from a pipe, text and JSON,
# with the shipped rules.
set -euo pipefail
cd "$(dirname "$0")/../.."

usage() {
  cat <<'TEXT'
usage: tests/bench/memory.sh [GB]

Prints the peak resident memory of scans of 10 MB and of GB gigabytes (default 5) from a pipe, and their ratio.
The input is a log of 10 MB (corpus.py, kept in build/bench/), repeated an hour later each time: what a result lists
(users, kinds of findings) is the same in both, so that all growth comes from the length. THREADS is what is given to -j.

Exit code 1: for text or JSON they differ by 10 % or more.
TEXT
}

# Made again when it is older than what makes it.
block_of() {
  local path=build/bench/$1-block.log
  if [ ! "$path" -nt tests/bench/corpus.py ]; then
    python3 tests/bench/corpus.py "$1" 1 10 >"$path.part"
    mv "$path.part" "$path"
  fi
  echo "$path"
}

# feed FILE BYTES: the file over and over, each time an hour later: a window holds no more of a long log than of a
# short one.
feed() {
  local hours=0
  while sed "s/2024-11-01T00/$(date -u -d "2024-11-01 $hours hours" +%FT%H)/" "$1" 2>/dev/null; do
    hours=$((hours + 1))
  done | head -c "$2"
}

# peak FILE BYTES: of a scan of so much, in KiB.
peak() {
  feed "$1" "$2" | LOGAUDIT_CACHE=build/bench/cache /usr/bin/time -f %M -o build/bench/peak \
    build/release/logaudit scan -q -f ndjson ${THREADS:+-j "$THREADS"} - >/dev/null
  cat build/bench/peak
}

main() {
  case ${1-} in
    -h | --help)
      usage
      return
      ;;
  esac
  local gigabytes=${1:-5} kind block small large growth code=0
  scripts/install-packages.sh build test
  [ -f build/release/build.ninja ] || cmake --preset release >/dev/null
  cmake --build --preset release --target logaudit >/dev/null
  mkdir -p build/bench
  printf '%-5s %10s %10s %9s\n' '' '10 MB' "$gigabytes GB" growth
  for kind in text json; do
    block=$(block_of $kind)
    peak "$block" 1000 >/dev/null # fills the cache of compiled rules
    small=$(peak "$block" 10000000)
    large=$(peak "$block" "${gigabytes}000000000")
    growth=$(((large - small) * 100 / small))
    printf '%-5s %6d KiB %6d KiB %7d %%\n' "$kind" "$small" "$large" "$growth"
    [ "${growth#-}" -lt 10 ] || code=1
  done
  return $code
}

main "$@"
