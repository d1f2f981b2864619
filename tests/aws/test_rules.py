"""Rules that lie in S3, for a function that stays warm: what is asked of S3 and when, what is taken, what is not.

usage: test_rules.py PROGRAM

The S3 is that of objects.py, over HTTP. Where a look at S3 is waited for, invocations go on until it has happened;
nothing depends on how fast the machine is."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from checks import check, run
from objects import ObjectServer, error_body
from runtime_api import Event, RunningFunction

PROGRAM = os.path.abspath(sys.argv[1])
RULE = """return rule {{ id = "{id}", title = "Login of {{user_id}} failed", type = "Security", severity = "{severity}",
  any = {{ [[login of (?P<user_id>\\w+) failed]] }}, where = {{ user_id = {{ in_table = "people" }} }} }}
"""
LOGS = b"2024-11-26T10:00:00Z WARN login of mia failed\n2024-11-26T10:00:01Z WARN login of bob failed\n"
OWN = {"source_type": "s3", "source_config": {"bucket_name": "logs", "object_key": "app.log"}}
BATCH = {"Items": [{"Key": "app.log"}, {"Key": "more.log"}], "BatchInput": {"bucket_name": "logs", "response": "summary"}}
LONG = 300  # seconds until a test gives up


def rule(severity, name="login"):
    return RULE.format(id=name, severity=severity).encode()


class Place:
    """A bucket with rules, and one with logs."""

    def __init__(self):
        self.server = ObjectServer()
        self.put("rules/login.lua", rule("high"))
        self.put("rules/more/second.lua", rule("low", "second"))
        self.put("rules/README", b"no rule")
        self.put("data/people.csv", b"name,team\nmia,a\nbob,b\n")
        self.put("overrides.lua", b'return { second = { enabled = false } }\n')
        self.server.put("logs", "app.log", LOGS)
        self.server.put("logs", "more.log", LOGS)

    def put(self, key, body):
        self.server.put("rules-bucket", key, body)

    def remove(self, key):
        del self.server.objects[("rules-bucket", key)]

    def asked(self):
        """What was asked of the bucket with the rules: (what, If-None-Match)."""
        own = [r for r in list(self.server.requests) if not r[1].endswith(".log")]
        return [(r[1] or "list " + r[2].get("prefix", ""), "If-None-Match" in r[3]) for r in own]

    def refuse(self, words, how):
        """Requests for what has one of the words fail."""

        def fault(handler, _):
            place = handler.key or handler.query.get("prefix", "")
            return any(word in place for word in words) and how(handler)

        self.server.fault = fault


def deny(handler):
    handler.answer(403, error_body("AccessDenied", "Access Denied"))
    return True


def break_off(handler):
    handler.reset()
    return True


class Function(RunningFunction):
    def __init__(self, place, **environment):
        super().__init__()
        os.mkdir(f"{self.folder}/tmp")
        environment = {
            "AWS_ENDPOINT_URL": place.server.url, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "eu-central-1", "AWS_EC2_METADATA_DISABLED": "true", "HOME": self.folder,
            "LOGAUDIT_CACHE": f"{self.folder}/cache", "LOGAUDIT_RULES": "s3://rules-bucket/rules/",
            "LOGAUDIT_DATA": "s3://rules-bucket/data/", "TMPDIR": f"{self.folder}/tmp", **environment}
        environment = {name: value for name, value in environment.items() if value is not None}
        self.start([PROGRAM, "lambda"], environment)

    def invoke(self, event=None, **headers):
        soon = {"Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 600000)}
        answer = self.api.invoke(Event(json.dumps(event or OWN).encode(), {**soon, **headers}), timeout=LONG)
        check("an answer", answer.kind == "response", answer.body)
        return json.loads(answer.body)

    def severities(self, event=None):
        return sorted({f"{f['rule_id']} {f['severity']}" for f in self.invoke(event)["findings"]})

    def errors(self):
        return [line["message"] for line in self.logged() if line.get("level") == "ERROR"]

    def rejected(self):
        return [line["RulesRejected"] for line in self.logged() if "_aws" in line]

    def until(self, what, holds):
        """Invokes until it holds, each time a little later."""
        end = time.time() + LONG
        while time.time() < end:
            result = self.invoke()
            if holds(result):
                return
            time.sleep(0.1)
        check(what, False, self.logged()[-3:])

    def copies(self):
        return [os.path.join(root, name) for root, _, names in os.walk(f"{self.folder}/tmp") for name in names]


def has(severity):
    return lambda result: any(f["rule_id"] == "login" and f["severity"] == severity for f in result["findings"])


def test_once_a_minute():
    """By default: nothing is asked while a minute has not passed."""
    place = Place()
    with Function(place) as function:
        started = time.time()
        check("before", function.severities() == ["login high", "second low"])
        first = place.asked()
        check("the start", sorted(first) == [("data/people.csv", False), ("list data/", False), ("list rules/", False),
                                             ("rules/login.lua", False), ("rules/more/second.lua", False)], first)
        place.put("rules/login.lua", rule("critical"))
        for _ in range(20):
            function.severities()
        looks = place.asked()[len(first):].count(("list rules/", False))
        check("within a minute", looks <= (time.time() - started) / 60, place.asked())
        check("copies", sorted(p.rpartition("rules-bucket/")[2] for p in function.copies()) ==
              ["data/people.csv", "rules/login.lua", "rules/more/second.lua"], function.copies())


def test_conditional():
    """An object is asked for with its ETag, as often as LOGAUDIT_RULES_CHECK says at most; 304 is no new one."""
    place = Place()
    place.put("one.lua", rule("high"))
    with Function(place, LOGAUDIT_RULES="s3://rules-bucket/one.lua", LOGAUDIT_OVERRIDES="s3://rules-bucket/overrides.lua",
                  LOGAUDIT_RULES_CHECK="1") as function:
        place.put("overrides.lua", b"return {}\n")
        check("the start", not has("critical")(function.invoke()))
        started, base = time.time(), place.server.unmodified
        function.until("304", lambda _: place.server.unmodified >= base + 6)
        looks = [c for key, c in place.asked() if key == "one.lua"]
        check("the first has no condition, all others have one", looks[0] is False and all(looks[1:]), looks)
        check("not more often", len(looks) - 1 <= time.time() - started + 3, (looks, time.time() - started))
        place.put("one.lua", rule("critical"))
        function.until("the edit is used", has("critical"))
        place.put("overrides.lua", b'return { login = { severity = "low" } }\n')
        function.until("new overrides", has("low"))
        place.put("data/people.csv", b"name,team\nnobody,a\n")
        function.until("new tables", lambda result: not result["findings"])
        place.put("data/people.csv", b"name,team\nmia,a\n")
        function.until("a table as before", has("low"))
        check("nothing was refused", not any(function.rejected()) and not function.errors(), function.errors())
        check("one copy of each", len(function.copies()) == 3, function.copies())


def test_missing_overrides():
    place = Place()
    place.put("one.lua", rule("high"))
    with Function(place, LOGAUDIT_RULES="s3://rules-bucket/one.lua", LOGAUDIT_RULES_CHECK="1",
                  LOGAUDIT_OVERRIDES="s3://rules-bucket/overrides.lua") as function:
        answer = function.api.answers.get(timeout=LONG)  # `second` is no rule of one.lua
        check("overrides of no rule", answer.kind == "init/error" and b"s3://rules-bucket/overrides.lua" in answer.body, answer)


def test_only_what_changed():
    place = Place()
    with Function(place, LOGAUDIT_RULES_CHECK="1") as function:
        function.invoke()
        place.put("rules/login.lua", rule("critical"))
        place.put("rules/README", b"still no rule")
        function.until("the edit is used", has("critical"))
        gets = [key for key, _ in place.asked() if key.startswith("rules/")]
        check("one object again", sorted(gets) == ["rules/login.lua"] * 2 + ["rules/more/second.lua"], gets)
        place.remove("rules/more/second.lua")
        function.until("a rule is gone", lambda result: result["rules"]["loaded"] == 1)
        place.put("rules/third.lua", rule("info", "third"))
        function.until("a rule is new", lambda result: result["rules"]["loaded"] == 2)


def test_many():
    """The objects below a prefix are fetched by several threads; one that cannot be read fails the set."""
    place = Place()
    place.server.page = 50
    for number in range(150):
        place.put(f"rules/r{number:03}.lua", rule("low", f"r{number:03}"))
    together = threading.Barrier(4)

    def meet(handler, _):
        if handler.key.startswith("rules/r") and not place.met:
            try:
                together.wait(60)
            except threading.BrokenBarrierError:
                check("four at a time", False)
            place.met = True
        return False

    place.met = False
    place.server.fault = meet
    with Function(place, LOGAUDIT_RULES_CHECK="1") as function:
        check("all of them", function.invoke()["rules"]["loaded"] == 152)
        for number in range(150):
            place.put(f"rules/r{number:03}.lua", rule("medium", f"r{number:03}"))
        place.refuse(["rules/r077"], deny)
        function.until("counted", lambda _: any(function.rejected()))
        check("which one", "s3://rules-bucket/rules/r077.lua: s3:GetObject: access denied" in function.errors()[0], function.errors())
        check("none of them", not any("medium" in s for s in function.severities()))
        place.server.fault = None
        function.until("then all", lambda r: sum(f["severity"] == "medium" for f in r["findings"]) == 300)


def test_bad_set():
    """Nothing of it is taken, the log says why, a metric counts it; and again the good one is."""
    place = Place()
    with Function(place, LOGAUDIT_RULES_CHECK="1") as function:
        check("before", function.severities() == ["login high", "second low"])
        digest = function.invoke()["rules"]["digest"]
        place.put("rules/login.lua", b'return rule {\n  id = "login",\n  any = = 1,\n}\n')
        place.put("rules/more/second.lua", rule("critical", "second"))
        function.until("it is counted", lambda _: any(function.rejected()))
        check("whole or not at all", function.severities() == ["login high", "second low"])
        check("the same rules", function.invoke()["rules"]["digest"] == digest)
        error = function.errors()[0]
        check("file and line", error.startswith("s3://rules-bucket/rules/login.lua:3: unexpected symbol"), error)
        check("and what is used", "those loaded before are" in error, error)
        gets = len([key for key, _ in place.asked() if key == "rules/login.lua"])
        function.until("counted again", lambda _: sum(function.rejected()) > 2)
        check("not loaded again", len([key for key, _ in place.asked() if key == "rules/login.lua"]) == gets)
        place.put("rules/login.lua", b'return rule { title = "T", type = "Error",\n  severity = "low", any = { "x" },\n'
                                     b'  match = function(e) return os.time() > 0 end }\n')
        function.until("what lint finds", lambda _: any("login.lua:3: 'os' is not available to rules" in e for e in function.errors()))
        check("is not taken either", function.severities() == ["login high", "second low"])
        place.put("rules/login.lua", rule("medium"))
        function.until("the good one", has("medium"))
        rejected = sum(function.rejected())
        check("all of it", function.severities() == ["login medium", "second critical"])
        check("counted no more", sum(function.rejected()) == rejected)


def test_unreachable():
    for what, how, words in (("denied", deny, ("s3:ListBucket", "access denied")), ("broken", break_off, ("s3:ListBucket",))):
        place = Place()
        with Function(place, LOGAUDIT_RULES_CHECK="1") as function:
            check("before", function.severities() == ["login high", "second low"])
            place.put("rules/login.lua", rule("critical"))
            place.refuse(["rules/"], how)
            function.until(f"{what}: counted", lambda _, function=function: any(function.rejected()))
            check(f"{what}: kept", function.severities() == ["login high", "second low"])
            error = function.errors()[0]
            check(f"{what}: said", all(word in error for word in (*words, "s3://rules-bucket/rules/", "is not known")), error)
            place.server.fault = None
            function.until(f"{what}: again", has("critical"))


def test_no_rule_left():
    """A prefix that has lost its rules keeps those before, as one that is gone."""
    place = Place()
    with Function(place, LOGAUDIT_RULES_CHECK="1") as function:
        function.invoke()
        for key in ("rules/login.lua", "rules/more/second.lua"):
            place.remove(key)
        place.put("rules/", b"")
        function.until("counted", lambda _: any(function.rejected()))
        check("kept", function.severities() == ["login high", "second low"])
        check("said", "s3://rules-bucket/rules/: no object with this prefix has a key that ends in .lua" in function.errors()[0],
              function.errors())
        place.put("rules/login.lua", rule("critical"))
        function.until("again", has("critical"))


def test_one_of_two():
    """A place that cannot be read keeps the others back, until all can."""
    place = Place()
    with Function(place, LOGAUDIT_RULES_CHECK="1") as function:
        function.invoke()
        place.put("rules/login.lua", rule("critical"))
        place.put("data/people.csv", b"name,team\nmia,a\n")
        place.refuse(["data/"], deny)
        function.until("counted", lambda _: any(function.rejected()))
        check("neither", function.severities() == ["login high", "second low"])
        place.server.fault = None
        function.until("both", lambda result: has("critical")(result) and len(result["findings"]) == 2)


def test_not_meanwhile():
    """The rules of an invocation are those it began with, although S3 has others before its second item."""
    place = Place()
    with Function(place, LOGAUDIT_RULES_CHECK="1") as function:
        function.invoke()
        state = {}

        def edit(handler, _):
            if handler.key == "app.log" and "looks" not in state:
                state["looks"] = len(place.asked())
                place.put("rules/login.lua", rule("critical"))
                time.sleep(2.5)
            if handler.key == "more.log":
                state["after"] = len(place.asked())
            return False

        place.server.fault = edit
        result = function.invoke(BATCH)
        check("nothing is asked meanwhile", state["looks"] == state["after"], place.asked())
        check("no critical", result["critical_findings_count"] == 0, result)
        function.until("then", has("critical"))


def test_cold_start():
    """Without rules to use there is no function, and the error says why."""
    broken = b"return rule {\n"
    cases = {
        "nothing there": ("s3://rules-bucket/none/", None, b"no object has a key with this prefix"),
        "no rule file": ("s3://rules-bucket/text/", lambda p: p.put("text/README", b"x") or p.put("text/", b""),
                         b"no object with this prefix has a key that ends in .lua"),
        "no such object": ("s3://rules-bucket/none.lua", None, b"there is no such object"),
        "no slash": ("s3://rules-bucket/rules", None, b"with a slash behind it"),
        "denied": ("s3://rules-bucket/rules/", lambda p: p.refuse(["rules/"], deny), b"s3:ListBucket: access denied"),
        "cut off": ("s3://rules-bucket/rules/", lambda p: p.refuse(["rules/"], break_off), b"s3://rules-bucket/rules/"),
        "a broken pack": ("s3://rules-bucket/x.pack", lambda p: p.put("x.pack", b'{"logaudit_pack":1,"files":[]}'),
                          b"s3://rules-bucket/x.pack: the pack was changed"),
        "broken tables": ("s3://rules-bucket/rules/", lambda p: p.put("data/a.csv", b"k,x\na,1\na,2\n"),
                          b"s3://rules-bucket/data/a.csv:3"),
        "odd key": ("s3://rules-bucket/rules/", lambda p: p.put("rules/../../x.lua", broken), b"'..' parts"),
    }
    for what, (uri, change, words) in cases.items():
        place = Place()
        if change:
            change(place)
        with Function(place, LOGAUDIT_RULES=uri) as function:
            answer = function.api.answers.get(timeout=LONG)
            check(what, answer.kind == "init/error" and words in answer.body, answer)
            check(f"{what}: ends", function.process.wait(LONG) != 0)
    place = Place()
    place.put("rules/broken.lua", broken)
    with Function(place, LOGAUDIT_RULES_CHECK="1") as function:
        result = function.invoke()
        check("the others run", has("high")(result), result)
        check("the broken one is named", result["rules"]["failed"][0]["file"] == "s3://rules-bucket/rules/broken.lua", result["rules"])
        check("and counted", function.rejected() == [1], function.rejected())
        place.put("rules/broken.lua", rule("info", "mended"))
        function.until("mended", lambda r: not r["rules"]["failed"] and r["rules"]["loaded"] == 3)


def test_pack():
    """`rules pack` stores one object, which takes effect as a whole."""
    place = Place()
    folder = tempfile.mkdtemp()

    def store(severity):
        with open(f"{folder}/login.lua", "wb") as file:
            file.write(rule(severity).replace(b"} } }", b'} }, tests = { { "t", log = "login of mia failed", '
                                              b'data = { people = "name\\nmia\\n" }, expect = 1 } } }'))
        environment = {"AWS_ENDPOINT_URL": place.server.url, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
                       "AWS_REGION": "eu-central-1", "HOME": folder, "LOGAUDIT_CACHE": f"{folder}/cache"}
        with open(f"{folder}/people.csv", "w", encoding="ascii") as file:
            file.write("name\nmia\n")
        done = subprocess.run([PROGRAM, "rules", "pack", folder, "--data", folder, "-o", "s3://rules-bucket/shop.pack"],
                              env=environment, capture_output=True, timeout=LONG, check=False)
        check("packed", done.returncode == 0, done)

    store("high")
    with Function(place, LOGAUDIT_RULES="s3://rules-bucket/shop.pack", LOGAUDIT_RULES_CHECK="1") as function:
        check("a pack", has("high")(function.invoke()))
        store("critical")
        function.until("the next pack", has("critical"))
    shutil.rmtree(folder)


run(globals(), sys.argv[2:])
