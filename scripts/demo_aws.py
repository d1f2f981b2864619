"""The demo on an emulator of AWS: deploys the Lambda function, uploads the logs, invokes it, and checks what it found.

usage: demo_aws.py PACKAGE.zip LOGS [--endpoint URL [--function-endpoint URL]]    ./demo.sh --aws starts it

Ends with 1 when a check failed. Whatever it made or started is gone afterwards, also after Ctrl-C."""

import argparse
import datetime
import gzip
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.append(os.path.join(ROOT, "tests", "aws"))
from servers import Servers  # noqa: E402

GROUP = "/demo/shop"
SEVERITIES = ("critical", "high", "medium", "low", "info")
PAGE = 1000  # events of one request to the log group


class Failure(Exception):
    """Said to the user; the demo ends."""


def say(what, text):
    print(f"{what:<11}{text}", flush=True)


def load(name):
    with open(os.path.join(ROOT, "scripts", name), encoding="utf-8") as file:
        return json.load(file)


# ---- the folder of results


class Results:
    """demo-results/YYYYmmdd-HHMMSS-aws/, laid out as the demo without AWS has it."""

    def __init__(self):
        self.made = datetime.datetime.now()
        self.folder = None
        while not self.folder:
            name = os.path.join("demo-results", self.made.strftime("%Y%m%d-%H%M%S-aws"))
            try:
                os.makedirs(name)
                self.folder = name
            except FileExistsError:
                time.sleep(1)
                self.made = datetime.datetime.now()

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(data if isinstance(data, bytes) else json.dumps(data, indent=2).encode() + b"\n")
        return path

    def answer(self, name, event, body):
        self.write(f"events/{name}.json", event)
        self.write(f"lambda-outputs/{name}.json", body)
        self.write(f"analysis-results/{name}.json", json.loads(body))


# ---- the cloud


class Cloud:
    """The services behind one endpoint, and what was made there."""

    def __init__(self, endpoint, function_endpoint, stamp):
        self.endpoint, self.function_endpoint = endpoint, function_endpoint
        self.stamp, self.name = stamp, f"logaudit-demo-{stamp}"
        self.logs, self.results = f"{self.name}-logs", f"{self.name}-results"
        self.s3, self.groups, self.functions = (self.client(name) for name in ("s3", "logs", "lambda"))

    def client(self, name):
        return boto3.client(
            name, endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
            config=Config(proxies={}, read_timeout=300, connect_timeout=10, retries={"max_attempts": 1},
                          s3={"addressing_style": "path"}))

    def deploy(self, package, variables):
        for bucket in (self.logs, self.results):
            self.s3.create_bucket(Bucket=bucket)
        self.groups.create_log_group(logGroupName=self.group)
        variables = {"AUDIT_RESULTS_BUCKET": self.results, **variables}
        if self.function_endpoint:
            variables["AWS_ENDPOINT_URL"] = self.function_endpoint
        with open(package, "rb") as file:
            self.functions.create_function(
                FunctionName=self.name, Runtime="provided.al2023", Role="arn:aws:iam::000000000000:role/logaudit-demo",
                Handler="bootstrap", Timeout=120, MemorySize=1769, Code={"ZipFile": file.read()},
                Environment={"Variables": variables})
        self.functions.get_waiter("function_active_v2").wait(FunctionName=self.name)

    @property
    def group(self):
        return f"{GROUP}-{self.stamp}"

    def invoke(self, event):
        """The answer's bytes, and how long it took in milliseconds."""
        started = time.monotonic()
        answer = self.functions.invoke(FunctionName=self.name, Payload=json.dumps(event))
        body = answer["Payload"].read()
        milliseconds = round((time.monotonic() - started) * 1000)
        if "FunctionError" in answer or b'"processed_logs"' not in body:
            raise Failure(f"the function failed: {body[:1000].decode(errors='replace')}")
        return body, milliseconds

    def put_lines(self, stream, lines, first):
        """One event for each line, a millisecond apart."""
        self.groups.create_log_stream(logGroupName=self.group, logStreamName=stream)
        events = [{"timestamp": first + i, "message": line} for i, line in enumerate(lines) if line.strip()]
        for at in range(0, len(events), PAGE):
            self.groups.put_log_events(logGroupName=self.group, logStreamName=stream, logEvents=events[at:at + PAGE])
        return len(events)

    def keys(self, bucket):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def remove(self):
        """What was made; what is not there any more, or never was, is no matter."""
        for what, remove in ((self.name, lambda: self.functions.delete_function(FunctionName=self.name)),
                             (self.group, lambda: self.groups.delete_log_group(logGroupName=self.group)),
                             ("its log", lambda: self.groups.delete_log_group(logGroupName=f"/aws/lambda/{self.name}")),
                             (self.logs, lambda: self.remove_bucket(self.logs)),
                             (self.results, lambda: self.remove_bucket(self.results))):
            try:
                remove()
            except EndpointConnectionError:
                return
            except Exception as error:  # any: the others are to be removed too
                if "NotFound" not in str(error) and "NoSuchBucket" not in str(error):
                    print(f"demo: {what} was not removed: {error}", file=sys.stderr)

    def remove_bucket(self, bucket):
        for key in self.keys(bucket):
            self.s3.delete_object(Bucket=bucket, Key=key)
        self.s3.delete_bucket(Bucket=bucket)


# ---- the same, here


class Here:
    """The package's own program on a folder that stands in for AWS: what the function's answers are compared with."""

    def __init__(self, folder, package):
        self.folder = folder
        unpacked = os.path.join(folder, "package")  # its own: the next build empties the shared one
        shutil.unpack_archive(package, unpacked, "zip")
        self.program = os.path.join(unpacked, "bootstrap")
        os.chmod(self.program, 0o755)

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(data)

    def put_lines(self, group, stream, lines, first):
        text = "".join("%d %s\n" % (first + i, line.replace("\\", "\\\\")) for i, line in enumerate(lines) if line.strip())
        self.write(f"cloudwatch{group}/{stream}.log", text.encode())

    def invoke(self, event):
        path = os.path.join(self.folder, "event.json")
        self.write("event.json", json.dumps(event).encode())
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LOGAUDIT_")}
        environment["LOGAUDIT_CACHE"] = os.path.join(self.folder, "cache")
        done = subprocess.run([self.program, "invoke", path, "--local-root", self.folder], capture_output=True, env=environment)
        return json.loads(done.stdout)


# ---- the logs


def services_in(folder):
    """Names and texts; a name goes into keys and streams as it is."""
    found = {}
    for name in sorted(os.listdir(folder)):
        service, ending = os.path.splitext(name)
        if ending == ".log" and re.fullmatch(r"[A-Za-z0-9._-]+", service):
            with open(os.path.join(folder, name), "rb") as file:
                found[service] = file.read()
        elif ending == ".log":
            print(f"left out: {name} (a service is named with letters, digits, '.', '_' and '-')")
    if not found:
        raise Failure(f"there is no log to audit: {folder}/*.log is empty")
    return found


def lines_of(body):
    plain = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    return plain.decode(errors="replace").split("\n")


def key_of(service):
    return f"services/{service}/2024/11/26/{service}-service.log"


# ---- the demo


class Demo:
    def __init__(self, cloud, here, results, services):
        self.cloud, self.here, self.results, self.services = cloud, here, results, services
        self.conditions = load("demo-conditions.json")
        self.answers, self.rows, self.failed = {}, [], 0

    def upload(self):
        first = int((time.time() - 1800) * 1000)  # the service takes only what is new
        count = 0
        for service, body in self.services.items():
            self.cloud.s3.put_object(Bucket=self.cloud.logs, Key=key_of(service), Body=body)
            self.here.write(f"s3/{self.cloud.logs}/{key_of(service)}", body)
            self.results.write(f"input-logs/{service}.log", body)
            count += self.cloud.put_lines(service, lines_of(body), first)
            self.here.put_lines(self.cloud.group, service, lines_of(body), first)
        say("Uploaded", f"{len(self.services)} logs to s3://{self.cloud.logs}/services/, {count} events to {self.cloud.group}")
        say("", "(an event for each line; a record below may be several lines, as a stack trace is)")

    def ask(self, name, source_type, config, **more):
        event = {"source_type": source_type, "source_config": config, "output_bucket": self.cloud.results, **more}
        body, milliseconds = self.cloud.invoke(event)
        self.results.answer(name, event, body)
        answer = self.answers[name] = json.loads(body)
        self.rows.append((name, answer, milliseconds))
        severities = answer["summary"]["findings_by_severity"]
        print_row(name, answer["processed_logs"], answer["summary"]["total_findings"], *(severities.get(s, 0) for s in SEVERITIES[:3]),
                  answer["summary"]["unique_users"], milliseconds)
        return event, answer

    def ask_and_compare(self, name, source_type, config):
        event, answer = self.ask(name, source_type, config, custom_conditions=self.conditions)
        local = self.here.invoke(event)
        same = ("processed_logs", "summary", "critical_findings_count", "complete")
        return all(answer[k] == local[k] for k in same) and same_findings(answer, local)

    def run(self):
        print()
        print_row("Audited", "Records", "Findings", "Critical", "High", "Medium", "Users", "ms")
        equal = {}
        for service in self.services:
            config = {"bucket_name": self.cloud.logs, "object_key": key_of(service)}
            equal[service] = self.ask_and_compare(service, "s3", config)
        now = int(time.time() * 1000)
        config = {"log_group_name": self.cloud.group, "start_time": now - 3600000, "end_time": now}
        equal["cloudwatch"] = self.ask_and_compare("cloudwatch", "cloudwatch", config)
        self.ask("merged", "merge", {"bucket_name": self.cloud.results, "prefix": f"s3-bucket-{self.cloud.logs}/"})
        self.print_conditions()
        self.print_gravest(self.answers["merged"])
        self.check(equal)
        self.keep_stored()
        self.summarise()

    def print_conditions(self):
        found = conditions_of(self.answers["cloudwatch"])
        print("\nYour own conditions, in CloudWatch:")
        for condition in self.conditions["conditions"]:
            print(f"  {condition['severity']:<9} {found.get(condition['name'], 0):>4}  {condition['name']}: {condition['description']}")

    def print_gravest(self, merged, shown=10):
        print("\nThe gravest of all services, merged by the function:")
        for kind in kinds_of(merged["groups"])[:shown]:
            when = kind["first"] if kind["first"] == kind["last"] else f"{kind['first']} to {kind['last']}"
            print(f"  {kind['severity']:<9} {kind['count']:>4}  {when:<21} {kind['title'][:60]}")

    # ---- checks

    def verify(self, what, holds):
        print(f"  {'ok    ' if holds else 'FAILED'}  {what}")
        self.failed += not holds

    def check(self, equal):
        print("\nChecks:")
        for name, same in equal.items():
            self.verify(f"{name}: what the function found is what logaudit finds here", same)
        audits = [self.answers[service] for service in self.services]
        merged = self.answers["merged"]
        self.verify("merged: all records of all services", merged["processed_logs"] == sum(a["processed_logs"] for a in audits))
        stored = self.cloud.keys(self.cloud.results)
        places = [a["storage_location"].removeprefix(f"s3://{self.cloud.results}/") for a in self.answers.values()]
        self.verify("every answer is stored in full", set(places) <= set(stored))
        secrets = [name for name, a in self.answers.items() if re.search(r"AKIA[0-9A-Z]{16}|password=(?!\[)\w", json.dumps(a))]
        self.verify("no secret of a log is in an answer", not secrets)
        for service, wanted in load("demo-expected.json").items():
            if service in self.services and hashlib.sha256(self.services[service]).hexdigest() == wanted["sha256"]:
                self.check_unmodified(service, wanted)

    def check_unmodified(self, service, wanted):
        """The logs as they come with logaudit give at least so much."""
        answer = self.answers[service]
        have = {**answer["summary"]["findings_by_type"], **answer["summary"]["findings_by_severity"], **conditions_of(answer)}
        least = ", ".join(f"{count} {name}" for name, count in wanted["at_least"].items())
        self.verify(f"{service}: at least {least}", all(have.get(k, 0) >= n for k, n in wanted["at_least"].items()))

    # ---- what is left

    def keep_stored(self):
        for key in self.cloud.keys(self.cloud.results):
            body = self.cloud.s3.get_object(Bucket=self.cloud.results, Key=key)["Body"].read()
            self.results.write(f"stored/{key}", body)

    def summarise(self):
        keys = ("processed_logs", "critical_findings_count", "complete")
        self.results.write("demo-summary.json", {
            "timestamp": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "endpoint": self.cloud.endpoint, "failed_checks": self.failed,
            "audits": [{"name": name, **{k: answer[k] for k in keys}, **answer["summary"], "milliseconds": milliseconds}
                       for name, answer, milliseconds in self.rows]})


def print_row(name, *values):
    print(f"{name:<17}" + "".join(f"{value:>10}" for value in values), flush=True)


def same_findings(one, other):
    """But for ids: those are made of the versions of objects and of events."""
    def of(answer):
        return sorted((f["rule_id"], f["severity"], f.get("line_number"), f["title"], f["message"]) for f in answer["findings"])

    return of(one) == of(other)


def kinds_of(groups):
    """Groups of the same title as one, in their order: the gravest first."""
    kinds = {}
    for group in groups:
        first, last = (group.get(k, "")[11:19] for k in ("first", "last"))
        kind = kinds.setdefault((group["severity"], group["title"]), {**group, "first": first, "last": last, "count": 0})
        kind.update(count=kind["count"] + group["count"], first=min(kind["first"], first), last=max(kind["last"], last))
    return list(kinds.values())


def conditions_of(answer):
    found = {}
    for finding in answer["findings"]:
        if "condition_name" in finding:
            found[finding["condition_name"]] = found.get(finding["condition_name"], 0) + 1
    return found


# ---- starting and ending


def start(options, ends, folder):
    """The endpoint, and what the function needs to know beside it."""
    if options.endpoint:
        say("Emulator", options.endpoint)
        return options.endpoint, options.function_endpoint, {}
    endpoint = ends.enter_context(Servers(folder)).start_ministack()
    say("Emulator", f"MiniStack at {endpoint}")
    return endpoint, endpoint, {"LOGAUDIT_CACHE": os.path.join(folder, "cache")}


def demo(options, ends):
    services = services_in(options.logs)
    results = Results()
    folder = tempfile.mkdtemp(prefix="logaudit-demo-")
    ends.callback(shutil.rmtree, folder, ignore_errors=True)
    endpoint, function_endpoint, variables = start(options, ends, folder)
    cloud = Cloud(endpoint, function_endpoint, results.made.strftime("%Y%m%d%H%M%S"))
    ends.callback(cloud.remove)
    cloud.deploy(options.package, variables)
    say("Deployed", f"function {cloud.name} ({os.path.getsize(options.package) / 1e6:.0f} MB), two buckets, a log group")
    here = Here(os.path.join(folder, "here"), options.package)
    run = Demo(cloud, here, results, services)
    run.upload()
    run.run()
    print(f"\nResults: {results.folder}/")
    return run.failed


ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupted(*_):
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)  # what was made is removed in peace
    raise KeyboardInterrupt


def url(text):
    if not re.match(r"https?://[^/\s]+", text):
        raise argparse.ArgumentTypeError(f"expected a URL such as http://127.0.0.1:4566, not '{text}'")
    return text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("package")
    parser.add_argument("logs")
    parser.add_argument("--endpoint", type=url)
    parser.add_argument("--function-endpoint", type=url)
    options = parser.parse_args()
    for number in ENDING:
        signal.signal(number, interrupted)
    try:
        with ExitStack() as ends:
            return 1 if demo(options, ends) else 0
    except (Failure, BotoCoreError, ClientError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: interrupted; what was made is removed", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
