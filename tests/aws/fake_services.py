"""Queues, topics and buses on 127.0.0.1: keep what they get, and refuse when told to."""

import http.server
import json
import threading
import urllib.parse


class Services:
    def __init__(self):
        self.queued, self.published, self.events = [], [], []  # bodies of messages, messages, details
        self.deny = set()  # of "sqs", "sns", "events": answered with 403
        self.refuse_events = 0  # so many events of the next requests are refused inside an answer with 200
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = outer.answer(self.headers, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def environment(self):
        return {"AWS_ENDPOINT_URL": self.url, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_REGION": "eu-central-1", "AWS_EC2_METADATA_DISABLED": "true"}

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, headers, body):
        target = headers.get("X-Amz-Target", "")
        service = {"AmazonSQS.SendMessage": "sqs", "AWSEvents.PutEvents": "events"}.get(target, "sns")
        if "/eu-central-1/%s/aws4_request" % service not in headers["Authorization"]:
            return 403, b'{"__type":"SignatureDoesNotMatch"}'
        if service in self.deny:
            return 403, b'{"__type":"AccessDeniedException","message":"not allowed"}'
        if service == "sns":
            self.published.append({k: v[0] for k, v in urllib.parse.parse_qs(body.decode()).items()})
            return 200, b"<PublishResponse/>"
        request = json.loads(body)
        if service == "sqs":
            self.queued.append(request["MessageBody"])
            return 200, b'{"MessageId":"m"}'
        return 200, json.dumps(self.put_events(request["Entries"])).encode()

    def put_events(self, entries):
        answers = []
        for entry in entries:
            if self.refuse_events:
                self.refuse_events -= 1
                answers.append({"ErrorCode": "ThrottlingException", "ErrorMessage": "later"})
            else:
                self.events.append(json.loads(entry["Detail"]))
                answers.append({"EventId": "e"})
        return {"FailedEntryCount": sum("EventId" not in a for a in answers), "Entries": answers}
