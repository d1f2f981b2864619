#!/usr/bin/env bash
# The demo on logs that somebody edited: it ends with 0 and leaves its results, whatever the logs are.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  printf 'demo-edited: %s\n' "$*" >&2
  exit 1
}

# Runs the demo on a folder and leaves the name of its results in $results.
demo() {
  ./demo.sh "$1" >"$scratch/out" 2>&1 || fail "the demo ended with $?: $(cat "$scratch/out")"
  results=$(sed -n 's|^Results: \(.*\)/$|\1|p' "$scratch/out")
  [ -f "$results/demo-summary.json" ] || fail "no summary: $(cat "$scratch/out")"
  python3 -m json.tool "$results/demo-summary.json" >/dev/null || fail "the summary is no JSON"
}

main() {
  local logs service
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  logs=$scratch/logs

  mkdir "$logs"
  demo "$logs" # none at all
  rm -r "$results"

  cp demo-logs/*.log "$logs"
  : >"$logs/payment.log"
  head -c 20000 /dev/urandom >"$logs/auth.log"
  printf '{"unfinished": "\nnull\n42\n[1,2\n{"user_id":{"a":[]},"level":7}\n' >"$logs/database.log"
  echo '{"processed_logs":999999,"message":"\"total_findings\":999999 failed"}' >>"$logs/api-gateway.log"
  cp demo-logs/auth.log "$logs/a name with blanks.log"
  gzip -c demo-logs/auth.log >"$logs/packed.log"
  demo "$logs"
  for service in payment auth database api-gateway packed; do
    python3 -m json.tool "$results/analysis-results/$service.json" >/dev/null || fail "$service: no JSON"
    cmp -s "$logs/$service.log" "$results/input-logs/$service.log" || fail "$service: no copy of the log"
  done
  ! grep -q 999999 "$results/demo-summary.json" || fail "the summary took its numbers from a log line"
  rm -r "$results"
}

main "$@"
