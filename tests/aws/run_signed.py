"""Reading and storing in a server that verifies signatures; versions of objects."""

import gzip
import json
import os
import re
import time

from harness import LINES, SECRET, Harness, expect, log_of, needs
from objects import error_body
from proxy import Proxy
from runtime_api import RuntimeApi


class Signed(Harness):
    @needs("strict")
    def test_odd_keys(self):
        strict = self.strict()
        keys, server = strict.odd_keys, strict.as_owner
        for key in keys:
            strict.client.put_object(Bucket="logs", Key=f"odd/{key}", Body=LINES)
            got = self.scan(f"s3://logs/odd/{key}", **server)
            expect(got.code == 0 and got.result()["processed_logs"] == 2, f"{key!r}: {got.err.decode()}")
            stored = self.run("scan", self.file("one.log", LINES), "-f", "json", "-o", f"s3://results/odd/{key}", **server)
            expect(stored.code == 0, f"storing {key!r}: {stored.err.decode()}")
        listed = self.scan("s3://logs/odd/", **server)
        uris = sorted(s["uri"] for s in listed.result()["sources"])
        expect(uris == sorted(f"s3://logs/odd/{k}" for k in keys), f"listed {uris}")
        page = strict.client.list_objects_v2(Bucket="results", Prefix="odd/")
        expect(sorted(o["Key"] for o in page["Contents"]) == sorted(f"odd/{k}" for k in keys), "stored keys differ")

    @needs("strict")
    def test_wrong_secret(self):
        wrong = {**self.strict().as_owner, "AWS_SECRET_ACCESS_KEY": SECRET}
        self.scan("s3://logs/odd/", **wrong).fails_with("s3:ListBucket", "the secret access key does not fit")
        self.scan("s3://logs/odd/%41", **wrong).fails_with("s3:GetObject", "s3://logs/odd/%41")
        self.run("scan", self.file("one.log", LINES), "-f", "json", "-o", "s3://results/x.json", **wrong).fails_with(
            "s3:PutObject", "s3://results/x.json")

    @needs("strict")
    def test_denied(self):
        stranger = self.strict().as_stranger
        self.scan("s3://logs/odd/", **stranger).fails_with("s3:ListBucket", "access denied")
        self.scan("s3://logs/odd/%41", **stranger).fails_with("s3:GetObject", "access denied")

    @needs("strict")
    def test_other_region(self):
        """The server says which region it is in."""
        strict = self.strict()
        strict.client.put_object(Bucket="logs", Key="region.log", Body=LINES)
        got = self.scan("s3://logs/region.log", **{**strict.as_owner, "AWS_REGION": "eu-west-1"})
        expect(got.code == 0 and got.result()["processed_logs"] == 2, got.err.decode())

    @needs("strict", "faketime")
    def test_wrong_clock(self):
        """This machine's clock is an hour behind: the server's is taken, which is why nothing fails."""
        strict, program = self.strict(), self.program
        strict.client.put_object(Bucket="logs", Key="clock.log", Body=LINES)
        try:
            self.program = self.file("behind", f'#!/bin/sh\nexec faketime -f -1h {program} "$@"\n'.encode())
            os.chmod(self.program, 0o755)
            got = self.scan("s3://logs/clock.log", **strict.as_owner)
        finally:
            self.program = program
        expect(got.code == 0 and got.result()["processed_logs"] == 2, got.err.decode())
        behind = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() - 1800))
        expect(got.result()["timestamp"] < behind, "the clock was not set back")

    @needs("strict")
    def test_large_and_empty(self):
        """Ranges: the result is that of the file."""
        strict, body = self.strict(), log_of(10 << 20)
        strict.client.put_object(Bucket="logs", Key="big.log", Body=body)
        strict.client.put_object(Bucket="logs", Key="big.gz", Body=gzip.compress(body, 1))
        strict.client.put_object(Bucket="logs", Key="empty", Body=b"")
        for name in ("big.log", "big.gz", "empty"):
            got = self.scan(f"s3://logs/{name}", **strict.as_owner).result()
            local = self.scan(self.file("big.log", b"" if name == "empty" else body)).result()
            same = ("processed_logs", "summary", "counts", "clock", "complete")
            expect(all(got[k] == local[k] for k in same), f"{name}: another result than that of the file")
        self.scan("s3://logs/none", **strict.as_owner).fails_with("there is no such object")
        self.scan("s3://none-such/x/", **strict.as_owner).fails_with("there is no such bucket")

    @needs("strict")
    def test_replaced_strict(self):
        """An object that is replaced while a proxy holds its last range."""
        strict, proxy = self.strict(), Proxy()
        strict.client.put_object(Bucket="logs", Key="moving.log", Body=log_of(9 << 20))

        def replace(handler, _):
            if "bytes=8388608-" in (handler.headers.get("Range") or ""):
                strict.client.put_object(Bucket="logs", Key="moving.log", Body=LINES)

        proxy.before = replace
        got = self.scan("s3://logs/moving.log", HTTP_PROXY=proxy.url, **strict.as_owner)
        proxy.close()
        got.fails_with("PreconditionFailed", "replaced while it was read")

    @needs("strict")
    def test_multipart(self):
        """A result of more than one part is the one that a file gets."""
        source, strict = self.file("many.log", LINES * 12000), self.strict()
        for name, env in (("strict", strict.as_owner), ("ours", {})):
            got = self.run("scan", source, "-f", "ndjson", "-o", "s3://results/many.ndjson", **env)
            expect(got.code == 0, got.err.decode())
            local = self.run("scan", source, "-f", "ndjson").out.splitlines()
            if name == "strict":
                stored = strict.client.get_object(Bucket="results", Key="many.ndjson", ChecksumMode="ENABLED")
                body = stored["Body"].read()
                expect(not strict.checksums or re.fullmatch(r".{44}-\d+", stored["ChecksumSHA256"]), "it has no checksum")
            else:
                body = self.objects.objects[("results", "many.ndjson")].body
            expect(len(body) > 8 << 20 and body.splitlines()[:-1] == local[:-1], f"{name}: other bytes were stored")
        got = self.scan("s3://results/many.ndjson")
        expect(got.code == 0 and not got.result()["sources"] and b"logaudit wrote it" in got.out, "own object audited")

    def of_version(self, bucket, key, version, **env):
        event = self.file("version.json", json.dumps({"source_type": "s3", "source_config": {
            "bucket_name": bucket, "object_key": key, "version_id": version}}).encode())
        return self.run("invoke", event, **env)

    def versions(self, client, env):
        """A version that is not the newest: read, empty, deleted, unknown."""
        client.create_bucket(Bucket="versions")
        client.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
        body = log_of(9 << 20)

        def put(content):
            return client.put_object(Bucket="versions", Key="a+b.log", Body=content)["VersionId"]

        large, empty, newest = put(body), put(b""), put(LINES)
        deletion = client.delete_object(Bucket="versions", Key="a+b.log")["VersionId"]
        for version, content in ((large, body), (empty, b""), (newest, LINES)):
            got = self.of_version("versions", "a+b.log", version, **env)
            expect(got.code == 0 and got.result()["processed_logs"] == content.count(b"\n"),
                   f"{version}: {got.err.decode()}")
        self.of_version("versions", "a+b.log", deletion, **env).fails_with("s3:GetObjectVersion", "s3://versions/a+b.log")
        return lambda version: self.of_version("versions", "a+b.log", version, **env)

    @needs("moto")
    def test_version(self):
        endpoint = self.moto()
        read = self.versions(self.client(self.moto_port, "a", "b"), {"endpoint": endpoint})
        read("none").fails_with("s3:GetObjectVersion", "s3://versions/a+b.log", "there is no such version")

    @needs("strict", "versions")
    def test_version_strict(self):
        strict = self.strict()
        read = self.versions(strict.client, strict.as_owner)
        read("01ARZ3NDEKTSV4RRFFQ69G5FAV").fails_with("s3:GetObjectVersion", "there is no such version")

    def test_version_asked(self):
        """Each request names the version. What S3 says of one that is a deletion."""
        self.objects.put("logs", "v.log", log_of(9 << 20))
        got = self.of_version("logs", "v.log", "x/+=")
        expect(got.code == 0, got.err.decode())
        asked = [query.get("versionId") for _, key, query, _ in self.objects.requests if key == "v.log"]
        expect(len(asked) == 3 and set(asked) == {"x/+="}, str(asked))
        self.objects.fault = lambda handler, _: handler.answer(
            405, error_body("MethodNotAllowed", "The specified method is not allowed."), {"x-amz-delete-marker": "true"}) or True
        self.of_version("logs", "v.log", "x").fails_with("s3:GetObjectVersion", "s3://logs/v.log", "is its deletion")

    @needs("strict")
    def test_rules(self):
        """A function whose rules lie there: conditional requests are signed as it wants them, and an edit is taken."""
        server, client = dict(self.strict().as_owner), self.strict().client
        rule = (b'return rule { title = "T", type = "Error", severity = "%s", any = { "payment failed" },\n'
                b'  where = { user_id = { in_table = "people" } } }\n')
        client.put_object(Bucket="logs", Key="rules/one rule+.lua", Body=rule % b"low")
        client.put_object(Bucket="logs", Key="data/people.csv", Body=b"name\nbob\n")
        client.put_object(Bucket="logs", Key="empty.lua", Body=b"")
        client.put_object(Bucket="logs", Key="app.log", Body=LINES)
        got = self.run("lint", "s3://logs/rules/", "s3://logs/empty.lua", "--data", "s3://logs/data/", **server)
        expect(got.code == 3 and b"s3://logs/empty.lua:1" in got.err, got.err.decode())
        event = json.dumps({"source_type": "s3", "source_config": {"bucket_name": "logs", "object_key": "app.log"}}).encode()
        env = self.environment(server.pop("endpoint"), LOGAUDIT_RULES="s3://logs/rules/", LOGAUDIT_DATA="s3://logs/data/",
                               LOGAUDIT_ALSO="s3://logs/one.lua", LOGAUDIT_RULES_CHECK="1", TMPDIR=self.folder, **server)
        client.put_object(Bucket="logs", Key="one.lua", Body=rule % b"info")
        with RuntimeApi() as api, open(f"{self.folder}/lambda.log", "w+b") as log:
            api.start([self.program, "lambda"], env, stdout=log, stderr=log)

            def found():
                return sorted(f["severity"] for f in json.loads(api.invoke(event, timeout=300).body)["findings"])

            def until(wanted):
                end = time.monotonic() + 300
                while time.monotonic() < end and found() != wanted:
                    time.sleep(0.1)
                expect(found() == wanted, f"{wanted} was expected, got {found()}")

            until(["info", "low"])
            started = time.monotonic()
            while time.monotonic() < started + 2.5:  # two looks that find nothing new
                found()
            client.put_object(Bucket="logs", Key="one.lua", Body=rule % b"medium")
            until(["low", "medium"])
            client.put_object(Bucket="logs", Key="rules/one rule+.lua", Body=rule % b"critical")
            until(["critical", "medium"])
            log.seek(0)
            lines = [json.loads(line) for line in log]
            rejected = sum(line.get("RulesRejected", 0) for line in lines)
            expect(not rejected, f"{rejected} looks failed: {[x for x in lines if x.get('level') == 'ERROR'][:2]}")
