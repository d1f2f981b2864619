"""PCRE2's interpreter, its JIT and Python's re agree: the first searches of a pattern use the interpreter, later
ones the JIT.

Each round scans the same random lines twice with many random patterns, once behind lines that are there to be
searched. The patterns are short and begin with repeats, alternatives and atomic groups: where the JIT takes
shortcuts (lua/logaudit/regex/shortcut.lua).
usage: jit.py PROGRAM [SEED [CASES]]; a case is a pattern on the lines of its round."""

import json
import re
import sys
import warnings

from harness import Harness

PATTERNS, LINES, EARLIER = 500, 40, 250
FILLER = "#"
ATOMS = ["a", "b", "c", "ab", "ba", "é", "[ab]", "[^a]", ".", r"\w", r"\S", r"\s", " ", "(?i:a)", "i"]
REPEATS = ["", "", "", "*", "+", "?", "*?", "+?", "??", "*+", "++", "{2}", "{1,2}", "{2,}", "{0,2}?"]
GROUP_REPEATS = ["", "", "", "?", "{2}", "{1,2}"]  # Python would take years for endless ones in each other
PLACES = [r"\b", "^", "$", r"\B", "(?<=a)", "(?<!b)"]
STARTS = ["", ".*", "a", r"\w+", "(?:ab|a)", "(?:ab!abi|b)"]
ENDS = ["c", "=", "ab", "b ", "$", r"\b", "!"]
# What was once answered wrongly, and lines that show it.
KNOWN = [r"(?>\w+b|)a", r"(?>.+?)\Z", r"(?:failed|fail) *e", "(?:ab!abc|b) *!", r"(a|)b*a", r"(?:aa|a){1}\s*a"]
KNOWN_LINES = ["zzab", "failed", "ab!abc  ", "a", "aa"]


def sequence(random, depth):
    return "".join(item(random, depth) for _ in range(random.choice([0, 1, 1, 2, 2, 3])))


def alternatives(random, depth):
    return "|".join(sequence(random, depth) for _ in range(random.choice([1, 1, 2, 2, 3])))


def item(random, depth):
    kind = random.random()
    if depth == 0 or kind < 0.55:
        return random.choice(ATOMS) + random.choice(REPEATS)
    if kind < 0.62:
        return random.choice(PLACES + [f"(?={alternatives(random, depth - 1)})"])
    return random.choice(["(?:", "(?:", "(", "(?>"]) + alternatives(random, depth - 1) + ")" + random.choice(GROUP_REPEATS)


def usable(source):
    """Python takes it, and it does not find something everywhere."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return not re.search(source, FILLER)
    except re.error:
        return False


def patterns(random, count):
    made = list(KNOWN)
    while len(made) < count:
        source = random.choice(STARTS) + alternatives(random, 2)
        source = random.choice(["", "", "(?i)", "(?s)"]) + f"(?:{source})" + random.choice(ENDS)
        if usable(source):
            made.append(source)
    return made


def line(random):
    return "".join(random.choice("abc iéK!=" if random.random() < 0.4 else "ab") for _ in range(random.randint(1, 9))).strip()


def found(harness, lines, made, earlier):
    """Which pattern finds something in which line."""
    conditions = json.dumps({"conditions": [{"name": str(i), "pattern": p} for i, p in enumerate(made)]})
    text = "".join(text + "\n" for text in [FILLER] * earlier + lines)
    scanned = harness.scan("-r", harness.write("rules.lua", 'return rule { id = "r", type = "T", any = { "never" } }'),
                           "--conditions", harness.write("conditions.json", conditions), "--no-cache", "--no-prefilter",
                           "--input-format", "lines", "--max-findings", "100000", harness.write("lines.log", text))
    findings = [json.loads(entry) for entry in scanned[:-1]]
    return {(int(f["condition_name"]), f["line_number"] - earlier - 1) for f in findings if f["line_number"] > earlier}


def main():
    harness = Harness()
    cases, total = int(sys.argv[3]) if len(sys.argv) > 3 else 5000, 0
    for number in range(max(cases // PATTERNS, 1)):
        made = patterns(harness.random, PATTERNS)
        lines = KNOWN_LINES + [line(harness.random) or "a" for _ in range(LINES)]
        expected = {(p, i) for p, source in enumerate(made) for i, text in enumerate(lines) if re.search(source, text)}
        for name, earlier in (("interpreter", 0), ("JIT", EARLIER)):
            for pattern, at in sorted(found(harness, lines, made, earlier) ^ expected)[:3]:
                says = "finds" if (pattern, at) in expected else "does not find"
                harness.fail(f"round {number}: the {name} differs: Python {says} {made[pattern]!r} in {lines[at]!r}")
        total += len(expected)
    return harness.report(f"{cases} patterns, {total} findings")


if __name__ == "__main__":
    sys.exit(main())
