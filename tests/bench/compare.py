#!/usr/bin/env python3
"""Times commands against each other: in turns, so that a busy machine slows all of them alike.

    compare.py [--runs N] [--base COMMAND] COMMAND...

Prints median and minimum in ms, the median of the processor's time (which other work on the machine disturbs less),
the ratio of the medians to the base command's, and the peak resident memory (never less than that of this script,
which Linux adds to what it starts). Each command runs twice beforehand (page cache, caches of its own). Its output
is dropped.
"""

import argparse
import os
import shlex
import statistics
import time


class Times:
    """What the runs of one command took: lists of milliseconds, and the most memory in KiB."""

    def __init__(self):
        self.elapsed, self.processor, self.memory = [], [], 0

    def add(self, elapsed, usage):
        self.elapsed.append(elapsed)
        self.processor.append((usage.ru_utime + usage.ru_stime) * 1000)
        self.memory = max(self.memory, usage.ru_maxrss)


def run(argv):
    """Milliseconds and resource usage of one run."""
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        try:
            os.execvp(argv[0], argv)
        finally:
            os._exit(127)
    _, status, usage = os.wait4(pid, 0)
    elapsed = (time.perf_counter() - started) * 1000
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"compare: {shlex.join(argv)} ended with {os.waitstatus_to_exitcode(status)}")
    return elapsed, usage


def measure(commands, runs, warm_up=2):
    """Times of each command, run in turns."""
    times = [Times() for _ in commands]
    for turn in range(runs + warm_up):
        for argv, result in zip(commands, times):
            elapsed, usage = run(argv)
            if turn >= warm_up:
                result.add(elapsed, usage)
    return times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--base")
    parser.add_argument("commands", nargs="+")
    given = parser.parse_args()
    times = measure([shlex.split(command) for command in given.commands], given.runs)
    medians = [statistics.median(t.elapsed) for t in times]
    base = medians[given.commands.index(given.base)] if given.base else medians[0]
    print(f"{'median ms':>10} {'min ms':>8} {'cpu ms':>8} {'ratio':>6} {'MB':>6}  command")
    for command, median, t in zip(given.commands, medians, times):
        name = " ".join(os.path.basename(word) for word in command.split())
        print(
            f"{median:10.2f} {min(t.elapsed):8.2f} {statistics.median(t.processor):8.2f}"
            f" {median / base:6.2f} {t.memory / 1024:6.1f}  {name}"
        )


if __name__ == "__main__":
    main()
