"""template.yaml as plain CloudFormation, for moto; AWS's credentials and region are set in the environment before."""

import copy
import os

import boto3
from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

TEMPLATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "template.yaml")
CODE = {"bucket": "code", "key": "package.zip"}
NAMES = {"InputBucketName": "my-logs", "OutputBucketName": "my-results"}


def source():
    """As it is written."""
    with open(TEMPLATE, encoding="utf-8") as file:
        return yaml_parse(file.read())


def translated():
    """With the code where `sam deploy` would have put it."""
    template = source()
    template["Resources"]["Audit"]["Properties"]["CodeUri"] = "s3://{bucket}/{key}".format(**CODE)
    return transform(copy.deepcopy(template), dict(NAMES), ManagedPolicyLoader(boto3.client("iam")))
