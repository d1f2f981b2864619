#!/usr/bin/env python3
"""What a warm invocation costs: the function on an object of 1,000 lines in a folder, the result stored there.

usage: tests/bench/warm.py BOOTSTRAP [CORPUS...]

BOOTSTRAP is that of the package (build/lambda/package/bootstrap). Shipped rules; default corpora: json-1 json-10 text-10.
Prints milliseconds of processor time and of waiting per invocation, medians of groups of ten, the processor time as a
multiple of what `python3 -c pass` takes in the same run, and the memory in the end."""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "aws"))

from cost import FOLDER, processor_seconds  # noqa: E402
from runtime_api import Event, RuntimeApi  # noqa: E402
from throughput import make_corpus  # noqa: E402

LINES, GROUPS, GROUP = 1000, 30, 10
# Elsewhere in PATH it may be a script that looks for the real one.
PYTHON = "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else "python3"


def resident_mib(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024


def start_of_python():
    """Milliseconds of processor time of `python3 -c pass`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([PYTHON, "-c", "pass"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def measure(bootstrap, name):
    folder = tempfile.mkdtemp()
    os.makedirs(f"{folder}/s3/logs")
    with open(make_corpus(FOLDER, name, 2), "rb") as log, open(f"{folder}/s3/logs/a.log", "wb") as file:
        file.writelines(line for line, _ in zip(log, range(LINES)))
    event = {"source_type": "s3", "source_config": {"bucket_name": "logs", "object_key": "a.log"}, "output_bucket": "results"}
    cpu, waited, python = [], [], []
    with RuntimeApi() as api, open(os.devnull, "wb") as null:
        process = api.start([bootstrap, "lambda"], {"LOGAUDIT_LOCAL_ROOT": folder, "LOGAUDIT_CACHE": f"{folder}/cache"},
                            stdout=null, stderr=null)
        answer = json.loads(api.invoke(Event(json.dumps(event).encode()), 60).body)
        for _ in range(GROUPS):
            before, start = processor_seconds(process), time.monotonic()
            for _ in range(GROUP):
                api.invoke(Event(json.dumps(event).encode()), 60)
            cpu.append((processor_seconds(process) - before) * 1000 / GROUP)
            waited.append((time.monotonic() - start) * 1000 / GROUP)
            python.append(start_of_python())
        memory = resident_mib(process)
    shutil.rmtree(folder)
    print(f"{name:<9}{answer['processed_logs']:>8}{answer['summary']['total_findings']:>10}{statistics.median(cpu):>10.1f}"
          f"{statistics.median(waited):>10.1f}{statistics.median(cpu) / statistics.median(python):>10.2f}{memory:>8.0f}", flush=True)


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    print(f"{'':<9}{'records':>8}{'findings':>10}{'cpu ms':>10}{'ms':>10}{'x python':>10}{'MiB':>8}")
    os.makedirs(FOLDER, exist_ok=True)
    for name in sys.argv[2:] or ["json-1", "json-10", "text-10"]:
        measure(os.path.abspath(sys.argv[1]), name)


if __name__ == "__main__":
    main()
