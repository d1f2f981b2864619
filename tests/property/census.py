"""What is read of every record is what is read of a record with a finding: the users of the summary are those of the
findings of a rule that matches everything, and one to three rules without patterns find the records whose fields, as
those findings have them, pass their tests; with the prefilter and without it.

Records are made of the samples of lua/logaudit/formats.lua, put together, cut, wrapped and spelled in odd ways.
usage: census.py PROGRAM [SEED [ROUNDS]]"""

import json
import os
import re
import sys
from collections import defaultdict

from harness import Harness, settled

RECORDS = 90
FORMATS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "lua", "logaudit", "formats.lua")
EVERYTHING = r'return rule { id = "everything", type = "T", any = { [[\S]] } }'
ODD = {"s": "\u017f", "S": "\u017f", "k": "\u212a", "K": "\u212a", "i": "\u0131", "I": "\u0130"}
PAIRS = ["user=ann", "user_id=7f", 'username="Bo Lee"', "level=error", "lvl=warn", "status=503", "code=404", "took=2.5s", "duration_ms=1200",
         "service=cart", "ip=203.0.113.9", "client_ip=198.51.100.4", "action=login", "outcome=failure", "request_id=abcdef01", "elapsed=3s",
         "ERROR", "CRITICAL", "warn", "for user carol", "from 192.0.2.8", "completed in 1500 ms", "user 'dan' logged in", "GET /cart/7"]
# Not called like a field: a test falls back on a key of its name, whose value may be none of the field.
KEYS = ["message", "msg", "log", "severity", "usr", "app", "error", "statusCode", "clientIp", "elapsed_ms", "note", "user_name"]
TESTS = [
    ('level = "error"', lambda f: f.get("level") == "error"),
    ('level = { "warn", "critical" }', lambda f: f.get("level") in ("warn", "critical")),
    ("status = { ge = 400 }", lambda f: f.get("status", 0) >= 400),
    ("duration_ms = { ge = 1000 }", lambda f: f.get("duration_ms", 0) >= 1000),
    ("user_id = { exists = true }", lambda f: "user_id" in f),
    ("ip = { exists = true }", lambda f: "ip" in f),
    ('service = "cart"', lambda f: f.get("service", "").lower() == "cart"),
    ("outcome = \"failure\"", lambda f: f.get("outcome") == "failure"),
    ("action = { exists = true }", lambda f: "action" in f),
    ('method = "GET", status = { exists = true }', lambda f: f.get("method", "").upper() == "GET" and "status" in f),
    ("request_id = { exists = true }", lambda f: "request_id" in f),
    ("host = { exists = true }", lambda f: "host" in f),
]


def samples():
    with open(FORMATS) as file:
        text = file.read().split("local w3c_notes")[0]
    return [m[2] for m in re.findall(r"sample = \[(=*)\[()(.*?)\]\1\]", text, re.S) if "\n" not in m[2]]


class Records:
    def __init__(self, random, lines):
        self.random, self.lines = random, lines

    def line(self):
        words = self.random.choice(self.lines).split(" ")
        kind = self.random.random()
        if kind < 0.3:
            words.insert(self.random.randint(0, len(words)), self.random.choice(PAIRS))
        elif kind < 0.5:
            other = self.random.choice(self.lines).split(" ")
            words = words[: self.random.randint(1, len(words))] + other[self.random.randint(0, len(other) - 1):]
        elif kind < 0.6:
            words = [self.random.choice(PAIRS) for _ in range(self.random.randint(1, 6))]
        elif kind < 0.65:
            words = words[: self.random.randint(1, len(words))]
        return self.odd(" ".join(words)) or "x"

    def odd(self, text):
        if self.random.random() > 0.15:
            return text
        at = self.random.randint(0, max(0, len(text) - 1))
        return text[:at] + "".join(ODD.get(c, c) for c in text[at:at + 6]) + text[at + 6:]

    def wrapped(self, line):
        kind = self.random.random()
        if kind < 0.2:
            members = {self.random.choice(KEYS): self.line() for _ in range(self.random.randint(0, 3))}
            members[self.random.choice(KEYS)] = line
            return json.dumps(members, ensure_ascii=self.random.random() < 0.5)
        if kind < 0.25:
            return f"2024-11-26T10:30:18.123456789Z stdout F {line}"
        if kind < 0.3:
            return f"Nov 26 10:30:18 web01 app[7]: {line}"
        return line

    def record(self):
        return self.wrapped(self.line()).replace("\n", " ")


def by_line(lines):
    return {json.loads(line)["line_number"]: json.loads(line) for line in lines[:-1]}


def users_of_findings(found):
    users = defaultdict(lambda: {"records": 0, "services": set(), "ips": set()})
    for finding in found.values():
        if "user_id" in finding:
            user = users[finding["user_id"]]
            user["records"] += 1
            user["services"] |= {finding["service"]} if "service" in finding else set()
            user["ips"] |= {finding["ip"]} if "ip" in finding else set()
    return dict(users)


def users_of_summary(line):
    shown = json.loads(line)["summary"]["users"]
    return {u["user_id"]: {"records": u["records"], "services": set(u["services"]), "ips": set(u["ips"])} for u in shown}


def different(a, b):
    return sorted(f"{key}: {a.get(key)} or {b.get(key)}" for key in {*a, *b} if a.get(key) != b.get(key))[:3]


def plain(found):
    """Without the lines in which a letter only equals one of a `need` word: the whole reading does not look for those."""
    return {line for line, finding in found.items() if not any(c in finding["message"] for c in ODD.values())}


def check_rules(harness, number, log, found, kept):
    chosen = harness.random.sample(TESTS, harness.random.randint(1, 3))
    rules = ", ".join(f'rule {{ id = "r{i}", type = "T", where = {{ {test} }} }}' for i, (test, _) in enumerate(chosen))
    arguments = ["-r", harness.write("rules.lua", f"return {{ {rules} }}\n"), "--redact", "off", "--input-format", "lines", log]
    gated, every = harness.scan(*arguments), harness.scan(*arguments, "--no-prefilter")
    if gated[:-1] != every[:-1] or settled(gated[-1]) != settled(every[-1]):
        harness.fail(f"round {number}: {rules}: the prefilter changes something: {kept()}")
    for wrong in different(users_of_findings(found), users_of_summary(gated[-1])):
        harness.fail(f"round {number}: {rules}: users by findings or by the summary: {wrong}: {kept()}")
    for i, (test, holds) in enumerate(chosen):
        got = {json.loads(line)["line_number"] for line in gated[:-1] if json.loads(line)["rule_id"] == f"r{i}"}
        wrong = (got ^ {line for line, finding in found.items() if holds(finding)}) & plain(found)
        if wrong:
            harness.fail(f"round {number}: {test}: lines {sorted(wrong)[:5]}: {kept()}")
    return len(gated) - 1


def main():
    harness = Harness()
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 40
    records, total = Records(harness.random, samples()), 0
    everything = harness.write("everything.lua", EVERYTHING)
    for number in range(rounds):
        text = "".join(records.record() + "\n" for _ in range(RECORDS))
        log = harness.write("records.log", text)
        lines = harness.scan("-r", everything, "--redact", "off", "--input-format", "lines", log)
        found = by_line(lines)
        where = []
        kept = lambda: where[0] if where else where.append(harness.keep("records.log", text)) or where[0]
        for wrong in different(users_of_findings(found), users_of_summary(lines[-1])):
            harness.fail(f"round {number}: everything: users by findings or by the summary: {wrong}: {kept()}")
        total += check_rules(harness, number, log, found, kept)
    return harness.report(f"{rounds} rounds, {total} findings")


if __name__ == "__main__":
    sys.exit(main())
