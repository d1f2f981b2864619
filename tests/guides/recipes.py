"""The recipes of docs/operations.md: what logaudit really sends goes through them, to stand-ins that check what the
vendors document.

usage: recipes.py PROGRAM        with the Python of build/guides-venv

EventBridge's patterns and input transformers, and the few kinds of states that the recipe has, are evaluated here;
JSONata by jsonata-python; Security Hub is moto, which boto3 sends only what its model of the service allows."""

import http.server
import json
import os
import re
import sys
import threading
import urllib.error
import urllib.request

import boto3
from jsonata import Jsonata
from moto import mock_aws

from guide import Function, blocks, check, finish, page

PROGRAM = os.path.abspath(sys.argv[1])
ACCOUNT, REGION = "123456789012", "eu-central-1"
SEVERITIES = ["info", "low", "medium", "high", "critical"]
HOSTILE = 'quoted "title" <!channel> \\ {user_id} é'
RULES = "return {\n" + "".join(
    f'  rule {{ id = "test.{s}", title = [[{s} {HOSTILE}]], type = "Security", severity = "{s}", any = {{ [[{s} by (?P<user_id>\\S+)]] }} }},\n'
    for s in SEVERITIES
) + f'  rule {{ id = "test.long", title = [[{"x" * 1000} {{user_id}}]], type = "Error", severity = "high", any = {{ [[long by (?P<user_id>\\S+)]] }} }},\n' \
    '  rule { id = "test.many", title = "{service} crashed", type = "Error", severity = "info", any = { [[(?P<service>\\w+) crashed]] } },\n}\n'


def told():
    """Notifications of every severity, of long texts, and the one that counts those beyond the first twenty."""
    log = "".join(f'2024-11-26T10:00:0{i}Z {s} by "mia\\n" <@U1>\n' for i, s in enumerate(SEVERITIES))
    log += f'2024-11-26T10:01:00Z long by {"m" * 500} {"é" * 3000}\n'
    log += "".join(f"service{chr(97 + i)} crashed\n" for i in range(20))
    with Function(PROGRAM, RULES, LOGAUDIT_RULES="rules.lua", LOGAUDIT_ALSO="", LOGAUDIT_NOTIFY="eventbridge:alerts",
                  LOGAUDIT_NOTIFY_MIN="info") as function:
        function.put("a.log", log.encode())
        function.audit(config={"object_key": "a.log"})
        details = function.services.events
    check("notifications", len(details) == 21 and {d["severity"] for d in details[:20]} == set(SEVERITIES), len(details))
    check("one counts the others", "rule_id" not in details[20] and "sample" not in details[20], details[20])
    return details


def event(detail):
    """The event of PutEvents as rules and targets see it."""
    return {"version": "0", "id": "7bf73129-1428-4cd3-a780-95db273d1602", "source": "logaudit", "detail-type": "Finding",
            "account": ACCOUNT, "region": REGION, "time": "2024-11-26T12:00:00Z", "resources": [], "detail": detail}


# ---- EventBridge


def matches(pattern, value):
    return all(matches(p, value[k]) if isinstance(p, dict) else value[k] in p for k, p in pattern.items() if k in value) \
        and pattern.keys() <= value.keys()


def transformed(recipe, source):
    """The target's input. What is not there leaves a gap, and texts are not escaped within others: a fault here."""
    values = {}
    for name, path in recipe["InputPathsMap"].items():
        value = source
        for key in path.removeprefix("$.").split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if check(f"{path} is in each notification", value is not None, source):
            values[name] = value

    def filled(match):
        value = values[match[1]]
        if match.string[match.start() - 1] in ' [' and match.string[match.end()] in ',}]':
            return json.dumps(value)
        check(f"<{match[1]}> within a text needs no escape", isinstance(value, int), value)
        return str(value)

    return json.loads(re.sub(r"<(\w+)>", filled, recipe["InputTemplate"]))


def recipe(name):
    [text] = blocks(page("operations.md"), f"json recipe={name}")
    return json.loads(re.sub("YOUR_[A-Z0-9_]*", "0" * 32, text))


# ---- vendors


class Vendor:
    """A server on 127.0.0.1 that takes what `faults` finds no fault with."""

    def __init__(self, faults):
        self.taken, self.refused = [], []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                wrong = faults(body)
                (outer.refused if wrong else outer.taken).append(wrong or body)
                self.send_response(400 if wrong else 202)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def post(self, body):
        url = "http://127.0.0.1:%d" % self.server.server_address[1]
        request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            opener.open(request).close()
        except urllib.error.HTTPError as error:
            error.close()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def text_of(value, most):
    return isinstance(value, str) and 0 < len(value.strip()) and len(value) <= most


def pagerduty_faults(body):
    """Events API v2."""
    payload = body.get("payload", {})
    good = {
        "routing_key": text_of(body.get("routing_key"), 32) and len(body["routing_key"]) == 32,
        "event_action": body.get("event_action") in ("trigger", "acknowledge", "resolve"),
        "dedup_key": text_of(body.get("dedup_key"), 255),
        "payload.summary": text_of(payload.get("summary"), 1024),
        "payload.source": text_of(payload.get("source"), 1024),
        "payload.severity": payload.get("severity") in ("critical", "error", "warning", "info"),
        "payload.timestamp": re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", payload.get("timestamp", "")),
        "payload.custom_details": isinstance(payload.get("custom_details"), dict),
        "keys": body.keys() == {"routing_key", "event_action", "dedup_key", "payload"},
        "payload": payload.keys() == {"summary", "source", "severity", "timestamp", "custom_details"},
    }
    return [name for name, holds in good.items() if not holds]


def slack_faults(body):
    """Incoming webhooks with blocks."""
    faults = [] if text_of(body.get("text"), 40000) and body.keys() == {"text", "blocks"} else ["text"]
    for block in body["blocks"]:
        texts = [block["text"]] if block["type"] == "section" else block.get("elements", [])
        most = {"section": 3000, "context": 2000}.get(block["type"], 0)
        if not 0 < len(texts) <= 10:
            faults.append(block)
        faults += [t for t in texts if t.keys() != {"type", "text"} or t["type"] != "plain_text" or not text_of(t["text"], most)]
    return faults


def chatbot_faults(body):
    """Custom notifications of Amazon Q in chat applications."""
    content = body.get("content", {})
    good = body.get("version") == "1.0" and body.get("source") == "custom" and content.get("textType") == "client-markdown"
    good = good and text_of(content.get("title"), 4000) and text_of(content.get("description"), 8000)
    return [] if good and text_of(body.get("metadata", {}).get("threadId"), 255) else ["shape"]


def try_vendor(name, faults, details, variants=None):
    original, vendor = recipe(name), Vendor(faults)
    sent = 0
    for pattern_severities, more in variants or [(None, None)]:
        one = json.loads(json.dumps(original))
        if more:
            one["EventPattern"]["detail"]["severity"] = pattern_severities
            one["InputTemplate"] = one["InputTemplate"].replace('\\"severity\\": \\"error\\"', f'\\"severity\\": \\"{more}\\"')
            one["InputTemplate"] = one["InputTemplate"].replace('"severity": "error"', f'"severity": "{more}"')
        for detail in details:
            if matches(one["EventPattern"], event(detail)):
                vendor.post(transformed(one, event(detail)))
                sent += 1
    check(f"{name}: all are sent once", sent == len(details), sent)
    check(f"{name}: all are taken", len(vendor.taken) == sent and not vendor.refused, vendor.refused[:3])
    check(f"{name}: another source is not told", not matches(original["EventPattern"], {**event(details[0]), "source": "other"}))
    vendor.post({"blocks": []})
    check(f"{name}: the stand-in refuses", vendor.refused)
    vendor.close()
    return vendor.taken


def severities_of_page():
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| `(\w+)` \|$", page("operations.md"), re.M)
    rows = [(re.findall(r"\w+", ours), theirs) for ours, theirs in rows if theirs in ("critical", "error", "warning", "info")]
    check("each severity of ours has one of PagerDuty's", sorted(s for ours, _ in rows for s in ours) == sorted(SEVERITIES), rows)
    return rows


# ---- Security Hub


def evaluated(value, states):
    if isinstance(value, dict):
        return {key: evaluated(v, states) for key, v in value.items()}
    if isinstance(value, list):
        return [evaluated(v, states) for v in value]
    match = re.fullmatch(r"\{%(.*)%\}", value, re.S) if isinstance(value, str) else None
    if not match:
        return value
    expression = Jsonata(match[1])
    frame = expression.create_frame()
    frame.bind("states", states)
    return expression.evaluate(None, frame)


def run_machine(machine, source, call):
    """Where it ends: Succeed, or the cause of Fail."""
    name, value = machine["StartAt"], source
    for _ in range(10):
        state = machine["States"][name]
        states = {"input": value}
        if state["Type"] == "Task":
            value, name = call(state["Resource"], evaluated(state["Arguments"], states)), state["Next"]
        elif state["Type"] == "Choice":
            chosen = [c["Next"] for c in state["Choices"] if evaluated(c["Condition"], states) is True]
            name = chosen[0] if chosen else state["Default"]
        else:
            return state["Type"] + evaluated(state.get("Cause", ""), states)
    raise RuntimeError("the machine does not end")


def asff_faults(finding):
    """What the finding format asks for beyond boto3's model."""
    good = {
        "Id": text_of(finding["Id"], 512), "GeneratorId": text_of(finding["GeneratorId"], 512), "Title": text_of(finding["Title"], 256),
        "Description": text_of(finding["Description"], 1024), "SchemaVersion": finding["SchemaVersion"] == "2018-10-08",
        "AwsAccountId": re.fullmatch(r"\d{12}", finding["AwsAccountId"]),
        "ProductArn": finding["ProductArn"] == f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default",
        "Severity": finding["Severity"].get("Label") in ("INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"),
        "Types": all(re.match(r"(Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)(/[^/]+){0,2}$", t)
                     for t in finding["Types"]),
        "times": all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", finding[k]) for k in ("CreatedAt", "UpdatedAt")),
        "Resources": all(r["Type"] == "Other" and text_of(r["Id"], 512) for r in finding["Resources"]),
    }
    return [name for name, holds in good.items() if not holds]


@mock_aws
def try_security_hub(details):
    hub = boto3.client("securityhub", region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x")
    machine, labels = recipe("securityhub"), set()

    def call(resource, arguments):
        check("the call", resource == "arn:aws:states:::aws-sdk:securityhub:batchImportFindings")
        faults = [fault for finding in arguments["Findings"] for fault in asff_faults(finding)]
        check("the finding format", not faults, [faults, arguments])
        labels.update(f["Severity"]["Label"] for f in arguments["Findings"])
        return {k: v for k, v in hub.batch_import_findings(**arguments).items() if k != "ResponseMetadata"}

    for detail in details:
        end = run_machine(machine, event(detail), call)
        check("imported", end == "Succeed", end)
    check("labels", labels == {"INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"}, labels)
    check("all are there", len({f["Id"] for f in hub.get_findings(MaxResults=100)["Findings"]}) == len({d["dedup_key"] for d in details}))
    end = run_machine(machine, event(details[0]), lambda *_: {"FailedCount": 1, "SuccessCount": 0, "FailedFindings": [{"ErrorCode": "InvalidInput"}]})
    check("a refused one is no success", end.startswith("Fail") and "InvalidInput" in end, end)


def main():
    details = told()
    paged = try_vendor("pagerduty", pagerduty_faults, details, severities_of_page())
    check("one incident for each kind", len({p["dedup_key"] for p in paged}) == len(details))
    grave = {(p["payload"]["custom_details"]["severity"], p["payload"]["severity"]) for p in paged}
    check("severities", grave == {("critical", "critical"), ("high", "error"), ("medium", "warning"), ("low", "warning"), ("info", "info")}, grave)
    posted = try_vendor("slack", slack_faults, details)
    check("titles as they are", any('quoted "title" <!channel> \\' in p["blocks"][0]["text"]["text"] for p in posted), posted[0])
    try_vendor("chatbot", chatbot_faults, details)
    try_security_hub(details)
    finish()


main()
