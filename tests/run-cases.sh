#!/usr/bin/env bash
# Runs the program from end to end: every folder of tests/cases/ is one case, and holds
#
#   README          why the case is there, and what must NOT be found
#   cmd             shell text, run in a copy of the folder. `logaudit` is the program under test, `show` is
#                   tests/show.py, which prints the parts of a result that the case is about
#   expected        what it prints on standard output
#   expected.err    lines, each of which must be part of a line on standard error; absent: nothing may be printed there
#   expected.exit   its exit code; absent: 0
#   anything else   input, rules, conditions
#
# Input files get a fixed modification time (the year of timestamps without one, and the version of a file, come from
# it), every case has an empty cache and none of the caller's LOGAUDIT_ variables.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: tests/run-cases.sh [--program FILE] [--update] [CASE...]

  --program FILE   the program under test (default: build/dev/logaudit)
  --update         write what was printed into expected and expected.exit, for `git diff` to judge

Prints a diff for each case that fails; the last line is "N passed, N failed".
TEXT
}

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$tests/../build/dev/logaudit
update=no
time_limit=600 # seconds; sanitizers and busy machines are slow, a hang is not
mtime=2024-11-26T12:00:00Z

logaudit() {
  "$LOGAUDIT_PROGRAM" "$@"
}

show() {
  python3 "$TESTS/show.py" "$@"
}

clean_environment() {
  local name
  for name in $(compgen -e); do
    case $name in LOGAUDIT_* | AWS_* | NO_COLOR) unset "$name" ;; esac
  done
  export LC_ALL=C.UTF-8 TZ=UTC
  export TESTS=$tests LOGAUDIT_PROGRAM=$program
  export -f logaudit show
}

# run_case NAME SCRATCH: leaves stdout, stderr and exit below SCRATCH.
run_case() {
  local scratch=$2 code=0
  cp -R "$tests/cases/$1" "$scratch/case"
  rm -f "$scratch"/case/expected*
  find "$scratch/case" -exec touch -d "$mtime" {} +
  (cd "$scratch/case" && LOGAUDIT_CACHE=$scratch/cache timeout "$time_limit" bash -uo pipefail ./cmd) \
    >"$scratch/stdout.raw" 2>"$scratch/stderr.raw" </dev/null || code=$?
  # Where the copy lies differs from run to run.
  sed "s|$scratch/case|CASE|g" "$scratch/stdout.raw" >"$scratch/stdout"
  sed "s|$scratch/case|CASE|g" "$scratch/stderr.raw" >"$scratch/stderr"
  echo $code >"$scratch/exit"
}

complain() {
  printf '%s\n' "$*"
  ok=no
}

compare_stderr() {
  local expected=$1 actual=$2 line
  if grep -q -e 'Sanitizer' -e 'runtime error:' "$actual"; then
    complain "a sanitizer spoke:"
    cat "$actual"
  elif [ -f "$expected" ]; then
    while IFS= read -r line; do
      grep -qF -e "$line" "$actual" || complain "standard error lacks: $line"
    done <"$expected"
    [ "$ok" = yes ] || sed 's/^/  stderr: /' "$actual"
  elif [ -s "$actual" ]; then
    complain "standard error should be empty:"
    sed 's/^/  stderr: /' "$actual"
  fi
}

compare() {
  local folder=$1 scratch=$2 expected_exit=0
  [ ! -f "$folder/expected.exit" ] || expected_exit=$(<"$folder/expected.exit")
  [ -s "$folder/README" ] || complain 'the case has no README'
  [ "$(<"$scratch/exit")" = "$expected_exit" ] ||
    complain "exit code $(<"$scratch/exit"), expected $expected_exit"
  diff -u --label expected "$folder/expected" --label printed "$scratch/stdout" || ok=no
  compare_stderr "$folder/expected.err" "$scratch/stderr"
}

rewrite() {
  local folder=$1 scratch=$2
  cp "$scratch/stdout" "$folder/expected"
  if [ "$(<"$scratch/exit")" = 0 ]; then
    rm -f "$folder/expected.exit"
  else
    cp "$scratch/exit" "$folder/expected.exit"
  fi
}

main() {
  local name scratch ok passed=0 failed=0 names=()
  while [ $# -gt 0 ]; do
    case $1 in
      --program)
        program=$2
        shift
        ;;
      --update) update=yes ;;
      -h | --help)
        usage
        return
        ;;
      -*)
        usage >&2
        exit 2
        ;;
      *) names+=("$(basename "$1")") ;;
    esac
    shift
  done
  program=$(realpath "$program")
  if [ ${#names[@]} -eq 0 ]; then
    mapfile -t names < <(cd "$tests/cases" && printf '%s\n' */ | tr -d /)
  fi
  clean_environment
  for name in "${names[@]}"; do
    scratch=$(mktemp -d)
    ok=yes
    run_case "$name" "$scratch"
    [ $update = no ] || rewrite "$tests/cases/$name" "$scratch"
    compare "$tests/cases/$name" "$scratch" >"$scratch/complaints"
    if [ $ok = yes ]; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      printf 'FAILED: %s\n' "$name"
      sed 's/^/  /' "$scratch/complaints"
    fi
    rm -rf "$scratch"
  done
  printf '%d passed, %d failed\n' $passed $failed
  [ $failed -eq 0 ]
}

main "$@"
