"""Reading while something breaks: each ends in the right result, or in exit code 4 and a text that says why."""

import json
import os
import signal
import subprocess
import threading
import time

from harness import LINES, Harness, expect, log_of
from objects import error_body


class Faults(Harness):
    def undisturbed(self, size):
        self.objects.put("logs", "app.log", log_of(size))
        return self.scan("s3://logs/app.log")

    def test_slow_down(self):
        want = self.undisturbed(20000)

        def slow(handler, number):
            if number > 2:
                return False
            handler.answer(503, error_body("SlowDown", "Please reduce your request rate."), {"Retry-After": "1"})
            return True

        self.objects.requests.clear()
        self.objects.fault = slow
        got = self.scan("s3://logs/app.log")
        expect(got.comparable() == want.comparable() and len(self.objects.requests) == 3, got.err.decode())
        expect(got.seconds >= 2, "Retry-After was not obeyed")
        self.objects.fault = lambda handler, _: handler.answer(503, error_body("SlowDown")) or True
        self.scan("s3://logs/app.log", AWS_MAX_ATTEMPTS="2").fails_with("SlowDown", "s3:GetObject")

    def test_resets(self):
        """A connection that breaks at a random byte, again and again: the same bytes of a result."""
        want = self.undisturbed(9 << 20)
        for _ in range(100 if self.full else 10):
            breaks = [self.random.randrange(4 << 20) for _ in range(self.random.randrange(1, 6))]
            lock = threading.Lock()

            def cut(length):
                with lock:
                    return breaks.pop() % length if breaks else None

            self.objects.cut_after = cut
            got = self.scan("s3://logs/app.log")
            expect(got.code == 0 and got.comparable() == want.comparable(), f"another result: {got.err.decode()}")

    def test_stall(self):
        self.undisturbed(20000)
        self.objects.fault = lambda handler, _: time.sleep(6) or False
        got = self.scan("s3://logs/app.log", LOGAUDIT_AWS_TIMEOUT="1", AWS_MAX_ATTEMPTS="2")
        got.fails_with("s3:GetObject", "127.0.0.1")
        expect(got.seconds < 10, f"it took {got.seconds:.0f} s")

    def test_nobody(self):
        self.scan("s3://logs/app.log", endpoint="http://127.0.0.1:1", AWS_MAX_ATTEMPTS="2").fails_with(
            "s3:GetObject", "127.0.0.1:1")

    def test_redirect(self):
        want = self.undisturbed(20000)

        def elsewhere(handler, _):
            if "/eu-north-1/s3/" in handler.headers["Authorization"]:
                return False
            handler.answer(301, error_body("PermanentRedirect", "Use another endpoint."),
                           {"x-amz-bucket-region": "eu-north-1"})
            return True

        self.objects.fault = elsewhere
        got = self.scan("s3://logs/app.log")
        expect(got.comparable() == want.comparable(), got.err.decode())
        got = self.scan("s3://logs/app")  # a key that is not there: its bucket is looked for once
        got.fails_with("there is no such object")
        self.objects.fault = lambda handler, n: handler.answer(
            301, error_body("PermanentRedirect"), {"x-amz-bucket-region": f"eu-north-{n}"}) or True
        self.scan("s3://logs/app.log").fails_with("another region")

    def test_truncated(self):
        """An answer that is shorter than it says, though its length is right for HTTP."""
        want = self.undisturbed(100000)
        found = self.objects.objects[("logs", "app.log")]

        def short(handler, number):
            if handler.command != "GET" or number > self.short_answers:
                return False
            handler.answer(206, found.body[:5000], {"Content-Range": f"bytes 0-{found.size - 1}/{found.size}",
                                                    **handler.object_headers(found)})
            return True

        for self.short_answers, good in ((1, True), (1000, False)):
            self.objects.requests.clear()
            self.objects.fault = short
            got = self.scan("s3://logs/app.log", AWS_MAX_ATTEMPTS="2")
            if good:
                expect(got.comparable() == want.comparable(), got.err.decode())
            else:
                got.fails_with("not the range that was asked for")

    def test_whole_instead_of_range(self):
        """A server without ranges."""
        want = self.undisturbed(100000)
        found = self.objects.objects[("logs", "app.log")]
        self.objects.fault = lambda handler, _: handler.command == "GET" and (
            handler.answer(200, found.body, handler.object_headers(found)) or True)
        got = self.scan("s3://logs/app.log")
        expect(got.comparable() == want.comparable(), got.err.decode())

    def test_replaced(self):
        """An object that is replaced while it is read is an error, not a mix."""
        self.undisturbed(30 << 20)

        def replace(handler, number):
            if number == 3:
                self.objects.put("logs", "app.log", log_of(30 << 20) + b"other\n")
            return False

        self.objects.requests.clear()
        self.objects.fault = replace
        self.scan("s3://logs/app.log").fails_with("replaced while it was read")

    def test_garbage(self):
        self.objects.put("logs", "g/1", LINES)
        endless = b"<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>" \
                  b"</ListBucketResult>"
        for body in (endless, b"<html>not a listing", b"", b"{}", b"<ListBucketResult><IsTruncated>true</IsTruncated>"
                                                         b"</ListBucketResult>",
                     b"<ListBucketResult><Contents><Key>g/1</Key><Size>many</Size></Contents></ListBucketResult>",
                     b'<!DOCTYPE x [<!ENTITY a "aaaa">]><ListBucketResult>&a;</ListBucketResult>',
                     b"<a>" * 100000, os.urandom(1000)):
            self.objects.fault = lambda handler, _: handler.answer(200, body) or True
            self.scan("s3://logs/g/", AWS_MAX_ATTEMPTS="2").fails_with("s3:ListBucket")

    def test_other_keys(self):
        """A list of what was not asked for: nothing of it is read, of logs or of rules."""
        for key in ("h/1", "g", "G/1", "other/secret.log"):
            self.objects.put("logs", key, LINES)
            body = f"<ListBucketResult><Contents><Key>g/1</Key><Size>{len(LINES)}</Size></Contents>" \
                   f"<Contents><Key>{key}</Key><Size>{len(LINES)}</Size></Contents></ListBucketResult>".encode()
            self.objects.requests.clear()
            self.objects.fault = lambda handler, _: not handler.key and (handler.answer(200, body) or True)
            got = self.scan("s3://logs/g/")
            got.fails_with("s3://logs/g/: s3:ListBucket: keys that begin so were expected", f"'{key}'")
            expect(got.result()["processed_logs"] == 0 and not got.result()["complete"], got.out.decode())
            rules = self.scan(self.file("app.log", LINES), "-r", "s3://logs/g/")
            expect(rules.code == 3 and f"'{key}'" in rules.err.decode(), rules.err.decode())
            expect(all(not key for _, key, _, _ in self.objects.requests), self.objects.requests)

    def test_messages(self):
        """What an operator reads of what is most often wrong."""
        def answered(status, body):
            self.objects.fault = lambda handler, _: handler.answer(status, body) or True
            return self.scan("s3://logs/app", AWS_MAX_ATTEMPTS="1")

        answered(404, error_body("NoSuchKey", "Gone.")).fails_with("there is no such object (NoSuchKey", "named with a slash behind it")
        answered(403, error_body("AccessDenied", "No.")).fails_with("this permission is missing (AccessDenied, status 403): No. (read")
        answered(403, b"<html>Blocked</html>").fails_with("the answer is not one of AWS (a proxy?) (status 403)")
        answered(503, error_body("SlowDown", "Slow.")).fails_with("AWS wants fewer requests at a time (SlowDown, status 503)")
        answered(500, error_body("InternalError", "Oops.")).fails_with("the service failed (InternalError, status 500)")
        self.scan("s3://logs/app", AWS_SECRET_ACCESS_KEY=None).fails_with("AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not")
        self.scan("s3://logs/app", AWS_ENDPOINT_URL="localhost:1").fails_with("AWS_ENDPOINT_URL_S3", "a URL like https://HOST:PORT")

    def test_clock(self):
        """The other side's clock is an hour ahead."""
        want = self.undisturbed(20000)
        self.objects.clock = 3600
        got = self.scan("s3://logs/app.log")
        expect(got.comparable() == want.comparable(), got.err.decode())

    def test_archived(self):
        self.objects.put("logs", "cold/1.log", LINES)
        self.objects.put("logs", "cold/2.log", LINES)
        self.objects.fault = lambda handler, _: handler.key == "cold/1.log" and (
            handler.answer(403, error_body("InvalidObjectState", "Not valid for the object's storage class.")) or True)
        got = self.scan("s3://logs/cold/")
        got.fails_with("s3://logs/cold/1.log", "archived")
        expect(got.result()["processed_logs"] == 2, "the other object was not read")

    def test_interrupt(self):
        """What is read stops at once; what was found is still stored."""
        self.objects.put("logs", "slow/1.log", LINES)
        self.objects.put("logs", "slow/2.log", LINES)
        self.objects.fault = lambda handler, _: handler.key == "slow/2.log" and time.sleep(30)
        process = subprocess.Popen([self.program, "scan", "s3://logs/slow/", "-f", "json", "-o", "s3://results/i.json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder,
                                   env=self.environment(self.objects.url, LOGAUDIT_AWS_TIMEOUT="60"))
        for _ in range(300):
            if any(key == "slow/2.log" for _, key, _, _ in list(self.objects.requests)):
                break
            time.sleep(0.1)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        process.communicate(timeout=20)
        expect(process.returncode == 130, f"exit code {process.returncode}")
        expect(time.monotonic() - started < 10, "the interrupt was not heard")
        stored = json.loads(self.objects.objects[("results", "i.json")].body)
        expect(stored["complete"] is False and stored["processed_logs"] == 2, "the result is not what was finished")
