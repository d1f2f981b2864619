/* No secret of a record leaves it, whatever key of the finding it would leave by. */
#include "audit_fixture.h"

static struct outcome outcome;

static const struct {
    const char *text, *message;
    enum redact_level level;
} CASES[] = {
    { "id AKIAIOSFODNN7EXAMPLE used", "id [redacted:aws-key] used", REDACT_SECRETS },
    { "id AKIAIOSFODNN7EXAMPLE used", "id AKIAIOSFODNN7EXAMPLE used", REDACT_OFF },
    { "aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab",
      "aws_secret_access_key = [redacted:aws-secret]", REDACT_SECRETS },
    { "key AIzaSyA1234567890abcdefghijklmnopqrstuv.", "key [redacted:google-key].", REDACT_SECRETS },
    { "ghp_abcdefghijklmnopqrstuvwxyz0123456789 pushed", "[redacted:github-token] pushed", REDACT_SECRETS },
    { "hook xoxb-1234567890-abcdefghij", "hook [redacted:slack-token]", REDACT_SECRETS },
    { "charge sk_live_abcdefghij0123456789 ok", "charge [redacted:stripe-key] ok", REDACT_SECRETS },
    { "a -----BEGIN RSA PRIVATE KEY-----MIIEow==-----END RSA PRIVATE KEY----- b",
      "a [redacted:private-key] b", REDACT_SECRETS },
    { "a -----BEGIN PRIVATE KEY-----MIIEow and no end", "a [redacted:private-key]", REDACT_SECRETS },
    { "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_ end", "jwt [redacted:jwt] end", REDACT_SECRETS },
    { "Authorization: Bearer abcdef0123456789==", "Authorization: Bearer [redacted:bearer]", REDACT_SECRETS },
    { "authorization: basic dXNlcjpwYXNz x", "authorization: basic [redacted:basic-auth] x", REDACT_SECRETS },
    { "to postgres://app:s3cr3t!pw@db:5432/x", "to postgres://app:[redacted:password]@db:5432/x",
      REDACT_SECRETS },
    { "password=\"two words\" next", "password=\"[redacted:password]\" next", REDACT_SECRETS },
    { "passwd: hunter2, retry", "passwd: [redacted:password], retry", REDACT_SECRETS },
    { "api_key=abcdefgh12345678&x=1", "api_key=[redacted:secret]&x=1", REDACT_SECRETS },
    /* With nothing but a blank between: what is no word, or stands beside a user's name. */
    { "password hunter2 for bob", "password [redacted:password] for bob", REDACT_SECRETS },
    { "passwd tr0ub4dor", "passwd [redacted:password]", REDACT_SECRETS },
    { "login bob password swordfish", "login bob password [redacted:password]", REDACT_SECRETS },
    { "user=bob, passwd: swordfish", "user=bob, passwd: [redacted:password]", REDACT_SECRETS },
    { "USER bob PASS swordfish", "USER bob PASS [redacted:password]", REDACT_SECRETS },
    { "password set to swordfish", "password set to [redacted:password]", REDACT_SECRETS },
    { "ALTER ROLE bob WITH PASSWORD 'swordfish';", "ALTER ROLE bob WITH PASSWORD '[redacted:password]';",
      REDACT_SECRETS },
    { "password|hunter2|ok", "password|[redacted:password]|ok", REDACT_SECRETS },
    /* Other spellings. */
    { "pass: hunter2", "pass: [redacted:password]", REDACT_SECRETS },
    { "pass = swordfish", "pass = [redacted:password]", REDACT_SECRETS },
    { "db_pw=swordfish", "db_pw=[redacted:password]", REDACT_SECRETS },
    { "pass-word: swordfish", "pass-word: [redacted:password]", REDACT_SECRETS },
    { "Passwort: swordfish", "Passwort: [redacted:password]", REDACT_SECRETS },
    { "mot de passe : swordfish", "mot de passe : [redacted:password]", REDACT_SECRETS },
    /* Command lines. */
    { "mysql -u root -pswordfish shop", "mysql -u root -p[redacted:password] shop", REDACT_SECRETS },
    { "sshpass -p swordfish ssh x", "sshpass -p [redacted:password] ssh x", REDACT_SECRETS },
    { "curl -u bob:swordfish http://x/", "curl -u bob:[redacted:password] http://x/", REDACT_SECRETS },
    { "echo bob:swordfish | chpasswd", "echo bob:[redacted:password] | chpasswd", REDACT_SECRETS },
    /* Command lines, attributes, columns. */
    { "net use x: /user:bob /p:hunter2Q9", "net use x: /user:bob /p:[redacted:password]", REDACT_SECRETS },
    { "runas /password:swordfish cmd", "runas /password:[redacted:password] cmd", REDACT_SECRETS },
    { "plink -pw swordfish bob@h", "plink -pw [redacted:password] bob@h", REDACT_SECRETS },
    { "docker login -u bob -p swordfish reg", "docker login -u bob -p [redacted:password] reg",
      REDACT_SECRETS },
    { "az login -p swordfish -u bob", "az login -p [redacted:password] -u bob", REDACT_SECRETS },
    { "tool --secret-key hunter2Q9 run", "tool --secret-key [redacted:password] run", REDACT_SECRETS },
    { "ldapsearch -D cn=x -w swordfish -b y", "ldapsearch -D cn=x -w [redacted:password] -b y",
      REDACT_SECRETS },
    { "sqlcmd -S h -U sa -P swordfish", "sqlcmd -S h -U sa -P [redacted:password]", REDACT_SECRETS },
    { "smbclient -U bob%swordfish //h/s", "smbclient -U bob%[redacted:password] //h/s", REDACT_SECRETS },
    { "sqlplus bob/swordfish@h", "sqlplus bob/[redacted:password]@h", REDACT_SECRETS },
    { "pwd hunter2Q9 given", "pwd [redacted:password] given", REDACT_SECRETS },
    { "password,hunter2Q9 given", "password,[redacted:password] given", REDACT_SECRETS },
    { "password == swordfish", "password == [redacted:password]", REDACT_SECRETS },
    { "username bob secret 5 swordfish", "username bob secret 5 [redacted:password]", REDACT_SECRETS },
    { "to redis://bob:p@ss:word@h/0", "to redis://bob:[redacted:password]@h/0", REDACT_SECRETS },
    { "ConvertTo-SecureString 'swordfish' -AsPlainText",
      "ConvertTo-SecureString '[redacted:password]' -AsPlainText", REDACT_SECRETS },
    { "<property name='db.password'>swordfish</property>",
      "<property name='db.password'>[redacted:password]</property>", REDACT_SECRETS },
    { "<add key='Password' value='swordfish'/>", "<add key='Password' value='[redacted:password]'/>",
      REDACT_SECRETS },
    { "login ('password', 'hunter2Q9')", "login ('password', '[redacted:password]')", REDACT_SECRETS },
    { "dial bob:swordfish@tcp(db:3306)/x", "dial bob:[redacted:password]@tcp(db:3306)/x", REDACT_SECRETS },
    { "mfa_code: 907314, otp: 907315", "mfa_code: [redacted:pin], otp: [redacted:pin]", REDACT_SECRETS },
    /* Tokens, signatures, keys. */
    { "token=ab!cd?ef", "token=[redacted:secret]", REDACT_SECRETS },
    { "GET /a?token=abcdefgh%2Fijk&b=1", "GET /a?token=[redacted:secret]&b=1", REDACT_SECRETS },
    { "secret=a1b2c3, api_keys=['hunter2Q9']", "secret=[redacted:secret], api_keys=['[redacted:secret]']",
      REDACT_SECRETS },
    { "API key = hunter2Q9", "API key = [redacted:secret]", REDACT_SECRETS },
    { "X-Amz-Signature=0123456789abcdef01234567&x=1", "X-Amz-Signature=[redacted:signature]&x=1",
      REDACT_SECRETS },
    { "GET /c?sv=1&sig=ab%2Bcdef0123%3D&sp=r", "GET /c?sv=1&sig=[redacted:signature]&sp=r", REDACT_SECRETS },
    { "authorization: hunter2Q9", "authorization: [redacted:authorization]", REDACT_SECRETS },
    { "cookies={'session': 'swordfish'}", "cookies={[redacted:cookie]}", REDACT_SECRETS },
    { "jwe eyJhbGciOiJkaXIifQ..abcdefgh.abcdefgh.abc end", "jwe [redacted:jwt] end", REDACT_SECRETS },
    { "a -----BEGIN PGP PRIVATE KEY BLOCK-----lQ-----END PGP PRIVATE KEY BLOCK----- b",
      "a [redacted:private-key] b", REDACT_SECRETS },
    { "got hvs.abcdefghij0123456789 done", "got [redacted:api-token] done", REDACT_SECRETS },
    { "got sk-abcdefghij0123456789abcdefghij01 done", "got [redacted:api-token] done", REDACT_SECRETS },
    { "got sk-ant-api03-abcdefghij0123456789 done", "got [redacted:api-token] done", REDACT_SECRETS },
    { "got SG.abcdefghij0123456789.abcdefghij0123456789 done", "got [redacted:api-token] done",
      REDACT_SECRETS },
    { "got dop_v1_0123456789abcdef0123 done", "got [redacted:api-token] done", REDACT_SECRETS },
    { "got pypi-abcdefghij0123456789 done", "got [redacted:api-token] done", REDACT_SECRETS },
    { "got ya29.abcdefghij0123456789 done", "got [redacted:api-token] done", REDACT_SECRETS },
    { "got shpat_0123456789abcdef0123 done", "got [redacted:api-token] done", REDACT_SECRETS },
    { "got key-0123456789abcdef0123456789abcdef done", "got [redacted:api-token] done", REDACT_SECRETS },
    { "got xapp-1-abcdefghij0123 done", "got [redacted:slack-token] done", REDACT_SECRETS },
    { "got glrt-abcdefghij0123456789 done", "got [redacted:gitlab-token] done", REDACT_SECRETS },
    { "got rk_live_abcdefghij0123456789 done", "got [redacted:stripe-key] done", REDACT_SECRETS },
    /* Lists, objects, arguments; what goes on between quotes, or behind a separator. */
    { "{'secrets': ['ab', 'hunter2Q9']}", "{'secrets': ['[redacted:secret]', '[redacted:secret]']}",
      REDACT_SECRETS },
    { "{\"token\":{\"type\":\"bearer\",\"expires_in\":3600,\"now\":\"swordfish\",\"user_id\":\"u-1234567\"}}",
      "{\"token\":{\"type\":\"bearer\",\"expires_in\":3600,\"now\":\"[redacted:secret]\",\"user_id\":"
      "\"u-1234567\"}}",
      REDACT_SECRETS },
    { "exec [\"tool\",\"--password\",\"swordfish\"]",
      "exec [\"tool\",\"--password\",\"[redacted:password]\"]", REDACT_SECRETS },
    { "[\"docker\",\"-u\",\"bob\",\"-p\",\"swordfish\"]",
      "[\"docker\",\"-u\",\"bob\",\"-p\",\"[redacted:password]\"]", REDACT_SECRETS },
    { "client_secret=\"a;b,c&hunter2\" x", "client_secret=\"[redacted:secret]\" x", REDACT_SECRETS },
    { "user=bob&password=hunter2&tail7&x=1", "user=bob&password=[redacted:password]&x=1", REDACT_SECRETS },
    { "userPassword:: c3dvcmRmaXNo", "userPassword:: [redacted:password]", REDACT_SECRETS },
    { "Digest username=\"bob\", nonce=\"swordfish\", response=\"hunter2\"",
      "Digest username=\"bob\", nonce=\"[redacted:digest]\", response=\"[redacted:digest]\"",
      REDACT_SECRETS },
    { "GET /cb?code=hunter2Q9xyz&state=1", "GET /cb?code=[redacted:code]&state=1", REDACT_SECRETS },
    { "git clone https://a1b2c3d4e5f6a7b8c9d0e1f2@h/x.git", "git clone https://[redacted:token]@h/x.git",
      REDACT_SECRETS },
    { "post https://api.telegram.org/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx/send",
      "post https://api.telegram.org/bot123456789:[redacted:api-token]/send", REDACT_SECRETS },
    { "got glsa_ABcdefghiJKlmnopQRstuvWXyz012345_abcdef01 done", "got [redacted:api-token] done",
      REDACT_SECRETS },
    { "userPassword: {SSHA}swordfish9", "userPassword: {SSHA}[redacted:password]", REDACT_SECRETS },
    { "userPassword: attribute missing", "userPassword: attribute missing", REDACT_SECRETS },
    { "password: field is required", "password: field is required", REDACT_SECRETS },
    { "{\"auths\":{\"h\":{\"auth\":\"Ym9iOnN3b3JkZmlzaA==\"}}}",
      "{\"auths\":{\"h\":{\"auth\":\"[redacted:basic-auth]\"}}}", REDACT_SECRETS },
    { "REDISCLI_AUTH=hunter2Q9 redis-cli", "REDISCLI_AUTH=[redacted:basic-auth] redis-cli", REDACT_SECRETS },
    { "STRIPE_KEY=hunter2Q9", "STRIPE_KEY=[redacted:secret]", REDACT_SECRETS },
    { "create secret generic db --from-literal=x=swordfish y",
      "create secret generic db --from-literal=x=[redacted:password] y", REDACT_SECRETS },
    { "snmpget -u bob -A swordfish -X hunter2 h",
      "snmpget -u bob -A [redacted:password] -X [redacted:password] h", REDACT_SECRETS },
    /* Secrets of Kubernetes, whose keys say nothing, in JSON and in JSON in a string. */
    { "got {\"data\":{\"x\":\"c3dvcmQ=\",\"y\":\"{a}\"},\"kind\":\"Secret\",\"type\":\"Opaque\"}",
      "got {\"data\":{\"x\":\"[redacted:secret]\",\"y\":\"[redacted:secret]\"},\"kind\":\"Secret\",\"type\":"
      "\"Opaque\"}",
      REDACT_SECRETS },
    { "got {\\\"kind\\\":\\\"Secret\\\",\\\"stringData\\\":{\\\"x\\\":\\\"sword\\\"}}",
      "got {\\\"kind\\\":\\\"Secret\\\",\\\"stringData\\\":{\\\"x\\\":\\\"[redacted:secret]\\\"}}",
      REDACT_SECRETS },
    { "got {\"data\":{\"x\":\"on\"},\"kind\":\"ConfigMap\"}",
      "got {\"data\":{\"x\":\"on\"},\"kind\":\"ConfigMap\"}", REDACT_SECRETS },
    /* A short secret goes where it was shown to be one, and nowhere else. */
    { "pwd=a for a user", "pwd=[redacted:password] for a user", REDACT_SECRETS },
    /* A longer one everywhere. */
    { "pwd=hunter2 then hunter2 again", "pwd=[redacted:password] then [redacted:password] again",
      REDACT_SECRETS },
    /* Two that overlap become one mark. */
    { "token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc", "token=[redacted:", REDACT_SECRETS },
    /* Cards: by their check digit. */
    { "card 4111 1111 1111 1111 ok", "card [redacted:card] ok", REDACT_SECRETS },
    { "card 4111-1111-1111-1111 ok", "card [redacted:card] ok", REDACT_SECRETS },
    { "card 378282246310005 ok", "card [redacted:card] ok", REDACT_SECRETS },
    { "order 4111111111111112 ok", "order 4111111111111112 ok", REDACT_SECRETS },
    { "span 1234567890123456789012 ok", "span 1234567890123456789012 ok", REDACT_SECRETS },
    /* Persons only with pii. */
    { "mail ann@example.com now", "mail ann@example.com now", REDACT_SECRETS },
    { "mail ann@example.com now", "mail [redacted:email] now", REDACT_PII },
    { "call +49 170 1234567 now", "call [redacted:phone] now", REDACT_PII },
    { "pwd=hunter2 of ann@example.com", "pwd=[redacted:password] of [redacted:email]", REDACT_PII },
    /* No secrets. */
    { "password reset done, token expired", "password reset done, token expired", REDACT_SECRETS },
    { "see https://host:8080/a@b", "see https://host:8080/a@b", REDACT_SECRETS },
    { "password reset for bob, passwd file read", "password reset for bob, passwd file read",
      REDACT_SECRETS },
    { "user bob password has expired", "user bob password has expired", REDACT_SECRETS },
    { "password SHA256 hash, password policy3, password v2.1, password 1024 times",
      "password SHA256 hash, password policy3, password v2.1, password 1024 times", REDACT_SECRETS },
    { "password expires 2024-11-26", "password expires 2024-11-26", REDACT_SECRETS },
    { "password bob2@example.com asked for", "password bob2@example.com asked for", REDACT_SECRETS },
    { "COMMAND=/usr/bin/passwd deploy7", "COMMAND=/usr/bin/passwd deploy7", REDACT_SECRETS },
    { "Accepted password for bob2 from x", "Accepted password for bob2 from x", REDACT_SECRETS },
    { "pass: 12 of 12, PASS: suite_7, bypass: 30000", "pass: 12 of 12, PASS: suite_7, bypass: 30000",
      REDACT_SECRETS },
    { "password set to never expire", "password set to never expire", REDACT_SECRETS },
    { "create a row, password \"field\" is empty", "create a row, password \"field\" is empty",
      REDACT_SECRETS },
    { "token: expired, token: undefined, tokens=12345678, max_tokens: 123456789",
      "token: expired, token: undefined, tokens=12345678, max_tokens: 123456789", REDACT_SECRETS },
    { "password: required, secret: missing, \"password\": false, password=None",
      "password: required, secret: missing, \"password\": false, password=None", REDACT_SECRETS },
    { "using password: YES, weakPassword: false, showPassword=true",
      "using password: YES, weakPassword: false, showPassword=true", REDACT_SECRETS },
    { "credentials for user bob2 not found, credentials: expired, credentials=include",
      "credentials for user bob2 not found, credentials: expired, credentials=include", REDACT_SECRETS },
    { "private_key=/etc/ssl/server1.key, account_key=12345678, encryption_key=arn:aws:kms:x1",
      "private_key=/etc/ssl/server1.key, account_key=12345678, encryption_key=arn:aws:kms:x1",
      REDACT_SECRETS },
    { "passwd[812]: pam_unix(passwd:chauthtok): password changed for bob2",
      "passwd[812]: pam_unix(passwd:chauthtok): password changed for bob2", REDACT_SECRETS },
    { "arn:aws:secretsmanager:eu-west-1:1:secret:prod/db-AbCdEf",
      "arn:aws:secretsmanager:eu-west-1:1:secret:prod/db-AbCdEf", REDACT_SECRETS },
    { "X-Amz-Credential=EXAMPLE123%2F20241126%2Feu-west-1%2Fs3%2Faws4_request",
      "X-Amz-Credential=EXAMPLE123%2F20241126%2Feu-west-1%2Fs3%2Faws4_request", REDACT_SECRETS },
    { "signature: valid, signature=ET SCAN 12345, GET /a?sig=11&sid=42",
      "signature: valid, signature=ET SCAN 12345, GET /a?sig=11&sid=42", REDACT_SECRETS },
    { "cmd=pwd HTTP/1.1, OLDPWD=/var/log2, username,password,email",
      "cmd=pwd HTTP/1.1, OLDPWD=/var/log2, username,password,email", REDACT_SECRETS },
    { "msbuild a.sln /p:Configuration=Release2 /t:Build", "msbuild a.sln /p:Configuration=Release2 /t:Build",
      REDACT_SECRETS },
    { "mysql -u root -p shop2; docker run -u 1000 -p 8080:80 nginx; sudo -u bob mkdir -p data2024",
      "mysql -u root -p shop2; docker run -u 1000 -p 8080:80 nginx; sudo -u bob mkdir -p data2024",
      REDACT_SECRETS },
    { "bypass=1234567, compass: north12345, pass 3 of 5, pass=3",
      "bypass=1234567, compass: north12345, pass 3 of 5, pass=3", REDACT_SECRETS },
    { "task-12345678901234567890123456789012 of disk-abcdefghij, key-value pairs",
      "task-12345678901234567890123456789012 of disk-abcdefghij, key-value pairs", REDACT_SECRETS },
    { "invalid token: malformed, api key: not found, token=revoked, client secret: mismatch",
      "invalid token: malformed, api key: not found, token=revoked, client secret: mismatch",
      REDACT_SECRETS },
    { "unexpected token: }, token bucket: capacity, Bearer realm=\"example\", bearer authentication required",
      "unexpected token: }, token bucket: capacity, Bearer realm=\"example\", bearer authentication required",
      REDACT_SECRETS },
    { "[\"mkdir\",\"-p\",\"data2024\"] tool --password PASSWORD, exit code=E1234567890",
      "[\"mkdir\",\"-p\",\"data2024\"] tool --password PASSWORD, exit code=E1234567890", REDACT_SECRETS },
    { "authorization: granted to bob2, csrf protection: enabled, AUTH LOGIN failed",
      "authorization: granted to bob2, csrf protection: enabled, AUTH LOGIN failed", REDACT_SECRETS },
};
enum { COUNT = sizeof CASES / sizeof *CASES };

enum { EVERYTHING, RAW, CAPTURED, TITLED, CUT, RULE_COUNT };
static const char *const BODIES[RULE_COUNT] = {
    [EVERYTHING] = "any = {'(?s).+'}",
    [RAW] = "raw = true, any = {'(?s)^(?:[{]|x |GET ).+'}", /* as the message of a JSON record never begins */
    [CAPTURED] = "any = {'(?:pwd|token)=(?P<user_id>[^ \"]+)'}, title = 'by {user_id}', description = 'd'",
    [TITLED] = "any = {'x'}, match = function(e) return { title = e.raw, description = e.raw, note = e.raw,"
               " host = 'hunter22' } end",
    [CUT] = "any = {'(?P<part>[h]unter\\\\S*)'}, title = 'by {part}', match = function(e, f) return { note = "
            "f[1].text } "
            "end",
};
static struct rule_table rules;

static void run(size_t rule, const char *log, bool prefilter, enum redact_level level) {
    rule_table_run(&rules, rule, prefilter,
                   (struct audit_case){ .log = str_c(log), .mode = FRAME_LINES, .redact = level }, &outcome);
    CHECK_INT(outcome.count, 1);
}

static void test_kinds(void) {
    for (size_t i = 0; i < 2 * COUNT; i++) {
        run(EVERYTHING, CASES[i / 2].text, i % 2, CASES[i / 2].level);
        struct str message = found_at(&outcome, "[0].message");
        if (!str_starts(message, str_c(CASES[i / 2].message)))
            CHECK_STR(message, CASES[i / 2].message);
        CHECK(str_equal(found_at(&outcome, "[0].match.text"), message));
    }
    /* The same in a JSON record, where the text is escaped. */
    for (size_t i = 0; i < COUNT; i++) {
        struct buf record;
        buf_init(&record, 4096);
        buf_add_c(&record, "{\"message\":");
        json_put_text(&record, str_c(CASES[i].text));
        buf_add_c(&record, "}");
        run(EVERYTHING, buf_c(&record), true, CASES[i].level);
        struct str message = found_at(&outcome, "[0].message");
        if (!str_starts(message, str_c(CASES[i].message)))
            CHECK_STR(message, CASES[i].message);
        buf_fini(&record);
    }
}

/* A name is one of a secret by a word in it, whatever stands around that. */
static const char *const SECRET_NAMES[] = {
    "password",
    "passwd",
    "pwd",
    "DB_PASSWORD",
    "dbPassword",
    "PGPASSWORD",
    "password1",
    "password_2",
    "passwords",
    "password_confirmation",
    "passwordConfirm",
    "password_new",
    "confirm_password",
    "password[]",
    "user[password]",
    "user[password_confirmation]",
    "password[0]",
    "passwordHash",
    "pass",
    "userpass",
    "db_pass",
    "rootpw",
    "pw",
    "secret",
    "client_secret",
    "secret_key",
    "secretKey",
    "SECRET_KEY_BASE",
    "SecretString",
    "SecretBinary",
    "aws_secret_access_key",
    "access_key",
    "accessKey",
    "private_key",
    "encryption_key",
    "signing-key",
    "signingKey",
    "account_key",
    "AccountKey",
    "SharedAccessKey",
    "master_key",
    "authkey",
    "ssh_key",
    "hmac_key",
    "x-api-key",
    "licenseKey",
    "Ocp-Apim-Subscription-Key",
    "token",
    "access_token",
    "id_token",
    "token1",
    "X-Amz-Security-Token",
    "csrf_token",
    "_csrf",
    "session_id",
    "sessionId",
    "PHPSESSID",
    "credential",
    "credentials",
    "user_credentials",
    "auth_code",
    "X-Amz-Signature",
    "SharedAccessSignature",
};
/* These only look like one. */
static const char *const OTHER_NAMES[] = {
    "primary_key",
    "primaryKey",
    "foreign_key",
    "cache_key",
    "partition_key",
    "sort_key",
    "routing_key",
    "object_key",
    "idempotency_key",
    "public_key",
    "key",
    "Key",
    "turkey",
    "monkey",
    "keyed",
    "bypass",
    "compass",
    "password_policy",
    "password_length",
    "password_changed_by",
    "password_reset_url",
    "token_type",
    "tokenizer",
    "token_endpoint",
    "secretary",
    "secret_name",
    "secretVersionId",
    "credential_provider",
    "access_key_id",
    "api_key_id",
    "private_key_path",
    "authority",
    "author",
    "signature_id",
    "design",
    "ipw",
};
enum { SECRET_COUNT = sizeof SECRET_NAMES / sizeof *SECRET_NAMES };
enum { OTHER_COUNT = sizeof OTHER_NAMES / sizeof *OTHER_NAMES };
#define VALUE "Zx9hunter2Q"

/* Where a name and its value may stand: in text, in a URL, in JSON, in JSON in a string, and in that once
 * more. */
static const struct {
    const char *before, *between;
} PLACES[] = {
    { "x ", "=" VALUE " y" },
    { "x ", " = '" VALUE "' y" },
    { "x {'a':1,'", "': '" VALUE "'}" },
    { "x ", "\uff1d" VALUE " y" },
    { "GET /a?b=1&", "=" VALUE "&c=2 200" },
    { "{\"message\":\"x\",\"", "\":\"" VALUE "\"}" },
    { "{\"message\":\"x\",\"a\":{\"b\":[{\"", "\" : \"" VALUE "\"}]}}" },
    { "{\"message\":\"body {\\\"a\\\":1,\\\"", "\\\":\\\"" VALUE "\\\"}\"}" },
    { "{\"message\":\"x\",\"body\":\"{\\\"", "\\\":\\\"" VALUE "\\\"}\"}" },
};
enum { PLACE_COUNT = sizeof PLACES / sizeof *PLACES };

/* One record for each name; whether the value is hidden in all, or in none. */
static void check_names(const char *const *names, size_t count, size_t place, bool prefilter, bool hidden) {
    struct buf log;
    buf_init(&log, 1 << 16);
    for (size_t i = 0; i < count; i++)
        buf_printf(&log, "%s%s%s\n", PLACES[place].before, names[i], PLACES[place].between);
    rule_table_run(&rules, RAW, prefilter,
                   (struct audit_case){ .log = buf_str(&log), .mode = FRAME_LINES, .redact = REDACT_SECRETS },
                   &outcome);
    CHECK_INT(outcome.count, count);
    for (size_t i = 0; i < count; i++) {
        char path[64];
        snprintf(path, sizeof path, "[%zu].match.text", i);
        struct str text = found_at(&outcome, path);
        if ((str_find(text, str_c(VALUE)) == text.len) != hidden)
            CHECK_STR(text, hidden ? "without the value" : "with the value");
    }
    buf_fini(&log);
}

static void test_names(void) {
    for (size_t i = 0; i < 2 * PLACE_COUNT; i++) {
        check_names(SECRET_NAMES, SECRET_COUNT, i / 2, i % 2, true);
        check_names(OTHER_NAMES, OTHER_COUNT, i / 2, i % 2, false);
    }
}

static bool leaks(const char *secret) {
    struct str all = buf_str(&outcome.findings), rest = buf_str(&outcome.closing);
    return str_find(all, str_c(secret)) < all.len || str_find(rest, str_c(secret)) < rest.len;
}

/* By no key: captured groups, title, the fields of the record, what a rule returned, groups and users. */
static void test_every_way_out(void) {
    run(CAPTURED, "x pwd=hunter22", true, REDACT_SECRETS);
    CHECK(!leaks("hunter22"));
    CHECK_STR(found_at(&outcome, "[0].user_id"), "[redacted:password]");
    CHECK_STR(found_at(&outcome, "[0].fields.user_id"), "[redacted:password]");
    CHECK_STR(found_at(&outcome, "[0].title"), "by [redacted:password]");
    run(TITLED, "x pwd=hunter22 host=hunter22", true, REDACT_SECRETS);
    CHECK(!leaks("hunter22"));
    run(CAPTURED, "{\"message\":\"x pwd=hunter22\",\"service\":\"hunter22\"}", true, REDACT_SECRETS);
    CHECK(!leaks("hunter22"));
    run(CAPTURED, "x pwd=abc", true, REDACT_SECRETS); /* short: the whole of a field is still it */
    CHECK_STR(found_at(&outcome, "[0].fields.user_id"), "[redacted:password]");
}

/* A capture that begins inside a secret and ends behind it, also at its second place, and in JSON. */
static void test_cut(void) {
    run(CUT, "x (token=Zx9hunter22) and (token=Zx9hunter22), y", true, REDACT_SECRETS);
    CHECK(!leaks("unter22"));
    CHECK_STR(found_at(&outcome, "[0].title"), "by [redacted:secret])");
    CHECK_STR(found_at(&outcome, "[0].fields.note"), "[redacted:secret])");
    run(CUT, "{\"message\":\"x\\t(pwd: Zx9hunter22) y\"}", true, REDACT_SECRETS);
    CHECK(!leaks("unter22"));
    CHECK_STR(found_at(&outcome, "[0].fields.part"), "[redacted:password])");
}

/* More secrets than the list holds, and more places than are kept apart. */
static void test_floods(void) {
    struct buf log;
    buf_init(&log, 1 << 20);
    buf_add_c(&log, "x ");
    for (int i = 0; i < 300; i++)
        buf_printf(&log, "pwd=q%d ", i);
    run(EVERYTHING, buf_c(&log), true, REDACT_SECRETS);
    CHECK(!leaks("q0 ") && !leaks("q255 ") && !leaks("q256 ") && !leaks("q299"));
    buf_reset(&log);
    buf_add_c(&log, "x token=abcdefghijkl ");
    for (int i = 0; i < 30000; i++)
        buf_add_c(&log, "pwd=a ");
    run(EVERYTHING, buf_c(&log), true, REDACT_SECRETS);
    CHECK(!leaks("abcdefghijkl"));
    buf_fini(&log);
}

int main(void) {
    audit_fixture_make();
    outcome_init(&outcome);
    rules = rule_table_load(BODIES, RULE_COUNT);
    test_kinds();
    test_names();
    test_every_way_out();
    test_cut();
    test_floods();
    rule_table_free(&rules);
    outcome_fini(&outcome);
    scratch_remove();
    return check_report();
}
