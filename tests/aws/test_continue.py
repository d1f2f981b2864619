"""An audit whose time is over goes on in the next invocation; what is found is told, once.

usage: test_continue.py PROGRAM

Objects lie in a folder (LOGAUDIT_LOCAL_ROOT), the queue, the topic and the bus are those of fake_services.py."""

import glob
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from fake_services import Services
from runtime_api import Event, RuntimeApi

PROGRAM = os.path.abspath(sys.argv[1])
QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/continued"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:alerts"
RULES = """
return {
  rule { id = "login_failed", title = "Login of {user_id} failed", type = "Security", severity = "medium",
         any = { [[login of (?P<user_id>\\w+) failed]] } },
  rule { id = "crashed", title = "{service} crashed", type = "Error", severity = "critical", owner = "ops",
         runbook = "https://wiki/crash", any = { [[(?P<service>\\w+) crashed]] } },
  rule { id = "guessed", title = "Crash guessed", type = "Error", severity = "critical", status = "experimental",
         any = { [[crashed]] } },
  rule { id = "guessing", title = "Guessing of {user_id}", type = "Security", severity = "high",
         correlate = { on = { "login_failed" }, by = { "user_id" }, within = "10m", count = 5 } },
  rule { id = "perhaps", title = "Guessing of {user_id}", type = "Security", severity = "high", status = "experimental",
         correlate = { on = { "login_failed" }, by = { "user_id" }, within = "10m", count = 5 } },
}
"""
checks, failures = 0, 0


def check(what, holds, detail=""):
    global checks, failures
    checks += 1
    if not holds:
        failures += 1
        print(f"FAILED: {what} {str(detail)[:1500]}")


class Function:
    def __init__(self, **environment):
        self.folder = tempfile.mkdtemp()
        self.services = Services()
        self.environment = {"LOGAUDIT_LOCAL_ROOT": "aws", "LOGAUDIT_RULES": "rules.lua", "AUDIT_RESULTS_BUCKET": "results",
                            "LOGAUDIT_CACHE": f"{self.folder}/cache", **self.services.environment(), **environment}
        with open(f"{self.folder}/rules.lua", "w", encoding="ascii") as file:
            file.write(RULES)
        self.log = open(f"{self.folder}/log", "w+b")
        self.api = RuntimeApi()
        self.api.start([PROGRAM, "lambda"], self.environment, cwd=self.folder, stdout=self.log, stderr=self.log)
        self.messages = 0
        self.invoke({"Service": "Amazon S3", "Event": "s3:TestEvent"})  # until the rules are loaded, no time counts

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.api.__exit__()
        self.services.close()
        self.log.close()
        shutil.rmtree(self.folder)

    def put(self, key, body):
        path = f"{self.folder}/aws/s3/logs/{key}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(body)
        os.utime(path, (1732622400, 1732622400))

    def invoke(self, event, seconds=60.0):
        deadline = {"Lambda-Runtime-Deadline-Ms": str(int((time.time() + seconds) * 1000))}
        answer = self.api.invoke(Event(json.dumps(event).encode(), headers=deadline))
        return answer.kind, json.loads(answer.body)

    def message(self, body, seconds=60.0):
        """Whether the message was acknowledged."""
        self.messages += 1
        event = {"Records": [{"eventSource": "aws:sqs", "messageId": f"m{self.messages}", "body": body}]}
        kind, answer = self.invoke(event, seconds)
        return kind == "response" and answer == {"batchItemFailures": []}

    def part(self, event):
        """The answer to an event in so little time that it is not read whole, but in some part."""
        def attempt(seconds):
            kind, answer = self.invoke(event, seconds)
            return (kind, answer) if kind == "response" and "next" in answer else None
        return patient(attempt, 1.4) or ("nothing", {})

    def stored(self):
        return sorted(glob.glob(f"{self.folder}/aws/s3/results/s3-bucket-logs/*/*/*/*.json"))

    def merged(self, paths):
        """The figures of a merge of these results, without what names the parts."""
        out = subprocess.run([PROGRAM, "merge", *paths, "-f", "json", "-r", "rules.lua"], cwd=self.folder, check=False,
                             stdout=subprocess.PIPE, env={"LOGAUDIT_CACHE": f"{self.folder}/cache", "PATH": "/usr/bin"})
        return re.sub(rb'"(audit_id|processing_time_ms|timestamp)":("[^"]*"|\d+)(?=,"(incomplete|complete|schema)|,"timestamp"|})',
                      b"", out.stdout)


def own(**config):
    return json.dumps({"source_type": "s3", "source_config": {"bucket_name": "logs", **config}})


def notification(key):
    return json.dumps({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
                                    "s3": {"bucket": {"name": "logs"}, "object": {"key": key}}}]})


def long_log(lines):
    """Columns that the first line names, stack traces, times that go back, things that are found."""
    out = ["#Fields: date time c-ip cs-method sc-status note\n"]
    for i in range(lines):
        at = "2024-11-26T%02d:%02d:%02d" % (i // 36000 % 24, i // 600 % 60, (i * 7) // 10 % 60)
        if i % 5003 == 11:
            out.append(f"{at}Z ERROR billing{i % 3} crashed\n    at one.two({i})\n\tat three.four({i})\n\n")
        elif i % 997 == 5:
            out.append(f"{at}Z WARN login of mia failed, try {i}\n")
        elif i % 11 == 3:
            out.append('{"time": "%sZ", "level": "info", "message": "all is well %d"}\n' % (at, i))
        elif i % 13 == 4:
            out.append("2024-11-26 %s 10.0.0.%d GET 200 ok\n" % (at[11:], i % 250))
        else:
            out.append(f"{at}Z INFO request {i} took 12 ms, and the answer was a long one: {'x' * 120}\n")
    return "".join(out).encode()


LONG = long_log(300000) * 3  # more than a second's work on any machine


def patient(attempt, seconds):
    """What the attempt gives, with more time as long as it is false: on a busy machine a part can get nowhere."""
    given = attempt(seconds)
    while not given and seconds < 20:
        seconds *= 1.5
        given = attempt(seconds)
    return given


def run_to_end(function, first, seconds):
    """Invocations until the queue is empty; how many came further."""
    check("the first is acknowledged", patient(lambda s: function.message(first, s), seconds), function.services.queued)
    count = 1
    while function.services.queued and count < 200:
        check("one message for each", len(function.services.queued) == 1)
        body = function.services.queued.pop()
        check("a part is acknowledged", patient(lambda s: function.message(body, s), seconds))
        count += 1
    return count


def compare(what, first, objects, seconds=1.1):
    with Function(LOGAUDIT_CONTINUE_QUEUE=QUEUE) as function:
        for key, body in objects.items():
            function.put(key, body)
        count = run_to_end(function, first, seconds)
        parts = function.stored()
        results = [json.load(open(path, encoding="utf-8")) for path in parts]
        check(f"{what}: several parts", len(parts) == count > 1, count)
        check(f"{what}: one is complete", sum(r["complete"] for r in results) == 1)
        check(f"{what}: the others say where to go on", sum("next" in r for r in results) == count - 1)
        divided = function.merged(parts)
        some = function.merged(parts[1:])
        check(f"{what}: a part is missing", b'"complete":false' in some)
        shutil.rmtree(f"{function.folder}/aws/s3/results")
        check(f"{what}: in one run", function.message(first, 600) and not function.services.queued)
        whole = function.merged(function.stored())
        check(f"{what}: the same", divided == whole, [divided[-3000:], whole[-3000:]])
        check(f"{what}: complete", b'"complete":true' in whole and b'"guessing"' in whole)
        if divided != whole:
            for at, (a, b) in enumerate(zip(divided, whole)):
                if a != b:
                    print("divided:", divided[at - 200:at + 200], "\nwhole:  ", whole[at - 200:at + 200])
                    break
        print(f"{what}: {count} parts")


def test_one_object():
    compare("object", notification("app/a.log"), {"app/a.log": LONG + LONG})


def test_compressed():
    compare("gzip", notification("app/a.gz"), {"app/a.gz": gzip.compress(LONG, 1)})


def test_prefix():
    objects = {f"app/{i}.log": long_log(90000 + i) * 3 for i in range(6)}
    compare("prefix", own(prefix="app/"), objects)


def test_direct():
    """Who reads the answer goes on itself; an object that was replaced meanwhile is another one."""
    with Function(LOGAUDIT_CONTINUE_QUEUE=QUEUE) as function:
        function.put("app/a.log", LONG)
        event = json.loads(own(object_key="app/a.log"))
        kind, part = function.part(event)
        check("a part", kind == "response" and part["next"] and not part["complete"] and not function.services.queued)
        kind, rest = function.invoke({**event, "cursor": part["next"]})
        check("the rest", kind == "response" and rest["complete"] and "next" not in rest, rest)
        check("all of it", part["counts"]["lines"] + rest["counts"]["lines"] == LONG.count(b"\n"))
        changed = {**part["next"], "offset": part["next"]["offset"] + 1}
        kind, error = function.invoke({**event, "cursor": changed})
        check("changed cursor", kind == "error" and "it was changed" in error["errorMessage"], error)
        kind, error = function.invoke({**event, "cursor": "x"})
        check("no cursor", error.get("errorMessage") == "event: cursor: an object was expected, got a string", error)
        other = json.loads(own(object_key="app/b.log"))
        function.put("app/b.log", b"x\n")
        kind, error = function.invoke({**other, "cursor": part["next"]})
        check("another object", kind == "error" and "is not among the objects" in error["errorMessage"], error)
        function.put("app/a.log", LONG + b"x\n")
        kind, error = function.invoke({**event, "cursor": part["next"]})
        check("replaced", kind == "error" and "has changed since" in error["errorMessage"], error)


def test_not_continued():
    """A queue that is missing, or denies: the message comes again. No progress: it is no endless chain."""
    with Function() as function:
        function.put("app/a.log", LONG)
        check("no queue", not function.message(notification("app/a.log"), 1.4))
    with Function(LOGAUDIT_CONTINUE_QUEUE=QUEUE) as function:
        function.put("app/a.log", LONG)
        function.services.deny.add("sqs")
        check("denied", not function.message(notification("app/a.log"), 1.4) and not function.services.queued)
        check("denied is logged", b"sqs:SendMessage" in open(function.log.name, "rb").read())
        function.services.deny.clear()
        check("no time", not function.message(notification("app/a.log"), 0.1) and not function.services.queued)
        function.put("app/gone.log", b"x\n")


def test_schedule():
    """Nobody reads the answer to a schedule either."""
    event = own(object_key="app/a.log")
    with Function(LOGAUDIT_CONTINUE_QUEUE=QUEUE, LOGAUDIT_SCHEDULED_EVENT=event) as function:
        function.put("app/a.log", LONG)
        schedule = {"source": "aws.events", "detail-type": "Scheduled Event", "time": "2024-11-26T10:00:00Z", "detail": {}}
        kind, part = function.part(schedule)
        check("a part", kind == "response" and not part["complete"] and len(function.services.queued) == 1, part)
        message = json.loads(function.services.queued.pop())
        check("at the time of the schedule", message["time"] == 1732615200000 and message["cursor"] == part["next"], message)
        check("the rest", function.message(json.dumps(message)) and len(function.stored()) == 2)
        function.services.deny.add("sqs")
        kind, error = function.invoke(schedule, 1.4)
        check("denied", kind == "error" and "sqs:SendMessage" in error["errorMessage"], error)


def test_spread():
    """Five failed logins in five objects: one finding of the correlation, told once, however often it is merged."""
    with Function(LOGAUDIT_CORRELATE="merge", LOGAUDIT_NOTIFY="sns:" + TOPIC) as function:
        for i in range(5):
            function.put(f"app/{i}.log", b"2024-11-26T10:0%d:00Z WARN login of mia failed\n" % i)
            check("audited", function.message(notification(f"app/{i}.log")))
        check("nothing to tell yet", not function.services.published, function.services.published)
        function.services.deny.add("sns")
        merge = {"source_type": "merge", "source_config": {"since": "20m"}, "time": "2024-11-26T10:05:00Z"}
        kind, error = function.invoke(merge)
        check("not told", kind == "error" and not function.services.published, error)
        function.services.deny.clear()
        function.put("app/6.log", b"2024-11-26T10:06:00Z all is well\n")
        check("another part", function.message(notification("app/6.log")))
        for minute in (10, 10, 15):
            merge = {"source_type": "merge", "source_config": {"since": "20m"}, "time": f"2024-11-26T10:{minute}:00Z"}
            kind, result = function.invoke(merge)
            check("merged", kind == "response" and result["complete"], result)
        function.put("app/7.log", b"2024-11-26T10:07:00Z all is well\n")
        check("one more", function.message(notification("app/7.log")) and function.invoke(merge)[0] == "response")
        found = [f for path in glob.glob(f"{function.folder}/aws/s3/results/merge/*/*/*/*.json")
                 for f in json.load(open(path, encoding="utf-8"))["findings"] if f["rule_id"] == "guessing"]
        check("one finding, stored again when it was told", len({f["finding_id"] for f in found}) == 1 and len(found) == 2)
        check("one notification", len(function.services.published) == 1, function.services.published)
        message = json.loads(function.services.published[0]["Message"])
        check("of the correlation", message["rule_id"] == "guessing" and message["severity"] == "high", message)


def test_told():
    keys = {"schema_version", "dedup_key", "severity", "title", "rule_id", "owner", "runbook", "account_id", "region",
            "service", "count", "first", "last", "sample", "storage_location"}
    for to in ("sns:" + TOPIC, "eventbridge:alerts"):
        with Function(LOGAUDIT_NOTIFY=to) as function:
            told = function.services
            function.put("a.log", b"2024-11-26T10:00:00Z ERROR billing crashed\n2024-11-26T10:01:00Z login of bob failed\n" * 3)
            event = json.loads(own(object_key="a.log"))
            kind, _ = function.invoke(event)
            messages = [json.loads(p["Message"]) for p in told.published] + told.events
            check("one, and none of what is experimental or not grave", kind == "response" and len(messages) == 1, messages)
            check("its keys", set(messages[0]) == keys and messages[0]["count"] == 3, messages[0])
            check("what it is", (messages[0]["service"], messages[0]["owner"]) == ("billing", "ops"), messages[0])
            if told.published:
                check("subject", told.published[0]["Subject"] == "[critical] billing crashed", told.published)
                check("topic", told.published[0]["TopicArn"] == TOPIC)
            function.invoke(event)
            again = [json.loads(p["Message"]) for p in told.published] + told.events
            check("a repetition says the same", again == messages * 2)
            function.put("b.log", b"".join(b"service%c crashed\n" % c for c in range(ord("a"), ord("z") + 1)))
            told.published.clear()
            told.events.clear()
            kind, _ = function.invoke(json.loads(own(object_key="b.log")))
            messages = [json.loads(p["Message"]) for p in told.published] + told.events
            check("at most 20", len(messages) == 21 and messages[20]["title"] == "6 more kinds of findings", messages[20:])
            function.services.deny.update({"sns", "events"})
            kind, error = function.invoke(event)
            check("a failing notification is no success", kind == "error" and "was not sent" in error["errorMessage"], error)
            check("nor of a message", not function.message(notification("a.log")))


def test_refused_events():
    """An answer with 200 that refuses some."""
    with Function(LOGAUDIT_NOTIFY="eventbridge:alerts") as function:
        function.put("b.log", b"".join(b"service%c crashed\n" % c for c in b"abc"))
        function.services.refuse_events = 2
        kind, _ = function.invoke(json.loads(own(object_key="b.log")))
        events = function.services.events
        check("sent again, each once", kind == "response" and len({e["dedup_key"] for e in events}) == len(events) == 3, events)
        function.services.refuse_events = 100
        kind, error = function.invoke(json.loads(own(object_key="b.log")))
        check("refused for good", kind == "error" and "ThrottlingException" in error["errorMessage"], error)


def test_setting():
    with Function(LOGAUDIT_NOTIFY="mailto:x") as function:
        function.put("b.log", b"x\n")
        kind, error = function.invoke(json.loads(own(object_key="b.log")))
        check("wrong setting", kind == "error" and "sns:ARN or eventbridge:BUS" in error["errorMessage"], error)


def main():
    tests = [value for name, value in sorted(globals().items()) if name.startswith("test_")]
    if len(sys.argv) > 2:
        tests = [globals()["test_" + name] for name in sys.argv[2:]]
    for test in tests:
        test()
    print(f"{checks - failures} passed, {failures} failed")
    sys.exit(failures > 0)


main()
