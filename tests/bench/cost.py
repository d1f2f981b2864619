#!/usr/bin/env python3
"""What a terabyte costs: the function on objects of our own (corpus.py), over HTTPS from a server on 127.0.0.1 that counts
requests. Prints for each corpus the bytes per second of processor time, the requests, and the price.

usage: tests/bench/cost.py BOOTSTRAP [MB [CORPUS...]]

BOOTSTRAP is that of the package (build/lambda/package/bootstrap). The shipped rules, four objects that are MB together
(default 1000); default corpora: text-1 json-10, and the same compressed by gzip. The price is that of a function with one
whole processor (1,769 MB), which waits for nothing: what is read next is fetched ahead. List prices of us-east-1."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "aws"))

from objects import ObjectServer  # noqa: E402
from runtime_api import Event, RuntimeApi  # noqa: E402
from throughput import make_corpus  # noqa: E402

FOLDER = os.path.join(HERE, "..", "..", "build", "bench")
OBJECTS, MEGABYTE, TERABYTE = 4, 1e6, 1e12
GIB_OF_ONE_PROCESSOR = 1769 / 1024
# Dollars: a GiB-second of x86_64 and of arm64, an invocation, a GET, a PUT; a scanned terabyte.
DURATION = {"x86_64": 0.0000166667, "arm64": 0.0000133334}
INVOCATION, GET, PUT = 0.2e-6, 0.4e-6, 5e-6
OTHERS = "Logs Insights 5 (beside 500 for taking the logs in), Athena 5 (of what is stored: less when it is compressed)"


def certificate():
    path = os.path.join(FOLDER, "server")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", path + ".key", "-out", path + ".crt"], check=True, stderr=subprocess.DEVNULL)
    with open(path + ".pem", "wb") as both:
        for part in (".key", ".crt"):
            with open(path + part, "rb") as file:
                shutil.copyfileobj(file, both)
    return path


def corpus(name, megabytes):
    """The object's file, and how many bytes of log are in it."""
    plain = make_corpus(FOLDER, name.removesuffix(".gz"), megabytes / OBJECTS)
    if not name.endswith(".gz"):
        return plain, os.path.getsize(plain)
    if not os.path.exists(plain + ".gz") or os.path.getmtime(plain + ".gz") < os.path.getmtime(plain):
        with open(plain, "rb") as file, gzip.open(plain + ".gz", "wb", compresslevel=6) as out:
            shutil.copyfileobj(file, out, 1 << 20)
    return plain + ".gz", os.path.getsize(plain)


def processor_seconds(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def audit(api, key, seconds=600):
    event = {"source_type": "s3", "source_config": {"bucket_name": "logs", "object_key": key}, "response": "summary"}
    deadline = {"Lambda-Runtime-Deadline-Ms": str(int((time.time() + seconds) * 1000))}
    answer = api.invoke(Event(json.dumps(event).encode(), headers=deadline), timeout=seconds)
    result = json.loads(answer.body)
    if answer.kind != "response" or not result["complete"]:
        sys.exit(f"cost: {result}")
    return result


def measure(program, server, path, name, megabytes):
    log, size = corpus(name, megabytes)
    with open(log, "rb") as file:
        body = file.read()
    server.objects.clear()
    for number in range(OBJECTS):
        server.put("logs", f"{number}/{name}", body)
    server.put("logs", "warm", b"2024-11-26T10:00:00Z INFO all is well\n")
    environment = {"AWS_ENDPOINT_URL": server.url, "AWS_CA_BUNDLE": path + ".crt", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
                   "AWS_REGION": "us-east-1", "AUDIT_RESULTS_BUCKET": "results", "LOGAUDIT_CACHE": os.path.join(FOLDER, "cache")}
    with RuntimeApi() as api:
        with open(os.path.join(FOLDER, "cost.log"), "wb") as log:
            process = api.start([program, "lambda"], environment, stdout=log, stderr=log)
            audit(api, "warm")
            server.requests.clear()
            before = processor_seconds(process)
            findings = sum(audit(api, f"{number}/{name}")["summary"]["total_findings"] for number in range(OBJECTS))
            seconds = processor_seconds(process) - before
    return {"bytes": OBJECTS * size, "seconds": seconds, "findings": findings,
            "gets": sum(r[0] in ("GET", "HEAD") for r in server.requests), "puts": sum(r[0] in ("PUT", "POST") for r in server.requests)}


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    program, megabytes = os.path.abspath(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 1000
    os.makedirs(FOLDER, exist_ok=True)
    path = certificate()
    server = ObjectServer(path + ".pem")
    print("corpus        MB/s of CPU  findings  GET/GB  PUT/object    TB: GETs  x86_64   arm64")
    for name in sys.argv[3:] or ["text-1", "json-10", "text-1.gz", "json-10.gz"]:
        m = measure(program, server, path, name, megabytes)
        speed, gets = m["bytes"] / m["seconds"], m["gets"] / m["bytes"] * TERABYTE
        other = gets * GET + TERABYTE / m["bytes"] * (m["puts"] * PUT + OBJECTS * INVOCATION)
        prices = [TERABYTE / speed * GIB_OF_ONE_PROCESSOR * price + other for price in DURATION.values()]
        print(f"{name:<12}  {speed / MEGABYTE:11.0f}  {m['findings']:8}  {gets / 1000:6.0f}  {m['puts'] / OBJECTS:10.0f}  {gets:10.0f}"
              f"  {prices[0]:6.2f}  {prices[1]:6.2f}")
    print("dollars for a terabyte of log; arm64 as fast as this processor. Others: " + OTHERS)
    server.close()


if __name__ == "__main__":
    main()
