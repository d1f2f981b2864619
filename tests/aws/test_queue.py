"""From a bucket through a queue to the package and back, in MiniStack, which runs the bootstrap as Lambda does: objects
that arrive are audited and their messages deleted, only the one that is damaged comes again, and results that are stored
in the bucket of the logs are not audited.

usage: test_queue.py PACKAGE.zip        with the Python of tests/aws/tools.sh"""

import gzip
import json
import os
import sys
import tempfile
import time

import boto3
from botocore.config import Config

from checks import check, finish
from servers import Servers

PACKAGE = os.path.abspath(sys.argv[1])
LOG = b"2024-11-26T10:00:00Z WARN login of mia failed\n2024-11-26T10:00:01Z ERROR database connection failed\n"


class Cloud:
    """MiniStack on a port of 127.0.0.1, with clients for it."""

    def __init__(self, servers):
        self.servers = servers
        self.url = servers.start_ministack()

    def client(self, name):
        return boto3.client(
            name, endpoint_url=self.url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
            config=Config(proxies={}, s3={"addressing_style": "path"}),
        )

    def logged(self):
        return self.servers.log("ministack")


def deploy(cloud, folder):
    s3, sqs, functions = cloud.client("s3"), cloud.client("sqs"), cloud.client("lambda")
    s3.create_bucket(Bucket="my-logs")
    queue = sqs.create_queue(QueueName="arrivals", Attributes={"VisibilityTimeout": "5"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.put_bucket_notification_configuration(
        Bucket="my-logs",
        NotificationConfiguration={"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]},
    )
    functions.create_function(
        FunctionName="audit", Runtime="provided.al2023", Role="arn:aws:iam::000000000000:role/r", Handler="bootstrap", Timeout=30,
        Code={"ZipFile": open(PACKAGE, "rb").read()},
        Environment={"Variables": {
            "AUDIT_RESULTS_BUCKET": "my-logs", "AWS_ENDPOINT_URL": cloud.url, "LOGAUDIT_CACHE": os.path.join(folder, "cache")}},
    )
    functions.create_event_source_mapping(
        FunctionName="audit", EventSourceArn=arn, BatchSize=10, FunctionResponseTypes=["ReportBatchItemFailures"]
    )
    return s3, sqs, functions, queue


def results(s3):
    keys = [o["Key"] for o in s3.list_objects_v2(Bucket="my-logs")["Contents"]]
    return sorted(key for key in keys if key.startswith("s3-bucket-my-logs/"))


def main():
    with tempfile.TemporaryDirectory() as folder, Servers(folder) as servers:
        cloud = Cloud(servers)
        s3, sqs, functions, queue = deploy(cloud, folder)
        answer = functions.invoke(FunctionName="audit", Payload=json.dumps(
            {"source_type": "s3", "source_config": {"bucket_name": "my-logs", "object_key": "none"}}))
        body = json.loads(answer["Payload"].read())
        check("an error", body["errorType"] == "SourceError" and "s3://my-logs/none" in body["errorMessage"], body)
        s3.put_object(Bucket="my-logs", Key="app/a b.log", Body=LOG)
        s3.put_object(Bucket="my-logs", Key="app/c.log", Body=LOG + LOG)
        s3.put_object(Bucket="my-logs", Key="app/cut.gz", Body=gzip.compress(LOG * 100)[:60])
        for _ in range(60):
            time.sleep(1)
            if len(results(s3)) >= 3 and cloud.logged().count("ends early") >= 3:
                break
        time.sleep(8)  # results that arrive are messages too
        stored = [json.loads(s3.get_object(Bucket="my-logs", Key=key)["Body"].read()) for key in results(s3)]
        found = sorted((r["source_config"]["object_key"], r["summary"]["total_findings"], r["complete"]) for r in stored)
        wanted = ["app/a b.log", "app/c.log", "app/cut.gz"]
        check("one result for each object", [f[0] for f in found] == wanted, found)
        check("complete or not", [f[2] for f in found] == [True, True, False] and found[1][1] == 2 * found[0][1] > 0, found)
        log = cloud.logged()
        check("the damaged one comes again", log.count("ends early") >= 3, log[-2000:])
        waiting = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        count = sum(int(waiting[k]) for k in ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"))
        check("and no other", count == 1, waiting)
    finish()


main()
