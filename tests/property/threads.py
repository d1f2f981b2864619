"""One thread and many give the same bytes, apart from processing_time_ms and timestamp: findings, counts,
groups, users, and the place where a failing rule is switched off.

usage: threads.py PROGRAM [SEED]"""

import sys

from generate import Generator
from harness import Harness, settled

RULES = """return {
  rule { id = "plain", type = "Error", severity = "high", any = { [[(?i)failed|timeout]] }, dedup = { "user_id" } },
  rule { id = "fields", type = "Performance", where = { status = { ge = 500 } } },
  rule { id = "often", type = "T", any = { "login" }, match = function(event)
    if event.line % 7 == 0 then error("now and then") end
    return { { n = event.line, title = "one" }, { n = 2, title = "two" } }
  end },
  rule { id = "late", type = "T", any = { "error" }, match = function(event)
    if event.line > 9000 then while true do end end
    return true
  end },
  rule { id = "refused", type = "T", any = { "disk" }, match = function(event)
    return { { n = 1 }, { severity = event.line % 5 == 0 and "odd" or "low" } }
  end },
  rule { id = "every", type = "T", match = function(event) return event.line % 1000 == 0 end },
}
"""
CONDITIONS = '{"conditions":[{"name":"costly","pattern":"(?:\\\\w+\\\\s?)+$x|^(\\\\w+\\\\s?)*!"},{"name":"calm","pattern":"kernel"}]}'
LEAST_BYTES = 2_500_000


def log(generator):
    """More than ten batches: records around the words of the rules, some with times and users."""
    lines, size = [], 0
    words = [lambda word=word: word for word in ("login", "failed", "error", "disk full", "kernel", "timeout", "status=503")]
    random = generator.random
    while size < LEAST_BYTES:
        line = generator.record(words)
        if random.random() < 0.3:
            line = b"2024-11-26T10:%02d:%02dZ user=u%d " % (random.randrange(60), random.randrange(60), random.randrange(40)) + line
        lines.append(line)
        size += len(line) + 1
    return b"\n".join(lines) + b"\n"


def main():
    harness = Harness()
    rules, conditions = harness.write("rules/all.lua", RULES), harness.write("conditions.json", CONDITIONS)
    logs = [harness.write(f"log/{i}.log", log(Generator(harness.random))) for i in range(2)]
    first = None
    for jobs in (1, 2, 7, 7, 2):
        lines = harness.scan("-r", rules, "--conditions", conditions, "-j", str(jobs), *logs)
        got = lines[:-1] + [settled(lines[-1])]
        first = first or got
        if got != first:
            place = next((i for i, (a, b) in enumerate(zip(first, got)) if a != b), min(len(first), len(got)))
            harness.fail(f"-j{jobs} differs from -j1 at line {place}:\n{first[place:place + 1]}\n{got[place:place + 1]}")
    if "rule_switched_off" not in first[-1] or len(first) < 1000:
        harness.fail("the input does not test what it should")
    return harness.report(f"{len(first)} lines")


if __name__ == "__main__":
    sys.exit(main())
