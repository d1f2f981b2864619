#!/usr/bin/env bash
# Scans every file below a folder of real logs: whatever the bytes, the program ends with 0 (read whole) or 4 (and says
# what is missing), prints one JSON result, no sanitizer speaks, and memory stays bounded.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: tests/corpus-sweep.sh PROGRAM CORPUS

Scans each file below CORPUS/*/ with PROGRAM, preferably a sanitizer build. Names each file that fails; the last line
is "N passed, N failed".
TEXT
}

group=40       # files a process: most of the time of a small file is the start of the program
time_limit=300 # seconds a process
memory_limit=$((512 * 1024)) # KiB resident, sanitizers included: an input is never held whole

# Why the scan of some files is not right; nothing when it is.
fault_of_scan() {
  local scratch=$1 code=$2 rss
  rss=$(cat "$scratch/rss" 2>/dev/null || echo 0)
  if grep -m 1 -e Sanitizer -e 'runtime error:' "$scratch/err"; then
    return
  elif [ "$code" -ne 0 ] && [ "$code" -ne 4 ]; then
    echo "exit code $code: $(head -c 300 "$scratch/err" | tr '\n' ' ')"
  elif ! tail -n 1 "$scratch/out" | grep '"summary":' >/dev/null; then
    echo "no result"
  elif [ "$rss" -gt "$memory_limit" ]; then
    echo "$rss KiB resident"
  fi
}

# For xargs: prints one line for each file, "ok KIB FILE" or "FAILED FILE: why". A group that fails is scanned again
# file by file, to know which one it was; when each of them is fine alone, the group is what failed.
scan_files() {
  local scratch code=0 fault file lines
  scratch=$(mktemp -d)
  python3 "$tests/limited.py" "$time_limit" "$scratch/rss" "$program" scan -q -f ndjson "$@" \
    >"$scratch/out" 2>"$scratch/err" </dev/null || code=$?
  fault=$(fault_of_scan "$scratch" $code)
  if [ -z "$fault" ]; then
    printf "ok $(<"$scratch/rss") %s\n" "$@"
  elif [ $# -eq 1 ]; then
    echo "FAILED $1: $fault"
  else
    lines=$(for file in "$@"; do scan_files "$file"; done)
    echo "$lines"
    grep -q '^FAILED' <<<"$lines" || echo "FAILED $1 and the $(($# - 1)) files after it: $fault"
  fi
  rm -rf "$scratch"
}

main() {
  if [ $# -ne 2 ] || [ ! -d "$2" ]; then
    usage >&2
    exit 2
  fi
  tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  program=$(realpath "$1")
  local lines passed failed
  lines=$(mktemp)
  LOGAUDIT_CACHE=$(mktemp -d)
  export tests program time_limit memory_limit LOGAUDIT_CACHE
  export -f scan_files fault_of_scan
  echo '2024-11-26 10:00:00 INFO warm' | "$program" scan - -f json >/dev/null # fills the cache
  # shellcheck disable=SC2016 # the files are the inner shell's arguments
  find "$2"/*/ -type f -print0 | LC_ALL=C sort -z |
    xargs -0 -n "$group" -P "$(nproc)" bash -euc 'scan_files "$@"' scan_files >"$lines"
  passed=$(grep -c '^ok ' "$lines") || true
  failed=$(grep -c '^FAILED ' "$lines") || true
  grep '^FAILED ' "$lines" || true
  echo "most memory: $(grep '^ok ' "$lines" | cut -d ' ' -f 2 | sort -n | tail -n 1) KiB resident"
  rm -rf "$lines" "$LOGAUDIT_CACHE"
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

main "$@"
