#!/usr/bin/env bash
# The demo as README.md shows it: each line there is one of its output, up to the "..." that ends it.
set -euo pipefail
cd "$(dirname "$0")/.."

output=$(./demo.sh)
shown=$(awk '/^\$ \.\/demo\.sh/ { run = 1; next } run && (/^```/ || $0 == "...") { exit } run && NF' README.md)
[ "$(wc -l <<<"$shown")" -gt 10 ] || { echo 'demo-readme: README.md shows no run of the demo' >&2; exit 1; }
while IFS= read -r line; do
  # The command over the findings is cut short with "...".
  grep -qF -- "${line%% ...):}" <<<"$output" || { echo "demo-readme: the demo does not print: $line" >&2; exit 1; }
done <<<"$shown"
