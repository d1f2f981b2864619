#!/usr/bin/env python3
"""A log auditor as it is usually written in Python, for comparison.

    auditor.py PATTERNS LOG

PATTERNS is what patterns.lua prints. Every line is parsed (JSON, or text by a regex), every pattern searched in it,
and all findings are printed as one JSON document. The number of lines with findings goes to standard error.
"""

import json
import re
import sys

TEXT = re.compile(r"(?P<timestamp>\S+) (?P<level>[A-Z]+) +\[(?P<service>[\w-]+)\] req=(?P<request_id>\w+) (?P<message>.*)")


def read_rules(path):
    with open(path) as file:
        return [(name, re.compile(pattern)) for name, pattern in (line.rstrip("\n").split("\t") for line in file)]


def parse(line):
    if line.startswith("{"):
        try:
            return json.loads(line)
        except ValueError:
            pass
    match = TEXT.match(line)
    return match.groupdict() if match else {"message": line}


def audit(rules, lines):
    findings, hit = [], 0
    for number, line in enumerate(lines, 1):
        record, before = parse(line), len(findings)
        for name, pattern in rules:
            match = pattern.search(line)
            if match:
                findings.append({
                    "rule_id": name, "line_number": number, "timestamp": record.get("timestamp"),
                    "level": record.get("level"), "service": record.get("service"), "message": record.get("message"),
                    "match": match.group(), "fields": match.groupdict(),
                })
        hit += len(findings) > before
    return findings, hit


def main():
    rules = read_rules(sys.argv[1])
    with open(sys.argv[2]) as file:
        findings, hit = audit(rules, (line.rstrip("\n") for line in file))
    json.dump({"findings": findings, "total": len(findings)}, sys.stdout)
    print(hit, file=sys.stderr)


if __name__ == "__main__":
    main()
