"""What the tests of the guides share: the blocks of a page, and the function on a folder that stands in
for AWS."""

import glob
import json
import os
import re
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "aws"))

from checks import check, finish  # noqa: E402,F401
from fake_services import Services  # noqa: E402
from runtime_api import MODIFIED, RunningFunction, write_file  # noqa: E402,F401


def page(name):
    with open(os.path.join(ROOT, "docs", name), encoding="utf-8") as file:
        return file.read()


def blocks(text, language):
    """What stands between ```language and ```, in its order."""
    return re.findall(r"^```%s\n(.*?)^```$" % re.escape(language), text, re.M | re.S)


class Function(RunningFunction):
    """`logaudit lambda` below a Runtime API of our own; its buckets are folders, its services those of
    fake_services.py."""

    def __init__(self, program, rules=None, **environment):
        super().__init__()
        self.services = Services()
        settings = {"LOGAUDIT_LOCAL_ROOT": "aws", "AUDIT_RESULTS_BUCKET": "my-audit-results",
                    "LOGAUDIT_CACHE": f"{self.folder}/cache", **self.services.environment(), **environment}
        if rules:
            settings["LOGAUDIT_ALSO"] = "rules.lua"
            self.write("rules.lua", rules.encode())
        self.start([program, "lambda"], settings)
        self.wait_until_loaded()

    def __exit__(self, *_):
        super().__exit__()
        self.services.close()

    def put(self, key, body, modified=MODIFIED):
        self.write(f"aws/s3/my-logs/{key}", body, modified)

    def audit(self, seconds=600.0, config=None, **event):
        """Our own event; what is not an answer ends the test."""
        config = {"bucket_name": "my-logs", **config} if event.get("source_type", "s3") == "s3" else config
        kind, answer = self.invoke({"source_type": "s3", "source_config": config, **event}, seconds)
        if kind != "response":
            raise RuntimeError(f"{config}: {answer}")
        return answer

    def stored(self, pattern="*-*/year=*/month=*/day=*/*.json"):
        paths = glob.glob(f"{self.folder}/aws/s3/my-audit-results/{pattern}")
        return [json.load(open(path, encoding="utf-8")) for path in sorted(paths)]
