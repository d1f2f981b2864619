"""The function in AWS's own Runtime Interface Emulator: an answer, an error, the largest answer, an error at the start, a
deadline, and a thousand warm invocations.

usage: test_rie.py BOOTSTRAP EMULATOR

BOOTSTRAP is the program, or the bootstrap of an unpacked package."""

import json
import os
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

from checks import check, run
from objects import ObjectServer
from servers import Servers, free_port

PROGRAM, EMULATOR = (os.path.abspath(path) for path in sys.argv[1:3])
RULE = """return rule { id = "login_failed", title = "Login of {user_id} failed", type = "Security", severity = "high",
  any = { [[login of (?P<user_id>\\w+) failed]] } }
"""


class Emulator:
    """The emulator with the program behind it, in a folder with objects."""

    def __init__(self, timeout=60, **environment):
        self.directory = tempfile.TemporaryDirectory()
        self.folder = self.directory.name
        self.write("rules/login_failed.lua", RULE)
        self.write("aws/s3/logs/a.log", "".join(f"2024-11-26T10:00:00Z WARN login of user{i} failed\n" for i in range(1000)))
        bootstrap = os.path.join(self.folder, "bootstrap")
        if os.path.basename(PROGRAM) == "bootstrap":
            bootstrap = PROGRAM
        else:
            os.symlink(PROGRAM, bootstrap)
        self.port, self.servers = free_port(), Servers(self.folder)
        self.servers.start_emulator(
            "emulator", EMULATOR, bootstrap, self.port,
            **{"AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout), "LOGAUDIT_LOCAL_ROOT": os.path.join(self.folder, "aws"),
               "LOGAUDIT_RULES": os.path.join(self.folder, "rules"), "LOGAUDIT_CACHE": os.path.join(self.folder, "cache"),
               **environment},
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.servers.__exit__()
        self.directory.cleanup()

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)

    def invoke(self, event):
        """Status and body."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        url = f"http://127.0.0.1:{self.port}/2015-03-31/functions/function/invocations"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(urllib.request.Request(url, body), timeout=120) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def own(key="a.log", **more):
    return {"source_type": "s3", "source_config": {"bucket_name": "logs", "object_key": key}, **more}


def test_answers():
    with Emulator() as emulator:
        status, body = emulator.invoke(own())
        check("answer", status == 200 and json.loads(body)["summary"]["total_findings"] == 1000, body)
        _, body = emulator.invoke(own("gone"))
        check("error", json.loads(body)["errorType"] == "SourceError", body)
        _, body = emulator.invoke(b"{}")
        check("bad event", json.loads(body)["errorType"] == "BadEvent", body)
        _, body = emulator.invoke(b"")
        check("empty event", json.loads(body)["errorType"] == "BadEvent", body)
        emulator.write("aws/s3/logs/big.log", "".join(f"2024-11-26T10:00:00Z WARN login of user{i} failed {'x' * 400}\n" for i in range(12000)))
        status, body = emulator.invoke(own("big.log"))
        check("largest answer", status == 200 and 5_000_000 < len(body) <= 6_291_556, (status, len(body)))
        check("nothing lost", len(json.loads(body)["findings"]) + json.loads(body)["findings_truncated"] == 12000)
        started = time.time()
        for _ in range(1000):
            status, body = emulator.invoke(own(response="summary"))
            check("warm", status == 200 and json.loads(body)["processed_logs"] == 1000, body)
        print(f"1000 warm invocations of 1,000 lines: {time.time() - started:.1f} s")


def test_init_error():
    with Emulator(LOGAUDIT_RULES="/nowhere") as emulator:
        status, body = emulator.invoke(own())
        check("init error", status == 502 and b"/nowhere" in body, (status, body))


def test_deadline():
    objects, released = ObjectServer(), threading.Event()
    objects.put("logs", "a.log", b"2024-11-26T10:00:00Z WARN login of mia failed\n")
    objects.put("logs", "long.log", b"2024-11-26T10:00:00Z WARN [shop] user=mia duration_ms=7 a line of text behind it\n" * 100000)
    # What stands behind the first 4 MiB does not come while the invocation lasts.
    objects.fault = lambda handler, _: not handler.headers.get("Range", "bytes=0-").startswith("bytes=0-") and released.wait(120) and False
    own_objects = {"LOGAUDIT_LOCAL_ROOT": "", "AWS_ENDPOINT_URL_S3": objects.url, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S",
                   "AWS_REGION": "eu-central-1", "NO_PROXY": "127.0.0.1"}
    with Emulator(timeout=20, **own_objects) as emulator:
        emulator.invoke(own())
        status, body = emulator.invoke(own("long.log", response="summary"))
        result = json.loads(body) if body.startswith(b"{") else {}
        check("answered in time", "deadline" in [n["reason"] for n in result.get("incomplete", [])], body)
        check("a part", 0 < result.get("processed_logs", 0) < 100000, body)
        released.set()
        status, body = emulator.invoke(own())
        check("and again", status == 200 and json.loads(body).get("complete"), (status, body))
    objects.close()


run(globals(), [])
