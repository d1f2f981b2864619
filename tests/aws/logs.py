"""CloudWatch Logs on the loopback that answers as the tests tell it: pages, one after the other, then what it is asked."""

import http.server
import json
import threading
import time


def event(stream, at, number, message):
    return {"logStreamName": stream, "timestamp": at, "eventId": f"{number:056d}", "message": message,
            "ingestionTime": at}


def page(events, token=None):
    body = {"events": events, "searchedLogStreams": []}
    return 200, json.dumps({**body, "nextToken": token} if token else body).encode()


def refusal(code, message="", status=400):
    return status, json.dumps({"__type": f"com.amazonaws.logs#{code}", "message": message}).encode()


class LogsServer:
    """`answers`: a list of (status, body), the last one again and again; or what makes such an answer to a request's body."""

    def __init__(self, answers):
        self.answers, self.requests, self.times = answers, [], []
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                owner.requests.append((body, dict(self.headers)))
                owner.times.append(time.monotonic())
                status, answer = owner.answer(body)
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                try:
                    self.wfile.write(answer)
                except ConnectionError:
                    pass  # who asked had no time to wait

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, body):
        if callable(self.answers):
            return self.answers(body)
        return self.answers[min(len(self.requests), len(self.answers)) - 1]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
