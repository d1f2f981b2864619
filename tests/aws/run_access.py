"""Whose keys, over which way: credentials, certificates, proxies."""

import hashlib
import http.server
import json
import os
import subprocess
import threading
import time

from harness import LINES, SECRET, Harness, expect, needs
from objects import ObjectServer, error_body
from proxy import Proxy


class Access(Harness):
    @needs("moto")
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

    @needs("moto")
    def test_web_identity(self):
        token = self.file("token", b"a.b.c\n")
        got = self.scan("s3://logs/app/", endpoint=self.moto(), AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None,
                        AWS_WEB_IDENTITY_TOKEN_FILE=token, AWS_ROLE_ARN="arn:aws:iam::123456789012:role/audit")
        expect(got.code == 0 and got.result()["processed_logs"] == 6, got.err.decode())

    @needs("moto")
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

    def test_wrong_numbers(self):
        """A setting that is none is named, and nothing is asked."""
        self.objects.put("logs", "a.log", LINES)
        for variable, most, values in (("AWS_MAX_ATTEMPTS", 100, ("x", "0", "2.5")), ("LOGAUDIT_AWS_TIMEOUT", 3600, ("-1", "5s")),
                                       ("LOGAUDIT_S3_CONNECTIONS", 16, ("999999999", "99999999999999999999"))):
            for value in values:
                got = self.scan("s3://logs/a.log", **{variable: value})
                want = f"{variable}: a whole number from 1 to {most} was expected, got '{value}'"
                expect(got.code == 2 and want in got.err.decode(), f"{got.code}: {got.err.decode()}")
            expect(self.scan("s3://logs/a.log", **{variable: " 5 "}).code == 0, f"{variable}: 5 was refused")
            expect(self.scan("s3://logs/a.log", **{variable: ""}).code == 0, f"{variable}: a blank one was refused")

    @needs("moto")
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
