"""The program against servers that speak AWS's protocols, all of them on the loopback and started here.

usage: run.py PROGRAM [--full] [--seed N] [--server NAME] [TEST...]

Swift's S3 interface verifies signatures strictly; moto has STS and the metadata service; objects.py breaks on purpose.
What cannot be had is named as "skipped: ..."; the last line is "N passed, N failed". --full runs the long forms.
--server versitygw runs the tests that need a strict server against another one.
"""

import argparse
import gzip
import hashlib
import http.server
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

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from logs import LogsServer, event, page, refusal
from objects import ObjectServer, error_body
from proxy import Proxy
from servers import STRICT, client, free_port, listens
from terminal import CAP, Terminal

HERE = os.path.dirname(os.path.abspath(__file__))
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


class Tests:
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

    # ---- a server that verifies signatures

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

    def test_wrong_secret(self):
        wrong = {**self.strict().as_owner, "AWS_SECRET_ACCESS_KEY": SECRET}
        self.scan("s3://logs/odd/", **wrong).fails_with("s3:ListBucket", "the secret access key does not fit")
        self.scan("s3://logs/odd/%41", **wrong).fails_with("s3:GetObject", "s3://logs/odd/%41")
        self.run("scan", self.file("one.log", LINES), "-f", "json", "-o", "s3://results/x.json", **wrong).fails_with(
            "s3:PutObject", "s3://results/x.json")

    def test_denied(self):
        stranger = self.strict().as_stranger
        self.scan("s3://logs/odd/", **stranger).fails_with("s3:ListBucket", "access denied")
        self.scan("s3://logs/odd/%41", **stranger).fails_with("s3:GetObject", "access denied")

    def test_other_region(self):
        """The server says which region it is in."""
        strict = self.strict()
        strict.client.put_object(Bucket="logs", Key="region.log", Body=LINES)
        got = self.scan("s3://logs/region.log", **{**strict.as_owner, "AWS_REGION": "eu-west-1"})
        expect(got.code == 0 and got.result()["processed_logs"] == 2, got.err.decode())

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

    # ---- credentials

    def test_assumed_role(self):
        endpoint = self.moto()
        self.file(".aws/config", b"[profile auditor]\nrole_arn = arn:aws:iam::123456789012:role/audit\n"
                                 b"source_profile = base\nregion = us-east-1\n"
                                 b"[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = " +
                  SECRET.encode() + b"\n")
        got = self.scan("s3://logs/app/", endpoint=endpoint, AWS_PROFILE="auditor", AWS_ACCESS_KEY_ID=None,
                        AWS_SECRET_ACCESS_KEY=None)
        os.remove(f"{self.folder}/.aws/config")
        expect(got.code == 0 and got.result()["processed_logs"] == 6, got.err.decode())

    def test_web_identity(self):
        token = self.file("token", b"a.b.c\n")
        got = self.scan("s3://logs/app/", endpoint=self.moto(), AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None,
                        AWS_WEB_IDENTITY_TOKEN_FILE=token, AWS_ROLE_ARN="arn:aws:iam::123456789012:role/audit")
        expect(got.code == 0 and got.result()["processed_logs"] == 6, got.err.decode())

    def test_machine(self):
        """The metadata service, asked as IMDSv2."""
        endpoint = self.moto()
        got = self.scan("s3://logs/app/", endpoint=endpoint, AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None,
                        AWS_EC2_METADATA_DISABLED=None, AWS_EC2_METADATA_SERVICE_ENDPOINT=endpoint)
        expect(got.code == 0 and got.result()["processed_logs"] == 6, got.err.decode())

    def container(self, lives):
        """A container's endpoint: keys K1, K2 ... that live so many seconds; asked with the token only."""
        given = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                if self.headers.get("Authorization") != "Bearer t0ken":
                    self.send_error(403)
                    return
                given.append(1)
                until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + lives))
                body = json.dumps({"AccessKeyId": f"K{len(given)}", "SecretAccessKey": SECRET, "Token": "tok",
                                   "Expiration": until}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        env = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None,
               "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{server.server_address[1]}/c",
               "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": self.file("container-token", b"Bearer t0ken\n")}
        return server, env, given

    def test_container(self):
        server, env, given = self.container(3600)
        self.objects.put("logs", "a.log", LINES)
        got = self.scan("s3://logs/a.log", **env)
        server.shutdown()
        expect(got.code == 0 and len(given) == 1, got.err.decode())
        headers = self.objects.requests[-1][3]
        expect("Credential=K1/" in headers["Authorization"] and headers["X-Amz-Security-Token"] == "tok" and
               "x-amz-security-token" in headers["Authorization"], "the session token was not signed")

    def test_credentials_renewed(self):
        """Those that end soon are fetched anew, and those that the service calls expired too."""
        server, env, given = self.container(60)  # less than the time that is kept in hand
        for i in range(20):
            self.objects.put("logs", f"many/{i}", LINES)
        got = self.scan("s3://logs/many/", **env)
        expect(got.code == 0 and len(given) > 1, "credentials were not renewed")
        server.shutdown()
        server, env, given = self.container(3600)

        def expired(handler, _):
            if "Credential=K1/" not in handler.headers["Authorization"]:
                return False
            handler.answer(400, error_body("ExpiredToken", "The provided token has expired."))
            return True

        self.objects.fault = expired
        got = self.scan("s3://logs/a.log", **env)
        server.shutdown()
        expect(got.code == 0 and len(given) == 2, got.err.decode())

    def sso_services(self, refusal=None):
        """The portal, which takes the token "fresh" only, and the service that gives it for "refresh 1"."""
        asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self, status, body):
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def do_POST(self):
                asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                if refusal:
                    return self.answer(400, {"error": refusal, "error_description": SECRET})
                self.answer(200, {"accessToken": "fresh", "tokenType": "Bearer", "expiresIn": 3600,
                                  "refreshToken": "refresh 2"})

            def do_GET(self):
                asked.append((self.path, None))
                if self.headers.get("x-amz-sso_bearer_token") != "fresh":
                    return self.answer(401, {"message": "Session token not found or invalid"})
                self.answer(200, {"roleCredentials": {"accessKeyId": "KSSO", "secretAccessKey": SECRET, "sessionToken": "t",
                                                      "expiration": int(time.time() + 3600) * 1000}})

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        env = {"AWS_ENDPOINT_URL_SSO": url, "AWS_ENDPOINT_URL_SSO_OIDC": url, "AWS_ACCESS_KEY_ID": None,
               "AWS_SECRET_ACCESS_KEY": None, "AWS_PROFILE": "dev"}
        return server, env, asked

    def signed_in(self, **changes):
        """What `aws sso login` leaves, with a token that ended a minute ago."""
        self.file(".aws/config", b"[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = audit\n"
                                 b"[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.awsapps.com/start\n")

        def stamp(seconds):
            return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))

        cache = {"startUrl": "https://corp.awsapps.com/start", "region": "eu-west-1", "accessToken": "stale",
                 "expiresAt": stamp(-60), "clientId": "client", "clientSecret": SECRET, "refreshToken": "refresh 1",
                 "registrationExpiresAt": stamp(86400), **changes}
        cache = {k: v for k, v in cache.items() if v is not None}
        name = hashlib.sha1(b"corp").hexdigest()
        path = self.file(f".aws/sso/cache/{name}.json", json.dumps(cache).encode())
        os.chmod(path, 0o600)
        return path, cache

    def test_sso(self):
        """A sign-in that has ended is renewed, once, and kept for the next run."""
        self.objects.put("logs", "a.log", LINES)
        path, cache = self.signed_in()
        server, env, asked = self.sso_services()
        for _ in range(2):
            got = self.scan("s3://logs/a.log", **env)
            expect(got.code == 0 and "Credential=KSSO/" in self.objects.requests[-1][3]["Authorization"], got.err.decode())
        expect([p.split("?")[0] for p, _ in asked] == ["/token", "/federation/credentials", "/federation/credentials"],
               str(asked))
        expect(asked[0][1] == {"grantType": "refresh_token", "clientId": "client", "clientSecret": SECRET,
                               "refreshToken": "refresh 1"}, str(asked[0]))
        with open(path, encoding="utf-8") as file:
            now = json.load(file)
        expect(os.stat(path).st_mode & 0o777 == 0o600 and now.pop("expiresAt") > cache.pop("expiresAt") and
               now == {**cache, "accessToken": "fresh", "refreshToken": "refresh 2"}, f"the cache is {now}")
        server.shutdown()

    def test_sso_ended(self):
        """One that cannot be renewed: what to do about it."""
        login = "sign in with 'aws sso login --profile dev'"
        for change in ({"refreshToken": None}, {"clientSecret": None}, {"registrationExpiresAt": "2020-01-01T00:00:00Z"}):
            self.signed_in(**change)
            server, env, asked = self.sso_services()
            self.scan("s3://logs/a.log", **env).fails_with("has expired:", login)
            server.shutdown()
            expect(not asked, "it was asked in vain")
        path, cache = self.signed_in()
        server, env, asked = self.sso_services("invalid_grant")
        self.scan("s3://logs/a.log", **env).fails_with("sso-oidc:CreateToken: invalid_grant (status 400)", login)
        server.shutdown()
        with open(path, encoding="utf-8") as file:
            expect(json.load(file) == cache, "the cache was changed")
        os.remove(f"{self.folder}/.aws/config")

    def test_no_credentials(self):
        got = self.scan("s3://logs/a.log", AWS_ACCESS_KEY_ID=None)
        got.fails_with("no credentials for AWS")

    def certificates(self):
        """Makes good.crt and other.crt for this address; the file with the good one and its key."""
        for name in ("good", "other"):
            made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                                   "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                                   f"{self.folder}/{name}.key", "-out", f"{self.folder}/{name}.crt"],
                                  capture_output=True, check=False)
            expect(made.returncode == 0, made.stderr.decode())
        with open(f"{self.folder}/good.key", "rb") as key, open(f"{self.folder}/good.crt", "rb") as certificate:
            return self.file("both.pem", key.read() + certificate.read())

    def test_tls(self):
        """Certificates are verified, with those that the user names."""
        both = self.certificates()
        server = ObjectServer(both)
        server.put("logs", "app.log", LINES)
        got = self.scan("s3://logs/app.log", endpoint=server.url, AWS_CA_BUNDLE=f"{self.folder}/good.crt")
        expect(got.code == 0 and got.result()["processed_logs"] == 2, got.err.decode())
        for bundle in (f"{self.folder}/other.crt", None, "/none.crt"):
            self.scan("s3://logs/app.log", endpoint=server.url, AWS_CA_BUNDLE=bundle).fails_with("certificate")
        server.close()

    def test_proxies(self):
        """Services of AWS are asked through a proxy, but for those that NO_PROXY names."""
        self.objects.put("logs", "app.log", LINES)
        secure = ObjectServer(self.certificates())
        secure.put("logs", "app.log", LINES)
        host = f"127.0.0.1:{self.objects.port}"
        plain = [f"GET http://{host}/logs/app.log"]
        tunnel = [f"CONNECT 127.0.0.1:{secure.port}"]
        for endpoint, variable, without, want in (
                (self.objects.url, "http_proxy", "", plain), (self.objects.url, "HTTP_PROXY", "", plain),
                (self.objects.url, "HTTPS_PROXY", "", []), (self.objects.url, "HTTP_PROXY", "example.com", plain),
                (self.objects.url, "HTTP_PROXY", "127.0.0.1", []), (self.objects.url, "http_proxy", "*", []),
                (secure.url, "HTTPS_PROXY", "", tunnel), (secure.url, "https_proxy", "", tunnel),
                (secure.url, "HTTP_PROXY", "", []), (secure.url, "HTTPS_PROXY", "127.0.0.1", [])):
            proxy = Proxy()
            got = self.scan("s3://logs/app.log", endpoint=endpoint, AWS_CA_BUNDLE=f"{self.folder}/good.crt", NO_PROXY=without,
                            **{variable: proxy.url})
            proxy.close()
            expect(got.code == 0 and got.result()["processed_logs"] == 2, got.err.decode())
            expect(proxy.requests == want, f"{variable}, NO_PROXY={without}, {endpoint}: {proxy.requests}")
        secure.close()
        self.scan("s3://logs/app.log", HTTP_PROXY="http://127.0.0.1:1", AWS_MAX_ATTEMPTS="2").fails_with("127.0.0.1")

    def test_no_proxy_inside(self):
        """Containers and the metadata service are asked directly."""
        proxy = Proxy()
        self.objects.put("logs", "a.log", LINES)
        server, env, given = self.container(3600)
        got = self.scan("s3://logs/a.log", HTTP_PROXY=proxy.url, http_proxy=proxy.url, **env)
        server.shutdown()
        expect(got.code == 0 and len(given) == 1, got.err.decode())
        expect([r.split("/")[2] for r in proxy.requests] == [f"127.0.0.1:{self.objects.port}"], str(proxy.requests))
        endpoint = self.moto()
        proxy.requests.clear()
        got = self.scan("s3://logs/app/", endpoint=endpoint, HTTP_PROXY=proxy.url, AWS_ACCESS_KEY_ID=None,
                        AWS_SECRET_ACCESS_KEY=None, AWS_EC2_METADATA_DISABLED=None,
                        AWS_EC2_METADATA_SERVICE_ENDPOINT=endpoint)
        proxy.close()
        expect(got.code == 0 and got.result()["processed_logs"] == 6, got.err.decode())
        expect(proxy.requests and all("/logs" in r for r in proxy.requests), str(proxy.requests))

    # ---- faults: each ends in the right result, or in exit code 4 and a text that says why

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

    def test_clock(self):
        """The other side's clock is an hour ahead."""
        want = self.undisturbed(20000)
        self.objects.clock = 3600
        got = self.scan("s3://logs/app.log")
        expect(got.comparable() == want.comparable(), got.err.decode())

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

    def test_archived(self):
        self.objects.put("logs", "cold/1.log", LINES)
        self.objects.put("logs", "cold/2.log", LINES)
        self.objects.fault = lambda handler, _: handler.key == "cold/1.log" and (
            handler.answer(403, error_body("InvalidObjectState", "Not valid for the object's storage class.")) or True)
        got = self.scan("s3://logs/cold/")
        got.fails_with("s3://logs/cold/1.log", "archived")
        expect(got.result()["processed_logs"] == 2, "the other object was not read")

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

    # ---- CloudWatch Logs

    def logs(self, answers, *arguments, group="/aws/lambda/shop", **env):
        """A scan of a group that answers so: what the program did, and the server."""
        server = LogsServer(answers)
        got = self.run("scan", f"cloudwatch:{group}", "-f", "json", "--from", "2024-11-26T10:00:00Z", "--to",
                       "2024-11-26T11:00:00Z", *arguments, endpoint=server.url, **env)
        server.close()
        return got, server

    def test_logs_all(self):
        """45,000 events over 3 streams, interleaved: none lost, none twice, traces joined within their stream."""
        import boto3

        endpoint, start, count = self.moto(), 1732615200000, 45000
        client = boto3.client("logs", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="a",
                              aws_secret_access_key="b")
        start = int(time.time() * 1000) - 1800000  # the service takes what is new
        client.create_log_group(logGroupName="/aws/lambda/shop")
        events = {f"2024/[{s}]": [] for s in "abc"}
        for i in range(count):
            stream = f"2024/[{'abc'[i % 3]}]"
            message = (f"java.lang.IllegalStateException: order n{i} refused", "\tat shop.Main.run(Main.java:3)",
                       f"login failed for user u{i} from 10.0.0.7")[i // 3 % 3]
            events[stream].append({"timestamp": start + i, "message": message})
        for stream, list_ in events.items():
            client.create_log_stream(logGroupName="/aws/lambda/shop", logStreamName=stream)
            for at in range(0, len(list_), 5000):
                client.put_log_events(logGroupName="/aws/lambda/shop", logStreamName=stream,
                                      logEvents=list_[at:at + 5000])
        rules = self.file("rules.lua", b'return { rule { id = "order", type = "Error", any = { [[order n(?P<number>\\d+) '
                          b'refused\\n\\tat shop]] } }, rule { id = "login", type = "Security", any = { [[login failed for user '
                          b'u(?P<number>\\d+)]] } } }')
        got = self.run("scan", "cloudwatch:/aws/lambda/shop", "-f", "ndjson", "-r", rules, endpoint=endpoint)
        expect(got.code == 0, got.err.decode())
        *found, result = map(json.loads, got.out.splitlines())
        expect(result["processed_logs"] == count * 2 // 3, f"{result['processed_logs']} records")
        want = sorted(i for i in range(count) if i // 3 % 3 != 1)
        expect(sorted(int(f["fields"]["number"]) for f in found) == want, f"{len(found)} findings")
        expect(len({f["event_id"] for f in found}) == len(want) == len({f["finding_id"] for f in found}), "ids")
        for f in found:
            number = int(f["fields"]["number"])
            expect(f["log_stream"] == f"2024/[{'abc'[number % 3]}]", "another stream")
            expect(f["timestamp"] == time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime((start + number) // 1000)) +
                   f".{(start + number) % 1000:03d}Z", "another time")
        expect([d["code"] for d in result["diagnostics"]] == ["default_range"], str(result["diagnostics"]))
        one = self.scan("cloudwatch:/aws/lambda/shop", "--stream", "2024/[b]", "-r", rules, endpoint=endpoint)
        expect(one.result()["processed_logs"] == count * 2 // 9, "one stream")
        print(f"  {count} events: {got.seconds:.1f} s")

    def test_logs_pages(self):
        """Empty pages, a page that comes twice, events out of order; what is asked."""
        at = 1732615200000
        a1, a2, b1 = event("a", at, 1, "login failed for user mia"), event("a", at + 1, 2, "\tat x"), event("b", at, 3, "up")
        got, server = self.logs([page([], "t1"), page([a2], "t2"), page([b1, a1], "t2"), page([b1, a1], "t3"), page([])],
                                "--stream", "a", "--stream", "b")
        result = got.result()
        expect(got.code == 0 and result["processed_logs"] == 2 and result["counts"]["lines"] == 3, got.err.decode())
        bodies = [body for body, _ in server.requests]
        expect([b.get("nextToken") for b in bodies] == [None, "t1", "t2", "t2", "t3"], str(bodies))
        asked = {"logGroupName": "/aws/lambda/shop", "startTime": at, "endTime": at + 3600000 - 1,
                 "logStreamNames": ["a", "b"]}
        expect(bodies[0] == asked, str(bodies[0]))
        headers = server.requests[0][1]
        expect(headers["X-Amz-Target"] == "Logs_20140328.FilterLogEvents" and "x-amz-target" in headers["Authorization"]
               and "/us-east-1/logs/aws4_request" in headers["Authorization"], str(headers))
        spent = server.times[-1] - server.times[0]
        expect(spent > 0.75, f"5 requests in {spent:.2f} s: more than five a second")

    def test_logs_arn(self):
        """A group by its ARN is asked in the ARN's region, with the event's filter pattern."""
        server = LogsServer([page([event("a", 1732615200000, 1, "login failed for user mia")])])
        arn = "arn:aws:logs:eu-north-1:123456789012:log-group:shop"
        source = {"source_type": "cloudwatch", "time": "2024-11-26T10:30:00Z", "source_config": {
            "log_group_names": [arn + ":*", "other"], "start_time": "-45m", "filter_pattern": "?login ?logout"}}
        got = self.run("invoke", self.file("arn.json", json.dumps(source).encode()), endpoint=server.url)
        server.close()
        expect(got.code == 0 and got.result()["processed_logs"] == 2, got.err.decode())
        (first, headers), (second, _) = server.requests
        expect(first == {"logGroupIdentifier": arn, "startTime": 1732614300000, "endTime": 1732616999999,
                         "filterPattern": "?login ?logout"}, str(first))
        expect("/eu-north-1/logs/" in headers["Authorization"] and second["logGroupName"] == "other", str(second))

    def test_logs_faults(self):
        at = 1732615200000
        good = page([event("a", at, 1, "login failed for user mia")])
        throttled = refusal("ThrottlingException", "Rate exceeded")
        got, server = self.logs([throttled, throttled, good])
        expect(got.code == 0 and got.result()["processed_logs"] == 1 and len(server.requests) == 3, got.err.decode())
        got, _ = self.logs([throttled], AWS_MAX_ATTEMPTS="2")
        got.fails_with("logs:FilterLogEvents", "cloudwatch:/aws/lambda/shop", "ThrottlingException")
        got, _ = self.logs([refusal("ResourceNotFoundException")])
        got.fails_with("there is no such log group")
        got, _ = self.logs([refusal("AccessDeniedException", "User: x is not authorized")])
        got.fails_with("logs:FilterLogEvents", "access denied", "not authorized")
        got, server = self.logs([refusal("ExpiredTokenException", "The security token is expired")])
        got.fails_with("credentials have expired")
        expect(len(server.requests) == 2, "new credentials were not tried once")
        for body in (b"", b"{", b"[]", b"{}", b"<html>", os.urandom(100), b'{"events":{}}', b'{"events":[{}]}',
                     b'{"events":[{"logStreamName":"a","timestamp":"now","message":"x","eventId":"1"}]}',
                     b'{"events":[{"logStreamName":"a","timestamp":1e300,"message":"x","eventId":"1"}]}'):
            got, _ = self.logs([(200, body)], AWS_MAX_ATTEMPTS="2")
            got.fails_with("the answer is no page of events")

    def test_logs_cut(self):
        """What came before a failure is audited, and the result says what is missing."""
        first = page([event("a", 1732615200000, 1, "login failed for user mia")], "t1")
        for answers, reason in (([first, refusal("ExpiredTokenException")], "credentials have expired"),
                                ([first, (200, b"{")], "no page of events"), ([first], "the pages do not end"),
                                ([first, refusal("InvalidParameterException", "bad token")], "bad token")):
            got, _ = self.logs(answers)
            got.fails_with(reason)
            result = got.result()
            expect(result["processed_logs"] == 1 and result["complete"] is False and result["findings"], reason)

    # ---- events

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

    def test_version(self):
        endpoint = self.moto()
        read = self.versions(self.client(self.moto_port, "a", "b"), {"endpoint": endpoint})
        read("none").fails_with("s3:GetObjectVersion", "s3://versions/a+b.log", "there is no such version")

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

    # ---- the line that says how far it is

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
            if handler.key == held["key"] and held["range"] in (handler.headers.get("Range") or ""):
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

    # ---- size and speed

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


STRICT_TESTS = ["odd_keys", "wrong_secret", "denied", "other_region", "wrong_clock", "large_and_empty", "replaced_strict",
                "multipart", "version_strict"]
MOTO_TESTS = ["no_proxy_inside", "assumed_role", "web_identity", "machine", "event", "logs_all", "version"]


def skipped_because(name, server):
    """What a test needs and this machine lacks."""
    if name == "wrong_clock" and not shutil.which("faketime"):
        return "faketime is not installed"
    if name in STRICT_TESTS:
        return STRICT[server].missing()
    if name in MOTO_TESTS:
        try:
            import moto  # noqa: F401
        except ImportError:
            return "moto is not installed"
    return None


def chosen(options):
    """Swift, for CI, has no versions; another server is there for the tests of signatures."""
    every = [n.removeprefix("test_") for n in vars(Tests) if n.startswith("test_")]
    if options.tests:
        return options.tests
    return [n for n in every if n != "version_strict"] if options.server == "swift" else STRICT_TESTS


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("tests", nargs="*")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--server", choices=STRICT, default="swift")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_intermixed_args()
    tests = Tests(options.program, options.full, options.seed, options.server)
    passed = failed = 0
    try:
        for name in chosen(options):
            reason, started = skipped_because(name, options.server), time.monotonic()
            if reason:
                print(f"skipped: {name}: {reason}")
                continue
            tests.objects.quiet()
            try:
                getattr(tests, f"test_{name}")()
                passed += 1
                print(f"ok      {name} ({time.monotonic() - started:.1f} s)", flush=True)
            except Exception as error:  # any: one test must not end the others
                failed += 1
                print(f"FAILED  {name}: {type(error).__name__}: {error}", flush=True)
    finally:
        tests.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
