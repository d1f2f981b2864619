"""The program against servers that speak AWS's protocols, all of them on the loopback and started here.

usage: run.py PROGRAM [--full] [--seed N] [--server NAME] [TEST...]

Swift's S3 interface verifies signatures strictly; moto has STS and the metadata service; objects.py breaks on purpose.
What cannot be had is named as "skipped: ..."; the last line is "N passed, N failed". --full runs the long forms.
--server versitygw runs the tests that need a strict server against another one.
"""

import argparse
import shutil
import sys
import time

from run_access import Access
from run_faults import Faults
from run_logs import Logs
from run_signed import Signed
from run_size import Size
from run_storing import Storing
from strict_servers import STRICT

PARTS = [Signed, Access, Faults, Storing, Logs, Size]


class Tests(*PARTS):
    """All of them share the servers."""


def missing_moto(_):
    try:
        import moto  # noqa: F401
    except ImportError:
        return "moto is not installed"
    return None


MISSING = {
    "moto": missing_moto,
    "faketime": lambda _: None if shutil.which("faketime") else "faketime is not installed",
    "strict": lambda server: STRICT[server].missing(),
    "versions": lambda _: None,
}


def needs_of(name):
    return getattr(getattr(Tests, f"test_{name}"), "needs", ())


def skipped_because(name, server):
    """What a test needs and this machine lacks."""
    return next(filter(None, (MISSING[what](server) for what in needs_of(name))), None)


def chosen(options):
    """Swift, for CI, has no versions; another server is there for the tests that need one like it."""
    if options.tests:
        return options.tests
    every = [n.removeprefix("test_") for part in PARTS for n in vars(part) if n.startswith("test_")]
    wanted = "versions" if options.server == "swift" else "strict"
    return [n for n in every if (wanted in needs_of(n)) == (options.server != "swift")]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("tests", nargs="*")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--server", choices=STRICT, default="swift")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_intermixed_args()
    tests = Tests(options.program, options.full, options.seed, options.server)
    passed = failed = 0
    try:
        for name in chosen(options):
            reason, started = skipped_because(name, options.server), time.monotonic()
            if reason:
                print(f"skipped: {name}: {reason}")
                continue
            tests.objects.quiet()
            try:
                getattr(tests, f"test_{name}")()
                passed += 1
                print(f"ok      {name} ({time.monotonic() - started:.1f} s)", flush=True)
            except Exception as error:  # any: one test must not end the others
                failed += 1
                print(f"FAILED  {name}: {type(error).__name__}: {error}", flush=True)
    finally:
        tests.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
