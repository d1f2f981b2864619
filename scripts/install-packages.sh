#!/usr/bin/env bash
# Installs the Debian packages that logaudit is built and tested with. Only what is missing is installed: when
# nothing is, this is one call of dpkg-query and needs neither root nor a network.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/install-packages.sh [--list] [build] [test] [aws] [demo]

Installs what is missing of the named groups (without a group: build and test):
  build   compiler, CMake, the libraries                      ./demo.sh needs no more
  test    sanitizer runtimes, clang tools, linters, Python    ./test.sh needs both groups
  aws     servers that stand in for AWS                       ./test.sh lambda aws
  demo    Python                                              ./demo.sh --aws needs build, too

  --list  print the packages of the groups and install nothing

LOGAUDIT_NO_INSTALL=1 makes it do nothing: for systems that have the libraries, but not from apt.
TEXT
}

build_packages=(
  build-essential cmake ninja-build pkg-config
  liblua5.4-dev lua-lpeg-dev libcjson-dev libvectorscan-dev libpcre2-dev
  libisal-dev libzstd-dev libxxhash-dev libmaxminddb-dev libcurl4-openssl-dev libssl-dev libexpat1-dev libyaml-dev
  ca-certificates # for the program, not for the build: without it no AWS endpoint can be trusted
)
test_packages=(
  clang clang-format clang-tidy lua5.4 lua-check lua-lpeg shellcheck
  python3 python3-venv ripgrep hyperfine time zstd gzip
)
demo_packages=(python3 python3-venv)
# Swift is a library here: no server is started by installing it. HAProxy's service has no port in its configuration.
aws_packages=(python3-swift python3-venv openssl faketime haproxy)

die() {
  printf 'install-packages: %s\n' "$*" >&2
  exit 1
}

# The runtime of clang's sanitizers is only recommended by clang, and its name carries clang's version.
clang_runtime() {
  if grep -qx 'VERSION_ID="13"' /etc/os-release 2>/dev/null; then
    echo libclang-rt-19-dev
  else
    echo libclang-rt-14-dev
  fi
}

missing_of() {
  local installed package
  # dpkg-query fails when any of the packages is unknown to it; what it prints about the others is still right.
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    grep -qxF "installed $package" <<<"$installed" || echo "$package"
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 -qq "$@"
}

# dpkg's chatter goes to a log; it is shown when something failed.
install() {
  local log
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    die "needs root, and there is no sudo. As root: apt-get update && apt-get install --no-install-recommends $*"
  fi
  log=$(mktemp)
  echo "installing $# packages: $*"
  # Without package lists (a bare system) or with old ones an install fails, so they are always fetched first.
  if ! { apt_get update && apt_get install -y --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    die "apt-get could not install: $*"
  fi
  rm -f "$log"
}

main() {
  local list=no wanted=() missing=()
  while [ $# -gt 0 ]; do
    case "$1" in
      build) wanted+=("${build_packages[@]}") ;;
      test) wanted+=("${test_packages[@]}" "$(clang_runtime)") ;;
      aws) wanted+=("${aws_packages[@]}") ;;
      demo) wanted+=("${demo_packages[@]}") ;;
      --list) list=yes ;;
      -h | --help)
        usage
        return
        ;;
      *)
        usage >&2
        exit 2
        ;;
    esac
    shift
  done
  [ ${#wanted[@]} -gt 0 ] || wanted=("${build_packages[@]}" "${test_packages[@]}" "$(clang_runtime)")

  if [ "$list" = yes ]; then
    printf '%s\n' "${wanted[@]}"
    return
  fi
  if [ -n "${LOGAUDIT_NO_INSTALL-}" ]; then
    return # whoever sets it has seen to the packages
  fi
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    die "this is not a Debian system. Install the equivalents of these Debian 12 packages,
then set LOGAUDIT_NO_INSTALL=1 and start again:
  ${wanted[*]}"
  fi
  mapfile -t missing < <(missing_of "${wanted[@]}")
  [ ${#missing[@]} -eq 0 ] || install "${missing[@]}"
}

main "$@"
