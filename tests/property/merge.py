"""A log that is split between records into files, which are scanned apart and merged in any order, gives the result of
one scan: of the files, byte by byte, and of the whole log, but for where things stand.

usage: merge.py PROGRAM [SEED [SEEDS]]"""

import collections
import json
import sys

from harness import Harness, VOLATILE

CUTS = 20
RULES = """return {
  rule { id = "auth", type = "Security", severity = "high", title = "Login of {user_id} failed",
         any = { [[(?i)login failed for (?P<user_id>\\S+)]] } },
  rule { id = "err", type = "Error", severity = "medium", any = { [[(?i)\\berror\\b]] } },
  rule { id = "slow", type = "Performance", severity = "critical", where = { duration_ms = { ge = 900 } } },
  rule { id = "low", type = "Error", severity = "low", any = { "cache" } },
  rule { id = "try", type = "Experiment", severity = "critical", status = "experimental", any = { "purchase" } },
  rule { id = "raises", type = "Odd", severity = "high", any = { "error 7" },
         match = function(e) if text.find(e.raw, "code=3") then error("no") end return true end },
  rule { id = "twice", type = "Odd", severity = "info", any = { "purchase 1" },
         match = function() return { { title = "one", n = 1 }, { title = "two", n = 2 } } end },
  rule { id = "many", type = "Security", severity = "critical", title = "{count} logins of {user_id}",
         correlate = { on = { "auth" }, by = { "user_id" }, within = "5m", count = 3 } },
  rule { id = "wide", type = "Security", severity = "low",
         correlate = { on = { "auth" }, by = { "user_id" }, within = "20m", distinct = { field = "ip", count = 2 } } },
  rule { id = "rate", type = "Error", severity = "high", any = { "(?i)\\berror\\b" },
         correlate = { by = { "service" }, within = "5m", ratio = { min = 5, ge = 0.2 } } },
  rule { id = "after", type = "Odd", severity = "high",
         correlate = { on = { "raises" }, by = { "service" }, within = "1h", count = 2 } },
  rule { id = "then", type = "Odd", severity = "high",
         correlate = { by = { "user_id" }, within = "30m", sequence = { "many", "err" } } },
} """
CONDITIONS = {"conditions": [{"name": "Broken", "pattern": "broken pipe", "severity": "high"},
                             {"name": "Explodes", "pattern": "(a+)+$", "severity": "info"}]}
USER_KEYS = ("user", "user_id", "userName", "actor", "login")
SERVICES = ("web", "auth", "db", "cart")


class Log:
    def __init__(self, random):
        self.random = random
        self.clock = 1732615200
        self.users = random.choice([3, 40, 300])
        self.addresses = random.choice([5, 60])

    def stamp(self):
        self.clock += self.random.choice([0, 0, 1, 3, 17, -2])
        ticks = self.clock - 1732615200
        return f"2024-11-26T{10 + ticks // 3600:02}:{ticks // 60 % 60:02}:{ticks % 60:02}.{self.random.randrange(1000):03}Z"

    def user(self):
        return f"u{self.random.randrange(self.users)}" + self.random.choice(["", "", "", "@example.com", "\u00e9", " \\x"])

    def said(self):
        random = self.random
        return random.choice([
            f"login failed for {self.user().split()[0]}", f"error {random.randrange(9)} code={random.randrange(9)}",
            "cache miss", f"purchase {random.randrange(3)}", "broken pipe", "all is well", "a" * 40 + "!",
            "token=ghp_0123456789abcdefghijABCDEFGHIJ012345"])

    def json(self):
        random, record = self.random, {}
        if random.random() < 0.9:
            record["timestamp"] = self.stamp()
        record["message"] = self.said()
        if random.random() < 0.7:
            record[random.choice(USER_KEYS)] = self.user()
        if random.random() < 0.7:
            record["service"] = random.choice(SERVICES)
        if random.random() < 0.6:
            record["client_ip"] = f"192.0.2.{random.randrange(self.addresses)}"
        if random.random() < 0.5:
            record["action"] = random.choice(["login", "buy", "view", "leave"])
        if random.random() < 0.3:
            record["outcome"] = random.choice(["success", "failure"])
        if random.random() < 0.4:
            record[random.choice(["request_id", "traceId"])] = f"rq-{random.randrange(10000, 10200)}"
        if random.random() < 0.3:
            record["duration_ms"] = random.randrange(1200)
        return json.dumps(record, ensure_ascii=random.random() < 0.5).encode()

    def text(self):
        random = self.random
        line = f"{self.stamp()} {random.choice(['INFO', 'WARN', 'ERROR'])} app user={self.user().split()[0]} {self.said()}".encode()
        if random.random() < 0.1:
            line += b" \xff"
        if random.random() < 0.15:
            line += b"\nTraceback (most recent call last):\n  File \"x.py\", line 1\nValueError: error 1"
        return line

    def records(self, count):
        return [(self.json() if self.random.random() < 0.7 else self.text()) + b"\n" for _ in range(count)]


def without(value, *keys):
    return {key: item for key, item in value.items() if key not in keys}


def totals(matches):
    """Records of a second may be counted in several pieces."""
    sums = collections.Counter()
    for match in matches:
        if "total" in match:
            sums[json.dumps(without(match, "records"), sort_keys=True)] += match["records"]
        else:
            yield json.dumps(match, sort_keys=True)
    yield from map(repr, sums.items())


def comparable(result):
    """One scan and a merging give this, down to the order of findings."""
    made = without(result, "audit_id", *VOLATILE)
    made["state"] = without(made["state"], "merged", "parts", "trips")
    made["state"]["matches"] = sorted(totals(made["state"]["matches"]))
    for key in ("incomplete", "diagnostics"):
        made[key] = sorted(json.dumps(item, sort_keys=True) for item in made[key])
    return made


def placeless(result):
    """What does not say where something stands."""
    place = ("source", "line_number", "offset", "finding_id", "sample_source", "sample_line", "line")
    made = without(comparable(result), "sources", "state")
    made["summary"] = without(made["summary"], "requests")  # of several files
    made["clock"] = without(made["clock"], "out_of_order")  # of two files nobody knows which comes first
    for finding in made["findings"]:
        if "evidence" in finding:
            finding["evidence"] = [without(item, *place) for item in finding["evidence"]]
    for key in ("findings", "groups"):
        made[key] = sorted(json.dumps(without(item, *place), sort_keys=True) for item in made[key])
    counts = collections.Counter()  # diagnostics are told apart by source
    for item in map(json.loads, made["diagnostics"]):
        counts[item["code"], item.get("rule_id")] += item["count"]
    made["diagnostics"] = sorted(map(repr, counts.items()))
    return made


def first_difference(a, b, path="result"):
    if type(a) is not type(b) or not isinstance(a, (dict, list)):
        return f"{path}: {a!r} is not {b!r}"[:600]
    keys = range(max(len(a), len(b))) if isinstance(a, list) else sorted(a.keys() | b.keys())
    for key in keys:
        present = (key < len(a), key < len(b)) if isinstance(a, list) else (key in a, key in b)
        if present != (True, True):
            return f"{path}.{key}: {'only there' if present[0] else 'missing'}"
        if a[key] != b[key]:
            return first_difference(a[key], b[key], f"{path}.{key}")
    return None


class Case:
    def __init__(self, harness, seed):
        self.harness, self.seed = harness, seed
        harness.random.seed(seed)
        self.flags = ["-r", harness.write("rules.lua", RULES),
                      "--conditions", harness.write("conditions.json", json.dumps(CONDITIONS)),
                      "-s", harness.random.choice(["info", "medium"])]

    def expect(self, what, got, want):
        if got != want:
            self.harness.fail(f"seed {self.seed}: {what}: {first_difference(got, want)}")

    def scanned(self, name, *sources):
        self.harness.run("scan", *sources, *self.flags, "-f", self.harness.random.choice(["json", "ndjson"]), "-o", name)
        return name

    def read(self, name):
        with open(name, "rb") as file:
            *findings, last = [json.loads(line) for line in file]
        return {"findings": findings, **last}

    def merged(self, name, parts):
        self.harness.random.shuffle(parts)
        self.harness.run("merge", *parts, "-r", self.flags[1], "-o", name)
        return self.read(name)

    def run(self):
        harness = self.harness
        random, folder = harness.random, harness.path(str(self.seed))
        records = Log(random).records(random.choice([60, 1200]))
        cuts = sorted(random.sample(range(1, len(records)), CUTS))
        files = [harness.write(f"{folder}/part-{i:02}.log", b"".join(records[start:end]))
                 for i, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(records)]))]
        parts = [self.scanned(f"{file}.json", file) for file in files]
        one = self.read(self.scanned(f"{folder}/one.json", *files))
        merged = self.merged(f"{folder}/merged.json", parts)
        self.expect("merged and one scan", comparable(merged), comparable(one))
        self.expect("in another order", without(self.merged(f"{folder}/again.json", parts), *VOLATILE),
                    without(merged, *VOLATILE))
        half = random.randrange(1, len(parts))
        for name, some in (("left", parts[:half]), ("right", parts[half:])):
            self.merged(f"{folder}/{name}.json", some)
        both = self.merged(f"{folder}/both.json", [f"{folder}/left.json", f"{folder}/right.json"])
        self.expect("merged of merged", comparable(both), comparable(merged))
        self.expect("its parts", both["state"]["parts"], merged["state"]["parts"])
        whole = self.read(self.scanned(f"{folder}/whole.json", harness.write(f"{folder}/whole.log", b"".join(records))))
        self.expect("merged and the log unsplit", placeless(merged), placeless(whole))
        self.expect("users of the log unsplit", merged["state"]["users"], whole["state"]["users"])
        return len(merged["findings"])


def main():
    harness = Harness()
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    findings = sum(Case(harness, harness.seed + i).run() for i in range(seeds))
    return harness.report(f"{seeds} seeds, {findings} findings")


if __name__ == "__main__":
    sys.exit(main())
