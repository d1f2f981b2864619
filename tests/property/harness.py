"""What the property drivers share: running the program in a folder of its own, and a seed that is always
printed, so that a failure can be repeated: DRIVER PROGRAM SEED."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time

VOLATILE = ("processing_time_ms", "timestamp")


class Harness:
    """The program under test, a random source and a scratch folder that is removed at the end."""

    def __init__(self):
        if len(sys.argv) < 2:
            sys.exit(f"usage: {sys.argv[0]} PROGRAM [SEED]")
        self.program = os.path.abspath(sys.argv[1])
        self.seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20241126
        self.random = random.Random(self.seed)
        self.folder = tempfile.TemporaryDirectory(prefix="logaudit-property-")
        self.failures = 0
        self.started = time.monotonic()
        print(f"seed {self.seed}", flush=True)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def keep(self, name, content):
        """A file that outlives the run, for whoever looks at the failure."""
        path = os.path.join(tempfile.mkdtemp(prefix="logaudit-failed-"), name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def run(self, *arguments, stdin=None, expect=(0, 4)):
        """The program's standard output; exits when it ends in any other way than expected."""
        environment = dict(os.environ, LOGAUDIT_CACHE=self.path("cache"), LC_ALL="C.UTF-8")
        done = subprocess.run([self.program, *arguments, "-q"], stdin=stdin, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=environment, timeout=300)
        if done.returncode not in expect:
            sys.exit(f"seed {self.seed}: exit {done.returncode}: {done.stderr.decode(errors='replace')}")
        return done.stdout

    def scan(self, *arguments, **options):
        """The lines of ndjson."""
        return self.run("scan", "-f", "ndjson", *arguments, **options).splitlines()

    def fail(self, text):
        self.failures += 1
        print(f"FAILED: {text}", flush=True)

    def report(self, what):
        print(f"{what}: {self.failures} failed, {time.monotonic() - self.started:.1f} s")
        return 1 if self.failures else 0


def settled(line):
    """The closing line without what differs between any two runs."""
    closing = json.loads(line)
    for key in VOLATILE:
        closing.pop(key, None)
    return json.dumps(closing, sort_keys=True)
