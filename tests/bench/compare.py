#!/usr/bin/env python3
"""Times commands against each other: in turns, so that a busy machine slows all of them alike.

    compare.py [--runs N] [--base COMMAND] COMMAND...

Prints median and minimum in ms, the ratio of medians to the base command, and the peak resident memory. Each command
runs twice beforehand (page cache, caches of its own). Its output is dropped.
"""

import argparse
import os
import shlex
import statistics
import time


def run(argv):
    """Milliseconds and KiB of one run."""
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
    return elapsed, usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--base")
    parser.add_argument("commands", nargs="+")
    given = parser.parse_args()
    commands = [shlex.split(command) for command in given.commands]
    times = [[] for _ in commands]
    memory = [0] * len(commands)
    for turn in range(given.runs + 2):
        for i, argv in enumerate(commands):
            elapsed, rss = run(argv)
            memory[i] = max(memory[i], rss)
            if turn >= 2:
                times[i].append(elapsed)
    medians = [statistics.median(t) for t in times]
    base = medians[given.commands.index(given.base)] if given.base else medians[0]
    print(f"{'median ms':>10} {'min ms':>8} {'ratio':>6} {'MB':>6}  command")
    for command, median, runs, rss in zip(given.commands, medians, times, memory):
        name = " ".join(os.path.basename(word) for word in command.split())
        print(f"{median:10.2f} {min(runs):8.2f} {median / base:6.2f} {rss / 1024:6.1f}  {name}")


main()
