"""The state machine of template.yaml in moto's Step Functions: a whole prefix through AWS's Runtime Interface Emulator,
one object for each child execution, then merged. The result is that of one scan of the same objects; an object that
could not be read is named in it, and one that takes several invocations goes round until it is done.

usage: test_map.py BOOTSTRAP EMULATOR        with the Python of tests/aws/tools.sh

    moto's engine --> HAProxy --/functions/*/invocations--> emulators, one invocation at a time each
                        | | \\----of the function `held`---> Held: a function whose deadlines are the test's own
                        | \\------objects below long/-------> ... which it reads up to a place and no further
                        \\--------everything else-----------> moto"""

import gzip
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="eu-central-1")
os.environ.pop("AWS_PROFILE", None)

import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402

import checks  # noqa: E402
from checks import check, finish  # noqa: E402
from function import Divided, patient  # noqa: E402
from servers import Servers, free_port  # noqa: E402
from stack import CODE, NAMES, source, translated  # noqa: E402

BOOTSTRAP, EMULATOR = (os.path.abspath(path) for path in sys.argv[1:3])
HERE = os.path.dirname(os.path.abspath(__file__))
LOGS, RESULTS = NAMES["InputBucketName"], NAMES["OutputBucketName"]
DEMO_LOGS = os.path.join(HERE, "..", "..", "demo-logs")
EMULATORS = 3
LONG, PIECE = "long/2.log", 4 << 20  # so much of an object is asked for at a time
DENIED = "denied/secret.log"
# HAProxy tells Step Functions what only AWS's Lambda says in a header: that the function failed.
PROXY = """defaults
  mode http
  timeout client 120s
  timeout server 120s
  timeout connect 5s
  timeout queue 120s
frontend aws
  bind 127.0.0.1:{front}
  http-request return status 403 content-type application/xml string "<Error><Code>AccessDenied</Code></Error>" if METH_GET {{ path_end /{denied} }}
  use_backend held if {{ path_reg ^/2015-03-31/functions/[^/]*held/invocations }}
  use_backend long if METH_GET {{ path_beg /{logs}/long/ }}
  use_backend functions if {{ path_reg ^/2015-03-31/functions/[^/]+/invocations }}
  default_backend moto
backend moto
  server moto 127.0.0.1:{moto}
backend long
  server objects 127.0.0.1:{objects}
backend held
  server held 127.0.0.1:{held} maxconn 1
backend functions
  http-request set-path /2015-03-31/functions/function/invocations
  balance leastconn
  http-response wait-for-body time 2s at-least 1 if {{ status 200 }}
  http-response set-header X-Amz-Function-Error Unhandled if {{ res.body -m reg "^\\{{[^{{]*\\"errorType\\"[ ]*:" }}
{servers}
"""


# ---- the cloud


class Cloud:
    """moto behind HAProxy, with the stack of template.yaml in it, and emulators with its function's environment."""

    def __init__(self, servers):
        self.servers = servers
        self.front = free_port()
        self.url = f"http://127.0.0.1:{self.front}"
        self.held = Held(self.url)
        self.start_proxy()
        self.configure()
        self.deploy()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.held.__exit__()

    def start_proxy(self):
        moto, self.emulators = free_port(), [free_port() for _ in range(EMULATORS)]
        # The engine calls functions, S3 and all else at this port of localhost.
        environment = {**os.environ, "MOTO_PORT": str(self.front)}
        self.servers.start("moto", [os.path.join(os.path.dirname(sys.executable), "moto_server"), "-H", "127.0.0.1", "-p",
                                    str(moto)], moto, environment)
        lines = [f"  server e{port} 127.0.0.1:{port} maxconn 1" for port in self.emulators]
        path = os.path.join(self.servers.folder, "haproxy.cfg")
        with open(path, "w", encoding="ascii") as out:
            out.write(PROXY.format(front=self.front, denied=DENIED, moto=moto, logs=LOGS, objects=self.held.objects.port,
                                   held=self.held.port, servers="\n".join(lines)))
        self.servers.start("haproxy", ["/usr/sbin/haproxy", "-db", "-f", path], self.front)

    def configure(self):
        config = {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(urllib.request.Request(f"{self.url}/moto-api/config", json.dumps(config).encode()), timeout=60).close()

    def client(self, name):
        return boto3.client(name, endpoint_url=self.url, config=Config(proxies={}, s3={"addressing_style": "path"}))

    def deploy(self):
        location = {"LocationConstraint": os.environ["AWS_DEFAULT_REGION"]}
        for bucket in (LOGS, CODE["bucket"]):
            self.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
        self.client("s3").put_object(Bucket=CODE["bucket"], Key=CODE["key"], Body=b"PK\5\6" + bytes(18))
        self.client("cloudformation").create_stack(
            StackName="audit", TemplateBody=json.dumps(translated()), Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in NAMES.items()])
        resources = self.client("cloudformation").describe_stack_resources(StackName="audit")["StackResources"]
        [name] = [r["PhysicalResourceId"] for r in resources if r.get("LogicalResourceId") == "Audit"]
        function = self.client("lambda").get_function_configuration(FunctionName=name)
        self.function = function["FunctionArn"]
        for port in self.emulators:
            self.servers.start_emulator(
                f"emulator-{port}", EMULATOR, BOOTSTRAP, port,
                **{**function["Environment"]["Variables"], "AWS_ENDPOINT_URL": self.url, "AWS_REGION": "eu-central-1",
                   "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "LOGAUDIT_CACHE": cache_of(self.servers)})

    def stored(self, location):
        bucket, key = location.removeprefix("s3://").split("/", 1)
        return json.loads(self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


class Held(Divided):
    """Answers the calls of a function. The n-th round for the object LONG reads n pieces of it, however fast the machine is,
    and gets as much time as that takes, however slow it is; the third one reads all."""

    bucket = LOGS

    def __init__(self, url):
        self.url, self.rounds = url, []  # of LONG
        super().__init__(AUDIT_RESULTS_BUCKET=RESULTS)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                kind, answer = outer.call(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                if kind == "error":
                    self.send_header("X-Amz-Function-Error", "Unhandled")
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        super().__exit__()
        self.server.shutdown()
        self.server.server_close()

    def place(self):
        return {"AWS_ENDPOINT_URL": self.url, "LOGAUDIT_AWS_TIMEOUT": "300"}

    def call(self, event):
        number = event.get("round", 1) if LONG in json.dumps(event.get("Items", [])) else None
        self.rounds += [number] if number else []
        if number not in (1, 2):
            self.hold_from(None)
            return self.invoke(event)
        self.hold_from((LONG, (number - 1) * PIECE + 1))
        return patient(lambda seconds: self.attempt(event, seconds))

    def attempt(self, event, seconds):
        kind, answer = self.invoke(event, seconds)
        return (kind, answer) if answer.get("errorType") != "DeadlineError" else None


def cache_of(servers):
    return os.path.join(servers.folder, "cache")


# ---- the state machine


def definition_of(cloud, function=None):
    """As the template has it, with its substitutions filled in."""
    properties = source()["Resources"]["Prefix"]["Properties"]
    values = {"Function": function or cloud.function, "Output": RESULTS, "Partition": "aws"}
    check("substitutions", set(values) == set(properties["DefinitionSubstitutions"]), properties["DefinitionSubstitutions"])
    text = json.dumps(properties["Definition"])
    for name, value in values.items():
        text = text.replace("${%s}" % name, value)
    return json.loads(text)


def for_moto(definition):
    """Without what moto 5.2.5 does not understand, and without long waits."""
    audit = definition["States"]["AuditObjects"]
    # ItemBatcher is an error of its parser: here each item is a batch of one, as Step Functions would make it.
    batcher = audit.pop("ItemBatcher")
    audit["ItemSelector"] = {"BatchInput": batcher["BatchInput"], "Items": [audit["ItemSelector"]]}
    # A whole number is an error of its parser too. It tolerates every failure, whatever stands here.
    audit["ToleratedFailurePercentage"] = float(audit["ToleratedFailurePercentage"])
    for state in (audit["ItemProcessor"]["States"]["AuditBatch"], definition["States"]["Merge"]):
        for retry in state["Retry"]:
            retry.update(IntervalSeconds=1, MaxAttempts=1)
    return definition


def run(cloud, name, definition, given):
    """The execution of this name, once it has ended."""
    engine = cloud.client("stepfunctions")
    machine = engine.create_state_machine(name=f"{name}-from-{definition['StartAt']}", definition=json.dumps(definition),
                                          roleArn="arn:aws:iam::123456789012:role/states")["stateMachineArn"]
    arn = engine.start_execution(stateMachineArn=machine, name=name, input=json.dumps(given))["executionArn"]
    for _ in range(1200):
        execution = engine.describe_execution(executionArn=arn)
        if execution["status"] != "RUNNING":
            return execution
        time.sleep(0.1)
    sys.exit(f"{name} does not end")


def map_run_of(cloud, execution):
    engine = cloud.client("stepfunctions")
    [map_run] = engine.list_map_runs(executionArn=execution["executionArn"])["mapRuns"]
    return map_run["mapRunArn"]


def item_counts(cloud, execution):
    return cloud.client("stepfunctions").describe_map_run(mapRunArn=map_run_of(cloud, execution))["itemCounts"]


# ---- objects and results


def objects():
    """The demo's logs, each in three objects, one of them compressed: an attack goes over several of them."""
    made = {}
    for service in ("api-gateway", "auth", "database", "payment"):
        with open(os.path.join(DEMO_LOGS, f"{service}.log"), "rb") as file:
            lines = file.readlines()
        for part in range(3):
            body = b"".join(lines[len(lines) * part // 3:len(lines) * (part + 1) // 3])
            made[f"services/{service}/2024/11/26/part {part + 1}+é.log"] = body
    last = max(made)
    made[last] = gzip.compress(made[last], mtime=0)
    return made


def local_scan(servers, made, prefix="services/", *options):
    """The result of one scan of the same objects, in a folder that stands in for S3."""
    root = os.path.join(servers.folder, "local")
    for key, body in made.items():
        path = os.path.join(root, "s3", LOGS, key)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(body)
    out = subprocess.run([BOOTSTRAP, "scan", f"s3://{LOGS}/{prefix}", "--local-root", root, "-f", "json", *options], check=True,
                         capture_output=True, env={"LOGAUDIT_CACHE": cache_of(servers)}).stdout
    return json.loads(out)


RUN = {"audit_id", "engine", "options", "processing_time_ms", "source_config", "source_type", "state", "statusCode",
       "storage_location", "timestamp"}


def comparable(result):
    """Without what names the run: times, places, versions of objects and ids made of them."""
    return without({"finding_id", "version"}, {k: v for k, v in result.items() if k not in RUN})


def without(keys, value):
    if isinstance(value, list):
        return [without(keys, item) for item in value]
    if isinstance(value, dict):
        return {k: without(keys, v) for k, v in value.items() if k not in keys}
    return value


def differences(one, other):
    """Of the lists, the first entries that differ."""
    found = []
    if set(one) != set(other):
        return sorted(set(one) ^ set(other))
    for key in one:
        pairs = [(one[key], other[key])] if not isinstance(one[key], list) else zip(one[key], other[key])
        found += [f"{key}: {json.dumps(a)} | {json.dumps(b)}" for a, b in pairs if a != b][:1]
    return found


# ---- tests


def test_prefix(cloud):
    made = objects()
    for key, body in made.items():
        cloud.client("s3").put_object(Bucket=LOGS, Key=key, Body=body)
    execution = run(cloud, "whole", for_moto(definition_of(cloud)), {"bucket": LOGS, "prefix": "services/"})
    check("succeeded", execution["status"] == "SUCCEEDED", execution)
    counts = item_counts(cloud, execution)
    check("12 objects", counts["total"] == counts["succeeded"] == len(made) == 12, counts)
    answer = json.loads(execution["output"])
    merged, local = cloud.stored(answer["storage_location"]), local_scan(cloud.servers, made)
    check("as one scan", comparable(merged) == comparable(local), differences(comparable(local), comparable(merged)))
    attack = [{e["source"] for e in f.get("evidence", [])} for f in merged["findings"]]
    check("an attack over several objects", any(len(sources) > 1 for sources in attack))
    check("the answer", answer["summary"] == merged["summary"] and answer["complete"] and not answer["findings"], answer)


def test_failed_object(cloud):
    """One object cannot be read: the map tolerates it, the merged result names it."""
    s3 = cloud.client("s3")
    for key in ("denied/a.log", DENIED):
        s3.put_object(Bucket=LOGS, Key=key, Body=b"2024-11-26T10:00:00Z WARN login of mia failed\n")
    execution = run(cloud, "failing", for_moto(definition_of(cloud)), {"bucket": LOGS, "prefix": "denied/"})
    counts = item_counts(cloud, execution)
    check("one failed", (counts["succeeded"], counts["failed"]) == (1, 1), counts)
    manifest = complete_manifest(cloud, execution)
    # Once more from Merge on, as the execution would have gone on.
    definition = {**for_moto(definition_of(cloud)), "StartAt": "Merge"}
    merged = run(cloud, "failing", definition, {"map": {"ResultWriterDetails": manifest}})
    answer = json.loads(merged.get("output", "{}"))
    missing = [(n["reason"], n["source"], "access denied" in n["detail"]) for n in answer.get("incomplete", [])]
    check("it is named", missing == [("read", f"s3://{LOGS}/{DENIED}", True)] and not answer["complete"], merged)
    check("the other is there", answer.get("processed_logs") == 1, answer)


def long_log():
    """Somewhat more than two pieces; an attack goes over the borders of all parts."""
    lines = []
    for i in range(100000):
        what = "WARN login of mia failed" if i % 997 == 5 else "ERROR billing crashed" if i % 30011 == 7 else "INFO all is well"
        lines.append(f"2024-11-26T10:{i // 1000 % 60:02}:{i // 20 % 50:02}Z {what}, and a line of it is {i:060d} long\n")
    return "".join(lines).encode()


def test_several_rounds(cloud):
    """An object that takes three invocations, and two that take one; the parts together are one scan."""
    made = {"long/1.log": b"2024-11-26T10:00:00Z WARN login of mia failed\n", LONG: long_log(),
            "long/3.log": b"2024-11-26T11:00:00Z ERROR billing crashed\n"}
    check("more than two pieces", 2 * PIECE < len(made[LONG]) < 3 * PIECE)
    for key, body in made.items():
        cloud.client("s3").put_object(Bucket=LOGS, Key=key, Body=body)
        cloud.held.put(key, body)
    definition = for_moto(definition_of(cloud, "arn:aws:lambda:eu-central-1:123456789012:function:held"))
    execution = run(cloud, "rounds", definition, {"bucket": LOGS, "prefix": "long/"})
    check("succeeded", execution["status"] == "SUCCEEDED", execution)
    counts = item_counts(cloud, execution)
    check("3 objects", counts["total"] == counts["succeeded"] == 3, counts)
    check("rounds", cloud.held.rounds == [1, 2, 3], cloud.held.rounds)
    parts = cloud.client("s3").list_objects_v2(Bucket=RESULTS, Prefix="runs/rounds/s3-bucket-")["Contents"]
    check("each part is stored", len(parts) == 5, parts)
    answer = json.loads(execution.get("output", "{}"))
    merged = cloud.stored(answer["storage_location"])
    local = local_scan(cloud.servers, made, "long/", "-r", f"{cloud.held.folder}/rules.lua")
    check("as one scan", comparable(merged) == comparable(local), differences(comparable(local), comparable(merged)))
    check("found", merged["complete"] and merged["summary"]["findings_by_rule"].get("guessing"), merged["summary"])


def test_too_many_rounds(cloud):
    """What would go round for ever fails, and says what to do."""
    inner = for_moto(definition_of(cloud))["States"]["AuditObjects"]["ItemProcessor"]["States"]
    execution = run(cloud, "endless", {"StartAt": "TimeOver", "States": inner}, {"next": {"round": 101}})
    check("it fails", (execution["status"], execution.get("error")) == ("FAILED", "TooManyRounds"), execution)
    check("and says why", "MaxItemsPerBatch" in execution["cause"], execution)
    done = run(cloud, "done", {"StartAt": "TimeOver", "States": inner}, {"complete": True})
    check("what is done ends", done["status"] == "SUCCEEDED" and json.loads(done["output"]) == {"complete": True}, done)


def complete_manifest(cloud, execution):
    """moto's manifest names no files: the list of what failed is added here, as Step Functions writes it."""
    s3, folder = cloud.client("s3"), "map-runs/" + map_run_of(cloud, execution).rsplit(":", 1)[1]
    manifest = json.loads(s3.get_object(Bucket=RESULTS, Key=f"{folder}/manifest.json")["Body"].read())
    check("moto's manifest", manifest["ResultFiles"]["FAILED"] == [], manifest)
    batch = {"BatchInput": {"run_id": "failing", "output_prefix": "runs/failing/"},
             "Items": [{"bucket": LOGS, "item": {"Key": DENIED, "Size": 46}}]}
    answer = cloud.client("lambda").invoke(FunctionName=cloud.function, Payload=json.dumps(batch))
    cause = answer["Payload"].read().decode()
    failed = {"ExecutionArn": execution["executionArn"], "Name": "one", "Status": "FAILED", "Input": json.dumps(batch),
              "InputDetails": {"Included": True}, "Error": json.loads(cause)["errorType"], "Cause": cause}
    manifest["ResultFiles"]["FAILED"] = [{"Key": f"{folder}/FAILED_0.json", "Size": len(json.dumps([failed]))}]
    s3.put_object(Bucket=RESULTS, Key=f"{folder}/FAILED_0.json", Body=json.dumps([failed]))
    s3.put_object(Bucket=RESULTS, Key=f"{folder}/manifest.json", Body=json.dumps(manifest))
    return {"Bucket": RESULTS, "Key": f"{folder}/manifest.json"}


def main():
    with tempfile.TemporaryDirectory() as folder, Servers(folder) as servers, Cloud(servers) as cloud:
        test_prefix(cloud)
        test_failed_object(cloud)
        test_several_rounds(cloud)
        test_too_many_rounds(cloud)
        if checks.failed:
            print(*(f"{name}: {servers.log(name)[-2000:]}" for name in ("moto", "haproxy")), sep="\n")
    finish()


main()
