#!/usr/bin/env python3
"""Times commands against each other: in turns, so that a busy machine slows all of them alike.

    compare.py [--runs N] [--base COMMAND] COMMAND...

Prints median and minimum in ms, the median of the processor's time (which other work on the machine disturbs less),
the ratio of the medians to the base command's, and the peak resident memory. Each command
runs twice beforehand (page cache, caches of its own). Its output is dropped.
"""

import argparse
import os
import shlex
import statistics
import time


def run(argv):
    """Milliseconds, milliseconds of processor and KiB of one run."""
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
    return elapsed, (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--base")
    parser.add_argument("commands", nargs="+")
    given = parser.parse_args()
    commands = [shlex.split(command) for command in given.commands]
    times, processor = [[] for _ in commands], [[] for _ in commands]
    memory = [0] * len(commands)
    for turn in range(given.runs + 2):
        for i, argv in enumerate(commands):
            elapsed, used, rss = run(argv)
            memory[i] = max(memory[i], rss)
            if turn >= 2:
                times[i].append(elapsed)
                processor[i].append(used)
    medians = [statistics.median(t) for t in times]
    base = medians[given.commands.index(given.base)] if given.base else medians[0]
    print(f"{'median ms':>10} {'min ms':>8} {'cpu ms':>8} {'ratio':>6} {'MB':>6}  command")
    for i, command in enumerate(given.commands):
        name = " ".join(os.path.basename(word) for word in command.split())
        print(
            f"{medians[i]:10.2f} {min(times[i]):8.2f} {statistics.median(processor[i]):8.2f}"
            f" {medians[i] / base:6.2f} {memory[i] / 1024:6.1f}  {name}"
        )


main()
