"""Much to read: memory, speed, and the line that says how far it is."""

import gzip
import json
import subprocess
import sys
import threading
import time

from harness import LINES, Harness, expect, log_of
from logs import LogsServer, event, page
from terminal import CAP, Terminal


class Size(Harness):
    def watch(self, endpoint, *arguments):
        return Terminal([self.program, "scan", *arguments, "-f", "json"], cwd=self.folder, env=self.environment(endpoint, LOGAUDIT_AWS_TIMEOUT=str(CAP)))

    def test_progress(self):
        """While S3 and CloudWatch Logs keep it waiting."""
        go_on = threading.Event()
        body = log_of(9 << 20)
        self.objects.put("logs", "one.log", body)
        for i in range(3):
            self.objects.put("logs", f"three/{i}", LINES)
        held = {"key": "one.log", "range": "bytes=8388608-"}

        def hold(handler, _):
            place = handler.headers.get("Range") or handler.query.get("continuation-token") or ""
            if handler.key == held["key"] and held["range"] in place:
                go_on.wait(CAP)
            return False

        self.objects.fault = hold
        t = self.watch(self.objects.url, "s3://logs/one.log")
        t.until(r"^\[#################   \]  8[78] %, 8.0 MiB, .*/s, [1-9]\d* findings$")
        go_on.set()
        code, out, left = t.finish()
        expect((code, left) == (0, []) and json.loads(out)["processed_logs"] == body.count(b"\n"), str(left))
        go_on.clear()
        held.update(key="three/1", range="")
        t = self.watch(self.objects.url, "s3://logs/three/")
        t.until(r"\] source 2 of 3, ")
        go_on.set()
        expect(t.finish()[::2] == (0, []), "something is left")
        go_on.clear()
        held.update(key="", range="three/1")
        self.objects.page = 2
        t = self.watch(self.objects.url, "s3://logs/three/")
        t.until(r"^listing, 2 objects$")
        go_on.set()
        expect(t.finish()[::2] == (0, []), "something is left")
        go_on.clear()

        class Slow(list):
            def __getitem__(self, index):
                if index:
                    go_on.wait(CAP)
                return super().__getitem__(index)

        at = int(time.time() * 1000) - 1000
        server = LogsServer(Slow([page([event("a", at, 1, "up"), event("a", at, 2, "up")], "t1"), page([])]))
        t = self.watch(server.url, "cloudwatch:/aws/lambda/shop")
        t.until(r"^2 events, 0 bytes, ")
        go_on.set()
        expect(t.finish()[::2] == (0, []), "something is left")
        server.close()

    def test_memory_and_throughput(self):
        path = f"{self.folder}/large.gz"
        for mib in (200, 2048) if self.full else (200,):
            piece = log_of(1 << 20)
            with gzip.open(path, "wb", compresslevel=1) as file:
                for _ in range(mib * (1 << 20) // len(piece)):
                    file.write(piece)
            self.objects.put("logs", "large.gz", path=path)
            best, ratio, peak = {}, 0, self.peak_of("scan", "s3://logs/large.gz", "-f", "json", "-j", "1")
            for _ in range(5):  # a busy machine disturbs the one or the other
                for source in (path, "s3://logs/large.gz"):
                    got = self.scan(source, "-j", "1")
                    expect(got.code == 0, got.err.decode())
                    best[source] = min(best.get(source, 1e9), got.seconds)
                ratio = best[path] / best["s3://logs/large.gz"]
                if ratio >= 0.8:
                    break
            print(f"  {mib} MiB: peak {peak / 1024:.0f} MiB, {ratio:.2f} of the speed from disk")
            expect(peak < 64 * 1024, f"peak memory {peak} KiB")
            expect(ratio >= 0.8, f"{ratio:.2f} of the speed of the file")

    def peak_of(self, *arguments):
        """In KiB, seen by a small process: a child begins with the peak of the one that starts it."""
        code = ("import resource,subprocess,sys;subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,check=True);"
                "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        done = subprocess.run([sys.executable, "-c", code, self.program, *arguments], check=True,
                              stdout=subprocess.PIPE, env=self.environment(self.objects.url))
        return int(done.stdout)

    def test_many_objects(self):
        """Objects below a prefix, 20 ms away: all of them, several times as fast as one by one."""
        count = 5000 if self.full else 600
        for i in range(count):
            self.objects.put("logs", f"small/{i:05}.log", LINES)
        self.objects.latency = 0.02
        fast = self.scan("s3://logs/small/")
        result = fast.result()
        expect(fast.code == 0 and result["processed_logs"] == 2 * count, fast.err.decode())
        expect(len(result["sources"]) + result.get("sources_truncated", 0) == count, "sources are missing")
        slow = self.scan("s3://logs/small/", LOGAUDIT_S3_CONNECTIONS="1")
        expect(slow.comparable() == fast.comparable(), "another result one by one")
        print(f"  {count} objects: {fast.seconds:.1f} s, one by one {slow.seconds:.1f} s")
        expect(slow.seconds / fast.seconds >= 5, f"only {slow.seconds / fast.seconds:.1f} times as fast")
