#!/usr/bin/env bash
# What a small log costs, the whole process: 1,000 lines like those of the demo, the release build, beside
# `python3 -c pass` (a start of Python and nothing else) and `rg -c` (reading the file and little else).
# All of them run in turns in one go, so that the ratios hold on a busy machine too.
set -euo pipefail
cd "$(dirname "$0")/../.."

usage() {
  cat <<'TEXT'
usage: tests/bench/startup.sh [RUNS]

Prints for each command the median and the fastest of RUNS (default 40) in ms, the ratio of medians to
`python3 -c pass`, and the peak memory. Target, with 20 rules (rules.lua) and the cache of an earlier run: 8 ms and
16 MB at most.
TEXT
}

# The same lines every time: every tenth is an odd one.
generate() {
  awk 'BEGIN {
    split("user_login payment_completed order_created profile_updated", event, " ")
    for (i = 0; i < 1000; i++) {
      stamp = sprintf("2024-11-26T10:%02d:%02d.%03dZ", 15 + i / 60, i % 60, i * 37 % 1000)
      if (i % 10 == 3)
        printf "{\"timestamp\":\"%s\",\"level\":\"ERROR\",\"service\":\"payment\",\"message\":\"Payment failed: connection to orders-db timed out after %d ms\",\"user_id\":\"user-%d\",\"request_id\":\"rq-%d\",\"duration_ms\":%d}\n", stamp, 2000 + i, i % 50, 1000 + i, 2000 + i
      else if (i % 50 == 7)
        printf "{\"timestamp\":\"%s\",\"level\":\"WARN\",\"service\":\"auth\",\"event\":\"login_failed\",\"message\":\"Failed login for user-%d\",\"user_id\":\"user-%d\",\"ip\":\"203.0.113.%d\"}\n", stamp, i % 50, i % 50, i % 250
      else
        printf "{\"timestamp\":\"%s\",\"level\":\"INFO\",\"service\":\"payment\",\"event\":\"%s\",\"message\":\"Request handled\",\"user_id\":\"user-%d\",\"request_id\":\"rq-%d\",\"amount\":%d.%02d,\"duration_ms\":%d}\n", stamp, event[i % 4 + 1], i % 50, 1000 + i, i % 300, i % 100, 20 + i % 90
    }
  }'
}

main() {
  case ${1-} in
    -h | --help)
      usage
      return
      ;;
  esac
  local runs=${1:-40} python=/usr/bin/python3
  [ -x "$python" ] || python=python3 # elsewhere in PATH it may be a script that looks for the real one
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  [ -f build/release/build.ninja ] || cmake --preset release >/dev/null
  cmake --build --preset release --target logaudit >/dev/null
  generate >"$scratch/input.log"
  LOGAUDIT_CACHE=$scratch/cache python3 tests/bench/compare.py --runs "$runs" --base "$python -c pass" \
    "$python -c pass" \
    "rg -c failed $scratch/input.log" \
    "build/release/logaudit scan -f json $scratch/input.log" \
    "build/release/logaudit scan -f json -j 1 $scratch/input.log" \
    "build/release/logaudit scan -f ndjson -j 1 -r tests/bench/rules.lua $scratch/input.log" \
    'build/release/logaudit version'
}

main "$@"
