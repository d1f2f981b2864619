"""docs/athena.md: its tables take every line that logaudit stores, and its queries give the right answers.

usage: athena.py PROGRAM        with the Python of build/guides-venv

sqlglot reads the statements in Athena's dialect and translates them to that of DuckDB, which runs them on the objects
that the function stored. The partitions are projected here as the properties of the tables say."""

import collections
import glob
import gzip
import json
import os
import re
import sys

import duckdb
import sqlglot
from sqlglot import exp

from guide import ROOT, Function, blocks, check, finish, page

PROGRAM = os.path.abspath(sys.argv[1])
NOVEMBER_27 = 1732622400 + 86400
RULES = r"""
return {
  rule { id = "shop.order_refused", title = "Order {order_id} refused", type = "Business", severity = "high", owner = "shop",
         runbook = "https://wiki/refused", author = "ann", version = 3, status = "stable", tags = { "attack.t1110", "shop" },
         references = { "https://wiki/orders" }, any = { [[order (?P<order_id>\d+) of (?P<user_id>\S+) refused]] } },
  rule { id = "shop.slow", title = "{route} took {duration_ms} ms", type = "Performance", severity = "medium",
         where = { duration_ms = { ge = 900 } } },
  rule { id = "shop.refused_often", title = "Orders refused", type = "Business", severity = "critical",
         correlate = { on = { "shop.order_refused" }, by = { "service" }, within = "1h", count = 3 } },
  rule { id = "shop.flood", title = "Many orders refused", type = "Business", severity = "high",
         correlate = { on = { "shop.order_refused" }, by = { "service" }, within = "1h", count = 30 } },
}
"""
# Athena's own lists of what must be quoted, of those words that a column may be called.
RESERVED_DDL = set("references timestamp date time user cursor end start range values percent local order group row rows".split())
RESERVED_SELECT = set("first last end escape order group table values when using natural normalize".split())


def web(hour, count):
    """JSON with everything that a record can say."""
    return "".join(json.dumps({
        "timestamp": f"2024-11-27T{hour:02}:{i:02}:00.5Z", "level": "error", "service": "shop", "host": "web-1", "user": f"u{i % 3}",
        "event": "order.create", "outcome": "failure", "client_ip": f"192.0.2.{i % 2 + 1}", "request_id": f"r-{hour}-{i}", "method": "POST",
        "path": f"/orders/{i}", "status": 502, "duration_ms": 950.5 + i, "message": f"order {hour}{i:02} of u{i % 3} refused",
    }) + "\n" for i in range(count)).encode()


def long_log(lines):
    return b"".join(b"2024-11-26T11:%02d:%02dZ INFO request %d took 12 ms, and the answer was: %s\n"
                    % (i // 60 % 60, i % 60, i, b"x" * 120) for i in range(lines))


def divide(function):
    """One object that one invocation had no time for, in two parts; the first one alone of another. What is enough time,
    and a log that is long enough, is found by trying: machines differ."""
    lines, seconds = 200000, 1.2
    for key in ("long/two.log", "long/one.log"):
        while True:
            function.put(key, long_log(lines))
            kind, answer = function.invoke({"source_type": "s3", "source_config": {"bucket_name": "my-logs", "object_key": key}}, seconds)
            if kind == "response" and "next" in answer:
                break
            if kind == "response":  # read whole: that result has to go
                os.remove(f"{function.folder}/aws/s3/" + answer["storage_location"].removeprefix("s3://"))
                lines *= 2
            else:
                seconds *= 1.5
        if key == "long/two.log":
            rest = function.audit(config={"object_key": key}, cursor=answer["next"])
            check("the rest of the object", rest["complete"], rest["incomplete"])


def fill(function):
    """Everything that the page speaks of: two days, audits again and below a prefix, merged, with conditions, a damaged
    object, a log group, parts."""
    for name in ("api-gateway", "auth", "database", "payment"):
        with open(f"{ROOT}/demo-logs/{name}.log", "rb") as file:
            function.put(f"services/{name}.log", file.read())
    function.put("shop/a.log", web(9, 4), NOVEMBER_27)
    function.put("shop/b.log", web(10, 2), NOVEMBER_27)
    function.put("shop/flood.log", web(14, 31))
    function.put("broken.gz", gzip.compress(web(11, 3), mtime=0)[:-9])
    function.write("aws/cloudwatch/shop/web/one.log", b"1732615200000 order 77 of mia refused\n")
    condition = {"conditions": [{"name": "Refused", "pattern": "(?i)refused", "severity": "low"}]}
    for name in ("api-gateway", "auth", "database"):
        function.audit(config={"object_key": f"services/{name}.log"})
    function.audit(config={"object_key": "services/payment.log"}, rules={"only": ["activity.login"]})
    function.audit(config={"object_key": "services/payment.log"})
    function.audit(config={"prefix": "services/"})
    function.audit(config={"object_key": "shop/b.log"}, custom_conditions=condition)
    function.audit(config={"object_key": "shop/a.log"}, custom_conditions=condition)
    function.audit(config={"object_key": "shop/a.log"}, rules={"skip": ["shop.slow"]})
    function.audit(config={"object_key": "shop/flood.log"})
    function.audit(config={"object_key": "broken.gz"})
    function.audit(source_type="cloudwatch", config={"log_group_name": "shop/web", "start_time": "2024-11-26T00:00:00Z",
                                                     "end_time": "2024-11-27T00:00:00Z"})
    function.audit(source_type="merge", config={"bucket_name": "my-audit-results", "prefix": "s3-bucket-my-logs/year=2024/month=11/day=27/"})
    divide(function)


# ---- tables


class Table:
    """A CREATE EXTERNAL TABLE of the page."""

    def __init__(self, statement, root):
        tree = sqlglot.parse_one(statement, read="athena")
        self.name, self.root = tree.this.this.name, root
        self.columns = {c.name: c.args["kind"] for c in tree.this.expressions if isinstance(c, exp.ColumnDef)}
        partitions = tree.find(exp.PartitionedByProperty)
        self.partitions = [c.name for c in partitions.this.expressions]
        self.properties = {p.this.name: p.args["value"].name for p in tree.find_all(exp.Property) if p.args.get("value")}
        bare = {c.name for c in tree.find_all(exp.ColumnDef) if not c.this.args["quoted"]} & (RESERVED_DDL | RESERVED_SELECT)
        check(f"{self.name}: reserved words are quoted", not bare, bare)
        check(f"{self.name}: small letters", all(c == c.lower() for c in self.columns))

    def projected(self, name):
        """The values that the table's properties give a partition."""
        kind = self.properties[f"projection.{name}.type"]
        if kind == "enum":
            return self.properties[f"projection.{name}.values"].split(",")
        low, high = self.properties[f"projection.{name}.range"].split(",")
        digits = int(self.properties.get(f"projection.{name}.digits", "1"))
        return ["%0*d" % (digits, number) for number in range(int(low), int(high) + 1)]

    def files(self):
        """The objects that are below the projected partitions, with the partitions' values."""
        template = self.properties["storage.location.template"]
        assert template.startswith("s3://")
        pattern = re.sub(r"\\\$\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template.removeprefix("s3://")))
        values = {name: set(self.projected(name)) for name in self.partitions}
        for path in sorted(glob.glob(f"{self.root}/**/*", recursive=True)):
            match = re.fullmatch(pattern + "/[^/]+", os.path.relpath(path, self.root))
            if match and all(match[name] in values[name] for name in self.partitions):
                yield path, match.groupdict()

    def load(self, database):
        columns = {name: kind.sql("duckdb") for name, kind in self.columns.items()}
        selects, seen, faults = [], set(), []
        for path, partition in self.files():
            self.compare(path, seen, faults)
            values = ", ".join(f"'{partition[name]}' AS {name}" for name in self.partitions)
            wanted = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
            selects.append(f"SELECT *, {values} FROM read_json('{path}', format='newline_delimited', columns={{{wanted}}}, "
                           "maximum_object_size=67108864)")
        database.execute(f"CREATE TABLE {self.name} AS " + " UNION ALL ".join(selects))
        self.rows = database.execute(f"SELECT count(*) FROM {self.name}").fetchone()[0]
        check(f"{self.name}: the lines are as the columns say", not faults, faults[:5])
        for name in self.columns:
            check(f"{self.name}: {name} is stored", name in seen)

    def compare(self, path, seen, faults):
        """Each line is one document, and each value has its column's type."""
        with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
            for line in file:
                row = json.loads(line)
                seen.update(row)
                if self.name == "findings":  # all of it is in the table, and no key is there twice
                    keys = [key for key, _ in json.loads(line, object_pairs_hook=list)]
                    faults += [f"{key} is no column" for key in row.keys() - self.columns.keys()]
                    faults += [f"{key} is there twice" for key in row if keys.count(key) > 1]
                for name in row.keys() & self.columns.keys():
                    faults += misfits(name, row[name], self.columns[name])


def misfits(where, value, kind):
    """What of a value does not fit a column of this type."""
    if kind.is_type("struct"):
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no object"]
        return [fault for field in kind.expressions if field.name in value
                for fault in misfits(f"{where}.{field.name}", value[field.name], field.args["kind"])]
    if kind.is_type("array"):
        if not isinstance(value, list):
            return [f"{where}: {value!r} is no list"]
        return [fault for item in value for fault in misfits(where, item, kind.expressions[0])]
    wanted = kind.sql("duckdb")
    got = {bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE", str: "TEXT"}.get(type(value))
    return [] if got == wanted or (got == "BIGINT" and wanted in ("INT", "DOUBLE")) else [f"{where}: {value!r} is no {wanted}"]


# ---- queries


def to_duckdb(statement, tables):
    """sqlglot's translation, and UNNEST of a list of structs as Trino does it: a column for each field."""
    tree = sqlglot.parse_one(statement, read="athena")
    for join in list(tree.find_all(exp.Join)):
        unnest = join.this
        if not isinstance(unnest, exp.Unnest):
            continue
        fields = struct_fields(unnest.expressions[0], tables)
        alias, names = unnest.alias, [c.name for c in unnest.args["alias"].columns]
        check(f"UNNEST ... AS {alias} names each field", len(names) == len(fields), [names, fields])
        members = ", ".join(f'item."{field}" AS "{name}"' for field, name in zip(fields, names))
        source = unnest.expressions[0].sql("duckdb")
        lateral = f"SELECT * FROM t CROSS JOIN LATERAL (SELECT {members} FROM (SELECT unnest({source}) AS item) AS items) AS {alias}"
        join.replace(sqlglot.parse_one(lateral, read="duckdb").args["joins"][0])
    bare = {c.name for c in tree.find_all(exp.Column) if not c.this.args.get("quoted")} & (RESERVED_SELECT | {"timestamp"})
    check("reserved words are quoted", not bare, bare)
    return tree.sql("duckdb")


def struct_fields(expression, tables):
    names = re.findall(r"\w+", expression.sql("duckdb"))
    kind = tables["audits"].columns[next(name for name in names if name in tables["audits"].columns)]
    for name in names[names.index(next(n for n in names if n in tables["audits"].columns)) + 1:]:
        kind = next(field.args["kind"] for field in kind.expressions if field.name == name)
    return [field.name for field in kind.expressions[0].expressions]


def answers(database, tables):
    given = {}
    for block in blocks(page("athena.md"), "sql"):
        if block.startswith("CREATE"):
            continue
        name = re.match(r"-- name: (\w+)\n", block)[1]
        cursor = database.execute(to_duckdb(block, tables))
        keys = [column[0] for column in cursor.description]
        given[name] = [dict(zip(keys, row)) for row in cursor.fetchall()]
        check(f"{name}: it finds something", given[name])
    return given


def compare(what, given, wanted):
    check(what, given == wanted, f"\n  given  {given}\n  wanted {wanted}")


def check_answers(function, given):
    results = function.stored() + function.stored("merge/year=*/month=*/day=*/*.json")
    once = {f["finding_id"]: f for r in results for f in r["findings"]}
    check("there are copies", sum(len(r["findings"]) for r in results) > len(once) + 300)
    wanted = collections.Counter((f["timestamp"][:10], f.get("service"), f["severity"]) for f in once.values() if "timestamp" in f)
    compare("by_service", {(r["on_day"], r["service"], r["severity"]): r["findings"] for r in given["by_service"] if r["on_day"]}, dict(wanted))
    check_user(once, given)
    days = collections.Counter(f["timestamp"][:10] for f in once.values() if f["severity"] in ("high", "critical"))
    compare("trend", [(r["on_day"], r["findings"]) for r in given["trend"]], sorted(days.items()))
    counts = [days[day] for day in sorted(days)]
    compare("trend: change", [r["more_than_before"] for r in given["trend"]], [None] + [b - a for a, b in zip(counts, counts[1:])])
    compare("trend: mean", [r["mean_of_seven"] for r in given["trend"]], [round(sum(counts[:i + 1]) / (i + 1), 1) for i in range(len(counts))])
    captured = {f["finding_id"]: f["fields"]["order_id"] for f in once.values() if "order_id" in f.get("fields", {})}
    compare("captured", {r["finding_id"]: r["order_id"] for r in given["captured"]}, captured)
    tagged = {i for i, f in once.items() if any(t.startswith("attack.") for t in f.get("tags", []))}
    compare("tagged", {r["finding_id"] for r in given["tagged"]}, tagged)
    correlated = {i: (f["count"], f["evidence"][0]["source"], str(f["evidence"][0]["line_number"])) for i, f in once.items() if "count" in f}
    compare("correlated", {r["finding_id"]: (r["count"], r["began_in"], r["at_line"]) for r in given["correlated"]}, correlated)
    merged = {f["finding_id"] for r in results if r["source_type"] == "merge" for f in r["findings"] if "count" in f}
    check("some were found by merging only", len(merged - {f["finding_id"] for r in function.stored() for f in r["findings"]}) == 1)
    check_newest(function, given, once, merged)
    reasons = {(r["reason"], r["source"]) for r in given["incomplete"]}
    compare("incomplete", reasons, {("read", "s3://my-logs/broken.gz"), ("deadline", "s3://my-logs/long/one.log")})
    deadlines = [n["source"] for r in function.stored() for n in r["incomplete"] if n["reason"] == "deadline"]
    check("both were parts", sorted(deadlines) == ["s3://my-logs/long/one.log", "s3://my-logs/long/two.log"], deadlines)


def check_user(once, given):
    keller = [f for f in once.values() if f.get("user_id") == "m.keller"]
    keller.sort(key=lambda f: (f["timestamp"], f["source"], f["line_number"], f["rule_id"]))
    keys = ["timestamp", "service", "action", "outcome", "ip", "severity", "title", "source", "line_number"]
    compare("user_steps", given["user_steps"], [{k: f.get(k) for k in keys} for f in keller])
    check("in several services", len({f["service"] for f in keller if "service" in f}) > 1)
    users = collections.defaultdict(list)
    for f in once.values():
        if "user_id" in f:
            users[f["user_id"]].append(f)
    wanted = {user: (len({f["service"] for f in found if "service" in f}), len({f["ip"] for f in found if "ip" in f}), len(found))
              for user, found in users.items() if len({f["service"] for f in found if "service" in f}) > 1}
    compare("user_services", {r["user_id"]: (r["services"], r["addresses"], r["findings"]) for r in given["user_services"]}, wanted)


def check_newest(function, given, once, merged):
    """Of each source the result that was made last; of the parts, all of them."""
    last = {}
    for result in sorted(function.stored(), key=lambda r: r["timestamp"]):
        for source in result["sources"]:
            last.setdefault(source["uri"], []).append(result)
    kept = dict.fromkeys(merged, True)
    for uri, results in last.items():
        newest = results[-1]["state"]["options"]
        kept.update((f["finding_id"], True) for r in results if r["state"]["options"] == newest for f in r["findings"] if f["source"] == uri)
    wanted = collections.Counter((once[i]["rule_id"], once[i]["severity"]) for i in kept)
    compare("newest", {(r["rule_id"], r["severity"]): r["findings"] for r in given["newest"]}, dict(wanted))
    slow = {i for i, f in once.items() if f["rule_id"] == "shop.slow"}
    check("what the newest rules leave out is gone", len(slow) - len(slow & kept.keys()) == 4)  # those of a.log
    check("conditions of older audits too", sum(r["findings"] for r in given["newest"] if r["rule_id"] == "custom.Refused") == 2)


def main():
    with Function(PROGRAM, RULES, LOGAUDIT_CONTEXT="1") as function:
        fill(function)
        root = f"{function.folder}/aws/s3"
        database = duckdb.connect()
        database.execute("SET TimeZone = 'UTC'")
        tables = {}
        for block in blocks(page("athena.md"), "sql"):
            if block.startswith("CREATE"):
                table = Table(block, root)
                tables[table.name] = table
                table.load(database)
        stored = glob.glob(f"{root}/my-audit-results/**/*.*", recursive=True)
        check("every object is in a table", sum(len(list(t.files())) for t in tables.values()) == len(stored), stored)
        print(f"{tables['findings'].rows} lines of findings, {tables['audits'].rows} results")
        check_answers(function, answers(database, tables))
    finish()


main()
