#!/usr/bin/env bash
# Puts what the tests of the Lambda function need, beside Debian's packages, below a folder: AWS's Runtime Interface
# Emulator (it comes in the wheel of the SAM command line) and a Python environment with cfn-lint, moto, the SAM
# translator and MiniStack. What is there is not fetched again.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: tests/aws/tools.sh FOLDER

Leaves FOLDER/aws-lambda-rie and FOLDER/venv/bin/{cfn-lint,ministack,python}.
TEXT
}

if [ $# -ne 1 ] || [ "$1" = --help ]; then
  usage
  [ "${1-}" = --help ] && exit 0
  exit 2
fi
mkdir -p "$1"
folder=$(realpath "$1")

if [ ! -x "$folder/venv/bin/ministack" ]; then
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server]==5.2.5' 'boto3==1.43.11' 'cfn-lint==1.51.0' 'aws-sam-translator==1.110.0' \
    'ministack==1.5.33'
fi

if [ ! -x "$folder/aws-lambda-rie" ]; then
  "$folder/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$folder" 'aws-sam-cli==1.170.0'
  python3 - "$folder" <<'UNPACK'
import glob, os, platform, sys, zipfile

[wheel] = glob.glob(os.path.join(sys.argv[1], "aws_sam_cli-*.whl"))
machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
target = os.path.join(sys.argv[1], "aws-lambda-rie")
with zipfile.ZipFile(wheel) as archive, open(target, "wb") as out:
    out.write(archive.read(f"samcli/local/rapid/aws-lambda-rie-{machine}"))
os.chmod(target, 0o755)
os.remove(wheel)
UNPACK
fi
