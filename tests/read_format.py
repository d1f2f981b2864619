"""What a reader of a format makes of it, for the cases: read_format.py csv|sarif|ocsf|html, on standard input."""

import csv
import html.parser
import io
import json
import sys

kind, text = sys.argv[1], sys.stdin.read()


class Page(html.parser.HTMLParser):
    """Tags that stand in it, where a log could have put some, and what is text."""

    def __init__(self):
        super().__init__()
        self.tags, self.text, self.outside = {}, "", []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.outside += [v for k, v in attrs if k in ("src", "href")]

    def handle_data(self, data):
        self.text += data


if kind == "csv":
    for row in csv.DictReader(io.StringIO(text, newline="")):
        print({k: row[k] for k in ("rule_id", "title", "message", "user_id", "duration_ms", "count") if row[k]})
elif kind == "sarif":
    run = json.loads(text)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        print(result["level"], result["ruleId"], repr(result["message"]["text"]), region["startLine"],
              len(result.get("relatedLocations", [])))
    print(rules[0], run["invocations"][0]["executionSuccessful"])
elif kind == "ocsf":
    for line in text.splitlines():
        event = json.loads(line)
        info = event["finding_info"]
        print(event["class_uid"], event["severity"], event["time"] > 1732615000000, repr(info["title"]), info.get("attacks"),
              [o["value"] for o in event.get("observables", [])], event.get("count"),
              event["unmapped"].get("time_is_of_the_audit"))
elif kind == "html":
    page = Page()
    page.feed(text)
    print({t: page.tags.get(t, 0) for t in ("script", "style", "svg", "rect", "tr", "img", "a")}, page.outside)
    print("<script>alert(1)</script> | [x]" in page.text, "more findings" in page.text, "Incomplete" in page.text)
