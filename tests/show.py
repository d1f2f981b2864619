#!/usr/bin/env python3
"""Prints the parts of a result that a case is about, so that its expectation survives new keys.

    logaudit scan input.log | show summary.total_findings findings:line_number,rule_id,severity

Reads JSON or ndjson (findings, then the result without them). Each argument is a dotted path into the result;
PATH:KEY,... prints one line for each item of the list there. Without arguments the whole result is printed,
indented, with what differs from run to run masked.
"""

import json
import sys


def read(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        *findings, result = [json.loads(line) for line in text.splitlines()]
        return {"findings": findings, **result}


def at(value, path):
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return value


def printed(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def show(result, argument):
    path, _, keys = argument.partition(":")
    value = at(result, path)
    if not keys:
        print(f"{path}: {printed(value)}")
        return
    print(f"{path}: {len(value)}")
    for item in value:
        print("  " + " | ".join(printed(at(item, key)) for key in keys.split(",")))


def mask(result):
    for key in ("processing_time_ms", "timestamp"):
        if key in result:
            result[key] = "MASKED"
    if "engine" in result:
        result["engine"]["version"] = "MASKED"
    return result


def main():
    text = sys.stdin.read()
    if not text.strip():
        sys.exit("show: there is no result")
    result = read(text)
    for argument in sys.argv[1:]:
        show(result, argument)
    if len(sys.argv) == 1:
        print(json.dumps(mask(result), indent=2, ensure_ascii=False))


main()
