"""The package of the Lambda function as it would lie in /var/task: in a root where there is nothing beside it but glibc,
with Lambda's environment.

usage: test_package.py PACKAGE

PACKAGE is the folder that scripts/package-lambda.sh leaves. Needs a mount namespace, as that script does."""

import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from checks import check, finish
from runtime_api import RuntimeApi

PACKAGE = os.path.abspath(sys.argv[1])
TESTS = os.path.dirname(os.path.abspath(__file__))
GLIBC = ["libc.so.6", "libm.so.6", "libresolv.so.2", "libdl.so.2", "libpthread.so.0", "librt.so.1"]
LIBRARY_PATH = "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"
EVENT = {"source_type": "s3", "source_config": {"bucket_name": "logs", "object_key": "auth.log"}, "response": "summary"}


def copy_glibc(root):
    """Where Debian has it and where the loader of the program looks; other libraries that Amazon Linux might have are
    there too, useless, so that one of ours that loses to them shows."""
    machine = os.uname().machine
    [loader] = glob.glob("/lib64/ld-linux-*") or glob.glob("/lib/ld-linux-*")
    for folder in ("lib64", "tmp", "proc", "var/task", f"lib/{machine}-linux-gnu", "logs/s3/logs"):
        os.makedirs(os.path.join(root, folder))
    os.makedirs(os.path.dirname(root + loader), exist_ok=True)
    shutil.copy(loader, root + loader)
    for name in GLIBC:
        shutil.copy(f"/lib/{machine}-linux-gnu/{name}", os.path.join(root, f"lib/{machine}-linux-gnu", name))
    for path in glob.glob(os.path.join(PACKAGE, "lib", "*")):
        with open(os.path.join(root, "lib64", os.path.basename(path)), "w", encoding="ascii") as bad:
            bad.write("no library")


def command(root):
    """Everything is read-only but /tmp, as in Lambda."""
    script = """set -e
        mount --bind "$2" "$1/var/task"
        mount -o remount,bind,ro "$1/var/task"
        mount --rbind /proc "$1/proc"
        export LD_LIBRARY_PATH=$3
        read -r processor_time _ </proc/self/schedstat
        echo $EPOCHREALTIME "$processor_time" >"$1/started"
        exec /usr/sbin/chroot "$1" /var/task/bootstrap"""
    user = [] if os.getuid() == 0 else ["--map-root-user"]
    return ["unshare", *user, "--mount", "bash", "-c", script, "bash", root, PACKAGE, LIBRARY_PATH]


def start(api, root, log):
    environment = {
        "AWS_LAMBDA_FUNCTION_NAME": "audit",
        "LOGAUDIT_LOCAL_ROOT": "/logs",
        "LAMBDA_TASK_ROOT": "/var/task",
    }
    return api.start(command(root), environment, stdout=log, stderr=log)


def files_below(folder):
    return sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)


def start_up():
    """Milliseconds from the start of the program to its first /next, and the processor time in them: medians."""
    took, used = [], []
    for _ in range(9):
        with tempfile.TemporaryDirectory() as root, RuntimeApi() as api:
            copy_glibc(root)
            process = start(api, root, subprocess.DEVNULL)
            while not api.first_next:
                time.sleep(0.01)
            spent = int(open(f"/proc/{process.pid}/schedstat", encoding="ascii").read().split()[0])
            started, before = open(os.path.join(root, "started"), encoding="ascii").read().split()
            took.append((api.first_next - float(started)) * 1000)
            used.append((spent - int(before)) / 1e6)
    return sorted(took)[len(took) // 2], sorted(used)[len(used) // 2]


def main():
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryFile("w+") as log, RuntimeApi() as api:
        copy_glibc(root)
        shutil.copy(os.path.join(TESTS, "../../demo-logs/auth.log"), os.path.join(root, "logs/s3/logs/auth.log"))
        process = start(api, root, log)
        answer = api.invoke(json.dumps(EVENT).encode())
        result = json.loads(answer.body)
        check("answer", answer.kind == "response" and result["summary"]["total_findings"] > 50, answer.body)
        check("shipped rules", result["rules"]["loaded"] >= 60 and not result["rules"]["failed"], result["rules"])
        check("their compiled form was used", files_below(os.path.join(root, "tmp")) == [], files_below(root + "/tmp"))
        maps = open(f"/proc/{process.pid}/maps", encoding="utf-8").read()
        foreign = {line.split()[-1] for line in maps.splitlines() if ".so" in line and "/var/task/" not in line}
        foreign = {name for name in foreign if os.path.basename(name) not in GLIBC and "ld-linux" not in name}
        check("libcurl of the package", "/var/task/lib/libcurl.so.4" in maps)
        check("no other libraries", not foreign, foreign)
        conditions = {"conditions": [{"name": "Mia", "pattern": "(?i)user=mia\\b"}]}
        result = json.loads(api.invoke(json.dumps(dict(EVENT, custom_conditions=conditions)).encode()).body)
        check("conditions are compiled", result["rules"]["loaded"] >= 61, result["rules"])
        conditions["conditions"][0]["pattern"] = "(a"
        answer = api.invoke(json.dumps(dict(EVENT, custom_conditions=conditions)).encode())
        check("or refused", answer.kind == "error" and b"position 0" in answer.body, answer)
        log.seek(0)
        check("log lines are JSON", all(json.loads(line) for line in log))
        started = time.time()
        for _ in range(100):
            api.invoke(json.dumps(EVENT).encode())
        warm = (time.time() - started) * 10
        resident = int(open(f"/proc/{process.pid}/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE") / (1 << 20)
        print(f"warm invocation of 90 lines: {warm:.1f} ms; memory after 100: {resident:.0f} MiB")
        check("memory", resident < 40, resident)
    print("start to first /next: %.1f ms, of processor time %.1f ms" % start_up())
    finish()


main()
