"""A small S3 on the loopback that does what the tests tell it: serves objects from memory or from files, slowly when
asked to, and breaks in every way that a network and a service break. It verifies no signature: Swift does that."""

import base64
import datetime
import hashlib
import http.server
import os
import re
import socket
import socketserver
import ssl
import struct
import threading
import time
import urllib.parse
from email.utils import formatdate, parsedate_to_datetime
from xml.sax.saxutils import escape


def error_body(code, message="", extra=""):
    return f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{message}</Message>{extra}</Error>'.encode()


class Reset(Exception):
    """Ends the connection hard."""


class Object:
    def __init__(self, body=b"", path=None, headers=None, modified=1732616000):
        self.body, self.path = body, path
        self.size = os.path.getsize(path) if path else len(body)
        self.etag = hashlib.md5(path.encode() if path else body).hexdigest()
        self.modified = formatdate(modified, usegmt=True)
        self.headers = headers or {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return formatdate(time.time() + self.server.owner.clock, usegmt=True)

    # ---- what every request goes through

    def handle_any(self):
        owner = self.server.owner
        url = urllib.parse.urlsplit(self.path)
        self.query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        parts = urllib.parse.unquote(url.path).lstrip("/").split("/", 1)
        self.bucket, self.key = parts[0], parts[1] if len(parts) > 1 else ""
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        if len(self.body) < length:
            raise Reset
        with owner.lock:
            owner.requests.append((self.command, self.key, dict(self.query), dict(self.headers)))
            number = len(owner.requests)
        if owner.latency:
            time.sleep(owner.latency)
        if not self.check_clock():
            return
        if owner.fault and owner.fault(self, number):
            return
        getattr(self, "do_" + self.command.lower())()

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (Reset, ConnectionError, TimeoutError, BrokenPipeError):
            self.reset()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any

    def check_clock(self):
        stamp = self.headers.get("X-Amz-Date")
        if not stamp:
            return True
        sent = datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()
        if abs(sent - time.time() - self.server.owner.clock) < 900:
            return True
        self.answer(403, error_body("RequestTimeTooSkewed", "The difference is too large."))
        return False

    def reset(self):
        self.close_connection = True
        try:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        except OSError:
            pass

    def answer(self, status, body=b"", headers=None, length=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    # ---- objects

    def find(self):
        return self.server.owner.objects.get((self.bucket, self.key))

    def object_headers(self, found):
        return {"ETag": f'"{found.etag}"', "Last-Modified": found.modified, "Accept-Ranges": "bytes", **found.headers}

    def do_head(self):
        found = self.find()
        if not found:
            return self.answer(404)
        self.answer(200, b"", self.object_headers(found), found.size)

    def do_get(self):
        if not self.key:
            return self.list()
        found = self.find()
        if not found:
            return self.answer(404, error_body("NoSuchKey", "The specified key does not exist."))
        if self.headers.get("If-Match") not in (None, f'"{found.etag}"'):
            return self.answer(412, error_body("PreconditionFailed", "At least one precondition did not hold."))
        if self.headers.get("If-None-Match") == f'"{found.etag}"':
            return self.not_modified(found)
        first, last, status = 0, found.size - 1, 200
        if self.headers.get("Range"):
            first, last = (int(x) for x in self.headers["Range"][6:].split("-"))
            last, status = min(last, found.size - 1), 206
            if first >= found.size:
                return self.answer(416, error_body("InvalidRange"), {"Content-Range": f"bytes */{found.size}"})
        self.send_response(status)
        self.send_header("Content-Length", str(last - first + 1))
        if status == 206:
            self.send_header("Content-Range", f"bytes {first}-{last}/{found.size}")
        for name, value in self.object_headers(found).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.flush()
        self.send_bytes(found, first, last + 1)

    def not_modified(self, found):
        self.server.owner.unmodified += 1
        self.send_response(304)
        self.send_header("ETag", f'"{found.etag}"')
        self.end_headers()
        self.wfile.flush()

    def send_bytes(self, found, start, end):
        cut = self.server.owner.cut_after
        limit = cut(end - start) if cut else None
        stop = end if limit is None else start + limit
        if found.path:
            with open(found.path, "rb") as file:
                while start < stop:
                    start += os.sendfile(self.connection.fileno(), file.fileno(), start, stop - start)
        else:
            self.connection.sendall(found.body[start:stop])
        if limit is not None:
            raise Reset

    def list(self):
        owner = self.server.owner
        prefix, token = self.query.get("prefix", ""), self.query.get("continuation-token", "")
        after = self.query.get("start-after", "") if owner.knows_start_after else ""
        keys = sorted(k for b, k in owner.objects if b == self.bucket and k.startswith(prefix) and k > max(token, after))
        page = keys[:owner.page]
        more = len(keys) > len(page)
        out = ['<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><EncodingType>url</EncodingType>',
               f"<IsTruncated>{str(more).lower()}</IsTruncated>"]
        if more:
            out.append(f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>")
        for key in page:
            o = owner.objects[(self.bucket, key)]
            modified = parsedate_to_datetime(o.modified).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            out.append(f"<Contents><Key>{urllib.parse.quote_plus(key, safe='/')}</Key><Size>{o.size}</Size>"
                       f"<ETag>&quot;{o.etag}&quot;</ETag><LastModified>{modified}</LastModified></Contents>")
        out.append("</ListBucketResult>")
        self.answer(200, "".join(out).encode(), {"Content-Type": "application/xml"})

    # ---- storing

    def kept_headers(self):
        return {k.lower(): v for k, v in self.headers.items() if k.lower().startswith(("x-amz-meta-", "content-type"))}

    def store(self, body, headers):
        with self.server.owner.lock:
            self.server.owner.objects[(self.bucket, self.key)] = Object(body, headers=headers)
        return self.find().etag

    def do_put(self):
        owner = self.server.owner
        if self.headers["X-Amz-Content-Sha256"] != hashlib.sha256(self.body).hexdigest():
            return self.answer(400, error_body("XAmzContentSHA256Mismatch"))
        checksum = self.headers.get("x-amz-checksum-sha256")
        if checksum and checksum != base64.b64encode(hashlib.sha256(self.body).digest()).decode():
            return self.answer(400, error_body("BadDigest"))
        if "uploadId" not in self.query:
            return self.answer(200, b"", {"ETag": f'"{self.store(self.body, self.kept_headers())}"'})
        upload = owner.uploads.get(self.query["uploadId"])
        if upload is None:
            return self.answer(404, error_body("NoSuchUpload"))
        if upload["checksums"] and not checksum:
            return self.answer(400, error_body("InvalidRequest", "The upload was created using a sha256 checksum."))
        upload["parts"][int(self.query["partNumber"])] = self.body
        self.answer(200, b"", {"ETag": f'"{hashlib.md5(self.body).hexdigest()}"',
                               **({"x-amz-checksum-sha256": checksum} if upload["checksums"] else {})})

    def do_post(self):
        owner = self.server.owner
        if "uploads" in self.query:
            name = f"upload/{len(owner.uploads)}+="
            owner.uploads[name] = {"parts": {}, "headers": self.kept_headers(),
                                   "checksums": owner.checksums and self.headers.get("x-amz-checksum-algorithm") == "SHA256"}
            return self.answer(200, f"<InitiateMultipartUploadResult><UploadId>{name}</UploadId>"
                                    "</InitiateMultipartUploadResult>".encode())
        upload = owner.uploads.pop(self.query.get("uploadId"), None)
        if upload is None:
            return self.answer(404, error_body("NoSuchUpload"))
        parts = [upload["parts"][n] for n in sorted(upload["parts"])]
        if any(len(p) < 5 << 20 for p in parts[:-1]) or self.body.count(b"<Part>") != len(parts):
            return self.answer(400, error_body("InvalidPart"))
        digests = [hashlib.sha256(part).digest() for part in parts]
        said = [base64.b64decode(text) for text in re.findall(b"<ChecksumSHA256>(.*?)</ChecksumSHA256>", self.body)]
        if said != (digests if upload["checksums"] else []):
            return self.answer(400, error_body("InvalidPart", "The checksums are not those of the parts."))
        composite = base64.b64encode(hashlib.sha256(b"".join(digests)).digest()).decode() + f"-{len(parts)}"
        composite = owner.composite or composite
        etag = self.store(b"".join(parts), upload["headers"])
        checked = f"<ChecksumSHA256>{composite}</ChecksumSHA256>" if upload["checksums"] else ""
        self.answer(200, f"\n\n<CompleteMultipartUploadResult><ETag>&quot;{etag}-{len(parts)}&quot;</ETag>{checked}"
                         "</CompleteMultipartUploadResult>".strip().encode())

    def do_delete(self):
        self.server.owner.aborted.append(self.server.owner.uploads.pop(self.query.get("uploadId"), None))
        self.answer(204)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass


class ObjectServer:
    def __init__(self, certificate=None):
        self.objects, self.uploads, self.requests, self.aborted = {}, {}, [], []
        self.lock = threading.Lock()
        self.latency = self.clock = self.unmodified = 0
        self.page = 1000
        self.knows_start_after = True
        self.checksums, self.composite = True, None  # whether it keeps those of parts; what it says of the whole
        self.fault = None      # called with the handler and the number of the request; True: it has answered
        self.cut_after = None  # called with the bytes of a body; how many are sent before the connection is reset
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.owner = self
        self.port = self.server.server_address[1]
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def put(self, bucket, key, body=b"", path=None, headers=None, **modified):
        self.objects[(bucket, key)] = Object(body, path, headers, **modified)

    def quiet(self):
        """Everything works again."""
        self.latency = self.clock = 0
        self.page = 1000
        self.checksums, self.composite = True, None
        self.fault = self.cut_after = None
        self.requests.clear()
        self.aborted.clear()
        self.uploads.clear()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
