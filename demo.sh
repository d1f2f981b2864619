#!/usr/bin/env bash
# The demo: audits demo-logs/ with the shipped rules, one Lambda event per service, with no AWS account. The folder
# that stands in for S3 is part of the results. Edit the logs or the rules and run it again.
set -euo pipefail
cd "$(dirname "$0")"

input_bucket=demo-logs
output_bucket=audit-results
logs=demo-logs
conditions=scripts/demo-conditions.json
program=build/release/logaudit

usage() {
  cat <<'TEXT'
usage: ./demo.sh [FOLDER]
       ./demo.sh --aws [--endpoint URL [--function-endpoint URL]] [FOLDER]

Installs what is missing (Debian 12, as root or with sudo), builds logaudit, audits every FOLDER/*.log
(default: demo-logs) as the Lambda function would, and leaves demo-results/YYYYmmdd-HHMMSS/ with

  analysis-results/SERVICE.json   the answer for each service, indented
  lambda-outputs/SERVICE.json     the answer as it came
  input-logs/                     copies of the logs that were read
  demo-summary.json               totals per service and of all
  scan.txt                        all services in one text report
  local-root/s3/                  what stands in for S3: the logs, and the results as they are stored

Each service is read with the conditions in scripts/demo-conditions.json, when that file is there.

--aws makes the package of the Lambda function and deploys it to an emulator of AWS, with buckets and a log group: to
MiniStack, which is fetched from PyPI and started on 127.0.0.1, or to what listens at the endpoint (LocalStack runs
functions in docker). It audits each log from S3 and all of them from CloudWatch, merges the results, checks them, and
removes what it made and started, also after Ctrl-C. demo-results/YYYYmmdd-HHMMSS-aws/ has the first four of the above,

  events/NAME.json                what the function was asked
  stored/                         what it stored

--function-endpoint is the endpoint as the function is to see it, when the emulator does not tell it.
TEXT
}

die() {
  printf 'demo: %s\n' "$*" >&2
  exit 1
}

# Runs a command with its output in the log of the build.
logged() {
  local log=build/demo-build.log
  mkdir -p build
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    die "the build failed; its whole log is $log"
  fi
}

# Ninja configures again by itself when the build files change.
build_program() {
  { [ -f build/release/build.ninja ] || cmake --preset release; } &&
    cmake --build --preset release --target logaudit
}

build() {
  scripts/install-packages.sh build
  [ -x "$program" ] || echo "building logaudit (log: build/demo-build.log)"
  logged build_program
}

need_url() {
  [[ $2 =~ ^https?://[^/[:space:]]+ ]] || die "$1 needs a URL such as http://127.0.0.1:4566, not '$2'"
}

interrupted() {
  printf '\ndemo: interrupted\n' >&2
  exit 130
}

# The program in Python takes over, so that it gets the signals.
run_on_aws() {
  local options=()
  while [ $# -gt 0 ]; do
    case $1 in
      --endpoint | --function-endpoint)
        [ $# -ge 2 ] || die "$1 needs a URL"
        need_url "$1" "$2"
        options+=("$1" "$2")
        shift 2
        ;;
      -*)
        usage >&2
        exit 2
        ;;
      *)
        logs=${1%/}
        shift
        ;;
    esac
  done
  [ -d "$logs" ] || die "there is no folder $logs"
  trap interrupted INT
  scripts/install-packages.sh build demo
  echo "making the package of the function, and fetching what is missing (log: build/demo-build.log)"
  mkdir -p build
  exec 9>build/demo.lock # two of them write into the same folders
  flock 9
  logged scripts/package-lambda.sh
  logged tests/aws/tools.sh build/aws
  exec 9>&-
  exec build/aws/venv/bin/python scripts/demo_aws.py build/lambda/logaudit-lambda-*.zip "$logs" "${options[@]}"
}

# A folder of its own for each run, also for two runs in one second.
make_results_folder() {
  mkdir -p demo-results
  results=demo-results/$(date +%Y%m%d-%H%M%S)
  until mkdir "$results" 2>/dev/null; do
    [ -w demo-results ] || die "demo-results/ cannot be written"
    sleep 1
    results=demo-results/$(date +%Y%m%d-%H%M%S)
  done
  mkdir "$results"/{analysis-results,lambda-outputs,input-logs,local-root}
}

# The names go into JSON and into object keys as they are.
find_services() {
  local log name
  services=()
  for log in "$logs"/*.log; do
    [ -f "$log" ] || continue
    name=$(basename "$log" .log)
    if [[ $name =~ ^[A-Za-z0-9._-]+$ ]]; then
      services+=("$name")
    else
      printf 'left out: %s (a service is named with letters, digits, ".", "_" and "-")\n' "$log"
    fi
  done
}

key_of() {
  echo "services/$1/2024/11/26/$1-service.log"
}

upload() {
  local object
  object=$results/local-root/s3/$input_bucket/$(key_of "$1")
  mkdir -p "$(dirname "$object")"
  cp -p "$logs/$1.log" "$results/input-logs/" && cp -p "$logs/$1.log" "$object"
}

write_event() {
  printf '{ "source_type": "s3",\n  "source_config": { "bucket_name": "%s", "object_key": "%s" },\n' \
    "$input_bucket" "$(key_of "$1")"
  if [ -r "$conditions" ]; then
    printf '  "custom_conditions": %s,\n' "$(cat "$conditions")"
  fi
  printf '  "output_bucket": "%s" }\n' "$output_bucket"
}

# A number at the top of an answer (or of its summary). Our own writer puts no blanks around colons, and a quote in
# the text of a log line is escaped, so only a key of the answer itself looks like this.
number() {
  local found
  found=$(grep -o "\"$1\":[0-9]*" "$2" | head -n 1) || true
  echo "${found##*:}"
}

numbers_of() {
  local answer=$results/lambda-outputs/$1.json key value
  for key in processed_logs total_findings critical_findings_count unique_users error_count; do
    value=$(number "$key" "$answer")
    echo "${value:-0}"
  done
}

# One service: 0 when there is an answer. What the program says about the log (a record cut, a rule file that does
# not load) is shown, and is no failure of the demo: the logs and the rules are there to be edited.
invoke() {
  local answer=$results/lambda-outputs/$1.json event=$results/local-root/$1-event.json code=0
  upload "$1"
  write_event "$1" >"$event"
  "$program" invoke "$event" --local-root "$results/local-root" >"$answer" 2>"$results/stderr" || code=$?
  sed "s/^/  $1: /" "$results/stderr" >&2
  case $code in
    0 | 3 | 4) awk -f scripts/pretty-json.awk "$answer" >"$results/analysis-results/$1.json" ;;
    *)
      printf '  %s: no answer (exit code %d)\n' "$1" "$code" >&2
      failed+=("$1")
      ;;
  esac
}

print_row() {
  printf '%-16s %9s %9s %9s %7s %7s\n' "$@"
}

# Prints the table and writes the summary in one pass over the same numbers.
summarise() {
  local service comma='' n=() total=(0 0 0 0) i
  local summary=$results/demo-summary.json
  local keys='"processed_logs": %d, "total_findings": %d, "critical_findings_count": %d, "error_count": %d'
  printf '{\n  "timestamp": "%s",\n  "services": [' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$summary"
  print_row Service Records Findings Critical Users Errors
  for service in "${services[@]}"; do
    mapfile -t n < <(numbers_of "$service")
    print_row "$service" "${n[@]}"
    # shellcheck disable=SC2059 # the keys are the format
    printf "$comma\n    { \"service\": \"%s\", $keys, \"unique_users\": %d }" \
      "$service" "${n[0]}" "${n[1]}" "${n[2]}" "${n[4]}" "${n[3]}" >>"$summary"
    comma=,
    for i in 0 1 2; do
      total[i]=$((total[i] + n[i]))
    done
    total[3]=$((total[3] + n[4]))
  done
  print_row total "${total[@]:0:3}" '' "${total[3]}" # users are the same people in every log: no sum
  # shellcheck disable=SC2059
  printf "\n  ],\n  \"total\": { \"services\": %d, $keys }\n}\n" "${#services[@]}" "${total[@]}" >>"$summary"
}

# All services in one scan, what a person at a terminal would run. The gravest kinds of findings come first, each a line
# at the margin and some below it; a blank line before the totals.
print_top_findings() {
  local arguments=("${services[@]/#/$logs/}") code=0 shown=10
  arguments=("${arguments[@]/%/.log}")
  [ ! -r "$conditions" ] || arguments+=(--conditions "$conditions")
  printf '\nThe gravest of all of them (logaudit scan -f text %s):\n\n' "${arguments[*]}"
  "$program" scan -f text "${arguments[@]}" >"$results/scan.txt" 2>"$results/stderr" || code=$?
  case $code in
    0 | 3 | 4)
      awk -v last="$shown" -v more="... the other kinds are in $results/scan.txt" '
        /^[^ ]/ && !totals { kinds++ }
        kinds <= last || totals
        /^$/ && !totals { totals = 1; if (kinds > last) print more "\n" }' "$results/scan.txt"
      ;;
    *)
      cat "$results/stderr" >&2
      failed+=(scan)
      ;;
  esac
}

main() {
  case "${1-}" in
    -h | --help)
      usage
      return
      ;;
    --aws)
      run_on_aws "${@:2}"
      ;;
    -*)
      usage >&2
      exit 2
      ;;
    '') ;;
    *)
      logs=${1%/}
      [ -d "$logs" ] || die "there is no folder $logs"
      ;;
  esac
  build
  make_results_folder
  find_services
  failed=()
  if [ ${#services[@]} -eq 0 ]; then
    echo "there is no log to audit: $logs/*.log is empty"
  fi
  for service in "${services[@]}"; do
    invoke "$service"
  done
  summarise
  [ ${#services[@]} -eq 0 ] || print_top_findings
  rm -f "$results/stderr"
  printf '\nResults: %s/\n' "$results"
  [ ${#failed[@]} -eq 0 ] || die "no result for: ${failed[*]}"
}

main "$@"
