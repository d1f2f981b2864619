"""An audit whose time is over goes on in the next invocation; what is found is told, once.

usage: test_continue.py PROGRAM [TEST...]

Objects lie in a folder (LOGAUDIT_LOCAL_ROOT), the queue, the topic and the bus are those of fake_services.py. Where time
is to run out, objects lie in objects.py, which holds back all from some place on: however fast or slow the machine is,
what is held back is not read, and what comes before it is read once there is time enough."""

import glob
import gzip
import json
import random
import shutil
import sys
import time

from checks import check, run
from function import Divided, Function, patient
from logs import LogsServer, event as log_event, page
from objects import error_body

QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/continued"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:alerts"


def own(**config):
    return json.dumps({"source_type": "s3", "source_config": {"bucket_name": "logs", **config}})


def notification(key):
    return json.dumps({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
                                    "s3": {"bucket": {"name": "logs"}, "object": {"key": key}}}]})


def long_log(lines):
    """Columns that the first line names, stack traces, times that go back, things that are found. It compresses badly."""
    noise = random.Random(lines)
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
            out.append(f"{at}Z INFO request {i} took 12 ms, and the answer was a long one: {noise.getrandbits(480):0120x}\n")
    return "".join(out).encode()


AN_HOUR_BEFORE = 1732612400  # what objects.py serves was written
PIECE = 4 << 20  # of an object is asked for at a time
LONG = long_log(80000)
assert 3 * PIECE < len(LONG) < 4 * PIECE


def run_to_end(function, message, holds):
    """One part for each place from which on objects are held back, and one that gets all."""
    for hold in holds:
        function.hold_from(hold)
        check("a part is acknowledged", patient(lambda seconds: function.message(message, seconds)), hold)
        check("one message for each", len(function.services.queued) == 1, function.services.queued)
        message = function.services.queued.pop() if function.services.queued else message
    function.hold_from(None)
    function.objects.requests.clear()
    check("the last part is acknowledged", function.message(message) and not function.services.queued)
    return json.loads(message)["cursor"]


def check_read(what, function, cursor, key, sought):
    """What the last part read of the object: from its cursor on, and the line that names the columns; or all of it."""
    ranges, etags = function.read_of(key)
    size = len(function.objects.objects[("logs", key)].body)
    start = cursor["offset"] - 1 if sought else 0
    if sought and cursor["head_len"]:
        check(f"{what}: the names of the columns", ranges[0] == (cursor["head"], cursor["head"] + cursor["head_len"] - 1), ranges)
        ranges = ranges[1:]
    steps = [(at, min(at + PIECE, size) - 1) for at in range(start, size, PIECE)]
    check(f"{what}: each byte once", ranges == steps, (cursor, ranges))
    if sought:
        check(f"{what}: of the same version", etags == {f'"{cursor["source_version"]}"'} and len(etags) == 1, etags)


def compare(what, first, objects, holds, sought=None, function=None):
    """Parts and one run say the same. `sought`: whether the last part begins in the middle of the only object."""
    with function or Divided(LOGAUDIT_CONTINUE_QUEUE=QUEUE) as function:
        for key, body in objects.items():
            function.put(key, body)
        cursor = run_to_end(function, first, holds)
        if sought is not None:
            check_read(what, function, cursor, cursor["source"][len("s3://logs/"):], sought)
        parts = function.stored()
        results = [json.loads(part) for part in parts]
        check(f"{what}: several parts", len(parts) == len(holds) + 1, len(parts))
        check(f"{what}: one is complete", sum(r["complete"] for r in results) == 1)
        check(f"{what}: the others say where to go on", sum("next" in r for r in results) == len(holds))
        divided = function.merged(parts)
        some = function.merged(parts[1:])
        check(f"{what}: a part is missing", b'"complete":false' in some)
        function.forget_stored()
        check(f"{what}: in one run", function.message(first) and not function.services.queued)
        whole = function.merged(function.stored())
        check(f"{what}: the same", divided == whole, [divided[-3000:], whole[-3000:]])
        check(f"{what}: complete", b'"complete":true' in whole and b'"guessing"' in whole)
        if divided != whole:
            for at, (a, b) in enumerate(zip(divided, whole)):
                if a != b:
                    print("divided:", divided[at - 200:at + 200], "\nwhole:  ", whole[at - 200:at + 200])
                    break


def pieces_of(key, count):
    """One piece more for each part."""
    return [(key, i * PIECE + 1) for i in range(count)]


def compare_one(what, body, sought, count=1):
    compare(what, notification("app/a.log"), {"app/a.log": body}, pieces_of("app/a.log", count), sought)


def test_one_object():
    compare_one("object", LONG, True, 3)


def test_columns():
    """The names that are in force may stand anywhere above; the first line of the rest is not the first of the log."""
    part = long_log(20000)
    other = b"#Fields: time date cs-method c-ip sc-status note\n"
    compare_one("names in the middle", part + other + long_log(40000).partition(b"\n")[2], True, 2)
    times = [f"2024-11-26T10:{i // 60 % 60:02}:{i % 60:02}Z" for i in range(60000)]
    lines = "".join(f'{at},info,mia,"{"all is well" if i % 99 else "login of mia failed"}, {i:070}"\n' for i, at in enumerate(times))
    compare_one("csv", ("\ufeffTime,Level,User Name,Message\n" + lines + "billing crashed\n").encode(), True)
    names = ",".join(["time", "level", "user name", *(f"column{i}" for i in range(30))])
    compare_one("no names", ("all is well\n" + f"{names}\n" * 20000 + lines).encode(), True)


def test_read_again():
    """Where a line means something else without what is in front of it."""
    compare_one("gzip", gzip.compress(LONG + LONG, 1), False, 2)
    records = ",\n".join(json.dumps({"time": f"2024-11-26T10:{i // 60 % 60:02}:{i % 60:02}Z", "n": i, "note": "x" * 60,
                                     "message": "login of mia failed" if i % 99 == 1 else "all is well"}) for i in range(60000))
    compare_one("document", f"[\n{records}\n]\n".encode(), False)


def test_prefix():
    """The time is over inside of an object, and between two."""
    objects = {f"app/{i}.log": long_log(9000 + i) for i in range(6)}
    objects["app/3.log"] = LONG
    compare("prefix", own(prefix="app/"), objects, [("app/1.log", 0), *pieces_of("app/3.log", 2), ("app/5.log", 0)])


class Groups(Divided):
    """Log groups in pages, held back from a group on."""

    def __init__(self, groups):
        self.groups = groups  # of each its pages
        self.logs = LogsServer(self.answer)
        super().__init__(LOGAUDIT_CONTINUE_QUEUE=QUEUE, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=self.logs.url)

    def __exit__(self, *_):
        super().__exit__()
        self.logs.close()

    def answer(self, body):
        group, number = body["logGroupName"], int(body.get("nextToken", "0"))
        with self.changed:
            while self.held_from and (group, 0) >= self.held_from:
                self.changed.wait()
        pages = self.groups[group]
        return page(pages[number], str(number + 1) if number + 1 < len(pages) else None)

    def message_of(self):
        return json.dumps({"source_type": "cloudwatch", "source_config": {
            "log_group_names": list(self.groups), "start_time": 1732615200000, "end_time": 1732618800000}})


def log_events(stream, count, slow=""):
    """Of each a line or two; `slow`: what takes a rule some time stands in some."""
    noise, out = random.Random(stream), []
    for i in range(count):
        what = "login of mia failed" if i % 97 == 3 else f"shop{i % 3} crashed\n    at one.two({i})" if i % 501 == 5 else "all is well"
        text = f"{what} {noise.getrandbits(600):0150x}{slow if i % 20 == 7 else ''}"
        out.append(log_event(stream, 1732615200000 + i * 50, i, text))
    return out


def test_between_groups():
    groups = {f"/aws/lambda/{name}": [log_events("a", 500), log_events("b", 700)] for name in ("one", "two", "zero")}
    function = Groups(groups)
    compare("groups", function.message_of(), {}, [("/aws/lambda/two", 0), ("/aws/lambda/zero", 0)], function=function)


def test_inside_of_group():
    """What takes time here is a rule: thousands of times a millisecond and more, in every batch some. A part, which
    ends in one stream or between two, and the rest."""
    function = Groups({"/aws/lambda/one": [log_events(stream, 6000, " slow") for stream in "abc"]})
    compare("inside", function.message_of(), {}, [None], function=function)


def test_direct():
    """Who reads the answer goes on itself; an object that was replaced meanwhile is another one."""
    with Divided(LOGAUDIT_CONTINUE_QUEUE=QUEUE) as function:
        function.put("app/a.log", LONG)
        event = json.loads(own(prefix="app/"))
        function.hold_from(("app/a.log", 1))
        kind, part = function.part(event)
        function.hold_from(None)
        check("a part", kind == "response" and part["next"] and not part["complete"] and not function.services.queued)
        kind, rest = function.invoke({**event, "cursor": part["next"]})
        check("the rest", kind == "response" and rest["complete"] and "next" not in rest, rest)
        check("all of it", part["counts"]["lines"] + rest["counts"]["lines"] == LONG.count(b"\n"))
        condition = {"conditions": [{"name": "C", "pattern": "x", "severity": "low"}]}
        for field, value in (("min_severity", "high"), ("custom_conditions", condition), ("rules", {"skip": ["slow"]})):
            kind, error = function.invoke({**event, field: value, "cursor": part["next"]})
            check(f"other {field}", kind == "error" and f"cursor: {field} is not what it was" in error["errorMessage"], error)
        changed = {**part["next"], "offset": part["next"]["offset"] + 1}
        kind, error = function.invoke({**event, "cursor": changed})
        check("changed cursor", kind == "error" and "it was changed" in error["errorMessage"], error)
        kind, error = function.invoke({**event, "cursor": "x"})
        check("no cursor", error.get("errorMessage") == "event: cursor: an object was expected, got a string", error)
        other = json.loads(own(object_key="app/b.log"))
        kind, error = function.invoke({**other, "cursor": part["next"]})
        check("another object", kind == "error" and "cursor: source_config is not what it was" in error["errorMessage"], error)
        function.put("app/b.log", b"x\n")
        del function.objects.objects[("logs", "app/a.log")]
        kind, error = function.invoke({**event, "cursor": part["next"]})
        check("gone", kind == "error" and "is not among the objects" in error["errorMessage"], error)
        function.put("app/a.log", LONG + b"x\n")
        kind, error = function.invoke({**event, "cursor": part["next"]})
        check("replaced", kind == "error" and "has changed since" in error["errorMessage"], error)


def batch(*keys):
    return {"BatchInput": {"run_id": "r", "min_severity": "info"},
            "Items": [{"bucket": "logs", "item": {"Key": key, "Size": 1, "ETag": '"x"'}} for key in keys]}


def round_of(function, event):
    """The answer to a batch in whose time all that is not held back is read, and no more."""
    def attempt(seconds):
        kind, answer = function.invoke(event, seconds)
        cursor = answer["next"]["Items"][0].get("cursor") if "next" in answer else None
        return (kind, answer) if cursor and cursor != event["Items"][0].get("cursor") else None
    return patient(attempt) or ("nothing", {})


def keys_of(event):
    return [entry["item"]["Key"] for entry in event["Items"]]


def test_batch():
    """A state machine's batch whose time is over answers with what is left: where it was, what was not begun, and last what
    failed, which fails the batch when all else is done. All rounds together are one."""
    with Divided() as function:
        for key in ("app/1.log", "app/3.log", "app/5.log"):
            function.put(key, long_log(900))
        function.put("app/2.log", LONG)
        event = batch("app/1.log", "app/0.log", "app/2.log", "app/3.log", "app/4/", "app/5.log")
        function.hold_from(("app/2.log", 1))
        kind, first = round_of(function, event)
        check("an answer", kind == "response" and not first["complete"] and len(first["results"]) == 3, first)
        left = first["next"]
        check("what is left", keys_of(left) == ["app/2.log", "app/3.log", "app/5.log", "app/0.log"], left)
        check("as it was", left["BatchInput"] == event["BatchInput"] and left["Items"][1:3] == event["Items"][3::2], left)
        cursors = [entry.get("cursor", {}).get("source") for entry in left["Items"]]
        check("one cursor", cursors == ["s3://logs/app/2.log"] + [None] * 3 and left["round"] == 2, left)
        function.hold_from(("app/2.log", PIECE + 1))
        kind, second = round_of(function, left)
        check("further", second["next"]["round"] == 3 and keys_of(second["next"]) == keys_of(left), second)
        check("from there", second["next"]["Items"][0]["cursor"]["offset"] > left["Items"][0]["cursor"]["offset"], second)
        function.hold_from(None)
        kind, error = function.invoke(second["next"])
        check("what is gone fails", kind == "error" and "1 of 4 items failed" in error["errorMessage"] and
              "app/0.log" in error["errorMessage"] and error["errorType"] == "SourceError", error)
        function.put("app/0.log", b"2024-11-26T10:05:00Z all is well\n")
        kind, last = function.invoke(second["next"])
        check("once more", kind == "response" and last["complete"] and "next" not in last, last)
        divided = function.merged(function.stored())
        function.forget_stored()
        kind, whole = function.invoke(event)
        check("in one round", kind == "response" and whole["complete"] and len(whole["results"]) == 6, whole)
        check("the same", divided == function.merged(function.stored()) and b'"complete":true' in divided)


def test_batch_wrong():
    """A round that gets nowhere is no round; what is not the next of another one is refused."""
    with Divided() as function:
        function.put("app/1.log", LONG)
        function.put("app/2.log", b"x\n")
        event = batch("app/1.log", "app/2.log")
        function.hold_from(("app/1.log", 0))
        kind, error = function.invoke(event, 1.2)
        check("said so", "app/1.log: the time was over before anything of it had come" in error["errorMessage"], error)
        check("nowhere", kind == "error" and error["errorType"] == "DeadlineError" and "2 of 2 items failed" in error["errorMessage"], error)
        function.hold_from(("app/1.log", 1))
        kind, answer = round_of(function, event)
        function.hold_from(None)
        left = answer["next"]
        for what, wrong in (("round", {**left, "round": 0}), ("round", {**left, "round": "2"}),
                            ("cursor: min_severity", {**left, "BatchInput": {"min_severity": "high"}}),
                            ("cursor", {**left, "Items": [{**left["Items"][0], "cursor": "x"}]}),
                            ("cursor: source_config", {**left, "Items": [{**left["Items"][0], "item": {"Key": "app/2.log"}}]})):
            kind, error = function.invoke(wrong)
            check(f"wrong {what}", kind == "error" and error["errorType"] == "BadEvent" and f"event: {what}" in error["errorMessage"], error)
        function.put("app/1.log", LONG + b"x\n")
        kind, error = function.invoke(left)
        check("replaced", kind == "error" and "app/1.log has changed since" in error["errorMessage"], error)


def test_dense():
    """Each line is two long findings: reading ends while there is time to store them. In two seconds that is 75 MB of
    them and no more, so that they do not fit on the fastest machine; a busy one gets further tries."""
    noise = random.Random(7)
    lines = [f"2024-11-26T10:{i // 60 % 60:02}:{i % 60:02}Z ERROR billing{i % 3} crashed, login of mia{i % 50} failed "
             f"{noise.getrandbits(4000):01000x}\n" for i in range(30000)]
    with Function() as function:
        results = f"{function.folder}/aws/s3/results"

        def stored():
            names = sorted(glob.glob(f"{results}/s3-bucket-logs/*/*/*/*.json"))
            return [open(name, "rb").read() for name in names]

        function.put("app/a.log", "".join(lines).encode())
        event = {**json.loads(own(object_key="app/a.log")), "response": "summary"}

        def attempt(seconds):
            shutil.rmtree(results, ignore_errors=True)
            start = time.time()
            kind, part = function.invoke(event, seconds)
            took = time.time() - start
            print(f"dense: answered after {took:.2f} of {seconds} s")
            return part if kind == "response" and "next" in part and took < seconds else None
        part = next(filter(None, map(attempt, (2, 2, 2, 3, 3, 4, 6, 10, 20))), None)
        check("a part is answered in time", part)
        if not part:
            return
        kind, rest = function.invoke({**event, "cursor": part["next"]})
        check("the rest", kind == "response" and rest["complete"] and "next" not in rest, rest)
        divided = function.merged(stored())
        shutil.rmtree(results, ignore_errors=True)
        kind, whole = function.invoke(event)
        check("in one run", kind == "response" and whole["complete"] and whole["counts"]["lines"] == len(lines))
        check("the same", divided == function.merged(stored()) and b'"complete":true' in divided)


def test_rules_edited():
    """Rules that are edited between two parts lose nothing: the rest is read with the new ones, and merging says so."""
    with Divided(LOGAUDIT_CONTINUE_QUEUE=QUEUE) as function:
        function.put("app/a.log", LONG)
        event = json.loads(own(object_key="app/a.log"))
        function.hold_from(("app/a.log", 1))
        kind, part = function.part(event)
        function.hold_from(None)
        with open(f"{function.folder}/rules.lua", "a", encoding="ascii") as file:
            file.write("-- edited\n")
        function.restart()
        kind, rest = function.invoke({**event, "cursor": part["next"]})
        check("the rest", kind == "response" and rest["complete"], rest)
        check("other rules", part["rules"]["digest"] != rest["rules"]["digest"])
        check("all of it", part["counts"]["lines"] + rest["counts"]["lines"] == LONG.count(b"\n"))
        check("it is said", b'"rules_differ"' in function.merged(function.stored()))


def test_not_continued():
    """A queue that is missing, or denies: the message comes again. No progress: it is no endless chain."""
    message = notification("app/a.log")

    def refused(function):
        """Whether a message with a part comes back; it is the part that is refused once it is stored."""
        def attempt(seconds):
            acknowledged = function.message(message, seconds)
            return ("acknowledged" if acknowledged else "refused") if acknowledged or function.stored() else None
        return patient(attempt) == "refused"

    with Divided() as function:
        function.put("app/a.log", LONG)
        function.hold_from(("app/a.log", 1))
        check("no queue", refused(function))
    with Divided(LOGAUDIT_CONTINUE_QUEUE=QUEUE) as function:
        function.put("app/a.log", LONG)
        function.hold_from(("app/a.log", 1))
        function.services.deny.add("sqs")
        check("denied", refused(function) and not function.services.queued)
        check("denied is logged", b"sqs:SendMessage" in open(function.log.name, "rb").read())
        function.services.deny.clear()
        function.hold_from(("app/a.log", 0))
        check("no time", not function.message(message, 1.2) and not function.services.queued)


def test_schedule():
    """Nobody reads the answer to a schedule either."""
    event = own(object_key="app/a.log")
    with Divided(LOGAUDIT_CONTINUE_QUEUE=QUEUE, LOGAUDIT_SCHEDULED_EVENT=event) as function:
        function.put("app/a.log", LONG)
        function.hold_from(("app/a.log", 1))
        schedule = {"source": "aws.events", "detail-type": "Scheduled Event", "time": "2024-11-26T10:00:00Z", "detail": {}}
        kind, part = function.part(schedule)
        check("a part", kind == "response" and not part["complete"] and len(function.services.queued) == 1, part)
        message = json.loads(function.services.queued.pop())
        check("at the time of the schedule", message["time"] == 1732615200000 and message["cursor"] == part["next"], message)
        function.hold_from(None)
        check("the rest", function.message(json.dumps(message)) and len(function.stored()) == 2)
        function.hold_from(("app/a.log", 1))
        function.services.deny.add("sqs")

        def attempt(seconds):
            kind, answer = function.invoke(schedule, seconds)
            return kind == "error" and "sqs:SendMessage" in answer["errorMessage"]
        check("denied", patient(attempt))


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


def test_late():
    """An attack whose records are old when they come, in one object or in two: what is new is told by when it was stored."""
    hours_ago = 72 * 3600
    with Function(LOGAUDIT_CORRELATE="merge", LOGAUDIT_NOTIFY="sns:" + TOPIC) as function:
        def tries(user, seconds_ago, count):
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - seconds_ago))
            return f"{at} WARN login of {user} failed\n".encode() * count

        merge = {"source_type": "merge", "source_config": {"since": "20m"}}
        for key, body in (("one.log", tries("mia", 1800, 6)), ("two.log", tries("ann", hours_ago, 3)), ("more.log", tries("ann", hours_ago, 2))):
            function.put(f"app/{key}", body)
            check("audited", function.message(notification(f"app/{key}")))
        kind, result = function.invoke(merge)
        found = sorted(f["user_id"] for f in result["findings"] if f["rule_id"] == "guessing")
        check("late records", kind == "response" and result["processed_logs"] == 11 and found == ["ann", "mia"], result)
        check("told", len(function.services.published) == 2, function.services.published)
        function.put("app/other.log", tries("bob", 0, 1))
        check("another part", function.message(notification("app/other.log")))
        kind, result = function.invoke(merge)
        rules = result["summary"]["findings_by_rule"]
        check("once", result["processed_logs"] == 12 and "guessing" not in rules and len(function.services.published) == 2, result)
        metrics = [line for line in function.logged() if "_aws" in line]
        sums = {name: sum(m[name] for m in metrics) for name in ("Records", "FindingsMedium", "FindingsHigh")}
        check("counted once", sums == {"Records": 12, "FindingsMedium": 12, "FindingsHigh": 2 * 2}, sums)


def test_merge_denied():
    """What cannot be listed is no empty success."""
    with Divided(LOGAUDIT_CORRELATE="merge") as function:
        function.objects.fault = lambda request, _: request.key == "" and (request.answer(403, error_body("AccessDenied")) or True)
        kind, error = function.invoke({"source_type": "merge", "source_config": {"since": "20m"}})
        check("denied", kind == "error" and "s3:ListBucket" in error["errorMessage"], error)
        function.objects.fault = None
        kind, result = function.invoke({"source_type": "merge", "source_config": {"since": "20m"}})
        check("nothing there", kind == "response" and result["complete"] and result["processed_logs"] == 0, result)


def check_skipped(function, merge, body, recent):
    """Of what lies under days that are long gone a page is listed and no more, unless the server knows no way behind it."""
    for i in range(3000):
        for where, ending in (("s3-bucket-logs", "json"), ("cloudwatch-shop", "json"), ("findings", "ndjson.gz"), ("runs/one/s3-bucket-logs", "json")):
            function.objects.put("results", f"{where}/year=2023/month=11/day={i % 20 + 7:02}/audit-{i:032x}.{ending}", body, modified=AN_HOUR_BEFORE)
    results = []
    for known in (True, False):
        function.objects.knows_start_after = known
        function.objects.requests.clear()
        kind, result = function.invoke(merge)
        asked = [key for command, key, _, _ in function.objects.requests if command == "GET"]
        check("found again", kind == "response" and {key for key in asked if key} >= set(recent), result)
        lists = asked.count("")
        print(f"merge: {len(function.objects.objects)} objects, {lists} lists, {'behind what is old' if known else 'of everything'}")
        check("lists of what may be new", lists <= 8 if known else lists > 14, lists)
        results.append((result["processed_logs"], result["summary"]["findings_by_rule"]))
    check("the same", results[0] == results[1], results)


def test_merge_reads():
    """What a merge by schedule asks of S3: lists of all that is stored, a thousand names each, and the results that are new."""
    with Divided(LOGAUDIT_CORRELATE="merge") as function:
        for i in range(5):
            function.put(f"app/{i}.log", b"2024-11-26T10:0%d:00Z WARN login of mia failed\n" % i)
            check("audited", function.message(notification(f"app/{i}.log")))
        recent = [key for bucket, key in function.objects.objects if bucket == "results" and key.endswith(".json")]
        body = function.objects.objects[("results", recent[0])].body
        for i in range(2500):
            function.objects.put("results", f"s3-bucket-logs/year=2024/month=11/day={i % 20 + 7:02}/audit-{i:032x}.json", body,
                                 modified=AN_HOUR_BEFORE)
        for name in ("map-runs/year/manifest.json", "runs/one/s3-bucket-logs/year=2024/month=11/day=26/audit-1.json", "app/year=2024/app.json"):
            function.objects.put("results", name, b"{}")
        function.objects.requests.clear()
        merge = {"source_type": "merge", "source_config": {"since": "20m"}, "time": "2024-11-26T10:05:00Z"}
        start = time.time()
        kind, result = function.invoke(merge)
        check("found", kind == "response" and result["summary"]["findings_by_rule"].get("guessing") == 1, result)
        asked = [(command, key) for command, key, _, _ in function.objects.requests]
        stored = sum(bucket == "results" for bucket, _ in function.objects.objects)
        check("lists", asked.count(("GET", "")) == (stored - len(recent) + 5) // 1000 + 1, asked[:10])
        check_skipped(function, merge, body, recent)
        check("each new one once", sorted(key for command, key in asked if command == "GET" and key) == sorted(recent))
        print(f"merge: {stored} objects stored, {asked.count(('GET', ''))} lists, {len(recent)} read, {time.time() - start:.1f} s")


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


run(globals(), sys.argv[2:])
