"""docs/migrating.md: each event, key, line, variable and place of its tables, tried with the program.

usage: migrating.py PROGRAM"""

import glob
import gzip
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

from guide import ROOT, check, finish, page, write_file

PROGRAM = os.path.abspath(sys.argv[1])
BASE = {"source_type": "s3", "source_config": {"bucket_name": "my-logs", "object_key": "app.log"}}
LOG = b"""2024-11-26T10:00:00Z ERROR [shop] order 77 refused: payment failed
{"timestamp": "2024-11-26T10:00:01Z", "level": "fatal", "service": "pay", "message": "charge failed", "user": "ann"}
{"timestamp": "2024-11-26T10:00:02Z", "level": "info", "message": "logged in", "event": "user_login", "user": "bob"}
2024-11-26T10:00:03Z WARN GET /cart response_time: 6.5s
"""


class Account:
    """A folder that stands in for AWS."""

    def __init__(self, folder):
        self.folder = folder
        for name, body in (("app.log", LOG), ("plain.gz", LOG), ("app.packed", gzip.compress(LOG))):
            self.put(f"aws/s3/my-logs/{name}", body)
        message = "%d ERROR payment failed\n" % ((time.time() - 60) * 1000)
        self.put("aws/cloudwatch/aws/lambda/demo/one.log", message.encode())

    def put(self, name, body):
        write_file(f"{self.folder}/{name}", body)

    def run(self, *arguments, text=None, **environment):
        env = {"PATH": os.environ["PATH"], "HOME": self.folder, "LOGAUDIT_CACHE": f"{self.folder}/cache", **environment}
        return subprocess.run([PROGRAM, *arguments], cwd=self.folder, env=env, check=False, input=text, capture_output=True)

    def invoke(self, event, *arguments, **environment):
        self.put("event.json", json.dumps(event).encode())
        local = arguments or ("--local-root", "aws")
        return json.loads(self.run("invoke", "event.json", *local, **environment).stdout)

    def stored(self):
        return sorted(os.path.relpath(path, f"{self.folder}/aws/s3/results") for path in glob.glob(f"{self.folder}/aws/s3/results/**/*.*", recursive=True))


def tables(text):
    """Heading to rows; a row is its cells."""
    found = {}
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in section.splitlines() if line.startswith("|")]
        found[section.splitlines()[0]] = [[cell.strip() for cell in row] for row in rows[2:]]
    return found


def code(cell):
    return re.findall(r"`([^`]+)`", cell)


def laid_over(base, more):
    if not (isinstance(base, dict) and isinstance(more, dict)):
        return more
    keys = [*base, *(key for key in more if key not in base)]
    merged = {key: laid_over(base.get(key), more[key]) if key in more else base[key] for key in keys}
    return {key: value for key, value in merged.items() if value is not None}


# ---- the tables


def figures(result):
    """What two audits of the same log have in common."""
    found = [[f[k] for k in ("rule_id", "line_number", "severity", "message")] for f in result["findings"]]
    return result["processed_logs"], result["summary"], sorted(found)


def check_events(account, rows):
    reference = account.invoke(BASE)
    for event, _, now in rows:
        fragment = code(event)[0]
        answer = account.invoke(laid_over(BASE, json.loads(fragment)))
        if now.startswith("the same, as a summary"):
            [part] = answer["results"]
            same = part["summary"].items() <= reference["summary"].items()
            check(fragment, same and answer["processed_logs"] == reference["processed_logs"], answer)
        elif now.startswith("the same"):
            check(fragment, "findings" in answer and figures(answer) == figures(reference), answer)
        elif now.startswith("finds"):
            [kind] = code(now)
            found = [f for f in answer["findings"] if f["type"] == kind]
            before = [f for f in reference["findings"] if f["type"] == kind]
            check(fragment, len(found) - len(before) == (4 if "every record" in now else 1), answer)
        elif now.startswith("says"):
            check(fragment, code(now)[0] in [d["code"] for d in answer["diagnostics"]] and answer["processed_logs"] == 1, answer)
        else:
            check(fragment, now.startswith("refused: "), now)
            check(fragment, answer.get("errorMessage", "").startswith(code(now)[0]), answer)


def values(document, path):
    """What is at a.b or a[].b."""
    found = [document]
    for part in path.split("."):
        name, many = part.removesuffix("[]"), part.endswith("[]")
        found = [d[name] for d in found if isinstance(d, dict) and name in d]
        found = [item for d in found for item in d] if many else found
    return found


def check_keys(account, rows):
    condition = {"conditions": [{"name": "Refused", "pattern": "refused", "severity": "critical", "description": "Orders"}]}
    result = account.invoke({**BASE, "custom_conditions": condition, "output_bucket": "results"})
    for key, now in rows:
        path = code(key)[0]
        check(f"{path}: {now}", bool(values(result, path)) == now.startswith("kept") and now.split(";")[0] in ("kept", "gone"), result)
        for named in code(now):
            if "." in named and named[0].islower() and named.startswith("summary"):
                check(f"{named} is there", values(result, named))
    severities = result["summary"]["findings_by_severity"]
    check("critical only", result["critical_findings_count"] == severities["critical"] > 0 and severities["high"] > 0, severities)
    check("custom.NAME", result["summary"]["findings_by_rule"]["custom.Refused"] == 1)
    check("of all records", result["summary"]["unique_users"] == 2)
    check("no StructuredError", result["summary"]["error_count"] == result["summary"]["findings_by_type"]["Error"] == 2, result["summary"])
    slow = [f for f in result["findings"] if f["type"] == "Performance"]
    check("milliseconds", [f["duration_ms"] for f in slow] == [6500], slow)
    fatal = [f["level"] for f in result["findings"] if f["line_number"] == 2 and f["type"] == "Error"]
    check("fatal is critical", set(fatal) == {"critical"}, fatal)
    check("its own time", {f["timestamp"][:10] for f in result["findings"]} == {"2024-11-26"})
    again = account.invoke({**BASE, "custom_conditions": condition, "output_bucket": "results"})
    check("the same ids", (again["audit_id"], figures(again)) == (result["audit_id"], figures(result)))


def check_answers(account, rows):
    request = {"httpMethod": "POST", "requestContext": {}, "body": json.dumps(BASE)}
    direct, over_http = account.invoke(BASE), account.invoke(request)
    check("an envelope for HTTP only", "body" not in direct and figures(json.loads(over_http["body"])) == figures(direct), over_http)
    check("status", direct["statusCode"] == over_http["statusCode"] == 200)
    failed = account.invoke({**BASE, "source_config": {"bucket_name": "my-logs", "object_key": "none"}})
    check("an error", failed.keys() == {"errorType", "errorMessage"}, failed)
    account.put("aws/s3/full", b"not a folder")
    not_stored = account.invoke({**BASE, "output_bucket": "full"})
    check("not stored is no success", "errorType" in not_stored, not_stored)
    check("paths", all(values(direct, path) for path in ("summary.total_findings", "statusCode")) and len(rows) == 2)


def check_lines(account, rows):
    for cell, _, now in rows:
        line = code(cell)[0]
        result = json.loads(account.run("scan", "-", "-f", "json", text=line.encode() + b"\n").stdout)
        wanted = set() if now.startswith("nothing") else set(code(now))
        check(line, {f["type"] for f in result["findings"]} == wanted, result["findings"])
        if "unique_users" in now:
            check(f"{line}: users", result["summary"]["unique_users"] == 1)


def check_places(account, rows):
    account.invoke({**BASE, "output_bucket": "results"})
    account.invoke({"source_type": "cloudwatch", "source_config": {"log_group_name": "/aws/lambda/demo"}, "output_bucket": "results"})
    stored = account.stored()

    def is_there(place):
        pattern = re.sub("YYYY|MM|DD", r"\\d+", re.escape(place)).replace("ID", "[0-9a-f]{32}")
        return any(re.match(pattern, path) for path in stored)

    for before, now in rows:
        for place in code(before):
            check(f"{place}: {now}", is_there(place) == now.startswith("kept"), stored)
        for place in [c for c in code(now) if "YYYY" in c]:
            check(f"{place} is there", is_there(place), stored)
    day = [path for path in stored if path.startswith("s3-bucket-my-logs/year=2024/month=11/day=26/")]
    check("the object's day", day, stored)
    lines = open(f"{account.folder}/aws/s3/results/{day[0]}", encoding="utf-8").read().splitlines()
    check("one line", len(lines) == 1)


class Endpoint(http.server.BaseHTTPRequestHandler):
    asked = []

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.asked.append((self.path, self.headers.get("Authorization", "")))
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()


def check_environment(account, rows):
    check("the variables of the page", [code(row[0])[0] for row in rows]
          == ["AUDIT_RESULTS_BUCKET", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION", "ENVIRONMENT=localstack"], rows)
    result = account.invoke(BASE, AUDIT_RESULTS_BUCKET="elsewhere")
    check("AUDIT_RESULTS_BUCKET", result.get("storage_location", "").startswith("s3://elsewhere/s3-bucket-my-logs/"), result)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:%d" % server.server_address[1]}
    for more, region in (({}, "us-east-1"), ({"AWS_DEFAULT_REGION": "eu-north-1"}, "eu-north-1"),
                         ({"AWS_DEFAULT_REGION": "eu-north-1", "AWS_REGION": "eu-west-3"}, "eu-west-3")):
        Endpoint.asked.clear()
        answer = account.invoke(BASE, "-q", **keys, **more)
        good = Endpoint.asked and Endpoint.asked[0][0] == "/my-logs/app.log" and f"/{region}/s3/" in Endpoint.asked[0][1]
        check(f"AWS_ENDPOINT_URL, {region}", good and answer["errorType"] == "SourceError", [Endpoint.asked, answer])
    server.shutdown()
    server.server_close()


def check_tools(account, rows):
    """What is named is there: files, verbs, flags."""
    for word in [w for _, now in rows for w in code(now)]:
        if not word.startswith("logaudit "):
            check(word, os.path.exists(os.path.join(ROOT, word)))
            continue
        helped = account.run("help", word.split()[1]).stdout.decode()
        flags = [w for w in word.split() if w.startswith("-")]
        check(word, helped and all(re.search(r"(?<!\S)%s\b" % re.escape(f), helped) for f in flags), helped)


def check_convert(account):
    conditions = {"conditions": [{"name": "Refused", "pattern": "refused", "severity": "high"}]}
    account.put("conditions.json", json.dumps(conditions).encode())
    done = account.run("convert", "conditions", "conditions.json", "-o", "rules/")
    check("convert", done.returncode == 0, done.stderr)
    found = json.loads(account.run("scan", "aws/s3/my-logs/app.log", "-r", "rules/", "-f", "json").stdout)["findings"]
    check("finds the same", [(f["type"], f["condition_name"], f["line_number"]) for f in found] == [("CustomCondition", "Refused", 1)], found)


def main():
    found = tables(page("migrating.md"))
    with tempfile.TemporaryDirectory() as folder:
        account = Account(folder)
        check_events(account, found["Events"])
        check_answers(account, found["The answer"])
        check_keys(account, found["Keys of the result"])
        check_lines(account, found["What is found"])
        check_places(account, found["Stored results"])
        check_environment(account, found["Environment"])
        check_tools(account, found["Tools"])
        check_convert(account)
    finish()


main()
