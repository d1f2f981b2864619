"""Measures and prints the table of throughput.sh, which see.

    throughput.py PROGRAM FOLDER MB RUNS CORPUS...
"""

import os
import re
import statistics
import subprocess
import sys

from compare import measure

HERE = os.path.dirname(os.path.abspath(__file__))
RULES = os.path.join(HERE, "rules.lua")
PYTHON = "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else sys.executable
# The auditor in Python gets this part of the log: it is slow, and its speed does not depend on the length.
CUT = 25
RG_TARGETS = {"text-1": 1.5, "text-10": 1.0, "json-10": 0.8}
PYTHON_TARGET = 150


def output(*argv, stderr=False):
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    return done.stderr if stderr else done.stdout


def make_corpus(folder, name, megabytes):
    """The log of that name, made when it is not there or older than what makes it."""
    path, maker = os.path.join(folder, f"{name}-{megabytes:g}.log"), os.path.join(HERE, "corpus.py")
    if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(maker):
        with open(path + ".part", "w") as file:
            subprocess.run([PYTHON, maker, *name.split("-"), str(megabytes)], stdout=file, check=True)
        os.rename(path + ".part", path)
    return path


def alternation(listed):
    """The patterns as one, in which names of groups may not repeat. A flag stays inside its own group."""
    patterns = (line.split("\t")[1] for line in listed.splitlines())
    return "|".join("(?:%s)" % re.sub(r"\(\?P<\w+>", "(?:", pattern) for pattern in patterns)


def lines_found(path):
    """How many different lines the findings of an ndjson result are about."""
    with open(path) as file:
        return len({match.group() for match in (re.search(r'"line_number":\d+', line) for line in file) if match})


class Bench:
    def __init__(self, program, folder):
        listed = output("lua5.4", os.path.join(HERE, "patterns.lua"), RULES)
        self.folder, self.pattern_file = folder, os.path.join(folder, "patterns.tsv")
        with open(self.pattern_file, "w") as file:
            file.write(listed)
        self.found = os.path.join(folder, "found.ndjson")
        self.logaudit = [program, "scan", "-q", "-j", "1", "-f", "ndjson", "-o", self.found, "-r", RULES]
        self.rg = ["rg", "--no-config", "-c", "-e", alternation(listed)]
        self.auditor = [PYTHON, os.path.join(HERE, "auditor.py"), self.pattern_file]
        self.disagreements = 0

    def check(self, name, tool, count, expected):
        if count != expected:
            self.disagreements += 1
            print(f"{name}: {tool} found {count} lines, rg {expected}")

    def row(self, name, megabytes, runs):
        log, cut = make_corpus(self.folder, name, megabytes), make_corpus(self.folder, name, megabytes / CUT)
        commands = [[*self.logaudit, log], [*self.rg, log], [*self.auditor, cut]]
        times = measure(commands, runs, warm_up=1)
        ours, rg, python = (os.path.getsize(argv[-1]) / 1000 / statistics.median(t.processor)
                            for argv, t in zip(commands, times))
        hit, lines = int(output(*self.rg, log)), int(output("wc", "-l", log).split()[0])
        self.check(name, "logaudit", lines_found(self.found), hit)
        self.check(name, "auditor.py", int(output(*self.auditor, cut, stderr=True)), int(output(*self.rg, cut)))
        target = f">= {RG_TARGETS[name]}" if name in RG_TARGETS else ""
        print(f"{name:<8} {100 * hit / lines:7.2f} {ours:9.1f} {rg:6.0f} {python:7.2f} {ours / rg:7.2f} {target:>7}"
              f" {ours / python:9.1f} {f'>= {PYTHON_TARGET}':>7}", flush=True)


def main():
    program, folder, megabytes, runs, *names = sys.argv[1:]
    bench = Bench(program, folder)
    print(f"MB per second of processor time, medians of {runs} runs in turns")
    print(f"{'':<8} {'lines %':>7} {'logaudit':>9} {'rg':>6} {'Python':>7} {'x rg':>7} {'target':>7} {'x Python':>9} {'target':>7}")
    for name in names:
        bench.row(name, float(megabytes), int(runs))
    return 1 if bench.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
