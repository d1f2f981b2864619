#!/usr/bin/env python3
"""Does each part of each rule have a test that needs it?

Takes the rule files below FOLDER (default: rules/), breaks them in one place at a time, and runs the tests inside
them with PROGRAM. A mutation that no test notices is a hole in the tests: it is printed, and the exit code is 1.

What is broken
  any, all          a pattern is dropped
  none, unless      an exception is dropped
  where             a test on a field, one of several tests of a field, or one of several maps is dropped
  thresholds        the number after ge, gt, le, lt, and after a comparison in match(), goes up and down by one
  comparisons       in match(), > becomes >=, and so on

Each run of PROGRAM tests one mutation of every file, so that some sixty runs do for all of them.
"""
from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

TOKEN = re.compile(r"""
    (?P<blank>\s+ | --\[(?P<c>=*)\[.*?\](?P=c)\] | --[^\n]*)
  | (?P<text>\[(?P<s>=*)\[.*?\](?P=s)\] | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*')
  | (?P<word>[A-Za-z_]\w*)
  | (?P<number>\d[\w.]*)
  | (?P<symbol>\.\.\.?|[=~<>]=|::|.)
""", re.X | re.S)

COMPARISONS = {">=": ">", ">": ">=", "<=": "<", "<": "<="}
BLOCKS = {"function", "if", "do", "repeat"}      # what `end` or `until` closes; for and while have their do


@dataclass
class Token:
    kind: str
    text: str
    start: int
    end: int


@dataclass
class Node:
    """An item of a table: its place with the comma behind it, its key if it has one, and the tokens of its value."""
    start: int
    end: int
    key: str | None
    first: int
    last: int


@dataclass
class Mutation:
    what: str
    edits: list[tuple[int, int, str]]

    def apply(self, source: str) -> str:
        for start, end, text in sorted(self.edits, reverse=True):
            source = source[:start] + text + source[end:]
        return source


def tokens_of(source: str) -> list[Token]:
    return [Token(m.lastgroup if m.lastgroup not in ("c", "s") else ("blank" if m["blank"] else "text"),
                  m[0], m.start(), m.end())
            for m in TOKEN.finditer(source) if not m["blank"]]


class File:
    def __init__(self, path: Path):
        self.path = path
        # A rule that needs a table of the user's is switched off; its tests bring their own.
        self.source = re.sub(r"(\n  enabled *= )false", r"\1true ", path.read_text(encoding="utf-8"))
        self.tokens = tokens_of(self.source)

    def is_table(self, at: int) -> bool:
        return self.tokens[at].text == "{"

    def value_end(self, at: int) -> int:
        """The token behind the expression that begins at `at`, inside a table."""
        depth = 0
        while True:
            text = self.tokens[at].text if self.tokens[at].kind != "text" else ""
            if depth == 0 and text in (",", ";", "}"):
                return at
            if text in ("(", "{", "[") or text in BLOCKS:
                depth += 1
            elif text in (")", "}", "]", "end", "until"):
                depth -= 1
            at += 1

    def items(self, at: int) -> list[Node]:
        """The items of the table whose `{` is the token `at`."""
        found, at = [], at + 1
        while self.tokens[at].text != "}":
            start, key = at, None
            if self.tokens[at].kind == "word" and self.tokens[at + 1].text == "=":
                key, at = self.tokens[at].text, at + 2
            elif self.tokens[at].text == "[" and self.tokens[at + 2].text == "]":
                key, at = self.tokens[at + 1].text, at + 4
            stop = self.value_end(at)
            comma = self.tokens[stop].text in (",", ";")
            found.append(Node(self.tokens[start].start, self.tokens[stop if comma else stop - 1].end, key, at, stop))
            at = stop + 1 if comma else stop
        return found

    def drop(self, what: str, node: Node) -> Mutation:
        shown = self.source[node.start:node.end].replace("\n", " ")
        return Mutation(f"{what} dropped: {shown[:110]}", [(node.start, node.end, "")])

    def shifts(self, what: str, at: int, stop: int) -> list[Mutation]:
        """The number or the name of a threshold in tokens `at` to `stop`, one more and one less."""
        start, end = self.tokens[at].start, self.tokens[stop - 1].end
        text = self.source[start:end]
        return [Mutation(f"{what} {text} {sign} 1", [(start, end, f"({text} {sign} 1)")]) for sign in "+-"]

    def list_mutations(self, key: str, at: int):
        for item in self.items(at):
            yield self.drop(key, item)

    def map_mutations(self, key: str, at: int, whole: Node):
        """Of a map of tests. `whole` is what to drop when it has one test only."""
        tests = self.items(at)
        for test in tests:
            yield self.drop(key, test if len(tests) > 1 else whole)
            if self.is_table(test.first):
                ops = [op for op in self.items(test.first) if op.key]
                for op in ops:
                    if len(ops) > 1:
                        yield self.drop(f"{key}.{test.key}", op)
                    if op.key in ("ge", "gt", "le", "lt"):
                        yield from self.shifts(f"{key}.{test.key}.{op.key}", op.first, op.last)

    def test_mutations(self, node: Node):
        """Of where and unless: a map, or a list of maps."""
        key, maps = node.key, [item for item in self.items(node.first) if item.key is None]
        if not maps:
            yield from self.map_mutations(key, node.first, node)
        for one in maps:
            if len(maps) > 1:
                yield self.drop(key, one)
            if len(maps) == 1 or len(self.items(one.first)) > 1 or any(
                    op.key in ("ge", "gt", "le", "lt") for test in self.items(one.first) if self.is_table(test.first)
                    for op in self.items(test.first)):
                yield from self.map_mutations(key, one.first, node if len(maps) == 1 else one)

    def code_mutations(self, node: Node):
        for at in range(node.first, node.last):
            token = self.tokens[at]
            if token.text not in COMPARISONS or token.kind != "symbol":
                continue
            yield Mutation(f"match: {self.source[token.start - 20:token.end + 20].strip()!r}: {COMPARISONS[token.text]}",
                           [(token.start, token.end, COMPARISONS[token.text])])
            stop = at + 2
            while self.tokens[stop].text == ".":
                stop += 2
            yield from self.shifts("match:", at + 1, stop)

    def mutations(self) -> list[Mutation]:
        found = []
        for at in range(len(self.tokens) - 1):
            if self.tokens[at].text != "rule" or not self.is_table(at + 1):
                continue
            for node in self.items(at + 1):
                if node.key in ("any", "all", "none") and self.is_table(node.first):
                    found += self.list_mutations(node.key, node.first)
                elif node.key in ("where", "unless") and self.is_table(node.first):
                    found += self.test_mutations(node)
                elif node.key == "match":
                    found += self.code_mutations(node)
        return found


def failed_files(program: str, folder: Path) -> set[str]:
    """The files below `folder` with a test that fails, or that the program refuses."""
    run = subprocess.run([program, "test", str(folder)], capture_output=True, text=True, check=False)
    failed, current = set(), None
    for line in run.stdout.splitlines():
        if line.endswith(".lua") and not line.startswith(" "):
            current = line
        elif line.startswith("  FAIL ") and current:
            failed.add(str(Path(current).resolve()))
    failed.update(str(Path(m[1]).resolve()) for m in re.finditer(r"(?m)^logaudit: (\S+\.lua):\d+: ", run.stderr))
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the program under test, a path to logaudit")
    parser.add_argument("folder", nargs="?", default="rules", help="a folder of rules (default: rules)")
    parser.add_argument("--only", metavar="TEXT", default="", help="only files whose path contains this")
    parser.add_argument("--every", metavar="N", type=int, default=1, help="a sample: each Nth mutation")
    parser.add_argument("-v", "--verbose", action="store_true", help="name the caught mutations too")
    args = parser.parse_args()

    base = Path(args.folder)
    files = [File(path) for path in sorted(base.rglob("*.lua")) if args.only in str(path)]
    plans = [(file, file.mutations()[::args.every]) for file in files]
    if failed_files(args.program, base):
        print("tests of the rules fail before anything was broken")
        return 1
    caught = missed = 0
    with tempfile.TemporaryDirectory() as place:
        for turn in range(max((len(plan) for _, plan in plans), default=0)):
            folder = Path(place, str(turn))
            written = {}
            for file, plan in plans:
                if turn < len(plan):
                    path = folder / file.path.relative_to(base)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(plan[turn].apply(file.source), encoding="utf-8")
                    written[str(path.resolve())] = (file, plan[turn])
            failed = failed_files(args.program, folder)
            for path, (file, mutation) in written.items():
                if path in failed:
                    caught += 1
                else:
                    missed += 1
                if path not in failed or args.verbose:
                    print(f"{'caught' if path in failed else 'MISSED'}  {file.path}: {mutation.what}")
    print(f"{caught + missed} mutations of {len(files)} files: {caught} passed, {missed} failed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
