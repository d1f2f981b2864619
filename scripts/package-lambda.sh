#!/usr/bin/env bash
# Makes the package of the Lambda function for provided.al2023, of this machine's architecture:
#
#   bootstrap     the program (Vectorscan, Lua, PCRE2 ... are linked into it)
#   lib/          the shared libraries it needs or loads, without glibc, which the system has
#   lua/ rules/   as in the sources, to be edited
#   cache/        the shipped rules, compiled: as good for every processor with AVX2
#   licences/     of everything that is inside
#
# Checked before it is packed: nothing asks for a glibc newer than 2.34, the C++ runtime of Debian is not among the
# libraries, and ours come before the system's (DT_RPATH).
set -euo pipefail
cd "$(dirname "$0")/.."

glibc=2.34 # of Amazon Linux 2023
build=build/lambda
package=$build/package

usage() {
  cat <<'TEXT'
usage: scripts/package-lambda.sh

Builds with the preset lambda and leaves build/lambda/logaudit-lambda-ARCHITECTURE.zip, and its contents in
build/lambda/package/. Compiling the rules needs a mount namespace: root, or a kernel that lets users make them.
TEXT
}

die() {
  printf 'package-lambda: %s\n' "$*" >&2
  exit 1
}

# The shared libraries that a file needs, with their paths; glibc's own are the system's.
needed() {
  ldd "$@" | awk '/=> \//{ print $3 }' | sort -u |
    grep -vE '/(libc|libm|libdl|libpthread|librt|libresolv|ld-linux[^/]*)\.so\.[0-9]+$'
}

# The path of a library that is loaded by its name, as the linker's cache has it. All of the list is read: with
# pipefail, who writes into a pipe that is closed has failed.
loaded() {
  ldconfig -p | awk -v name="$1" '$1 == name && !found++ { print $NF }'
}

copy_libraries() {
  local curl crypto library
  curl=$(loaded libcurl.so.4) crypto=$(loaded libcrypto.so.3)
  if [ -z "$curl" ] || [ -z "$crypto" ]; then
    die 'libcurl.so.4 and libcrypto.so.3 are not installed'
  fi
  mkdir "$package/lib"
  {
    needed "$package/bootstrap" "$curl" "$crypto"
    printf '%s\n' "$curl" "$crypto"
  } | sort -u | while IFS= read -r library; do
    cp -L "$library" "$package/lib/$(basename "$library")"
    strip --strip-unneeded "$package/lib/$(basename "$library")"
  done
}

# The copyright file of each Debian package that something came from; those linked statically by their -dev package.
copy_licences() {
  local library owner
  mkdir "$package/licences"
  cp LICENSE "$package/licences/logaudit"
  cp -RL /usr/share/common-licenses "$package/licences" # what the others refer to
  for library in "$package"/lib/*; do
    owner=$(dpkg -S "*/$(basename "$(realpath "$(loaded "$(basename "$library")")")")" | awk -F: 'NR == 1 { print $1 }')
    [ -n "$owner" ] || die "no package has $library"
    cp -L "/usr/share/doc/$owner/copyright" "$package/licences/$owner"
  done
  for owner in liblua5.4-dev lua-lpeg-dev libvectorscan-dev libpcre2-dev libzstd-dev libxxhash-dev libexpat1-dev libyaml-dev \
    "libstdc++-$(gcc -dumpversion | cut -d. -f1)-dev"; do
    cp -L "/usr/share/doc/$owner/copyright" "$package/licences/$owner"
  done
}

# Where the package will lie is part of what is compiled: messages name the paths of rules. A scan loads them as the
# function does; other verbs are more lenient with them.
compile_rules() {
  local map=()
  [ "$(id -u)" -eq 0 ] || map=(--map-root-user)
  mkdir "$package/cache"
  # shellcheck disable=SC2016 # the inner shell's
  unshare "${map[@]}" --mount bash -euc '
    mount -t tmpfs none /var
    mkdir /var/task
    mount --bind "$1" /var/task
    export LOGAUDIT_CACHE=/var/task/cache
    touch /var/nothing
    /var/task/bootstrap scan /var/nothing >/dev/null' bash "$package"
  [ -n "$(ls "$package/cache")" ] || die 'the rules were not compiled'
}

check_glibc() {
  local file newest
  for file in "$package/bootstrap" "$package"/lib/*; do
    newest=$(objdump -T "$file" | { grep -o 'GLIBC_[0-9.]*' || true; } | sort -Vu | tail -n 1)
    newest=${newest#GLIBC_}
    [ "$(printf '%s\n' "${newest:-0}" $glibc | sort -V | tail -n 1)" = $glibc ] ||
      die "$file needs glibc $newest; the system has $glibc"
  done
}

check_libraries() {
  local missing
  [ -z "$(find "$package/lib" -name 'libstdc++*' -o -name 'libgcc_s*')" ] ||
    die 'the C++ runtime of Debian is in the package'
  # shellcheck disable=SC2016 # the loader's variable
  readelf -d "$package/bootstrap" | grep '(RPATH).*\[$ORIGIN/lib\]' >/dev/null || die 'bootstrap has no DT_RPATH to lib/'
  missing=$(LD_LIBRARY_PATH='' ldd "$package/bootstrap" | grep -v -e "$package/lib/" -e linux-vdso -e ld-linux \
    -e 'lib[cm]\.so\.6' || true)
  [ -z "$missing" ] || die "bootstrap takes libraries from elsewhere: $missing"
}

main() {
  local zip
  case ${1-} in
    '') ;;
    -h | --help)
      usage
      return
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  package=$PWD/$package
  mkdir -p $build
  exec 9>$build/package.lock # two of them would empty one folder
  flock 9
  [ -f $build/build.ninja ] || cmake --preset lambda
  cmake --build --preset lambda --target logaudit
  rm -rf "$package"
  mkdir -p "$package"
  strip -o "$package/bootstrap" $build/logaudit
  chmod 755 "$package/bootstrap"
  cp -R lua rules "$package"
  copy_libraries
  copy_licences
  compile_rules
  check_glibc
  check_libraries
  chmod -R u=rwX,go=rX "$package"
  zip=$PWD/$build/logaudit-lambda-$(uname -m).zip
  (cd "$package" && cmake -E tar cf "$zip.new" --format=zip --mtime='2000-01-01 00:00:00 UTC' -- *)
  mv "$zip.new" "$zip" # who reads the old one goes on reading it
  du -sh "$package" "$zip"
}

main "$@"
