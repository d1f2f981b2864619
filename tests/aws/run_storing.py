"""Storing results: whole or not at all, marked, checked."""

import gzip
import json
import re
import subprocess
import time

from harness import LINES, QUIET, Harness, expect, needs
from objects import error_body


class Storing(Harness):
    def test_error_in_200(self):
        source = self.file("many.log", LINES * 12000)

        def store(code, times):
            def fault(handler, _):
                nonlocal times
                if handler.command != "POST" or "uploadId" not in handler.query or not times:
                    return False
                times -= 1
                handler.answer(200, b"  \n" + error_body(code, "Please try again."))
                return True

            self.objects.quiet()
            self.objects.objects.pop(("results", "many.ndjson"), None)
            self.objects.fault = fault
            return self.run("scan", source, "-f", "ndjson", "-o", "s3://results/many.ndjson")

        expect(store("InternalError", 1).code == 0, "an InternalError inside a 200 was not tried again")
        expect(("results", "many.ndjson") in self.objects.objects, "nothing was stored")
        store("AccessDenied", 1000).fails_with("AccessDenied", "s3://results/many.ndjson")
        expect(("results", "many.ndjson") not in self.objects.objects and self.objects.aborted, "the upload was left")

    def test_from_finding(self):
        """A finding of a stored result, as a test."""
        stored = self.run("scan", self.file("few.log", LINES), "-f", "json", "-o", "s3://results/few.json")
        expect(stored.code == 0, stored.err.decode())
        [finding, *_] = json.loads(self.objects.objects[("results", "few.json")].body)["findings"]
        got = self.run("test", "--from-finding", f"s3://results/few.json:{finding['finding_id']}")
        expect(got.code == 0 and b'"not few.log:1", log = ' in got.out and b"for the tests of" in got.err, got.err.decode())
        for name, words in (("few.json:0", "s3://results/few.json has no finding with the finding_id '0'"),
                            ("no.json:0", "--from-finding: s3://results/no.json: s3:GetObject")):
            got = self.run("test", "--from-finding", f"s3://results/{name}")
            expect(got.code == 2 and words in got.err.decode(), got.err.decode())

    def test_put_not_stored(self):
        """A 200 is no proof: an error in it, a page of a proxy, another checksum. Nothing is claimed that did not happen."""
        source = self.file("few.log", LINES)

        def store(times, body, headers=None):
            def fault(handler, _):
                nonlocal times
                if handler.command != "PUT" or not times:
                    return False
                times -= 1
                handler.answer(200, body, headers)
                return True

            self.objects.objects.pop(("results", "few.json"), None)
            self.objects.fault = fault
            return self.run("scan", source, "-f", "json", "-o", "s3://results/few.json")

        for code in ("InternalError", "SlowDown"):
            expect(store(1, error_body(code, "Please try again.")).code == 0, f"{code} inside a 200 was not tried again")
            expect(("results", "few.json") in self.objects.objects, "nothing was stored")
        store(1000, error_body("AccessDenied", "No."), {"ETag": '"x"'}).fails_with("AccessDenied", "s3://results/few.json")
        store(1000, b"<html><body>Please log in</body></html>").fails_with("s3://results/few.json: s3:PutObject: the answer has no ETag")
        store(1000, b"").fails_with("the answer has no ETag")
        store(1000, b"", {"ETag": '"x"', "x-amz-checksum-sha256": "AAAA"}).fails_with("its checksum is not that of what was sent")

    def test_part_checksums(self):
        """Each part has its checksum, and the whole theirs; a server that keeps none is none the worse."""
        source = self.file("many.log", LINES * 12000)

        def store():
            self.objects.requests.clear()
            return self.run("scan", source, "-f", "ndjson", "-o", "s3://results/many.ndjson")

        expect(store().code == 0, "it was not stored")
        parts = [headers for _, _, query, headers in self.objects.requests if "partNumber" in query]
        signed = [re.search("SignedHeaders=([^,]*)", h["Authorization"]).group(1).split(";") for h in parts]
        expect(len(parts) > 1 and all("x-amz-checksum-sha256" in names for names in signed), str(signed))
        self.objects.checksums = False
        expect(store().code == 0, "a server without checksums was not stored to")
        self.objects.checksums, self.objects.composite = True, "AAAA-2"
        store().fails_with("s3://results/many.ndjson", "its checksum is not that of what was sent")

    def test_failed_part(self):
        """An upload that cannot go on is aborted."""
        source = self.file("many.log", LINES * 12000)
        self.objects.objects.pop(("results", "many.ndjson"), None)
        self.objects.fault = lambda handler, _: handler.query.get("partNumber") == "2" and (
            handler.answer(403, error_body("AccessDenied", "No.")) or True)
        got = self.run("scan", source, "-f", "ndjson", "-o", "s3://results/many.ndjson")
        got.fails_with("s3:PutObject", "access denied")
        expect(len(self.objects.aborted) == 1 and ("results", "many.ndjson") not in self.objects.objects, "left over")

    def test_headers_of_the_user(self):
        self.objects.put("logs", "a.log", LINES)
        env = {"LOGAUDIT_S3_EXPECTED_OWNER": "123456789012", "LOGAUDIT_S3_REQUESTER_PAYS": "true",
               "LOGAUDIT_S3_KMS_KEY": "alias/audit"}
        got = self.run("scan", "s3://logs/a.log", "-f", "json", "-o", "s3://results/k.json", **env)
        expect(got.code == 0, got.err.decode())
        for method, _, _, headers in self.objects.requests:
            signed = re.search("SignedHeaders=([^,]*)", headers["Authorization"]).group(1).split(";")
            for name in ("x-amz-expected-bucket-owner", "x-amz-request-payer"):
                expect(name in signed and name in {k.lower() for k in headers}, f"{method}: {name} is missing")
            if method == "PUT":
                expect("x-amz-server-side-encryption-aws-kms-key-id" in signed, "no encryption was asked for")

    @needs("moto")
    def test_event(self):
        """An event reads and stores, and nothing of it is local."""
        endpoint = self.moto()
        event = self.file("event.json", json.dumps({
            "source_type": "s3", "source_config": {"bucket_name": "logs", "prefix": "app/"},
            "output_bucket": "results", "output_prefix": "audits/"}).encode())
        got = self.run("invoke", event, endpoint=endpoint)
        expect(got.code == 0, got.err.decode())
        answer = got.result()
        key = answer["storage_location"].removeprefix("s3://results/")
        client = self.client(self.moto_port, "a", "b")
        stored = client.get_object(Bucket="results", Key=key)
        expect(stored["Metadata"] == {"logaudit": "result"} and stored["ContentType"] == "application/json",
               "the stored object is not marked")
        expect(json.loads(stored["Body"].read())["audit_id"] == answer["audit_id"], "another result was stored")
        keys = [o["Key"] for o in client.list_objects_v2(Bucket="results", Prefix="audits/findings/")["Contents"]]
        lines = gzip.decompress(client.get_object(Bucket="results", Key=keys[0])["Body"].read()).splitlines()
        expect(len(lines) == answer["summary"]["total_findings"], "findings are missing")

    def test_killed(self):
        """Killed at a random moment of storing: no object, or a whole one."""
        source = self.file("many.log", LINES * 12000)
        self.objects.latency = 0.05
        whole = self.run("scan", source, "-f", "ndjson", "-o", "s3://results/whole.ndjson")
        want = self.objects.objects[("results", "whole.ndjson")].body.splitlines()[:-1]
        seen = {True: 0, False: 0}
        for _ in range(50 if self.full else 10):
            self.objects.objects.pop(("results", "killed.ndjson"), None)
            process = subprocess.Popen([self.program, "scan", source, "-f", "ndjson", "-o", "s3://results/killed.ndjson"],
                                       stderr=subprocess.DEVNULL, env=self.environment(self.objects.url))
            time.sleep(self.random.uniform(0, 1.2 * whole.seconds))
            process.kill()
            process.wait()
            time.sleep(0.1)
            found = self.objects.objects.get(("results", "killed.ndjson"))
            expect(not found or found.body.splitlines()[:-1] == want, "a part of a result was stored")
            seen[found is not None] += 1
        print(f"  killed: {seen[True]} whole, {seen[False]} none")

    def test_own_results(self):
        """What logaudit stored is no log, but it is what merge, diff and a baseline are about."""
        for name, body in (("1", LINES), ("2", LINES + QUIET)):
            stored = self.run("scan", self.file(f"{name}.log", body), "-f", "json", "-o", f"s3://results/own/{name}.json")
            expect(stored.code == 0, stored.err.decode())
        merged = self.run("merge", "s3://results/own/", "-f", "json")
        expect(merged.code == 0 and merged.result()["processed_logs"] == 5, merged.err.decode())
        same = self.run("diff", "s3://results/own/1.json", "s3://results/own/1.json")
        expect(same.code == 0, f"exit code {same.code}: {same.err.decode()}")
        rules = self.file("mia.lua", b'return rule { id = "a.b", title = "t", type = "Error", severity = "low", any = { "mia" } }')
        for verb in (("explain", "-r", rules), ("diff", "--rules", rules, "--rules", rules), ("scan", "-r", rules)):
            got = self.run(*verb, "s3://results/own/")
            expect(got.code == 0, f"{verb[0]} of results only: exit code {got.code}: {got.err.decode()}")
            expect(b"own/1.json: not audited: logaudit wrote it" in got.out + got.err, f"{verb[0]}: nothing is said")
        one = f"{self.folder}/1.log"
        written = self.scan(one, "--write-baseline", "s3://results/baseline.json")
        expect(written.code == 0 and written.result()["findings"], written.err.decode())
        known = self.scan(one, "--baseline", "s3://results/baseline.json")
        expect(known.code == 0 and not known.result()["findings"], known.err.decode())
