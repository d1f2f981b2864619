"""The servers that verify signatures, each started below a folder, on the loopback."""

import json
import os
import shutil
import socket
import subprocess

from servers import free_port

HERE = os.path.dirname(os.path.abspath(__file__))
ODD_KEYS = ["a b", "a+b", "a=b", "a//b", "../x", "a/./b", "é", "%41", "a&b;c", "日本/ログ", "~-_.'()", "a%20b", "q?x=1#f"]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def client(endpoint, key, secret):
    import boto3

    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=key,
                        aws_secret_access_key=secret)


class Strict:
    """A server: its address, the keys of who may do everything and of who may do nothing, the keys of objects that
    it can hold, whether it keeps checksums."""

    def __init__(self, port, owner, stranger, odd_keys, checksums=False):
        self.endpoint, self.odd_keys, self.checksums = f"http://127.0.0.1:{port}", odd_keys, checksums
        self.as_owner = self.environment(owner)
        self.as_stranger = self.environment(stranger)
        self.client = client(self.endpoint, *owner)
        for bucket in ("logs", "results"):
            self.client.create_bucket(Bucket=bucket)

    def environment(self, keys):
        return {"endpoint": self.endpoint, "AWS_ACCESS_KEY_ID": keys[0], "AWS_SECRET_ACCESS_KEY": keys[1]}


class Swift:
    """OpenStack Swift's S3 interface, of Debian."""

    @staticmethod
    def missing():
        has = subprocess.run(["/usr/bin/python3", "-c", "import swift"], capture_output=True, check=False)
        return None if has.returncode == 0 else "python3-swift is not installed"

    @staticmethod
    def start(start, folder):
        start(["/usr/bin/python3", f"{HERE}/swift_server.py", folder], lambda: os.path.exists(f"{folder}/port"), "swift.log")
        with open(f"{folder}/port", encoding="ascii") as file:
            port = int(file.read())
        return Strict(port, ("test:tester", "testing"), ("test:reader", "reading"), ODD_KEYS)


class VersityGW:
    """versitygw on a folder, which cannot hold every key: it takes away empty parts and dots."""

    @staticmethod
    def program():
        return shutil.which("versitygw", path=f"{HERE}/../../build/go") or shutil.which("versitygw")

    @classmethod
    def missing(cls):
        return None if cls.program() else "there is no versitygw in build/go or in the PATH (docs/testing.md)"

    @classmethod
    def start(cls, start, folder):
        port, owner, stranger = free_port(), ("tester", "testing-secret"), ("reader", "reading-secret")
        for name in ("data", "versions", "iam"):
            os.makedirs(f"{folder}/{name}")
        with open(f"{folder}/iam/users.json", "w", encoding="ascii") as file:
            account = {"access": stranger[0], "secret": stranger[1], "role": "user"}
            json.dump({"accessAccounts": {stranger[0]: account}}, file)
        start([cls.program(), "--port", f"127.0.0.1:{port}", "--iam-dir", f"{folder}/iam", "--quiet", "posix",
               "--versioning-dir", f"{folder}/versions", f"{folder}/data"], lambda: listens(port), "versitygw.log",
              ROOT_ACCESS_KEY=owner[0], ROOT_SECRET_KEY=owner[1])
        keys = [key for key in ODD_KEYS if not {"", ".", ".."} & set(key.split("/"))]
        return Strict(port, owner, stranger, keys, checksums=True)


STRICT = {"swift": Swift, "versitygw": VersityGW}
