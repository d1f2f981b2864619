#!/usr/bin/env bash
# Every test of logaudit, from an empty Debian 12 on: installs what is missing, builds, runs each stage even when an
# earlier one failed, and closes with "N passed, N failed, N skipped". What a stage printed is in build/test-logs/.
set -euo pipefail
cd "$(dirname "$0")"

# Names in the order they run; each is a function stage_NAME below.
all_stages=(packages dev lua rules style tidy asan tsan fuzz property lambda guides demo aws corpus scores)
logs=build/test-logs
jobs=$(nproc 2>/dev/null || echo 2)
passed=0 failed=0 skipped=0
stage_failed=no

usage() {
  cat <<'TEXT'
usage: ./test.sh [STAGE...]

Installs what is missing (Debian 12, as root or with sudo) and runs the stages named, or all:

  packages  what is missing of the packages for building and testing
  dev       debug build, every warning an error; unit tests and cases
  lua       tests of lua/ that need only a Lua interpreter
  rules     the tests inside the rules, lint, and whether the tests notice a broken rule
  style     clang-format, luacheck, shellcheck
  tidy      clang-tidy on the files that changed since it last found nothing
  asan      the tests of dev under AddressSanitizer and UndefinedBehaviorSanitizer
  tsan      the cases under ThreadSanitizer
  fuzz      every kept input through its fuzz target, and a short run of each target
  property  random rules on random records: the prefilter changes nothing
  lambda    the package of the Lambda function, in AWS's Runtime Interface Emulator too; the template and its state
            machine in moto
  guides    the guides of docs/: their tables, queries and recipes on what the function really stores and sends
  demo      ./demo.sh, as it is, with logs edited beyond recognition, and on an emulator of AWS
  aws       reading from and storing in AWS, against servers on the loopback
  corpus    scans every file below $LOGAUDIT_CORPUS with the sanitizer build
  scores    the scoring programs in $LOGAUDIT_CORPUS/../tools

LOGAUDIT_CORPUS   a folder of real logs; unset: corpus and scores are skipped
FUZZ_RUNS         inputs per fuzz target (default 20000)
PROPERTY_CASES    random patterns of the property test (default 500)
TEXT
}

# ---- counting; called by the stages, in this shell

pass() {
  passed=$((passed + ${1:-1}))
}

# fail WHAT [COUNT]
fail() {
  failed=$((failed + ${2:-1}))
  stage_failed=yes
  printf '  FAILED: %s\n' "$1"
}

skip() {
  skipped=$((skipped + 1))
  skips+=("$1")
}

# Runs a command as one test; its output goes to the stage's log, and its end to the terminal when it failed.
check() {
  local what=$1 log=$logs/$stage.log from code=0
  shift
  from=$(($(wc -l <"$log") + 1))
  printf '== %s: %.200s\n' "$what" "$*" >>"$log"
  "$@" >>"$log" 2>&1 </dev/null || code=$?
  if [ $code -eq 0 ]; then
    pass
  else
    fail "$what (exit code $code)"
    tail -n "+$from" "$log" | tail -n 25 | sed 's/^/    | /'
  fi
  return $code
}

# The counts of a runner that prints "N passed, N failed" somewhere in its last lines: from the end of the log.
count_from_log() {
  local what=$1 line
  line=$(grep -Eo '[0-9]+ passed, [0-9]+ failed' "$logs/$stage.log" | tail -n 1) || true
  if [ -z "$line" ]; then
    fail "$what: it printed no counts"
    return
  fi
  pass "${line%% *}"
  line=${line#*, }
  if [ "${line%% *}" -gt 0 ]; then
    fail "$what: ${line%% *} tests" "${line%% *}"
  fi
}

# A runner that counts by itself. When it fails without naming failed tests, that is one failure.
counted() {
  local what=$1 code=0 before=$failed
  shift
  printf '== %s: %s\n' "$what" "$*" >>"$logs/$stage.log"
  "$@" >>"$logs/$stage.log" 2>&1 </dev/null || code=$?
  count_from_log "$what"
  if [ $code -ne 0 ] && [ "$failed" -eq "$before" ]; then
    fail "$what (exit code $code)"
  fi
  if [ "$failed" -gt "$before" ]; then
    tail -n 25 "$logs/$stage.log" | sed 's/^/    | /'
  fi
}

# ---- building

configure_and_build() {
  [ -f "build/$1/build.ninja" ] || cmake --preset "$1"
  # Without targets: everything.
  cmake --build --preset "$1" ${2+--target "${@:2}"}
}

build() {
  check "build $1" configure_and_build "$@"
}

# ctest's own counts. A test that did not run is a failure for ctest too, unless it says that it was skipped.
run_ctest() {
  local preset=$1 out total bad
  shift
  out=$logs/ctest-$preset.txt
  ctest --preset "$preset" -j "$jobs" "$@" >"$out" 2>&1 || true
  cat "$out" >>"$logs/$stage.log"
  total=$(sed -n 's/.* tests failed out of \([0-9]*\)$/\1/p' "$out")
  bad=$(sed -n 's/.*, \([0-9]*\) tests failed out of .*/\1/p' "$out")
  if [ -z "$total" ] || [ "$total" -eq 0 ]; then
    fail "ctest $preset ran nothing"
    return
  fi
  pass $((total - bad))
  if [ "$bad" -gt 0 ]; then
    fail "ctest $preset: $bad of $total" "$bad"
    grep -v -e '^ *Start ' -e ' Passed ' "$out" | tail -n 60 | sed 's/^/    | /'
  fi
}

# ---- stages

stage_packages() {
  check 'install packages' scripts/install-packages.sh build test
}

stage_dev() {
  build dev && run_ctest dev
}

stage_lua() {
  local file
  for file in tests/lua/*_test.lua; do
    [ -f "$file" ] || continue
    LUA_PATH='lua/?.lua;;' counted "$file" lua5.4 "$file"
  done
}

stage_rules() {
  build dev logaudit || return 0
  counted 'logaudit test rules' build/dev/logaudit test -r rules
  counted 'logaudit test tests/bench' build/dev/logaudit test tests/bench/rules.lua
  counted 'tests/mutate.py' python3 tests/mutate.py build/dev/logaudit
  check 'logaudit lint rules' build/dev/logaudit lint -r rules || true
}

stage_style() {
  local files=()
  mapfile -t files < <(project_files '*.[ch]')
  check clang-format clang-format --dry-run -Werror "${files[@]}" || true
  mapfile -t files < <(project_files '*.lua')
  check luacheck luacheck --quiet --no-color "${files[@]}" || true
  mapfile -t files < <(project_files '*.sh')
  check shellcheck shellcheck .ci/run "${files[@]}" || true
}

# Not by git, which a bare system lacks. What belongs to a case may be wrong on purpose.
project_files() {
  find . \( -name .git -o -path ./build -o -path ./demo-results -o -path ./tests/cases \) -prune -o \
    -type f -name "$1" -print
}

stage_tidy() {
  build dev || return 0 # for its compile commands
  check clang-tidy scripts/tidy.sh build/dev || true
}

stage_asan() {
  build asan && run_ctest asan
}

# Unit tests have one thread, and some of them are slow here.
stage_tsan() {
  build tsan logaudit && run_ctest tsan -L cases
}

stage_fuzz() {
  local source target name inputs runs=${FUZZ_RUNS:-20000} targets=()
  for source in tests/fuzz/fuzz_*.c; do
    targets+=("$(basename "$source" .c)")
  done
  build fuzz "${targets[@]}" || return 0
  for target in "${targets[@]}"; do
    name=${target#fuzz_}
    mapfile -t inputs < <(find "tests/fuzz/regression/$name" -type f 2>/dev/null)
    if [ ${#inputs[@]} -gt 0 ]; then
      check "$target, ${#inputs[@]} kept inputs" "build/fuzz/tests/$target" "${inputs[@]}" || true
    fi
    check "$target, $runs new inputs" fuzz_smoke "$target" "$name" "$runs" || true
  done
}

# Starts from the corpus of the project and leaves it as it is. The seed is fixed: a failure here repeats.
fuzz_smoke() {
  local found=build/fuzz/found/$2 corpus=() folder
  mkdir -p "$found"
  for folder in "tests/fuzz/corpus/$2" "tests/fuzz/regression/$2"; do
    [ ! -d "$folder" ] || corpus+=("$folder")
  done
  rm -rf build/fuzz/scratch
  mkdir -p build/fuzz/scratch
  "build/fuzz/tests/$1" -seed=1 -runs="$3" -max_total_time=60 -rss_limit_mb=2048 -artifact_prefix="$found/" \
    build/fuzz/scratch "${corpus[@]}"
}

# Random, but the same on every run: another seed is for a person who looks for faults.
stage_property() {
  local cases=${PROPERTY_CASES:-500}
  build release logaudit || return 0
  check "the prefilter on $cases patterns" python3 tests/property/prefilter.py build/release/logaudit 1 "$cases" || true
}

# The emulator and moto come from PyPI.
stage_lambda() {
  check 'packages of the servers' scripts/install-packages.sh aws || return 0
  check 'the emulator and moto' tests/aws/tools.sh build/aws || return 0
  check 'make the package' scripts/package-lambda.sh || return 0
  counted 'the package' python3 tests/aws/test_package.py build/lambda/package
  counted 'in the emulator' python3 tests/aws/test_rie.py build/lambda/package/bootstrap build/aws/aws-lambda-rie
  counted 'from a bucket through a queue' build/aws/venv/bin/python tests/aws/test_queue.py build/lambda/logaudit-lambda-*.zip
  counted 'the template' build/aws/venv/bin/python tests/aws/test_template.py
  counted 'a prefix in Step Functions' build/aws/venv/bin/python tests/aws/test_map.py build/lambda/package/bootstrap build/aws/aws-lambda-rie
}

# What stands in for Athena, Step Functions and Security Hub comes from PyPI.
stage_guides() {
  build dev logaudit || return 0
  counted 'docs/migrating.md' python3 tests/guides/migrating.py build/dev/logaudit
  check 'tools of the guides' tests/aws/venv.sh tests/guides/requirements.txt build/guides-venv || return 0
  counted 'docs/athena.md' build/guides-venv/bin/python tests/guides/athena.py build/dev/logaudit
  counted 'recipes of docs/operations.md' build/guides-venv/bin/python tests/guides/recipes.py build/dev/logaudit
}

stage_demo() {
  check 'the demo as README.md shows it' tests/demo-readme.sh || return 0
  check 'the demo with edited logs' tests/demo-edited.sh || true
  check 'the demo on an emulator of AWS' ./demo.sh --aws || true
}

# What a test of it lacks is skipped by name.
stage_aws() {
  local line
  build release logaudit || return 0
  check 'packages of the servers' scripts/install-packages.sh aws || true
  check 'tools of the servers' tests/aws/venv.sh || return 0
  counted 'tests/aws' build/aws-venv/bin/python tests/aws/run.py build/release/logaudit
  while IFS= read -r line; do
    skip "aws: ${line#skipped: }"
  done < <(grep '^skipped: ' "$logs/aws.log" || true)
}

stage_corpus() {
  if [ -z "${LOGAUDIT_CORPUS-}" ]; then
    skip 'corpus: LOGAUDIT_CORPUS is not set'
    return
  fi
  build asan logaudit || return 0
  counted 'corpus sweep' tests/corpus-sweep.sh build/asan/logaudit "$LOGAUDIT_CORPUS"
}

# The programs end with 0 whenever they could measure: they must run; what they measure is for people to compare.
stage_scores() {
  local tools=${LOGAUDIT_CORPUS-}/../tools
  if [ -z "${LOGAUDIT_CORPUS-}" ] || [ ! -d "$tools" ]; then
    skip "scores: no scoring programs (LOGAUDIT_CORPUS is ${LOGAUDIT_CORPUS:-not set})"
    return
  fi
  build release logaudit || return 0
  export LOGAUDIT=$PWD/build/release/logaudit
  score detection "$LOGAUDIT_CORPUS"
  score regex "$LOGAUDIT_CORPUS/regex"
  score timestamps "$LOGAUDIT_CORPUS/timestamps"
  score sigma "$LOGAUDIT_CORPUS/sigma"
}

score() {
  [ -d "$2" ] || return 0
  check "score_$1" python3 "$LOGAUDIT_CORPUS/../tools/score_$1.py" "$2" || true
}

# ---- running

run_stage() {
  local started=$SECONDS before_passed=$passed before_failed=$failed before_skipped=$skipped counts
  stage=$1
  stage_failed=no
  : >"$logs/$stage.log"
  printf '%-9s ...\n' "$stage"
  "stage_$stage" || stage_failed=yes
  counts="$((passed - before_passed)) ok"
  [ "$failed" -eq "$before_failed" ] || counts+=", $((failed - before_failed)) failed"
  [ "$skipped" -eq "$before_skipped" ] || counts+=", skipped"
  printf '%-9s %s (%d s)\n' "$stage" "$counts" $((SECONDS - started))
  if [ "$stage_failed" = yes ]; then
    broken+=("$stage")
  fi
}

choose_stages() {
  local wanted known
  stages=("$@")
  [ $# -gt 0 ] || stages=("${all_stages[@]}")
  for wanted in "${stages[@]}"; do
    for known in "${all_stages[@]}"; do
      [ "$wanted" != "$known" ] || continue 2
    done
    printf 'test: there is no stage %s (see ./test.sh --help)\n' "$wanted" >&2
    exit 2
  done
}

main() {
  case "${1-}" in
    -h | --help)
      usage
      return
      ;;
  esac
  choose_stages "$@"
  broken=() skips=()
  mkdir -p "$logs"
  for name in "${stages[@]}"; do
    run_stage "$name"
  done
  for name in "${broken[@]}"; do
    printf 'stage %s failed; its log is %s/%s.log\n' "$name" "$logs" "$name"
  done
  for name in "${skips[@]}"; do
    printf 'skipped: %s\n' "$name"
  done
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ] && [ ${#broken[@]} -eq 0 ]
}

main "$@"
