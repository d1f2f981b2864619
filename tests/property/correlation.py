"""Correlations against a reference that keeps everything and looks at all of it again for each match: random logs in
several files, out of order and with equal times, and random rules of all kinds, with versus, quiet, weights, aliases
and chains. One thread and many give the same bytes.

usage: correlation.py PROGRAM [SEED]"""

import datetime
import json
import math
import sys

from harness import Harness, settled

START = 1732615200000
ROUNDS = 40


def stamp(ms):
    time = datetime.datetime.fromtimestamp(ms // 1000, datetime.timezone.utc)
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


# ---------------------------------------------------------------- input

def records(random):
    """Each with its file, line, offset in it, and the rules it matches."""
    files, count = random.randint(1, 3), random.randint(20, 160)
    step = random.choice([200, 1000, 5000])
    made = [[] for _ in range(files)]
    for _ in range(count):
        record = {"timestamp": stamp(START + random.randrange(count) * step), "letters": random.choice(["a", "b", "c", "ab", "z"]),
                  "service": random.choice(["web", "db"]), "ip": f"192.0.2.{random.randint(1, 3)}",
                  "peer_name": f"192.0.2.{random.randint(1, 3)}", "size": random.randint(1, 9), "times": random.randint(1, 3)}
        for key, share in (("timestamp", 0.03), ("ip", 0.05), ("service", 0.05), ("size", 0.05), ("times", 0.05)):
            if random.random() < share:
                del record[key]
        made[random.randrange(files)].append(record)
    out = []
    for number, lines in enumerate(made):
        if random.random() < 0.5:
            lines.sort(key=lambda r: r.get("timestamp", ""))
        offset = 0
        for line, record in enumerate(lines):
            text = json.dumps(record)
            time = record.get("timestamp")
            ms = time and round(datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() * 1000)
            out.append({"file": f"{number}.log", "line": line + 1, "offset": offset, "time": ms, "text": text, **record})
            offset += len(text) + 1
    return out


def bounds(random, most):
    if random.random() < 0.7:
        return {"ge": random.randint(2, most)}
    low = random.randint(1, most)
    return random.choice([{"gt": low}, {"ge": low, "le": low + 2}, {"eq": low}, {"gt": low, "ne": low + 1}])


def correlation(random, ids):
    """One `correlate` table, as data; `ids`: the rules that it may be on."""
    kind = random.choice(["count", "distinct", "sequence", "together", "value", "ratio"])
    c = {"on": random.sample(ids, random.randint(1, min(3, len(ids)))), "within": random.choice([1, 5, 20, 60]) * 1000}
    if kind in ("sequence", "together"):
        c["on"] = random.sample(ids, random.randint(2, 3))
        c[kind] = list(c["on"])
        if kind == "sequence" and random.random() < 0.4:
            c[kind].append(random.choice(c["on"]))
    elif kind == "count":
        c["count"] = bounds(random, 6)
    elif kind == "distinct":
        c["distinct"] = {"field": "size", "count": bounds(random, 4)}
    elif kind == "value":
        measure = random.choice([("p", random.choice([50, 90, 95])), ("avg", True), ("sum", True), ("max", True)])
        limit = bounds(random, 25 if measure[0] == "sum" else 8)
        c["value"] = {"field": "size", measure[0]: measure[1], **limit}
        if random.random() < 0.5:
            c["value"]["min"] = random.randint(1, 5)
    else:
        c["ratio"] = {"ge": random.choice([0.1, 0.3, 0.6]), "min": random.randint(1, 8)}
    if kind == "ratio":
        c["by"] = random.choice([["service"], ["ip", "service"], []])
    else:
        c["by"] = random.choice([["service"], ["ip"], ["ip", "service"], [], [("ip", "peer_name")]])
        if random.random() < 0.3 and kind not in ("sequence", "together", "distinct"):
            c["weight"] = "times"
    if random.random() < 0.4:
        c["quiet"] = random.choice([2, 10, 40]) * 1000
    if random.random() < 0.3 and kind not in ("sequence", "together"):
        c["versus"] = {"previous": random.choice([2, 10, 30]) * 1000, "factor": random.choice([0.5, 1, 2])}
    return c


def lua(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return '"' + value + '"'
    if isinstance(value, list):
        items = [f"{v[0]} = {lua(v[1])}" if isinstance(v, tuple) else lua(v) for v in value]
        return "{ " + ", ".join(items) + " }"
    return "{ " + ", ".join(f"{k} = {lua(v)}" for k, v in value.items()) + " }"


def lua_of(c):
    shown = dict(c)
    shown["within"] = f"{c['within'] // 1000}s"
    if "quiet" in c:
        shown["quiet"] = f"{c['quiet'] // 1000}s"
    if "versus" in c:
        shown["versus"] = {"previous": f"{c['versus']['previous'] // 1000}s", "factor": c["versus"]["factor"]}
    return lua(shown)


# ---------------------------------------------------------------- the reference

def holds(limits, value):
    tests = {"ge": value >= limits.get("ge", 0), "gt": value > limits.get("gt", 0), "le": value <= limits.get("le", 0),
             "lt": value < limits.get("lt", 0), "eq": value == limits.get("eq", 0), "ne": value != limits.get("ne", 0)}
    return all(tests[op] for op in tests if op in limits)


def percentile(values, p):
    values = sorted(values)
    return values[max(math.ceil(p / 100 * len(values)) - 1, 0)]


class Reference:
    """One correlation and one key."""

    def __init__(self, c, totals, earliest):
        self.c, self.totals, self.earliest = c, totals, earliest
        self.kind = next(k for k in ("count", "distinct", "sequence", "together", "value", "ratio") if k in c)
        self.past, self.fired_at, self.fired_total = [], None, None

    def measure(self, matches, first, last):
        """Of matches and of the records in (first, last]; None: not enough."""
        if self.kind == "count":
            return sum(m["weight"] for m in matches)
        if self.kind == "distinct":
            return len({m["value"] for m in matches})
        if self.kind == "together":
            return len({s for m in matches for s in m["rules"]})
        if self.kind == "value":
            value = self.c["value"]
            if len(matches) < value.get("min", 1):
                return None
            numbers = [m["value"] for m in matches]
            if "p" in value:
                return percentile(numbers, value["p"])
            if "max" in value:
                return max(numbers, default=0)
            total = sum(m["value"] * m["weight"] for m in matches)
            return total if "sum" in value else total / sum(m["weight"] for m in matches)
        records = sum(n for second, n in self.totals.items() if first < second <= last)
        if records < self.c["ratio"].get("min", 1) or records == 0:
            return None
        return len(matches) / records

    def limits(self):
        part = self.c[self.kind]
        return part["count"] if self.kind == "distinct" else part

    def is_quiet(self, time):
        if self.fired_at is None:
            return False
        return time - self.fired_at < self.c.get("quiet", 0) or (self.kind == "ratio" and time <= self.fired_at)

    def sequence(self, live, match):
        """The chain that ends here and begins latest."""
        steps = self.c["sequence"]
        best = None

        def extend(i, chain, start):
            nonlocal best
            if i == len(steps) - 1:
                if steps[i] in match["rules"] and (best is None or chain[0]["time"] > best[0]["time"]):
                    best = [*chain, match]
                return
            for k in range(start, len(live)):
                if steps[i] in live[k]["rules"]:
                    extend(i + 1, [*chain, live[k]], k + 1)

        extend(0, [], 0)
        return best

    def add(self, match):
        """None, or (count, first, measure) when it fires."""
        c, time = self.c, match["time"]
        quiet = self.is_quiet(time)
        self.past.append({**match, "used": quiet})
        if quiet:
            return None
        begin = time - c["within"]
        live = [m for m in self.past if not m["used"] and m["time"] > begin]
        if self.kind == "sequence":
            chain = self.sequence(live[:-1], match)
            return self.fire(time, len(chain), chain[0]["stamp"], None) if chain else None
        cleared = begin if self.fired_total is None else max(begin, self.fired_total)
        measure = self.measure(live, cleared, time)
        if measure is None:
            return None
        if self.kind == "together":
            if measure < len(c["together"]):
                return None
        elif not holds(self.limits(), measure):
            return None
        if "versus" in c:
            previous, factor = c["versus"]["previous"], c["versus"]["factor"]
            before = [m for m in self.past if begin - previous < m["time"] <= begin]
            base = None if begin - previous < self.earliest else self.measure(before, begin - previous, begin)
            if base is None:
                return None
            if self.kind == "count" or "sum" in c.get("value", {}):
                base = base * (c["within"] / previous)
            if measure < factor * base:
                return None
        return self.fire(time, sum(m["weight"] for m in live), live[0]["stamp"], measure)

    def fire(self, time, count, first, measure):
        for m in self.past:
            m["used"] = True
        self.fired_at = time
        self.fired_total = time + max(self.c.get("quiet", 0) - 1000, 0) if self.kind == "ratio" else None
        return count, first, measure


def key_of(c, match):
    names = [n[1] if isinstance(n, tuple) and not match.get("fired") else n[0] if isinstance(n, tuple) else n for n in c["by"]]
    if match.get("fired"):  # a finding has the fields of its record, and its key under the key's own names
        names = [n[1] if isinstance(n, tuple) else n for n in c["by"]]
    values = [match.get(n) for n in names]
    return None if None in values else tuple(values)


def as_match(c, match):
    """What the correlation sees of it; None: it is skipped."""
    weight = match.get(c["weight"]) if "weight" in c else 1
    value = None
    if "distinct" in c or "value" in c:
        value = match.get("size")
        if value is None:
            return None
    if weight is None or match["time"] is None or key_of(c, match) is None:
        return None
    ratio = "ratio" in c
    return {"time": match["time"] // 1000 * 1000 if ratio else match["time"], "stamp": match["time"], "weight": weight,
            "value": value, "rules": match["rules"], "match": match}


def totals_of(c, all_records):
    totals = {}
    for record in all_records:
        values = [record.get(n) for n in c["by"]]
        if record["time"] is not None and None not in values:
            seconds = totals.setdefault(tuple(values), {})
            second = record["time"] // 1000 * 1000
            seconds[second] = seconds.get(second, 0) + 1
    return totals


def position(match):
    return match["time"] if match["time"] is not None else -1, match["file"], match["offset"]


def run_rule(rule, c, matches, all_records):
    """The findings of one correlation."""
    earliest = min((r["time"] for r in all_records if r["time"] is not None), default=math.inf)
    keys, last, found = {}, {}, []
    totals = totals_of(c, all_records) if "ratio" in c else {}
    wanted = [m for m in matches if set(m["rules"]) & set(c["on"])]
    for match in sorted(wanted, key=position):
        seen = as_match(c, {**match, "rules": [r for r in match["rules"] if r in c["on"]]})
        if not seen:
            continue
        key = key_of(c, match)
        if last.get(key) == position(match):  # a record counts once for a key
            continue
        last[key] = position(match)
        state = keys.setdefault(key, Reference(c, totals.get(key, {}), earliest))
        fired = state.add(seen)
        if fired:
            names = [n[0] if isinstance(n, tuple) else n for n in c["by"]]
            found.append({**match, **dict(zip(names, key)), "fired": True, "rules": [rule], "count": fired[0], "first": fired[1],
                          "measure": fired[2]})
    return found


def shown(measure):
    return math.floor(measure * 1e4 + 0.5) / 1e4


def expected(rules, all_records):
    base = [{**r, "rules": [f"k.{letter}" for letter in r["letters"]]} for r in all_records]
    by_rule, lines = {}, []
    for name, c in rules:
        matches = [m for m in base if set(m["rules"]) & set(c["on"])]
        for other in c["on"]:
            matches = matches + by_rule.get(other, [])
        by_rule[name] = run_rule(name, c, matches, all_records)
        for f in by_rule[name]:
            measure = None if f["measure"] is None or "count" in c or "together" in c else shown(f["measure"])
            lines.append((f["time"], f["file"], f["offset"], name, f["line"], f["count"], stamp(f["first"]), measure))
    return sorted(lines, key=lambda line: (*line[:4], repr(line[4:])))


# ---------------------------------------------------------------- comparing

def printed(findings):
    lines = []
    for f in findings:
        if "evidence" not in f:
            continue
        fields = f.get("fields", {})
        measure = next((fields[k] for k in ("distinct", "value", "ratio") if k in fields), None)
        time = round(datetime.datetime.fromisoformat(f["timestamp"].replace("Z", "+00:00")).timestamp() * 1000)
        lines.append((time, f["source"].rsplit("/", 1)[-1], f["offset"], f["rule_id"], f["line_number"], f["count"], f["first"],
                      None if measure is None else shown(measure)))
    return lines, sorted(lines, key=lambda line: (*line[:4], repr(line[4:])))


def one_round(harness, number):
    random = harness.random
    all_records = records(random)
    rules = []
    for i in range(8):
        c = correlation(random, ["k.a", "k.b", "k.c"])
        rules.append((f"plain.{i}", c))
    for i in range(3):
        c = {"on": random.sample([name for name, _ in rules], 3), "by": ["service"], "within": 60000, "count": {"ge": random.randint(1, 3)}}
        rules.append((f"upon.{i}", c))
    source = ['rule { id = "k.%s", type = "T", where = { letters = { contains = "%s" } } }' % (k, k) for k in "abc"]
    source += [f'rule {{ id = "{name}", type = "T", correlate = {lua_of(c)} }}' for name, c in rules]
    path = harness.write(f"rules/{number}.lua", "return {\n" + ",\n".join(source) + "\n}\n")
    logs = [harness.write(f"log{number}/{name}", "".join(r["text"] + "\n" for r in all_records if r["file"] == name))
            for name in sorted({r["file"] for r in all_records}, reverse=random.random() < 0.5)]
    outputs = []
    for jobs in ("1", "3"):
        lines = harness.scan("-r", path, "-j", jobs, *logs)
        outputs.append(lines[:-1] + [settled(lines[-1])])
    if outputs[0] != outputs[1]:
        harness.fail(f"round {number}: -j3 differs from -j1")
    in_order, got = printed([json.loads(line) for line in outputs[0][:-1]])
    want = expected(rules, all_records)
    if [line[:4] for line in in_order] != [line[:4] for line in got]:
        harness.fail(f"round {number}: the findings are not in the order of time, source, offset and rule")
    for name, c in rules:
        mine, theirs = [x for x in got if x[3] == name], [x for x in want if x[3] == name]
        if mine != theirs:
            harness.fail(f"round {number}: {name} {lua_of(c)}\n got  {mine[:6]}\n want {theirs[:6]}")
    return len(want)


def main():
    harness = Harness()
    count = sum(one_round(harness, number) for number in range(ROUNDS))
    if count < 20 * ROUNDS:
        harness.fail(f"only {count} findings: the input does not test what it should")
    return harness.report(f"{count} findings")


if __name__ == "__main__":
    sys.exit(main())
