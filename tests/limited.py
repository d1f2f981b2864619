#!/usr/bin/env python3
"""limited.py SECONDS RSS_FILE COMMAND...: runs a command with a time limit and writes its peak memory.

The peak resident size, in KiB, goes to RSS_FILE; the exit code is the command's, 124 when its time was up, and
128 + N when signal N ended it.
"""

import resource
import subprocess
import sys


def main():
    seconds, rss_file, *command = sys.argv[1:]
    try:
        code = subprocess.run(command, timeout=float(seconds)).returncode
    except subprocess.TimeoutExpired:
        code = 124
    with open(rss_file, "w", encoding="ascii") as out:
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=out)
    sys.exit(code if code >= 0 else 128 - code)


main()
