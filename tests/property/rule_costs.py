"""No shipped rule runs over its budget on the words of the shipped patterns, over and over in lines of 200 KB.

usage: rule_costs.py PROGRAM [SEED]"""

import json
import os
import re
import sys

from harness import Harness

RULES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "rules")
LENGTH = 200 * 1000
BATCH = 32
PATTERN = re.compile(r"\[(=*)\[(.*?)\]\1\]", re.S)
NO_WORD = re.compile(r"\\[pPx]\{[^}]*\}|\\[a-zA-Z]|\(\?P?<[A-Za-z]\w*>|\(\?[a-z-]+[:)]|\[[^]]*\]|\{[\d,]*\}")
WIDE = re.compile(r"\{0,(?:[6-9]\d|\d{3,})\}")  # what follows may be far away: each place where it begins costs so much


def patterns():
    """Of all shipped rules, not the logs of their tests."""
    for folder, _, names in sorted(os.walk(RULES)):
        for name in sorted(names):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                rule = re.split(r"\n\s*tests\s*=", file.read())[0]
            yield from (found[2] for found in PATTERN.finditer(rule))


def words_of(pattern):
    return list(dict.fromkeys(re.findall(r"[A-Za-z0-9]{2,}", NO_WORD.sub(" ", pattern))))


def lines():
    """All words stand in front, the last first, so that what looks for them at all looks on."""
    for pattern in patterns():
        words = words_of(pattern)
        front = " ".join(reversed(words))
        for part in {" ".join(words): 1, **dict.fromkeys(words if WIDE.search(pattern) else ())}:
            if part:
                yield f"2024-11-26T10:15:03Z h x {front} " + f"{part} " * (LENGTH // (len(part) + 1)) + "\n"


def main():
    harness = Harness()
    over, every = {}, list(dict.fromkeys(lines()))
    for at in range(0, len(every), BATCH):
        log = "".join(every[at:at + BATCH])
        closing = json.loads(harness.scan("--max-findings", "0", harness.write("log", log))[-1])
        for note in closing.get("incomplete", []):
            over.setdefault(note.get("rule_id"), log)
    for rule, log in over.items():
        harness.fail(f"{rule} is over its budget; the lines are in {harness.keep('log', log)}")
    return harness.report("rule_costs")


if __name__ == "__main__":
    sys.exit(main())
