"""Secrets in many spellings, separators and places leave by no key of a finding; what is none stays readable.

usage: redaction.py PROGRAM [SEED [all]]   with `all` every wrong one is printed

Each secret is written with parts that no other text has. Two rules ask for each record: one takes all of it, the
other captures what begins inside the secret. Prints the share of secrets of which a part shows, and of harmless
records that are not shown as they are; fails when one is over its bound."""

import itertools
import json
import re
import sys

from harness import Harness

MOST_MISSED, MOST_FALSE = 0.002, 0.002
SHOWN = 10

RULES = r"""return {
  { id = "p.all", type = "Security", severity = "low", title = "all {all}", any = { [[(?s)(?P<all>.+)]] } },
  { id = "p.part", type = "Security", severity = "low", title = "part {part}", any = { [[(?P<part>[h]unter\S*)]] } },
  { id = "p.raw", type = "Security", severity = "low", title = "raw {whole}", raw = true, any = { [[(?s)^(?P<whole>(?!m$|body |exec |got ).+)]] },
    match = function(event, found) return { description = "d " .. event.raw, note = found[1].text } end },
}
"""
PARTS = re.compile(r"Zx9|hunter|tail7")

# ---- secrets ----

PASSWORDS = ["password", "passwd", "pwd", "DB_PASSWORD", "dbPassword", "user_password", "passphrase", "userPassword"]
NAMED = ["secret", "client_secret", "clientSecret", "token", "access_token", "refreshToken", "auth_token", "api_key",
         "apiKey", "x-api-key", "secret_key", "private_key", "AWS_SECRET_ACCESS_KEY", "session_token"]
LISTS = ["passwords", "secrets", "tokens", "api_keys", "credentials"]
VALUE = "Zx9hunter2Q"
ODD_VALUES = ["Zx9hunter2;tail7", "Zx9hunter2&tail7", "Zx9hunter2,tail7", "Zx9 hunter2 tail7", "Zx9hunter2}tail7",
              "Zx9'hunter2'tail7", "Zx9hunter2)tail7", "Zx9hunter2=tail7", "Zx9hunter2<tail7"]
SIGNS = ["=", ": ", ":", " = ", "=>", " => ", " : ", ":="]
QUOTED = ['{n}="{v}"', '{n}: "{v}"', '"{n}": "{v}"', '{n} = "{v}"', '{{"a":1,"{n}":"{v}","b":2}}']
PLACES = ["x {} y", "{}", "2024-11-26 10:30:18 ERROR a.b: failed ({}) after 3 tries", "a=1 {} b=2", "[{}]", "<{}>"]
NESTED = ['{{"message":"m","{n}":{{"value":"{v}"}}}}', '{{"message":"m","{n}":{{"type":"x","expires_in":3600,"current":"{v}"}}}}',
          '{{"message":"m","{n}":{{"a":{{"b":"{v}"}}}}}}', '{{"message":"m","{n}":["ab","{v}"]}}', 'body {{"{n}":{{"value":"{v}"}}}} sent',
          "{{'{n}': ['ab', '{v}']}}", '{{"message":"m","{n}":{{"primary":["ab","{v}"]}}}}',
          '{{"message":"body {{\\"{n}\\":[\\"ab\\",\\"{v}\\"]}}"}}', '{{"message":"body {{\\"{n}\\":{{\\"now\\":\\"{v}\\"}}}}"}}']
ARGUMENTS = ["--password", "--db-password", "--token", "--client-secret", "--api-key", "--secret", "--passwd", "-password", "--auth-token"]
ARGUED = ["tool {a} {v} run", "tool {a}={v} run", "tool {a}='{v}' run", 'tool {a} "{v}" run', '["tool","{a}","{v}","run"]',
          "['tool', '{a}', '{v}']", '{{"message":"m","argv":["tool","{a}","{v}"]}}', '{{"message":"exec [\\"tool\\",\\"{a}\\",\\"{v}\\"]"}}',
          '["tool","{a}={v}"]']
SCHEMES = ["http", "https", "ftp", "postgres", "postgresql+psycopg2", "mysql", "mongodb+srv", "redis", "rediss", "amqp", "amqps",
           "ldap", "smtp", "ssh", "jdbc:mysql", "socks5", "mqtt", "nats", "git+https", "imaps", "clickhouse", "sftp"]
LONG = "0123456789abcdefABCDEF"
ONES = [
    "userPassword:: Wng5aHVudGVyMlE=", "unicodePwd:: Wng5aHVudGVyMlE=",
    'Authorization: Digest username="bob", realm="r", nonce="Zx9hunter2Q", uri="/", response="Zx9hunter2tail7"',
    'Digest username="bob", realm="r", qop=auth, nc=00000001, cnonce="Zx9hunter2Q", response="Zx9hunter2tail7"',
    "GET /cb?code=Zx9hunter2Q&state=1 HTTP/1.1", "GET /cb?state=1&code=Zx9hunter2Q", "POST /token grant_type=authorization_code&code=Zx9hunter2Q",
    "GET /cb#access_token=Zx9hunter2Q&token_type=bearer", "GET /cb?state=abc&id_token=Zx9hunter2Q",
    "Server=db;User Id=sa;Password=Zx9hunter2Q;Encrypt=true", "Server=db;Uid=sa;Pwd=Zx9hunter2Q;", "Data Source=db;Password='Zx9;hunter2Q';x=1",
    "Endpoint=sb://h/;SharedAccessKeyName=Root;SharedAccessKey=Zx9hunter2Q=", "AccountName=a;AccountKey=Zx9hunter2Q==;EndpointSuffix=x",
    "host=db user=bob password=Zx9hunter2Q dbname=x", "jdbc:postgresql://h/x?user=bob&password=Zx9hunter2Q&ssl=true",
    "Authorization: Basic Wng5aHVudGVyMlE=", "authorization=Bearer Zx9hunter2Q", "Proxy-Authorization: Basic Wng5aHVudGVyMlE=",
    "AWS4-HMAC-SHA256 Credential=EXAMPLE/20241126/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=Zx9hunter2QZx9hunter2QZx9hunter2Q",
    "passwords=ab,Zx9hunter2Q", "tokens: abc1, Zx9hunter2Q", "secrets=[ab,Zx9hunter2Q]",
    "-----BEGIN RSA PRIVATE KEY-----\\nZx9hunter2Q\\nZx9tail7\\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----\\nZx9hunter2Q\\nZx9tail7", "key: |\\n  -----BEGIN EC PRIVATE KEY-----\\n  Zx9hunter2Q\\n",
    '{"message":"m","key":"-----BEGIN PRIVATE KEY-----\\nZx9hunter2Q\\n-----END PRIVATE KEY-----\\n"}',
    '{"message":"got {\\"key\\":\\"-----BEGIN PRIVATE KEY-----\\\\nZx9hunter2Q\\\\n-----END PRIVATE KEY-----\\\\n\\"}"}',
    "mysql -u root -pZx9hunter2Q shop", "PGPASSWORD=Zx9hunter2Q psql", "curl -u bob:Zx9hunter2Q https://h/", "sshpass -p Zx9hunter2Q ssh h",
    '["mysql","-u","root","-pZx9hunter2Q"]', '["sshpass","-p","Zx9hunter2Q","ssh"]', '["docker","login","-u","bob","-p","Zx9hunter2Q"]',
    '["curl","-u","bob:Zx9hunter2Q"]', "client_id=abc client_secret=Zx9hunter2Q", "Set-Cookie: sid=Zx9hunter2Q; Path=/; HttpOnly",
    "Cookie: a=b; c=Zx9hunter2Q", '{"message":"m","headers":{"Cookie":"a=b; c=Zx9hunter2Q","x":1}}',
    '{"message":"m","headers":{"authorization":["Basic Zx9hunter2Q"]}}', '{"message":"m","headers":{"X-Auth-Token":["Zx9hunter2Q"]}}',
    '{"message":"m","name":"db_password","value":"Zx9hunter2Q"}', '{"message":"m","env":[{"name":"API_TOKEN","value":"Zx9hunter2Q"}]}',
    "passcode: Zx9hunter2Q", "password hunter2Zx9 for bob", "password is hunter2Zx9", "sig=Zx9hunter2QZx9hunter2Q",
    '{"message":"m","data":{"a":"Zx9hunter2Q"},"kind":"Secret"}',
    '{"kind":"Secret","message":"m","stringData":{"a":"x","b":"Zx9 \\"hunter2\\" {tail7}"}}',
    '{"message":"got {\\"kind\\":\\"Secret\\",\\"data\\":{\\"a\\":\\"Zx9hunter2Q\\"}}"}',
    '{"message":"got\\n  data:\\n    a: Zx9hunter2Q\\n    b: |\\n      Zx9tail7\\n  kind: Secret"}',
    "https://Zx9hunter2QZx9hunter2tail7@host/x.git", "create secret generic db --from-literal=a=Zx9hunter2Q",
    '{"message":"m","auths":{"h":{"auth":"Zx9hunter2Q="}}}', "userPassword: {SSHA}Zx9hunter2Q",
]
# The marks of vendors, and how much of what must follow.
SHAPES = ["AKIA{U}", "ASIA{U}", "AIza{L}{L}", "ghp_{L}{L}", "github_pat_{L}{L}", "glpat-{L}", "xoxb-{L}", "xoxp-{L}", "xapp-{L}", "sk_live_{L}",
          "rk_live_{L}", "pk.{J}", "npm_{L}{L}", "ya29.{L}", "hvs.{L}", "dop_v1_{L}", "eyJ{J}", "SG.{L}.{L}", "sk-ant-{L}", "shpat_{L}", "GOCSPX-{L}"]
SHAPED = ["got {} there", "{}", "key={}", '"{}"', "https://h/{}/x", "a:{},b"]


def spelled():
    """All records with a secret; those with LONG need another mark."""
    for name, sign, place in itertools.product(PASSWORDS + NAMED, SIGNS, PLACES):
        yield place.format(name + sign + VALUE)
    for name, form, value in itertools.product(PASSWORDS + NAMED, QUOTED, [VALUE] + ODD_VALUES):
        yield form.format(n=name, v=value)
    for name, form in itertools.product(PASSWORDS + NAMED + LISTS, NESTED):
        yield form.format(n=name, v=VALUE)
    for argument, form in itertools.product(ARGUMENTS, ARGUED):
        yield form.format(a=argument, v=VALUE)
    for scheme, place in itertools.product(SCHEMES, PLACES):
        yield place.format(f"{scheme}://bob:{VALUE}@host:5432/x")
        yield place.format(f"{scheme}://:{VALUE}@host/x")
    yield from ONES
    yield from ('POST /login user=bob&%s=Zx9hunter2&tail7&x=1' % name for name in PASSWORDS)
    yield from ('conn %s=Zx9hunter2!,tail7!;x=1' % name for name in PASSWORDS)


def shaped(random):
    """Tokens known by what they look like, each with the parts that tell it."""
    for shape, place in itertools.product(SHAPES, SHAPED):
        if shape.startswith("pk."):
            continue
        tail = "".join(random.choices(LONG, k=17))
        body = shape.format(U="ZX9HUNTER2TAIL77", L="Zx9hunter2" + tail, J="hbGciZx9hunter2" + tail + ".eyJ" + tail + "." + tail)
        yield place.format(body)


# ---- what is none ----

WORDS = ["expired", "missing", "invalid", "malformed", "revoked", "not found", "undefined", "null", "empty", "rejected", "required", "unknown",
         "none", "denied", "mismatch", "accepted", "refreshed", "unauthorized", "unsupported", "generated", "not-found", "too long", "absent",
         "truncated", "unavailable", "blacklisted", "Expired.", "INVALID", "ok", "signature", "verification failed"]
SUBJECTS = ["token", "access token", "invalid token", "api key", "secret", "client secret", "session token", "refresh_token", "csrf token"]
HARMLESS = [
    "unexpected token: }", "unexpected token: '<'", "unexpected token < in JSON at position 0", "syntax error near unexpected token `newline'",
    "Unexpected token: punctuation", "unexpected token: identifier", "token bucket full for client 10.0.0.1", "token bucket: capacity 100, refill 10/s",
    'WWW-Authenticate: Bearer realm="example", error="invalid_token"', "Bearer realm=example", "bearer authentication required", "Bearer token missing",
    "bearer token authentication failed", "WWW-Authenticate: Digest realm=\"r\", qop=\"auth\"", "WWW-Authenticate: Basic realm=\"Restricted area\"",
    '{"message":"m","token":{"type":"bearer","expires_in":3600,"scope":"read write"}}', '{"message":"m","token":{"id":"4711","user_id":"u-12345678"}}',
    '{"message":"m","secret":{"name":"db-credentials","namespace":"default","optional":true}}', '{"message":"m","token_type":"Bearer","expires_in":3600}',
    '{"message":"m","credentials":{"username":"bob","provider":"okta"}}', '{"message":"m","tokens":1234,"max_tokens":4096}',
    '{"message":"m","secretName":"prod-db-1","tokenCount":12}', '{"message":"m","token":null,"secret":false}', '{"message":"m","tokens":[],"secrets":{}}',
    "GET /a?code=404&x=1", "status code=500", "exit code: 137", "error code=E12345", "country_code=DE44", "code=ORA-01017", "GET /zip?code=90210-1234",
    'nonce too low: address 0xabc12345, tx: 5', 'response="ok"', "response=200", "tool --password-file /etc/x --user bob", "tool --token-type bearer --x",
    "usage: tool --password PASSWORD --user USER", "tool --password-stdin <f", '["mkdir","-p","data2024"]', '["docker","run","-p","8080:80","nginx"]',
    '["cp","-p","file1","file2"]', '["tool","--password-file","/run/secrets/db1"]', "tool --secret-name prod-db-1", "user:pass syntax is deprecated",
    "http://host:8080/x@y", "mail to bob@example.com:25", "git@github.com:org/repo.git", "password policy: at least 12 characters", "Password must contain 3 digits",
    "password expired 3 days ago", "the secret santa of 2024", "secretary: anna", "secretsmanager:GetSecretValue denied", "TokenExpiredError: jwt expired",
    "invalid_token: The access token expired", "error=invalid_token&error_description=expired", "key: value pairs expected", "primary_key=ab12cd34ef",
    "sig: 11 received", "signal=SIGTERM11", "session opened for user root", "session: timed out after 30s", "session_timeout=1800s",
    "token ring adapter 3 up", "5 tokens used of 100", "tokenizer: gpt2-large", "key=user:42:profile", "cache key: user:42:profile:v12", "pin code required",
    "cookie: not set", "cookies are disabled", "auth: 3 attempts left", "auth failed: user bob", "authorization: granted to bob2", "authorization failed (code 403)",
    "basic block 12345678 reached", "digest sha256:0123456789abcdef0123456789abcdef mismatch", "objectClass:: dG9wCg==",
    "userPassword: attribute missing", "password: field is required", '{"message":"m","data":{"a":"b"},"kind":"ConfigMap"}', "https://bob@host/x",
    "dn:: b3U95Za25qWt6YOoLG89QWlyaXVz", "uuid 123e4567-e89b-12d3-a456-426614174000", "request a1b2c3d4e5f6a7b8c9d0e1f2 done", "commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904",
]


def harmless():
    for subject, word in itertools.product(SUBJECTS, WORDS):
        yield f"{subject}: {word}"
        yield f"auth failed ({subject}: {word}) for bob"
    for word in WORDS:
        yield f"Bearer {word}"
        yield f"token={word.split()[0]}"
    yield from HARMLESS


# ---- the check ----

def findings(harness, records):
    """What is shown of each record, all its findings as text, and the message of the first."""
    log = harness.write("log", "".join(record + "\n" for record in records))
    shown = [["", None] for _ in records]
    for line in harness.scan("-r", harness.write("rules.lua", RULES), "--input-format", "lines", "--max-findings", "1000000", log)[:-1]:
        finding = json.loads(line)
        here = shown[finding["line_number"] - 1]
        here[0] += line.decode()
        if finding["rule_id"] == "p.raw" or not here[1]:
            here[1] = finding["match"]["text"]
    return shown


def bounded(harness, what, wrong, total, most):
    share = len(wrong) / total
    print(f"{what}: {len(wrong)} of {total} ({100 * share:.2f} %)", flush=True)
    for record, shown in wrong if len(sys.argv) > 3 else wrong[:SHOWN]:
        print(f"  {record}\n    {shown}")
    if share > most:
        harness.fail(f"{what}: more than {100 * most} %")


def main():
    harness = Harness()
    told = list(dict.fromkeys(itertools.chain(spelled(), shaped(harness.random))))
    shown = findings(harness, told)
    parts = re.compile(PARTS.pattern + "|ZX9|Wng5|unter2")
    bounded(harness, "secrets of which a part shows",
            [(r, s[1]) for r, s in zip(told, shown) if s[1] is None or parts.search(s[0])], len(told), MOST_MISSED)
    none = list(dict.fromkeys(harmless()))
    bounded(harness, "harmless records that are not shown as they are",
            [(r, s[1]) for r, s in zip(none, findings(harness, none)) if s[1] != r], len(none), MOST_FALSE)
    return harness.report("redaction")


if __name__ == "__main__":
    sys.exit(main())
