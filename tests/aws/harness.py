"""What all tests of run.py have in common: the program, its environment, the servers that it talks to."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # for terminal.py

from objects import ObjectServer  # noqa: E402
from servers import free_port  # noqa: E402
from strict_servers import STRICT, client, listens  # noqa: E402

SECRET = "wJalrXUtnFEMIsecretEXAMPLEKEY"
LINE = b"2024-11-26T10:30:18Z ERROR payment failed for user bob: connection refused\n"
QUIET = b"2024-11-26T10:30:19Z INFO request handled for user eve in 12 ms, all is well\n"
LINES = LINE + QUIET


def log_of(size):
    """Mostly lines in which nothing is found, each another one."""
    lines = [LINE if i % 1000 == 7 else QUIET.replace(b"12 ms", b"%d ms" % (i % 997)) for i in range(size // len(QUIET))]
    return b"".join(lines)


class Failure(Exception):
    pass


def expect(condition, what):
    if not condition:
        raise Failure(what)


class Run:
    """What the program did."""

    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds
        for text in (out, err):
            expect(SECRET.encode() not in text, "a secret was printed")

    def result(self):
        return json.loads(self.out)

    def comparable(self):
        """The result without what differs between two equal runs."""
        return re.sub(rb'"(processing_time_ms|timestamp)":("[^"]*"|\d+)(?=[,}]*\}?\s*$|,"timestamp")', b"", self.out)

    def fails_with(self, *words):
        expect(self.code == 4, f"exit code {self.code}, 4 was expected: {self.err.decode()[-300:]}")
        for word in words:
            expect(word in self.err.decode(), f"{word!r} is not in the message: {self.err.decode()[-400:]}")


def needs(*what):
    """Marks a test by what it needs: "strict" (the server that verifies signatures; "versions" in it), "moto",
    "faketime"."""
    def mark(test):
        test.needs = what
        return test

    return mark


class Harness:
    def __init__(self, program, full, seed, server):
        self.server = server
        self.program, self.full = os.path.abspath(program), full
        self.random = random.Random(seed)
        self.folder = tempfile.mkdtemp(prefix="logaudit-aws-")
        self.objects = ObjectServer()
        self.processes = []
        self.strict_server = self.moto_port = None

    # ---- running

    def environment(self, endpoint, **more):
        env = {"PATH": os.environ["PATH"], "HOME": self.folder, "LOGAUDIT_CACHE": f"{self.folder}/cache",
               "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1",
               "AWS_EC2_METADATA_DISABLED": "true", "LOGAUDIT_AWS_TIMEOUT": "5"}
        if endpoint:
            env["AWS_ENDPOINT_URL"] = endpoint
        env.update(more)
        return {name: value for name, value in env.items() if value is not None}

    def run(self, *arguments, endpoint=None, **env):
        started = time.monotonic()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen([self.program, *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                       cwd=self.folder, env=self.environment(endpoint or self.objects.url, **env))
            limit = threading.Timer(3600 if self.full else 600, process.kill)  # a busy machine; a hang is longer
            limit.start()
            process.wait()
            limit.cancel()
            seconds = time.monotonic() - started
            expect(process.returncode != -signal.SIGKILL, f"it did not end within {seconds:.0f} s")
            out.seek(0)
            err.seek(0)
            return Run(process.returncode, out.read(), err.read(), seconds)

    def scan(self, *sources, **env):
        return self.run("scan", *sources, "-f", "json", **env)

    def file(self, name, content):
        path = f"{self.folder}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        return path

    # ---- servers

    def start(self, command, ready, log, **env):
        with open(f"{self.folder}/{log}", "wb") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out, cwd=self.folder, env={**os.environ, **env})
        self.processes.append(process)
        for _ in range(300):
            if ready():
                return
            if process.poll() is not None:
                break
            time.sleep(0.1)
        with open(f"{self.folder}/{log}", "rb") as file:
            raise Failure(f"{command[0]} does not start: {file.read()[-500:].decode(errors='replace')}")

    def strict(self):
        """The server that verifies signatures (servers.py)."""
        if not self.strict_server:
            self.strict_server = STRICT[self.server].start(self.start, f"{self.folder}/{self.server}")
        return self.strict_server

    def client(self, port, key, secret):
        return client(f"http://127.0.0.1:{port}", key, secret)

    def moto(self):
        if not self.moto_port:
            port = free_port()
            self.start([f"{os.path.dirname(sys.executable)}/moto_server", "-H", "127.0.0.1", "-p", str(port)],
                       lambda: listens(port), "moto.log")
            self.moto_port = port
            client = self.client(port, "a", "b")
            client.create_bucket(Bucket="logs")
            client.create_bucket(Bucket="results")
            client.put_object(Bucket="logs", Key="app/1.log", Body=LINES * 3)
        return f"http://127.0.0.1:{self.moto_port}"

    def close(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        self.objects.close()
        shutil.rmtree(self.folder, ignore_errors=True)
