"""A Lambda Runtime API on 127.0.0.1 for tests: hands out events, keeps the answers, and misbehaves when told to.

    with RuntimeApi() as api:
        process = api.start([program, "lambda"], environment)
        answer = api.invoke(event)          # Answer(kind, body, headers); kind is response or error

RunningFunction is a program below one, in a folder of its own.
"""

import json
import os
import queue
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Event:
    body: bytes
    headers: dict = field(default_factory=dict)  # beside the request id; None takes a usual one away
    old: bool = False  # over HTTP/1.0, without Content-Length, ended by closing
    status: int = 200  # of /next
    refuse: int = 0  # the status with which the answer is refused


@dataclass
class Answer:
    kind: str
    body: bytes
    headers: dict


class RuntimeApi:
    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.events, self.answers = queue.Queue(), queue.Queue()
        self.given = {}
        self.close_after_answer = False  # a connection that became stale: closed without a word
        self.count = 0
        self.connections = 0
        self.process = None
        self.first_next = None
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.listener.close()

    def start(self, command, environment, **options):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("LOGAUDIT_", "AWS_"))}
        self.process = subprocess.Popen(
            command,
            env={**clean, "AWS_LAMBDA_RUNTIME_API": self.address, **environment},
            stdin=subprocess.DEVNULL,
            **options,
        )
        return self.process

    def invoke(self, event, timeout=60):
        """An Event, or the bytes of one."""
        self.events.put(event if isinstance(event, Event) else Event(event))
        return self.answers.get(timeout=timeout)

    # ---- the server

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, connection.makefile("rb") as reader:
            try:
                while self.exchange(connection, reader):
                    pass
            except OSError:
                pass

    def exchange(self, connection, reader):
        line = reader.readline().decode()
        if not line:
            return False
        method, path, _ = line.split()
        headers = {}
        while (header := reader.readline().decode().strip()) != "":
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        body = reader.read(int(headers.get("content-length", 0)))
        assert "expect" not in headers, "100-continue costs a round trip"
        parts = path.split("/")
        assert parts[1:3] == ["2018-06-01", "runtime"], path
        if method == "GET" and parts[3:] == ["invocation", "next"]:
            return self.give(connection)
        assert method == "POST", method
        self.take(connection, parts[3:], body, headers)
        return not self.close_after_answer

    def give(self, connection):
        self.first_next = self.first_next or time.time()
        event = self.events.get()
        self.count += 1
        request_id = "%08d-0000-4000-8000-000000000000" % self.count
        self.given[request_id] = event
        usual = {
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 60000),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-central-1:123456789012:function:logaudit",
            "Content-Type": "application/json",
        }
        headers = {k: v for k, v in {**usual, **event.headers}.items() if v is not None}
        if not event.old:
            headers["Content-Length"] = str(len(event.body))
        start = "HTTP/1.%d %d X\r\n" % (0 if event.old else 1, event.status)
        head = start + "".join("%s: %s\r\n" % pair for pair in headers.items()) + "\r\n"
        connection.sendall(head.encode() + event.body)
        return not event.old

    def take(self, connection, parts, body, headers):
        event = self.given.get(parts[1]) if len(parts) == 3 else None
        status = event.refuse if event and event.refuse else 202
        answer = b'{"status":"OK"}\n'
        connection.sendall(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s" % (status, len(answer), answer))
        self.answers.put(Answer(parts[-1] if event else "/".join(parts), body, headers))


MODIFIED = 1732622400  # 2024-11-26T12:00:00Z


def write_file(path, body, modified=MODIFIED):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(body)
    os.utime(path, (modified, modified))


class RunningFunction:
    """A program below a RuntimeApi, in a folder of its own that also holds its log; what inherits this starts it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        self.log = open(f"{self.folder}/log", "w+b")
        self.api = self.process = None

    def start(self, command, environment):
        self.api = RuntimeApi()
        self.process = self.api.start(command, environment, cwd=self.folder, stdout=self.log, stderr=self.log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.api.__exit__()
        self.log.close()
        shutil.rmtree(self.folder)

    def write(self, name, body, modified=MODIFIED):
        write_file(f"{self.folder}/{name}", body, modified)

    def logged(self):
        self.log.flush()
        return [json.loads(line) for line in open(self.log.name, encoding="utf-8")]

    def wait_until_loaded(self):
        """Until the rules are there no time counts."""
        self.invoke({"Service": "Amazon S3", "Event": "s3:TestEvent"})

    def invoke(self, event, seconds=600.0):
        """The kind of the answer and the answer; `seconds`: what the event says is left for it."""
        deadline = {"Lambda-Runtime-Deadline-Ms": str(int((time.time() + seconds) * 1000))}
        answer = self.api.invoke(Event(json.dumps(event).encode(), headers=deadline), timeout=seconds + 600)
        return answer.kind, json.loads(answer.body)
