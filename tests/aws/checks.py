"""Counted checks: one that fails is printed, and the others go on."""

import sys

SHOWN = 5000
passed = failed = 0


def check(what, holds, detail=""):
    """Returns whether it holds."""
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what} {str(detail)[:SHOWN]}", flush=True)
    return holds


def run(names, chosen):
    """Calls the functions test_NAME among a module's names, or those whose NAMEs were chosen; ends the program."""
    for name in ["test_" + name for name in chosen] or sorted(name for name in names if name.startswith("test_")):
        names[name]()
    finish()


def finish():
    """Ends the program: the last line says how many, the exit code whether all passed."""
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)
