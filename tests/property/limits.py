"""--max-findings keeps the most severe findings, among equals the first, in their order; the counts tell of all.

usage: limits.py PROGRAM [SEED]"""

import json
import sys

from harness import Harness

SEVERITIES = ["info", "low", "medium", "high", "critical"]
RULES = "return { %s }" % ", ".join(
    f'rule {{ id = "{name}", type = "T", severity = "{name}", any = {{ "is-{name}" }} }}' for name in SEVERITIES)


def expected(every, limit):
    """The findings that stay: the least severe go first, of those the last."""
    ranked = sorted(range(len(every)), key=lambda i: (-SEVERITIES.index(every[i]["severity"]), i))
    kept = set(ranked[:limit])
    return [finding["finding_id"] for i, finding in enumerate(every) if i in kept]


def scan(harness, *arguments):
    lines = [json.loads(line) for line in harness.scan(*arguments)]
    return lines[:-1], lines[-1]


def main():
    harness = Harness()
    rules = harness.write("rules.lua", RULES)
    for _ in range(6):
        weights = [harness.random.random() for _ in SEVERITIES]
        words = harness.random.choices(SEVERITIES, weights, k=harness.random.randint(0, 400))
        path = harness.write("log", "".join(f"record {i} is-{word}\n" for i, word in enumerate(words)))
        every, closing = scan(harness, "-r", rules, path)
        for limit in {0, 1, len(every) // 2, max(len(every) - 1, 0), len(every), len(every) + 5}:
            kept, limited = scan(harness, "-r", rules, "--max-findings", str(limit), path)
            if [finding["finding_id"] for finding in kept] != expected(every, limit):
                harness.fail(f"{limit} of {len(every)}: other findings were kept")
            if limited["summary"] != closing["summary"]:
                harness.fail(f"{limit} of {len(every)}: the summary counts something else")
            if ("findings_truncated" in limited) != (limit < len(every)):
                harness.fail(f"{limit} of {len(every)}: findings_truncated is wrong")
    return harness.report("limits")


if __name__ == "__main__":
    sys.exit(main())
