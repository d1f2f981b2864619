"""Reading from a pipe in odd pieces gives what reading the file gives, for text, JSON, mixed and compressed input.

usage: chunks.py PROGRAM [SEED]"""

import gzip
import json
import os
import sys
import threading

from generate import Generator
from harness import Harness, settled

RULES = """return { rule { id = "words", type = "Error", any = { [[(?i)failed|error|timeout|kernel]] } },
  rule { id = "users", type = "T", where = { user_name = { exists = true } } } }
"""


def inputs(harness):
    generator = Generator(harness.random)
    words = [lambda word=word: word for word in ("failed", "error", "timeout", "kernel")]
    lines = [generator.record(words) for _ in range(1500)]
    mixed = b"\n".join(lines) + b"\nTraceback (most recent call last):\n  File \"x\"\nValueError: failed"
    document = json.dumps({"Records": [{"message": f"failed {i}", "user_name": "bo"} for i in range(3000)]}, indent=1).encode()
    yield "mixed", mixed
    yield "crlf", mixed.replace(b"\n", b"\r\n")
    yield "document", document
    yield "gzip", gzip.compress(mixed, mtime=0)
    yield "members", b"".join(gzip.compress(line + b"\n", mtime=0) for line in lines[:300])
    yield "one line", b"failed " + b"x " * 700_000
    yield "empty", b""


def feed(descriptor, content, sizes):
    """Writes the content in pieces; the reader may see them joined, never torn otherwise."""
    with os.fdopen(descriptor, "wb", buffering=0) as pipe:
        at = 0
        while at < len(content):
            size = next(sizes)
            at += pipe.write(content[at : at + size])


def piece_sizes(random):
    """Mostly big pieces with runs of tiny ones, so that every border is cut somewhere and it still ends."""
    while True:
        for _ in range(random.randint(1, 40)):
            yield random.choice([1, 2, 3, 7, 63])
        yield random.choice([4095, 4097, 65535, 65537, 200_001])


def scan_pipe(harness, rules, content):
    reading, writing = os.pipe()
    writer = threading.Thread(target=feed, args=(writing, content, piece_sizes(harness.random)))
    writer.start()
    try:
        return harness.scan("-r", rules, "-", stdin=reading)
    finally:
        os.close(reading)
        writer.join()


def comparable(lines, uri):
    """Without what names the source."""
    made = []
    for line in lines[:-1]:
        finding = json.loads(line)
        if finding.pop("source") != uri:
            finding["foreign source"] = True
        finding.pop("finding_id")
        made.append(json.dumps(finding, sort_keys=True))
    closing = json.loads(settled(lines[-1]))
    for key in ("audit_id", "sources", "incomplete"):
        closing.pop(key)
    for group in closing["groups"]:
        group.pop("sample_source")
    return made + [json.dumps(closing, sort_keys=True)]


def main():
    harness = Harness()
    rules = harness.write("rules.lua", RULES)
    total = 0
    for name, content in inputs(harness):
        path = harness.write("input", content)
        want = comparable(harness.scan("-r", rules, path), path)
        total += len(want)
        for _ in range(3):
            got = comparable(scan_pipe(harness, rules, content), "-")
            if got != want:
                place = next((i for i, (a, b) in enumerate(zip(want, got)) if a != b), min(len(want), len(got)))
                harness.fail(f"{name}: the pipe differs at line {place}:\n{want[place:place + 1]}\n{got[place:place + 1]}")
    return harness.report(f"{total} lines")


if __name__ == "__main__":
    sys.exit(main())
