"""`logaudit lambda` below a Runtime API of the tests' own, as a function in production stands: with rules, buckets, and the
queue, the topic and the bus of fake_services.py."""

import os
import re
import subprocess
import sys
import threading

from fake_services import Services
from objects import ObjectServer
from runtime_api import RunningFunction

PROGRAM = os.path.abspath(sys.argv[1])
RULES = """
return {
  rule { id = "login_failed", title = "Login of {user_id} failed", type = "Security", severity = "medium",
         any = { [[login of (?P<user_id>\\w+) failed]] } },
  rule { id = "crashed", title = "{service} crashed", type = "Error", severity = "critical", owner = "ops",
         runbook = "https://wiki/crash", any = { [[(?P<service>\\w+) crashed]] } },
  rule { id = "guessed", title = "Crash guessed", type = "Error", severity = "critical", status = "experimental",
         any = { [[crashed]] } },
  rule { id = "slow", title = "Slow", type = "Performance", severity = "low", any = { [[slow]] },
         match = function() local n = 0 for i = 1, 100000 do n = n + i end return n == 0 end },
  rule { id = "guessing", title = "Guessing of {user_id}", type = "Security", severity = "high",
         correlate = { on = { "login_failed" }, by = { "user_id" }, within = "10m", count = 5 } },
  rule { id = "perhaps", title = "Guessing of {user_id}", type = "Security", severity = "high", status = "experimental",
         correlate = { on = { "login_failed" }, by = { "user_id" }, within = "10m", count = 5 } },
}
"""


class Function(RunningFunction):
    def __init__(self, **environment):
        super().__init__()
        self.services = Services()
        self.environment = {"LOGAUDIT_RULES": "rules.lua", "AUDIT_RESULTS_BUCKET": "results",
                            "LOGAUDIT_CACHE": f"{self.folder}/cache", **self.services.environment(), **self.place(), **environment}
        self.write("rules.lua", RULES.encode())
        self.messages = 0
        self.begin()

    def begin(self):
        self.start([PROGRAM, "lambda"], self.environment)
        self.wait_until_loaded()

    def restart(self):
        """A new environment of the same function, as after a deployment."""
        self.api.__exit__()
        self.begin()

    def place(self):
        """Where objects are."""
        return {"LOGAUDIT_LOCAL_ROOT": "aws"}

    def __exit__(self, *_):
        super().__exit__()
        self.services.close()

    def put(self, key, body):
        self.write(f"aws/s3/logs/{key}", body)

    def message(self, body, seconds=600.0):
        """Whether the message was acknowledged."""
        self.messages += 1
        event = {"Records": [{"eventSource": "aws:sqs", "messageId": f"m{self.messages}", "body": body}]}
        kind, answer = self.invoke(event, seconds)
        return kind == "response" and answer == {"batchItemFailures": []}

    def merged(self, results):
        """The figures of a merge of these results, without what names the parts."""
        for i, result in enumerate(results):
            with open(f"{self.folder}/part{i}.json", "wb") as file:
                file.write(result)
        names = [f"part{i}.json" for i in range(len(results))]
        out = subprocess.run([PROGRAM, "merge", *names, "-f", "json", "-r", "rules.lua"], cwd=self.folder, check=False,
                             stdout=subprocess.PIPE, env={"LOGAUDIT_CACHE": f"{self.folder}/cache", "PATH": "/usr/bin"})
        return re.sub(rb'"(audit_id|processing_time_ms|timestamp)":("[^"]*"|\d+)(?=,"(incomplete|complete|schema)|,"timestamp"|})',
                      b"", out.stdout)


class Divided(Function):
    """Objects of S3, held back from a place on: (key, offset), or None. Requests wait that begin there or behind it."""

    bucket = "logs"

    def __init__(self, **environment):
        self.objects = ObjectServer()
        self.objects.fault = self.hold
        self.held_from, self.changed = None, threading.Condition()
        super().__init__(**environment)

    def place(self):
        return {"AWS_ENDPOINT_URL_S3": self.objects.url, "LOGAUDIT_AWS_TIMEOUT": "300"}

    def __exit__(self, *_):
        self.hold_from(None)
        super().__exit__()
        self.objects.close()

    def put(self, key, body):
        self.objects.put(self.bucket, key, body)

    def hold_from(self, place):
        with self.changed:
            self.held_from = place
            self.changed.notify_all()

    def hold(self, request, _):
        first = int(request.headers.get("Range", "bytes=0-")[6:].split("-")[0])
        with self.changed:
            while self.held_from and request.command == "GET" and request.bucket == self.bucket and (request.key, first) >= self.held_from:
                self.changed.wait()
        return False

    def part(self, event):
        """The answer to an event in whose time only what is not held back is read."""
        def attempt(seconds):
            kind, answer = self.invoke(event, seconds)
            return (kind, answer) if kind == "response" and "next" in answer else None
        return patient(attempt) or ("nothing", {})

    def read_of(self, key):
        """The ranges of the object that were asked for, and with which ETag."""
        headers = [headers for command, name, _, headers in self.objects.requests if command == "GET" and name == key]
        ranges = [tuple(int(n) for n in h["Range"][6:].split("-")) for h in headers]
        return sorted(ranges), {h.get("If-Match") for h in headers}

    def stored(self):
        """The results, in the order of their keys."""
        return [o.body for (bucket, key), o in sorted(self.objects.objects.items())
                if bucket == "results" and not key.startswith("findings/")]

    def forget_stored(self):
        for place in [place for place in self.objects.objects if place[0] == "results"]:
            del self.objects.objects[place]


def patient(attempt):
    """What the attempt gives, with more time as long as it is false: on a busy machine a part can get nowhere."""
    seconds = 1.2
    given = attempt(seconds)
    while not given and seconds < 60:
        seconds *= 1.5
        given = attempt(seconds)
    return given
