"""template.yaml: clean for cfn-lint, and deployed in moto with new and with existing buckets, a schedule, keys and a
permissions boundary.

usage: test_template.py        with the Python of tests/aws/tools.sh"""

import ast
import io
import json
import os
import re
import subprocess
import sys
import warnings
import zipfile

os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="eu-central-1")
os.environ.pop("AWS_PROFILE", None)

import boto3  # noqa: E402
import yaml  # noqa: E402
from moto import mock_aws  # noqa: E402
from checks import check, finish  # noqa: E402
from stack import CODE, NAMES, TEMPLATE, source, translated  # noqa: E402

# What moto's CloudFormation does not make: cfn-lint alone has looked at these.
NOT_IN_MOTO = {"AWS::CloudWatch::Alarm", "AWS::Lambda::EventInvokeConfig", "AWS::SQS::QueuePolicy",
               "AWS::Scheduler::Schedule"}
GROUPS = [f"arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/{name}" for name in ("shop", "billing")]


def upload_code():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("bootstrap", "")
    s3 = boto3.client("s3")
    make_bucket(CODE["bucket"])
    s3.put_object(Bucket=CODE["bucket"], Key=CODE["key"], Body=archive.getvalue())


def make_bucket(name):
    boto3.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": os.environ["AWS_DEFAULT_REGION"]}
    )


@mock_aws
def deploy(name, existing=(), **parameters):
    """The resources by their names in the template, and the clients that look at them."""
    upload_code()
    for bucket in existing:
        make_bucket(bucket)
    template = translated()
    check_definition(template)
    values = {**NAMES, **parameters}
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in values.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    )
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    check(f"{name}: stack", stack["StackStatus"] == "CREATE_COMPLETE", stack)
    resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    resources = [r for r in resources if "LogicalResourceId" in r]
    states = {r["LogicalResourceId"]: r["ResourceStatus"] for r in resources}
    check(f"{name}: resources", set(states.values()) == {"CREATE_COMPLETE"}, states)
    made = {i for i, r in template["Resources"].items() if r["Type"] not in NOT_IN_MOTO and "Condition" not in r}
    check(f"{name}: all of them", made <= set(states), made - set(states))
    physical = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources}
    look(name, physical, parameters)
    return set(states)


def look(name, physical, parameters):
    function = boto3.client("lambda").get_function_configuration(FunctionName=physical["Audit"])
    check(f"{name}: runtime", function["Runtime"] == "provided.al2023", function["Runtime"])
    variables = function["Environment"]["Variables"]
    groups = [arn for arn in parameters.get("LogGroupArns", "").split(",") if arn]
    inputs = "my-logs/,my-results/"
    if "AllowedInputs" in parameters:
        inputs = parameters["AllowedInputs"] + ",my-results/runs/,my-results/map-runs/"
    inputs += "".join(",cloudwatch:" + arn for arn in groups)
    check(f"{name}: inputs", variables["LOGAUDIT_ALLOWED_INPUTS"] == inputs, variables)
    check(f"{name}: outputs", variables["LOGAUDIT_ALLOWED_OUTPUTS"] == "my-results/", variables)
    mappings = boto3.client("lambda").list_event_source_mappings(FunctionName=physical["Audit"])["EventSourceMappings"]
    check(f"{name}: two queues", len(mappings) == 2, mappings)
    for queue in ("Arrivals", "Continued"):
        attributes = boto3.client("sqs").get_queue_attributes(QueueUrl=physical[queue], AttributeNames=["VisibilityTimeout"])["Attributes"]
        check(f"{name}: six times", int(attributes["VisibilityTimeout"]) == 6 * function["Timeout"], attributes)
    iam = boto3.client("iam")
    policy = iam.get_role_policy(RoleName=physical["AuditRole"], PolicyName="audit")["PolicyDocument"]
    policy = ast.literal_eval(policy) if isinstance(policy, str) else policy  # moto gives Python
    statements = [statement for statement in policy["Statement"] if statement]  # nor takes AWS::NoValue out of lists
    for statement in statements:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        places = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        check(f"{name}: no wildcard", not any(a.endswith("*") for a in actions) and "*" not in places, statement)
    read = [s for s in statements if "logs:FilterLogEvents" in s["Action"]]
    check(f"{name}: log groups", [s["Resource"] for s in read] == [[arn + ":*" for arn in groups]] * bool(groups), read)
    own = [s["Resource"] for s in statements if s["Sid"] == "ReadLogs"]
    named = parameters.get("AllowedInputs")
    wanted = [f"arn:aws:s3:::{place}*" for place in named.split(",")] if named else "arn:aws:s3:::my-logs/*"
    check(f"{name}: reads what events may name", own == [wanted], own)
    keys = [s["Resource"] for s in statements if s.get("Sid") in ("DecryptLogs", "EncryptResults")]
    wanted = [parameters[k] for k in ("InputKmsKeyArn", "OutputKmsKeyArn") if k in parameters]
    check(f"{name}: keys", keys == wanted, keys)
    check_rules(name, variables, statements, parameters)
    wanted = [parameters.get(p, d) for p, d in (("SkipRules", ""), ("Formats", ""), ("TimeZone", "UTC"), ("Redact", "secrets"), ("OutputKmsKeyArn", ""))]
    given = [variables["LOGAUDIT_" + v] for v in ("SKIP", "FORMATS", "TZ", "REDACT", "S3_KMS_KEY")]
    check(f"{name}: options", given == wanted, given)
    check_buckets(name, parameters)
    boundary = iam.get_role(RoleName=physical["AuditRole"])["Role"].get("PermissionsBoundary", {})
    check(f"{name}: boundary", boundary.get("PermissionsBoundaryArn", "") == parameters.get("PermissionsBoundary", ""), boundary)


def check_buckets(name, parameters):
    """New ones: encrypted; with a bucket key, and over TLS only, both of which moto forgets."""
    s3, resources = boto3.client("s3"), source()["Resources"]
    for kind, bucket in (("Input", "my-logs"), ("Output", "my-results")):
        policy = resources[f"{kind}BucketPolicy"]
        statement = policy["Properties"]["PolicyDocument"]["Statement"][0]
        check(f"{name}: TLS", statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}} and
              policy["Condition"] == f"New{kind}" and statement["Action"] == "s3:*" and len(statement["Resource"]) == 2, statement)
        if parameters.get(f"Create{kind}Bucket", "no" if kind == "Input" else "yes") == "no":
            continue
        rule = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
        encrypted = rule["ApplyServerSideEncryptionByDefault"]
        key = parameters.get(f"{kind}KmsKeyArn")
        check(f"{name}: encryption", encrypted.get("KMSMasterKeyID") == key, rule)
        own = resources[f"{kind}Bucket"]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
        check(f"{name}: bucket key", own["BucketKeyEnabled"]["Fn::If"][:2] == [f"{kind}Key", True], own)


def check_rules(name, variables, statements, parameters):
    """Rules in a bucket: the function knows where, and may read these objects and list these prefixes only."""
    own = {s["Sid"]: s for s in statements if s.get("Sid") in ("ReadRules", "ListRules", "DecryptRules")}
    rules = [variables[f"LOGAUDIT_{v}"] for v in ("RULES", "ALSO", "OVERRIDES", "DATA")]
    beside = parameters.get("RulesMode") == "beside"
    if "RulesBucketName" not in parameters:
        places = ["", parameters.get("Rules", "")] if beside else [parameters.get("Rules", ""), ""]
        check(f"{name}: no rules in S3", rules == [*places, "", ""] and not own, (rules, own))
        return
    places = ["", "s3://my-rules/team/"] if beside else ["s3://my-rules/team/", ""]
    check(f"{name}: rules", rules == [*places, "s3://my-rules/overrides.lua", "s3://my-rules/tables/"], rules)
    arn = "arn:aws:s3:::my-rules"
    check(f"{name}: reads rules", own["ReadRules"]["Action"] == "s3:GetObject" and own["ReadRules"]["Resource"] ==
          [f"{arn}/team/", f"{arn}/team/*.lua", f"{arn}/overrides.lua", f"{arn}/tables/*"], own["ReadRules"])
    check(f"{name}: lists rules", own["ListRules"]["Resource"] == arn and
          own["ListRules"]["Condition"] == {"StringEquals": {"s3:prefix": ["team/", "tables/"]}}, own["ListRules"])
    check(f"{name}: decrypts rules", own["DecryptRules"]["Resource"] == parameters["RulesKmsKeyArn"], own)


def check_schedules():
    """The events of the schedules are JSON with what the function needs."""
    resources, values = source()["Resources"], source()["Parameters"]
    for name, kind in (("ScheduledAudit", "s3"), ("ScheduledGroups", "cloudwatch"), ("ScheduledMerge", "merge")):
        text = resources[name]["Properties"]["Target"]["Input"]
        text = text["Fn::Sub"] if isinstance(text, dict) else text
        event = json.loads(text[0] if isinstance(text, list) else text)
        check(name, event["source_type"] == kind and event["time"] == "<aws.scheduler.scheduled-time>", event)
        if name == "ScheduledAudit":
            check("the hour that is over", values["ScheduledPrefix"]["Default"] == "{yyyy}/{MM}/{dd}/{HH-1}/", values)
    check("what is merged is a parameter", event["source_config"] == {"since": "${MergeSince}"}, event)


def check_times():
    """What goes with the timeout, as long as nobody says otherwise; tries of one message raise no alarm."""
    values = {name: parameter.get("Default") for name, parameter in source()["Parameters"].items()}
    check("a try later", values["VisibilityTimeout"] == 6 * values["Timeout"], values)
    check("no alarm for three tries", values["QueueAgeSeconds"] == 4 * values["VisibilityTimeout"], values)
    age = source()["Resources"]["QueueAge"]["Properties"]
    check("the alarm", age["Threshold"] == {"Ref": "QueueAgeSeconds"}, age)


def check_definition(template):
    """moto does not fill in the definition: that every name in it is given is looked at here."""
    properties = template["Resources"]["Prefix"]["Properties"]
    definition = json.dumps(properties.get("DefinitionString", properties.get("Definition")))
    names = set(re.findall(r"\$\{(\w+)\}", definition))
    check("definition", names and names <= set(properties["DefinitionSubstitutions"]), (names, properties["DefinitionSubstitutions"]))
    states = source()["Resources"]["Prefix"]["Properties"]["Definition"]["States"]
    check("a number", isinstance(states["AuditObjects"]["MaxConcurrency"], int))


def main():
    warnings.simplefilter("ignore")
    lint = subprocess.run([os.path.join(os.path.dirname(sys.executable), "cfn-lint"), "-t", TEMPLATE], capture_output=True, text=True)
    check("cfn-lint", lint.returncode == 0, lint.stdout)
    check("no YAML that CloudFormation has not", not any(
        isinstance(token, (yaml.AliasToken, yaml.AnchorToken)) for token in yaml.scan(open(TEMPLATE, encoding="utf-8"))))
    check("no secrets", source()["Parameters"]["Redact"]["AllowedValues"] == ["secrets", "pii"])
    check_schedules()
    check_times()
    pattern = re.compile(source()["Parameters"]["AllowedInputs"]["AllowedPattern"])
    for text, good in (("", True), ("my-logs/", True), ("my-logs/app/,b.*/x y", True), ("my-logs", False), ("my-logs/, b/", False),
                       ("cloudwatch:/aws/lambda/a", False), ("my-logs/,", False)):
        check(f"AllowedInputs={text}", bool(pattern.fullmatch(text)) == good)
    new = deploy("new", CreateInputBucket="yes", CreateOutputBucket="yes", Rules="/opt/rules", RulesMode="beside",
                 InputKmsKeyArn="arn:aws:kms:eu-central-1:123456789012:key/in")
    check("new buckets", {"InputBucket", "OutputBucket"} <= new, new)
    old = deploy("old", existing=("my-logs", "my-results"), CreateInputBucket="no", CreateOutputBucket="no",
                 AllowedInputs="my-logs/app/,my-logs/web/", Rules="/opt/rules",
                 SkipRules="app.*", Formats="/opt/formats", TimeZone="Europe/Berlin", Redact="pii", LogGroupArns=",".join(GROUPS))
    check("existing buckets", not {"InputBucket", "OutputBucket"} & old, old)
    full = deploy(
        "full", existing=("my-logs",), CreateInputBucket="no", PrefixSchedule="rate(1 hour)", Architecture="arm64",
        InputKmsKeyArn="arn:aws:kms:eu-central-1:123456789012:key/in", OutputKmsKeyArn="arn:aws:kms:eu-central-1:123456789012:key/out",
        PermissionsBoundary="arn:aws:iam::123456789012:policy/boundary",
        Timeout="900", VisibilityTimeout="5400", QueueAgeSeconds="21600", AlarmTopicArn="arn:aws:sns:eu-central-1:123456789012:alarms", LogGroupArns=",".join(GROUPS),
        RulesBucketName="my-rules", RulesKey="team/", RulesMode="beside", QuietHours="6", OverridesKey="overrides.lua", TablesPrefix="tables/",
        RulesKmsKeyArn="arn:aws:kms:eu-central-1:123456789012:key/rules",
    )
    check("keys and a boundary", "ScheduleRole" in full, full)
    finish()


main()
