"""A bad day of the services that a function needs: nothing that was not done is answered as done, nothing is done twice.

usage: test_injected.py PROGRAM [TEST...]
"""

import gzip
import json
import sys

from checks import check, run
from function import Divided
from objects import error_body

LOG = b"2024-11-26T10:00:00Z ERROR billing crashed\n"


def batch(names):
    """Messages with a notification each."""
    def message(name):
        body = {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
                             "s3": {"bucket": {"name": "logs"}, "object": {"key": name}}}]}
        return {"eventSource": "aws:sqs", "messageId": name, "body": json.dumps(body)}
    return {"Records": [message(name) for name in names]}


def failed_of(function, names):
    """The names whose messages come again."""
    kind, answer = function.invoke(batch(names))
    return [f["itemIdentifier"] for f in answer["batchItemFailures"]] if kind == "response" else kind


def stored_sources(function):
    return sorted(s["uri"] for body in function.stored() for s in json.loads(body)["sources"])


def test_one_of_ten():
    """A poisoned object: the nine others are done once, and it comes again alone."""
    names = [f"app/{i}.log" for i in range(10)]
    poisons = {
        "is not served": (LOG, lambda h: h.answer(500, error_body("InternalError", "We encountered an internal error."))),
        "is denied": (LOG, lambda h: h.answer(403, error_body("AccessDenied", "Access Denied"))),
        "is cut": (gzip.compress(LOG * 1000)[:-20], None),
    }
    for what, (body, answer) in poisons.items():
        with Divided(AWS_MAX_ATTEMPTS="2") as function:
            for name in names:
                function.put(name, LOG if name != names[6] else body)

            def fault(handler, _, answer=answer):
                if not answer or handler.command not in ("GET", "HEAD") or handler.key != names[6]:
                    return False
                answer(handler)
                return True

            function.objects.fault = fault
            check(f"{what}: it alone fails", failed_of(function, names) == [names[6]])
            others = [f"s3://logs/{n}" for n in names if n != names[6]]
            check(f"{what}: the others are stored", [u for u in stored_sources(function) if not u.endswith("6.log")] == others,
                  stored_sources(function))
            whole = [json.loads(b)["complete"] for b in function.stored() if b"6.log" in b]
            check(f"{what}: nothing of it is called complete", not any(whole), whole)
            check(f"{what}: it fails again", failed_of(function, [names[6]]) == [names[6]])
            function.objects.fault = None
            function.put(names[6], LOG)
            check(f"{what}: once it is well it is done", failed_of(function, [names[6]]) == [])
            check(f"{what}: nothing is stored twice", failed_of(function, names) == [] and
                  sum(json.loads(b)["complete"] for b in function.stored()) == 10, stored_sources(function))


def refuses(function, what, command, bucket, status, code):
    """Requests of this kind are refused; the message must come again, and nothing may be stored."""
    def fault(handler, _):
        if handler.command != command or handler.bucket != bucket:
            return False
        handler.answer(status, error_body(code, "Told by the test."))
        return True

    function.objects.fault = fault
    check(f"{what}: the message comes again", failed_of(function, ["app/a.log"]) == ["app/a.log"])
    check(f"{what}: nothing is stored", not function.stored(), function.stored())
    check(f"{what}: the log says why", code.encode() in open(function.log.name, "rb").read(), what)
    function.objects.fault = None


def test_refused():
    with Divided(AWS_MAX_ATTEMPTS="2") as function:
        function.put("app/a.log", LOG)
        refuses(function, "output denied", "PUT", "results", 403, "AccessDenied")
        refuses(function, "output busy", "PUT", "results", 503, "SlowDown")
        refuses(function, "credentials expired", "GET", "logs", 400, "ExpiredToken")
        check("in the end it is done", failed_of(function, ["app/a.log"]) == [] and len(function.stored()) == 1)
        first = function.stored()
        check("twice is once", failed_of(function, ["app/a.log"]) == [] and len(function.stored()) == 1)
        check("the same bytes", [json.loads(b)["audit_id"] for b in function.stored()] == [json.loads(b)["audit_id"] for b in first])


def test_vanished():
    with Divided() as function:
        check("it comes again", failed_of(function, ["app/gone.log"]) == ["app/gone.log"])
        check("nothing is stored", not function.stored(), function.stored())
        check("the log names it", b"s3://logs/app/gone.log" in open(function.log.name, "rb").read())


run(globals(), sys.argv[2:])
