"""The runtime loop against a Runtime API of our own.

usage: test_runtime.py PROGRAM [TEST...]

Every fixture of the triggers is answered as `logaudit invoke` answers it; then what AWS and its emulators do that a test
on one machine would not: HTTP/1.0, sparse headers, stale connections, refusals, errors at the start, a deadline; rules
that are edited between invocations, and a thousand invocations without growth."""

import glob
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from random import Random

from checks import check, run
from objects import ObjectServer
from runtime_api import Event, RunningFunction

PROGRAM = os.path.abspath(sys.argv[1])
CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cases")
SANITIZED = b"AddressSanitizer" in open(PROGRAM, "rb").read() or b"__tsan" in open(PROGRAM, "rb").read()
OWN = {"source_type": "s3", "source_config": {"bucket_name": "logs", "object_key": "app/a.log"}}


class Function(RunningFunction):
    """The program as a function, in a folder with a copy of a case."""

    def __init__(self, case="trigger-map", program=PROGRAM, arguments=("lambda",), **environment):
        super().__init__()
        shutil.copytree(os.path.join(CASES, case), self.folder, dirs_exist_ok=True)
        for root, _, files in os.walk(self.folder):
            for name in files:
                os.utime(os.path.join(root, name), (1732622400, 1732622400))
        self.environment = {
            "LOGAUDIT_LOCAL_ROOT": "aws",
            "LOGAUDIT_RULES": "rules",
            "LOGAUDIT_CACHE": os.path.join(self.folder, "cache"),
            "HTTP_PROXY": "http://127.0.0.1:1",
            "http_proxy": "http://127.0.0.1:1",
            **environment,
        }
        self.start([program, *arguments], self.environment)

    def invoke(self, event, **options):
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        return self.api.invoke(Event(body, **options))

    def memory(self):
        pages = int(open(f"/proc/{self.process.pid}/statm").read().split()[1])
        return pages * os.sysconf("SC_PAGESIZE")


def settled(answer):
    """Without what differs from run to run, also inside the body of an HTTP answer."""
    return re.sub(rb'(processing_time_ms\\?":)\d+|(timestamp\\?":\\?")[^"\\]*(\\?"})', rb"\1\2\3", answer.strip())


def test_fixtures():
    for case in ("trigger-s3", "trigger-messages", "trigger-eventbridge", "trigger-streams", "trigger-map", "trigger-http", "trigger-given-up"):
        with Function(case, AUDIT_RESULTS_BUCKET="results") as function:
            for path in sorted(glob.glob(os.path.join(function.folder, "events", "*.json"))):
                event = open(path, "rb").read()
                local = subprocess.run(
                    [PROGRAM, "invoke", os.path.join("events", os.path.basename(path))],
                    cwd=function.folder,
                    env={**os.environ, **function.environment, "AUDIT_RESULTS_BUCKET": "results"},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
                answer = function.api.invoke(event)
                name = f"{case}/{os.path.basename(path)}"
                failed = b'"errorType"' in local.stdout[:20]
                check(name, answer.kind == ("error" if failed else "response"), answer.kind)
                check(name, settled(answer.body) == settled(local.stdout), answer.body[:300])
                if failed:
                    kind = json.loads(answer.body)["errorType"]
                    header = answer.headers.get("lambda-runtime-function-error-type")
                    check(name + " error type", header == "Audit." + kind, header)


def test_transport():
    with Function() as function:
        sparse = {"Lambda-Runtime-Invoked-Function-Arn": None, "Content-Type": None}
        answer = function.invoke(OWN, old=True, headers=sparse)
        check("HTTP/1.0, sparse headers", answer.kind == "response" and json.loads(answer.body)["processed_logs"] == 2)
        answer = function.invoke(OWN, headers={"Lambda-Runtime-Deadline-Ms": None})
        check("no deadline", json.loads(answer.body)["complete"])
        answer = function.invoke(b"")
        check("empty body", answer.kind == "error" and b"ends too early" in answer.body, answer.body)
        answer = function.invoke(OWN, refuse=413)
        check("refused", answer.kind == "response")
        check("after 413", function.invoke(OWN).kind == "response")
        check("after 400", function.invoke(OWN, refuse=400) and function.invoke(OWN).kind == "response")
        lines = [line for line in function.logged() if line.get("level") == "ERROR"]
        check("413 is logged", any("413" in line["message"] and line["requestId"].startswith("00000004") for line in lines))


def test_stale():
    with Function() as function:
        function.api.close_after_answer = True
        for _ in range(5):
            check("stale connection", function.invoke(OWN).kind == "response")
        check("connections", function.api.connections > 4)
    with Function() as function:
        for _ in range(5):
            function.invoke(OWN)
        check("one connection otherwise", function.api.connections == 1, function.api.connections)


def test_end():
    with Function() as function:
        function.api.events.put(Event(b"{}", status=500))
        check("ends after 500 to /next", function.process.wait(20) != 0)
    with Function() as function:
        function.invoke(OWN, refuse=500)
        check("ends after 500 to an answer", function.process.wait(20) != 0)
    with Function(LOGAUDIT_RULES="nowhere") as function:
        answer = function.api.answers.get(timeout=20)
        check("init error", answer.kind == "init/error" and b"nowhere" in answer.body, answer)
        check("init error type", answer.headers["lambda-runtime-function-error-type"] == "Audit.BadEvent")
        check("ends after it", function.process.wait(20) != 0)


def test_bootstrap():
    with tempfile.TemporaryDirectory() as folder:
        bootstrap = os.path.join(folder, "bootstrap")
        os.symlink(PROGRAM, bootstrap)
        with Function(program=bootstrap, arguments=("some.handler",)) as function:
            check("as bootstrap", function.invoke(OWN).kind == "response")


def test_edited_rule():
    with Function() as function:
        rule = os.path.join(function.folder, "rules", "login_failed.lua")

        def severity():
            return json.loads(function.invoke(OWN).body)["findings"][0]["severity"]

        check("before the edit", severity() == "high")
        text = open(rule).read()
        open(rule, "w").write(text.replace('"high"', '"low"'))
        check("after the edit", severity() == "low")
        open(rule, "w").write("return rule {")
        result = json.loads(function.invoke(OWN).body)
        check("a broken edit is said", result["rules"]["failed"], result["rules"])


COUNTING = """local calls, seen, re = 0, {}, regex.compile("bob|ann")
return rule {
  id = "counting", type = "Security", all = { "login of" },
  match = function(event)
    calls = calls + 1
    seen[#seen + 1] = event.message
    return { title = "call " .. calls .. " of " .. #seen, who = regex.find(re, event.message) }
  end,
}
"""


def test_nothing_is_remembered():
    """A rule may count in its own locals; the next invocation begins anew, with whatever was kept of this one."""
    with Function() as function:
        rule = os.path.join(function.folder, "rules", "counting.lua")
        with open(os.path.join(function.folder, "aws", "s3", "logs", "app", "a.log"), "a", encoding="ascii") as log:
            log.write("2024-11-26T10:00:07Z WARN login of ann failed\n" * 3)

        def invoke_often():
            """The titles of the first answer; the others are the same bytes."""
            answers = [function.invoke(OWN).body for _ in range(4)]
            check("each time anew", len({settled(answer) for answer in answers}) == 1)
            return [f["title"] for f in json.loads(answers[0])["findings"] if f["rule_id"] == "counting"]

        open(rule, "w").write(COUNTING)
        titles = invoke_often()
        check("it counts", len(titles) > 2 and titles == [f"call {i + 1} of {i + 1}" for i in range(len(titles))], titles)
        open(rule, "w").write(COUNTING.replace("call ", "now "))
        titles = invoke_often()
        check("after an edit", titles[:2] == ["now 1 of 1", "now 2 of 2"], titles)


def test_edited_overrides():
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "overrides.lua")
    open(path, "w").write("return {}")
    with Function(LOGAUDIT_OVERRIDES=path) as function:

        def severity():
            return json.loads(function.invoke(OWN).body)["findings"][0]["severity"]

        check("before the overrides", severity() == "high")
        open(path, "w").write('return { login_failed = { severity = "low" } }')
        check("after the overrides", severity() == "low")
    shutil.rmtree(folder)


def test_edited_table():
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "people.csv")
    open(path, "w").write("user,team\nann,stock\n")
    with Function(LOGAUDIT_DATA=folder) as function:
        open(os.path.join(function.folder, "rules", "known.lua"), "w").write("""return rule {
  id = "known", type = "Security", any = { [[login of (?P<who>\\w+)]] }, where = { who = { in_table = "people" } },
  match = function(event, found) return { team = lookup("people", found[1].groups.who, "team") } end,
}""")

        def teams():
            found = json.loads(function.invoke(OWN).body)["findings"]
            return [f["fields"]["team"] for f in found if f["rule_id"] == "known"]

        check("before the edit", teams() == [], teams())
        open(path, "w").write("user,team\nbob,shop\n")
        first = teams()
        check("after the edit", first and set(first) == {"shop"} and teams() == first, first)
        open(path, "w").write("user,team\nbob\n")
        check("a broken edit is said", b"people.csv" in function.invoke(OWN).body)
        open(path, "w").write("user,team\nbob,web\n")
        check("mended", set(teams()) == {"web"}, teams())
    shutil.rmtree(folder)


def test_edited_beside():
    """A correlation's rule that stands in a file beside the one that the function was given."""
    folder = tempfile.mkdtemp()

    def write(name, text):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(text)

    base = 'return rule { id = "base", type = "Security", any = { [[login of (?P<who>%s)]] } }'
    write("base.lua", base % "bob")
    write("often.lua", """return rule { id = "often", type = "Security", title = "{who}",
  correlate = { on = { "base" }, by = { "who" }, within = "1h", count = 1 } }""")
    with Function(LOGAUDIT_RULES=os.path.join(folder, "often.lua")) as function:

        def titles():
            return {f["title"] for f in json.loads(function.invoke(OWN).body)["findings"]}

        check("as it was", titles() == {"bob"}, titles())
        write("base.lua", base % "nobody")
        check("after the edit", titles() == set(), titles())
        write("base.lua", base % "b.b")
        check("edited again", titles() == {"bob"}, titles())
    shutil.rmtree(folder)


def test_deadline():
    with Function() as function:
        past = {"Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000))}
        result = json.loads(function.invoke(OWN, headers=past).body)
        check("no time", not result["complete"] and result["incomplete"][0]["reason"] == "deadline", result["incomplete"])
        messages = {"Records": [{"eventSource": "aws:sqs", "messageId": "m", "body": json.dumps(OWN)}]}
        answer = json.loads(function.invoke(messages, headers=past).body)
        check("no time for a message", answer == {"batchItemFailures": [{"itemIdentifier": "m"}]}, answer)


def test_slow_source():
    """An object whose second half does not come: what was read is answered when the time is over, not when it comes."""
    objects, released = ObjectServer(), threading.Event()
    objects.fault = lambda handler, _: not handler.headers.get("Range", "bytes=0-").startswith("bytes=0-") and released.wait(120) and False
    line = b"2024-11-26T10:00:00Z WARN login of mia and a long line of text behind it %s\n" % (b"x" * 100)
    objects.put("logs", "app/a.log", line * 60000)
    own = {"LOGAUDIT_LOCAL_ROOT": "", "AWS_ENDPOINT_URL_S3": objects.url, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S",
           "AWS_REGION": "eu-central-1", "NO_PROXY": "127.0.0.1"}
    with Function(**own) as function:
        started = time.time()
        soon = {"Lambda-Runtime-Deadline-Ms": str(int(started * 1000) + 12000)}
        result = json.loads(function.invoke(dict(OWN, response="summary"), headers=soon).body)
        took = time.time() - started
        released.set()
        check("not when it comes", took < 60, took)
        check("a part", not result["complete"] and 0 < result["processed_logs"] < 60000, result["processed_logs"])
        check("why", "deadline" in [n["reason"] for n in result["incomplete"]], result["incomplete"])
    objects.close()


def test_logs():
    with Function(AWS_LAMBDA_FUNCTION_NAME="audit") as function:
        function.invoke(OWN)
        function.invoke(dict(OWN, source_config={"bucket_name": "logs", "object_key": "gone"}))
        metrics, error, failed = function.logged()
        check("function", metrics["FunctionName"] == "audit" and metrics["requestId"].startswith("00000001"))
        check("metrics", metrics["Records"] == 2 and metrics["FindingsHigh"] == 2 and metrics["Failed"] == 0, metrics)
        defined = [m["Name"] for m in metrics["_aws"]["CloudWatchMetrics"][0]["Metrics"]]
        check("all defined", all(isinstance(metrics[name], int) for name in defined) and "Lag" in defined, defined)
        check("lines of two kinds", {"_aws" in error, "_aws" in failed} == {True, False})
        error = failed if "_aws" in error else error
        check("error line", error["level"] == "ERROR" and error["requestId"].startswith("00000002"), error)
        text = open(function.log.name).read()
        check("no payload in logs", "login of" not in text and "object_key" not in text)


def test_account():
    with Function(AUDIT_RESULTS_BUCKET="results", AWS_REGION="eu-central-1") as function:
        function.invoke(OWN)
        [path] = glob.glob(os.path.join(function.folder, "aws/s3/results/findings/*/*/*/*.gz"))
        finding = json.loads(gzip.open(path).readline())
        check("account and region", (finding["account_id"], finding["region"]) == ("123456789012", "eu-central-1"), finding)


def mutated(random, event):
    """An event with a value exchanged, a member gone or some bytes wrong."""
    document = json.loads(event)
    places = []

    def walk(value):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            places.append((value, key))
            if isinstance(inner, (dict, list)):
                walk(inner)

    walk(document)
    for _ in range(random.randint(1, 2)):
        holder, key = random.choice(places)
        odd = [None, True, -1, 1e300, "", "x" * 300, "a%", "../..", "[", [], {}, [None], {"source_type": "s3"}, "\u0001"]
        if random.random() < 0.2 and isinstance(holder, dict):
            holder.pop(key, None)
        elif isinstance(holder, dict) or key < len(holder):
            holder[key] = random.choice(odd)
    text = bytearray(json.dumps(document).encode())
    if random.random() < 0.3:
        text[random.randrange(len(text))] = random.randrange(256)
    return bytes(text)


def test_mutated():
    """Whatever comes, it is answered and the process lives."""
    random = Random(1)
    events = [open(path, "rb").read() for path in sorted(glob.glob(os.path.join(CASES, "trigger-*", "events", "*.json")))]
    with Function(AUDIT_RESULTS_BUCKET="results") as function:
        for index in range(200 if SANITIZED else 1500):
            event = mutated(random, random.choice(events))
            answer = function.api.invoke(event)
            fine = answer.kind in ("response", "error") and (answer.kind == "response" or json.loads(answer.body)["errorMessage"])
            check(f"mutated event {index}", fine and function.process.poll() is None, (event, answer))
        check("every line is JSON", function.logged())


def check_growth(what, function, make_event, kind):
    count = 200 if SANITIZED else 1000
    for index in range(count):
        answer = function.invoke(make_event(index))
        check(f"{what}: answered", answer.kind == kind, answer.body)
        if index == count // 2:
            before = function.memory()
    grown = function.memory() - before
    check(f"{what}: memory", SANITIZED or grown < 256 * 1024, f"{grown} bytes more after {count // 2} more invocations")
    print(f"{count} invocations, {what}: {function.memory() >> 20} MiB, {grown} bytes more than after half of them")


def test_growth():
    def event(index):
        return dict(OWN, custom_conditions={"conditions": [{"name": f"N{index % 10}", "pattern": "of bob"}]})

    with Function() as function:
        check_growth("an object", function, event, "response")


class OnAws(Function):
    """With objects of S3; who signs is asked of a process before each request, which notes the trace that it is told of."""

    def __init__(self):
        self.objects = ObjectServer()
        self.home = tempfile.mkdtemp()
        with open(f"{self.home}/process", "w", encoding="ascii") as file:
            file.write(f"""#!/bin/sh
echo "${{_X_AMZN_TRACE_ID-unset}}" >>{self.home}/traces
echo '{{"Version":1,"AccessKeyId":"A","SecretAccessKey":"S","Expiration":"'$(date -u -d '+100 seconds' +%FT%TZ)'"}}'
""")
        os.chmod(f"{self.home}/process", 0o755)
        with open(f"{self.home}/config", "w", encoding="ascii") as file:
            file.write(f"[default]\ncredential_process = {self.home}/process\nregion = eu-central-1\n")
        super().__init__(LOGAUDIT_LOCAL_ROOT="", AWS_ENDPOINT_URL_S3=self.objects.url, AWS_CONFIG_FILE=f"{self.home}/config",
                         AWS_SHARED_CREDENTIALS_FILE="/dev/null", NO_PROXY="127.0.0.1")

    def __exit__(self, *_):
        super().__exit__()
        self.objects.close()
        shutil.rmtree(self.home)

    def traces(self):
        """Those of the processes since the last time."""
        lines = open(f"{self.home}/traces", encoding="ascii").read().split("\n")[:-1]
        os.unlink(f"{self.home}/traces")
        return set(lines)


def test_trace():
    """It is set while an invocation has one, and gone in the next. It is not sent on: who continues by way of a queue would
    look like a loop to Lambda."""
    with OnAws() as function:
        function.objects.put("logs", "app/a.log", b"2024-11-26T10:00:00Z WARN login of bob failed\n")
        for trace in ("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1", None, "Root=1-67891233-abcdef012345678912345678;Sampled=0"):
            answer = function.invoke(OWN, headers={"Lambda-Runtime-Trace-Id": trace})
            check("read", answer.kind == "response", answer.body)
            check("trace", function.traces() == {trace or "unset"}, trace)
        sent = {name.lower() for _, _, _, headers in function.objects.requests for name in headers}
        check("not sent on", "x-amzn-trace-id" not in sent and "authorization" in sent, sent)


def test_growth_of_lists():
    """What was listed, or could not be, is forgotten."""
    with OnAws() as function:
        os.unlink(f"{function.home}/process")
        with open(f"{function.home}/config", "w", encoding="ascii") as file:
            file.write("[default]\naws_access_key_id = A\naws_secret_access_key = S\nregion = eu-central-1\n")
        for i in range(3):
            function.objects.put("logs", f"app/{i}.log", b"2024-11-26T10:00:00Z all is well\n")
        missing = dict(OWN, source_config={"bucket_name": "logs", "prefix": "missing/"})
        check_growth("nothing to list", function, lambda _: missing, "error")
        present = dict(OWN, source_config={"bucket_name": "logs", "prefix": "app/"})
        check_growth("a list", function, lambda _: present, "response")


run(globals(), sys.argv[2:])
