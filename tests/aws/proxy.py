"""A forward proxy on the loopback that notes what goes through it: plain requests, and tunnels (CONNECT)."""

import http.client
import http.server
import select
import socket
import threading
import urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def forward(self):
        """A request with a whole address: sent on as it is, and the answer too."""
        owner, url = self.server.owner, urllib.parse.urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with owner.lock:
            owner.requests.append(f"{self.command} {self.path}")
            number = len(owner.requests)
        if owner.before:
            owner.before(self, number)
        connection = http.client.HTTPConnection(url.netloc)
        connection.putrequest(self.command, urllib.parse.urlunsplit(("", "", url.path, url.query, "")), skip_host=True,
                              skip_accept_encoding=True)
        for name, value in self.headers.items():
            if not name.lower().startswith("proxy-"):
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection"):
                self.send_header(name, value)
        if answer.getheader("Content-Length") is None:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        connection.close()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = forward

    def do_CONNECT(self):
        """A tunnel: what is in it is not seen."""
        with self.server.owner.lock:
            self.server.owner.requests.append(f"CONNECT {self.path}")
        host, port = self.path.rsplit(":", 1)
        with socket.create_connection((host.strip("[]"), int(port))) as there:
            self.send_response_only(200)
            self.end_headers()
            ends = {self.connection: there, there: self.connection}
            while True:
                for ready in select.select(list(ends), [], [])[0]:
                    bytes_ = ready.recv(65536)
                    if not bytes_:
                        self.close_connection = True
                        return
                    ends[ready].sendall(bytes_)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


class Proxy:
    def __init__(self):
        self.requests, self.lock = [], threading.Lock()
        self.before = None  # called with the handler and the number of the request, before that is sent on
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.owner = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
