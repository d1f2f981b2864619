#!/usr/bin/env bash
# How fast the release build scans, beside `rg -c` with one alternation of the same 20 patterns and an auditor in
# Python (auditor.py), on logs of our own (corpus.py). One thread, one core, the processor's time, all in turns.
set -euo pipefail
cd "$(dirname "$0")/../.."

usage() {
  cat <<'TEXT'
usage: tests/bench/throughput.sh [MB [CORPUS...]]

Prints for each corpus of MB megabytes (default 100) the speed of logaudit, rg and Python in MB/s of processor time, and
the ratios of medians beside their targets; then what 1,000 lines cost (startup.sh). A corpus is text-SHARE or
json-SHARE, with the share of lines in percent that one of the 20 rules hits; default: text-1 text-10 json-10.
RUNS (default 5) is how often each is measured. Logs are kept in build/bench/.

Exit code 1: logaudit, rg and Python do not find the same number of lines. Missed targets do not change it.
TEXT
}

main() {
  case ${1-} in
    -h | --help)
      usage
      return
      ;;
  esac
  local megabytes=${1:-100} core folder=$PWD/build/bench code=0
  shift $(($# ? 1 : 0))
  [ $# -gt 0 ] || set -- text-1 text-10 json-10
  scripts/install-packages.sh build test
  [ -f build/release/build.ninja ] || cmake --preset release >/dev/null
  cmake --build --preset release --target logaudit >/dev/null
  mkdir -p "$folder"
  core=$(($(nproc) - 1))
  LOGAUDIT_CACHE=$folder/cache taskset -c "$core" python3 tests/bench/throughput.py "$PWD/build/release/logaudit" "$folder" \
    "$megabytes" "${RUNS:-5}" "$@" || code=$?
  printf '\n1,000 lines, the whole process; target: logaudit with 20 rules <= 8 ms\n'
  taskset -c "$core" tests/bench/startup.sh
  return $code
}

main "$@"
