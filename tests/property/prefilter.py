"""The prefilter changes nothing: with it and without it (--no-prefilter) the findings are the same bytes.

Each round makes rules and conditions of many random patterns and scans the same random records both ways.
usage: prefilter.py PROGRAM [SEED [CASES]]; a case is a pattern on the records of its round.
LOGAUDIT_CORPUS: where some of the patterns come from (generate.py)."""

import json
import re
import sys
import time
import warnings

from generate import Generator, regex_corpus
from harness import Harness

PATTERNS, RECORDS = 500, 60
KIN_RECORDS = 300
GAPS = [".*", ".+?", ".{0,40}", r"\S*", r"\w+", r"\D+", "[^=]+", "[a-z ]*"]
WHERES = ['level = "error"', 'user_name = "bo"', 'nested_key = { contains = "is" }', '["message"] = { exists = true }',
          'detail = { re = %s }', 'nested_key = { ne = "x" }', '["*"] = { re = %s }', '["*"] = { contains = { "is", "user bo" } }',
          'any = { { nested_key = { contains = "is" } }, { ["$.detail|$.message"] = { re = %s } } }',
          'all = { { message = { contains = "a" } }, { ["$.message"] = { prefix = "b", suffix = "c" } } }',
          'none = { { message = { null = true } }, { detail = { re = %s } } }']


def usable(source):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(source)
    except (re.error, OverflowError):
        return False
    return True


def patterns(generator, count):
    made = []
    while len(made) < count:
        pattern = generator.pattern()
        if usable(pattern[0]):
            made.append(pattern)
    return made


def quoted(source):
    return '"' + "".join("\\%d" % b if b < 10 else "\\x%02x" % b for b in source.encode()) + '"'


def rule(random, number, made):
    """A rule over a few of the patterns, with every way to be gated."""
    parts = []
    for key, chance in (("any", 0.8), ("all", 0.4), ("none", 0.3)):
        if random.random() < chance:
            chosen = random.sample(made, random.randint(1, 3))
            parts.append(f"{key} = {{ {', '.join(quoted(p[0]) for p in chosen)} }}")
    if random.random() < 0.3 or not any(p.startswith(("any", "all")) for p in parts):
        where = random.choice(WHERES)
        parts.append("where = { %s }" % (where % quoted(random.choice(made)[0]) if "%s" in where else where))
    return f'rule {{ id = "r{number:04}", type = "T", {", ".join(parts)} }}'


def conditions(made):
    listed = [{"name": f"c{i:04}", "pattern": p[0]} for i, p in enumerate(made)]
    return json.dumps({"conditions": listed})


def kin(random):
    """A few patterns whose literals are parts of each other, and records with what matches in gaps stands between them: how
    Vectorscan sees one literal depends on the others."""
    words = ["".join(random.choices("abcdefgz019 =:-/", k=random.randint(2, 6))).strip() or "ab" for _ in range(12)]

    def part():
        return random.choice(words)[:random.choice([2, 3, 6, 6])]

    def pattern():
        fold, gap = random.choice(["", "(?i)"]), random.choice(["", *GAPS])
        return fold + (part() + gap + part() if gap else part())

    def record():
        pieces = ((random.choice([part(), part().upper()]), random.choice("yz ") * random.choice([0, 1, 3, 9, 14, 18, 22, 30, 45, 70]))
                  for _ in range(random.randint(1, 5)))
        return "".join(word + gap for word, gap in pieces)

    return [(pattern(), "") for _ in range(random.randint(2, 20))], "".join(record() + "\n" for _ in range(KIN_RECORDS)).encode()


def findings(harness, arguments):
    """Findings by rule, and the rules that ran over their budget: those may differ, as they see fewer records."""
    lines = harness.scan(*arguments)
    return lines[:-1], {problem.get("rule_id") for problem in json.loads(lines[-1])["incomplete"]}


def rule_of(line):
    return json.loads(line)["rule_id"]


def compare(harness, number, arguments, records, made):
    gated, over = findings(harness, arguments)
    every, over_every = findings(harness, [*arguments, "--no-prefilter"])
    over |= over_every
    if gated == every:
        return len(every)
    only = [line for line in set(gated) ^ set(every) if rule_of(line) not in over]
    for line in sorted(only)[:3]:
        pattern = json.loads(line).get("pattern_matched", "")
        harness.fail(f"round {number}: only {'without' if line in every else 'with'} the prefilter: {pattern!r}: {line[:600]!r}")
    if only:
        print("records:", harness.keep("records.log", records), "patterns:", harness.keep("conditions.json", conditions(made)))
    return len(every)


def main():
    harness = Harness()
    cases = int(sys.argv[3]) if len(sys.argv) > 3 else 5000
    corpus = regex_corpus()
    print(f"{len(corpus)} patterns of LOGAUDIT_CORPUS" if corpus else "skipped: real patterns (LOGAUDIT_CORPUS has none)")
    generator, total = Generator(harness.random, corpus), 0
    for number in range(cases // PATTERNS):
        made = patterns(generator, PATTERNS)
        records = b"\n".join(generator.record([p[1] for p in made]) for _ in range(RECORDS)) + b"\n"
        rules = ", ".join(rule(harness.random, i, made) for i in range(PATTERNS // 5))
        arguments = ["-r", harness.write("rules.lua", f"return {{ {rules} }}\n"), "--conditions",
                     harness.write("conditions.json", conditions(made)), "--no-cache", "--input-format",
                     harness.random.choice(["auto", "lines"]), harness.write("records.log", records)]
        total += compare(harness, number, arguments, records, made)
        print(f"round {number}: {total} findings, {time.monotonic() - harness.started:.1f} s", flush=True)
    for number in range(cases // 100):
        made, records = kin(harness.random)
        rules = ", ".join(f'rule {{ id = "k{i:02}", type = "T", any = {{ {quoted(p[0])} }} }}' for i, p in enumerate(made))
        total += compare(harness, f"of kin {number}", ["-r", harness.write("kin.lua", f"return {{ {rules} }}\n"), "--no-cache",
                         "--input-format", "lines", harness.write("kin.log", records)], records, made)
    return harness.report(f"{cases} patterns and {cases // 100} sets of kin, {total} findings")


if __name__ == "__main__":
    sys.exit(main())
