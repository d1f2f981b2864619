"""CloudWatch Logs as a source."""

import json
import os
import time

from harness import Harness, expect, needs
from logs import LogsServer, event, page, refusal


class Logs(Harness):
    def logs(self, answers, *arguments, group="/aws/lambda/shop", **env):
        """A scan of a group that answers so: what the program did, and the server."""
        server = LogsServer(answers)
        got = self.run("scan", f"cloudwatch:{group}", "-f", "json", "--from", "2024-11-26T10:00:00Z", "--to",
                       "2024-11-26T11:00:00Z", *arguments, endpoint=server.url, **env)
        server.close()
        return got, server

    @needs("moto")
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
