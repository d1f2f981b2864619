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
};
enum { COUNT = sizeof CASES / sizeof *CASES };

enum { EVERYTHING, CAPTURED, TITLED, RULE_COUNT };
static const char *const BODIES[RULE_COUNT] = {
    [EVERYTHING] = "any = {'(?s).+'}",
    [CAPTURED] = "any = {'(?:pwd|token)=(?P<user_id>[^ \"]+)'}, title = 'by {user_id}', description = 'd'",
    [TITLED] = "any = {'x'}, match = function(e) return { title = e.raw, description = e.raw, note = e.raw,"
               " host = 'hunter22' } end",
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
    test_every_way_out();
    test_floods();
    rule_table_free(&rules);
    outcome_fini(&outcome);
    scratch_remove();
    return check_report();
}
