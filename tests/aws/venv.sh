#!/usr/bin/env bash
# The Python tools of tests/aws in build/aws-venv, at the versions that requirements.txt names; made once.
#
# usage: tests/aws/venv.sh [REQUIREMENTS VENV]
set -euo pipefail
cd "$(dirname "$0")/../.."
wanted=${1:-tests/aws/requirements.txt}
venv=${2:-build/aws-venv}
if cmp -s "$wanted" "$venv/installed.txt"; then
  exit 0
fi
mkdir -p build
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
cp "$wanted" "$venv/installed.txt"
