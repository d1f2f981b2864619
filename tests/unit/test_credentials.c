/* Own cases, and those of the AWS SDK for Rust below $LOGAUDIT_CORPUS/aws/aws-config-credentials, with the
 * answers that it recorded. Texts of errors are compared with nothing: ours are ours.
 *
 * Left out, with the reason: cases of imds-endpoint-tests.json with options of a library call (ours has
 * none); login-provider-test-cases.json (aws login: a sign-in of its own, not for programs without a user);
 * default-token-provider-chain (tokens for services that are not asked); of assume-role-tests.json the cases
 * whose chain is SSO (the SSO cases with their answers are run). */
#include "credentials.h"

#include "scratch_folder.h"
#include "url.h"
#include "vectors.h"

#include <sys/stat.h>
#include <unistd.h>

static struct crypto *crypto;

/* The world of one case. */
struct world {
    const struct json_node *env;
    bool hide_keys;               /* the profile alone is asked */
    const struct json_node *next; /* of the recorded events */
    bool recorded;                /* answers come from there; else they are made up */
    struct buf log;               /* one line for each exchange */
    struct surroundings around;
};

static const char *variable(void *context, const char *name) {
    const struct world *w = context;
    if (w->hide_keys &&
        (strcmp(name, "AWS_ACCESS_KEY_ID") == 0 || strcmp(name, "AWS_SECRET_ACCESS_KEY") == 0))
        return NULL;
    return json_c(json_member(w->env, name), NULL);
}

static int64_t now(void *context) {
    (void)context;
    return 1600000000;
}

static void no_wait(void *context, unsigned milliseconds) {
    (void)context;
    (void)milliseconds;
}

static bool nobody_there(struct http_response *response, struct fault *fault) {
    response->status = 0;
    response->failure = HTTP_UNREACHABLE;
    return fault_set(fault, FAULT_INPUT, "nobody there");
}

static const struct json_node *action(const struct json_node *event, const char *name) {
    return json_member(json_member(event, "action"), name);
}

/* The parts of two queries in any order. */
static bool same_query(struct str a, struct str b) {
    while (a.len) {
        struct str pair = str_slice(a, 0, str_find_byte(a, '&'));
        a = str_slice(a, pair.len + 1, a.len);
        if (str_find(b, pair) == b.len)
            return false;
    }
    return true;
}

static bool same_url(const char *got, const char *want) {
    struct url a, b;
    if (!url_parse(str_c(got), &a) || !url_parse(str_c(want), &b))
        return false;
    if (!b.path.len)
        b.path = (struct str)STR("/");
    return a.https == b.https && str_equal(a.host, b.host) && str_equal(a.path, b.path) &&
           a.query.len == b.query.len && same_query(a.query, b.query);
}

/* The next recorded request must be this one; what was answered to it is the answer. The last answer stands
 * for all repetitions. */
static bool replay(struct world *w, const struct http_request *request, struct http_response *response,
                   struct fault *fault) {
    const struct json_node *e = w->next;
    while (e && !action(e, "Request"))
        e = json_after(e);
    const struct json_node *want = json_member(action(e, "Request"), "request");
    if (!e)
        return nobody_there(response, fault);
    CHECK_STR(str_c(request->method), json_c(json_member(want, "method"), ""));
    const char *uri = json_c(json_member(want, "uri"), "");
    if (!same_url(request->url, uri))
        fprintf(stderr, "asked %s, recorded %s\n", request->url, uri);
    CHECK(same_url(request->url, uri));
    const struct json_node *start = e;
    for (e = json_after(e); e && !action(e, "Request"); e = json_after(e)) {
        const struct json_node *answer = json_member(json_member(action(e, "Response"), "response"), "Ok");
        const struct json_node *data = action(e, "Data");
        if (answer)
            response->status = (int)json_integer(json_member(answer, "status"), 0);
        if (data && strcmp(json_c(json_member(data, "direction"), ""), "Response") == 0)
            buf_add(&response->body, json_str(json_member(json_member(data, "data"), "Utf8")));
    }
    w->next = e ? e : start;
    return true;
}

/* The value of a field of a form, decoded. */
static void add_form_field(struct buf *out, struct str form, const char *name) {
    while (form.len) {
        struct str pair = str_slice(form, 0, str_find_byte(form, '&'));
        form = str_slice(form, pair.len + 1, form.len);
        size_t equals = str_find_byte(pair, '=');
        if (!str_equal_c(str_slice(pair, 0, equals), name))
            continue;
        buf_printf(out, " %s=", name);
        url_decode(out, str_slice(pair, equals + 1, pair.len));
    }
}

static struct str signer_of(const struct http_request *request) {
    for (size_t i = 0; i < request->header_count; i++) {
        struct str value = request->headers[i].value;
        size_t at = str_find(value, (struct str)STR("Credential="));
        if (str_equal_c(request->headers[i].name, "Authorization") && at < value.len) {
            struct str id = str_slice(value, at + 11, value.len);
            return str_slice(id, 0, str_find_byte(id, '/'));
        }
    }
    return (struct str)STR("nobody");
}

/* Says yes to everything and notes what was asked by whom. */
static bool invent(struct world *w, const struct http_request *request, struct http_response *response) {
    response->status = 200;
    if (strstr(request->url, "//sts.")) {
        buf_printf(&w->log, "%.*s:", STR_ARG(signer_of(request)));
        add_form_field(&w->log, request->body, "Action");
        add_form_field(&w->log, request->body, "RoleArn");
        add_form_field(&w->log, request->body, "ExternalId");
        add_form_field(&w->log, request->body, "RoleSessionName");
        buf_add_byte(&w->log, '\n');
        buf_add_c(&response->body,
                  "<R><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                  "<SessionToken>t</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration>"
                  "</Credentials></R>");
        return true;
    }
    buf_printf(&w->log, "%s\n", request->url);
    bool answer =
        strstr(request->url, "security-credentials/R") || strstr(request->url, "credentials/") == NULL;
    if (strstr(request->url, "/api/token"))
        buf_add_c(&response->body, "token");
    else if (!answer)
        buf_add_c(&response->body, "R");
    else
        buf_add_c(&response->body, "{\"AccessKeyId\":\"MACHINE\",\"SecretAccessKey\":\"s\",\"Token\":\"t\"}");
    return true;
}

static bool exchange(void *context, const struct http_request *request, struct http_response *response,
                     struct fault *fault) {
    struct world *w = context;
    buf_reset(&response->body);
    buf_reset(&response->headers);
    response->failure = HTTP_NONE;
    return w->recorded ? replay(w, request, response, fault) : invent(w, request, response);
}

static void begin(struct world *w, const char *root, const struct json_node *env) {
    *w = (struct world){ .env = env };
    w->around = (struct surroundings){ variable, root, exchange, now, no_wait, w };
    buf_init(&w->log, 65536);
}

static bool find(struct world *w, struct credentials *out, struct fault *fault) {
    *out = (struct credentials){ 0 };
    struct settings *settings = settings_new(&w->around, fault);
    bool found = settings && credentials_find(settings, crypto, out, fault);
    settings_free(settings);
    return found;
}

/* ---- recorded cases ---- */

static void compare(const struct json_node *want, const struct credentials *got) {
    CHECK_STR(str_c(got->id), json_c(json_member(want, "access_key_id"), ""));
    CHECK_STR(str_c(got->secret), json_c(json_member(want, "secret_access_key"), ""));
    CHECK_STR(str_c(got->token), json_c(json_member(want, "session_token"), ""));
    CHECK_INT(got->expires, json_integer(json_member(want, "expiry"), 0));
}

static void run_recorded(const char *folder, bool hide_keys) {
    char path[4096], root[4096];
    struct world w;
    struct credentials got;
    struct fault fault = { .text = "" };
    snprintf(path, sizeof path, "%s/env.json", folder);
    struct json_doc *env = vector_json(path), *traffic = NULL;
    snprintf(path, sizeof path, "%s/test-case.json", folder);
    struct json_doc *test = vector_json(path);
    snprintf(path, sizeof path, "%s/http-traffic.json", folder);
    if (access(path, R_OK) == 0)
        traffic = vector_json(path);
    snprintf(root, sizeof root, "%s/fs", folder);
    begin(&w, root, json_doc_root(env));
    w.recorded = true;
    w.hide_keys = hide_keys;
    w.next = traffic ? json_first(json_member(json_doc_root(traffic), "events")) : NULL;
    const struct json_node *ok = json_member(json_member(json_doc_root(test), "result"), "Ok");
    bool found = find(&w, &got, &fault);
    if (found != (ok != NULL))
        fprintf(stderr, "%s: %s\n", folder, found ? "credentials where none were expected" : fault.text);
    CHECK_INT(found, ok != NULL);
    if (found && ok)
        compare(ok, &got);
    CHECK(found ||
          (fault.text[0] && !strstr(fault.text, "SECRET") && !strstr(fault.text, "token.jwt token")));
    credentials_fini(&got);
    buf_fini(&w.log);
    json_doc_free(env);
    json_doc_free(test);
    json_doc_free(traffic);
}

static void run_default(const char *folder) {
    run_recorded(folder, false);
}

static void run_profile(const char *folder) {
    run_recorded(folder, true);
}

/* ---- chains of profiles ---- */

static void add_sections(struct buf *config, const char *kind, const struct json_node *sections) {
    for (const struct json_node *s = json_first(sections); s; s = json_after(s)) {
        buf_printf(config, "[%s %s]\n", kind, json_name(s));
        for (const struct json_node *p = json_first(s); p; p = json_after(p))
            buf_printf(config, "%s = %s\n", json_name(p), json_c(p, ""));
    }
}

/* What invent() would note if the expected chain were walked. False: SSO, which is left out. */
static bool expect_chain(const struct json_node *steps, struct buf *out) {
    const char *by = "nobody";
    for (const struct json_node *s = json_first(steps); s; s = json_after(s)) {
        const struct json_node *key = json_member(s, "AccessKey"), *role = json_member(s, "AssumeRole");
        const struct json_node *web = json_member(s, "WebIdentityToken"), *n = role ? role : web;
        if (key)
            by = json_c(json_member(key, "access_key_id"), "");
        else if (json_member(s, "NamedSource"))
            by = "MACHINE";
        else if (!n)
            return false;
        if (!n)
            continue;
        const char *external = json_c(json_member(n, "external_id"), NULL);
        buf_printf(out, "%s: Action=%s RoleArn=%s%s%s RoleSessionName=%s\n", web ? "nobody" : by,
                   web ? "AssumeRoleWithWebIdentity" : "AssumeRole", json_c(json_member(n, "role_arn"), ""),
                   external ? " ExternalId=" : "", external ? external : "",
                   json_c(json_member(n, "role_session_name"), "logaudit-1600000000"));
        by = "ROLE";
    }
    return true;
}

static bool run_chain(const struct json_node *test) {
    const struct json_node *input = json_member(test, "input"), *output = json_member(test, "output");
    const struct json_node *chain = json_member(output, "ProfileChain");
    struct buf config, want, env_text;
    struct world w;
    struct credentials got;
    struct fault fault = { .text = "" };
    buf_init(&config, 65536);
    buf_init(&want, 65536);
    buf_init(&env_text, 4096);
    bool ran = !chain || expect_chain(chain, &want);
    if (ran) {
        add_sections(&config, "profile", json_member(input, "profiles"));
        add_sections(&config, "sso-session", json_member(input, "sso_sessions"));
        scratch_file("config", str_c(buf_c(&config)));
        buf_printf(&env_text,
                   "{\"AWS_CONFIG_FILE\":\"/config\",\"AWS_REGION\":\"us-east-1\",\"AWS_PROFILE\":\"%s\"%s}",
                   json_c(json_member(input, "selected_profile"), ""),
                   chain && str_find(buf_str(&want), (struct str)STR("MACHINE")) < want.len
                       ? ""
                       : ",\"AWS_EC2_METADATA_DISABLED\":\"true\"");
        struct json_doc *env = json_doc_parse(buf_str(&env_text), "env", FAULT_INPUT, &fault);
        begin(&w, scratch_path, json_doc_root(env));
        bool found = find(&w, &got, &fault);
        if (found != (chain != NULL))
            fprintf(stderr, "%s: %s\n", json_c(json_member(test, "docs"), ""), fault.text);
        CHECK_INT(found, chain != NULL);
        struct str log = buf_str(&w.log); /* questions to the machine's service stand before the roles */
        for (struct str line; log.len && str_starts(log, (struct str)STR("http"));) {
            line = str_slice(log, 0, str_find_byte(log, '\n') + 1);
            log = str_slice(log, line.len, log.len);
        }
        if (chain)
            CHECK_STR(log, buf_c(&want));
        credentials_fini(&got);
        buf_fini(&w.log);
        json_doc_free(env);
    }
    buf_fini(&config);
    buf_fini(&want);
    buf_fini(&env_text);
    return ran;
}

static void test_chains(const char *path) {
    struct json_doc *doc = vector_json(path);
    int ran = 0, omitted = 0;
    CHECK(mkdir(scratch("var"), 0700) == 0);
    scratch_file("var/token.jwt", (struct str)STR("a-token\n"));
    for (const struct json_node *t = json_first(json_doc_root(doc)); t; t = json_after(t))
        *(run_chain(t) ? &ran : &omitted) += 1;
    printf("chains of profiles: %d cases, %d left out\n", ran, omitted);
    CHECK(ran >= 25);
    json_doc_free(doc);
}

/* ---- addresses ---- */

/* The first address that is asked; "" when none is. */
static void run_address(const struct json_node *test) {
    const struct json_node *result = json_member(test, "result");
    const char *want = json_c(json_member(result, "Ok"), NULL);
    struct world w;
    struct credentials got;
    struct fault fault = { .text = "" };
    unlink(scratch("config"));
    for (const struct json_node *f = json_first(json_member(test, "fs")); f; f = json_after(f))
        scratch_file(json_name(f), json_str(f));
    char root[300];
    snprintf(root, sizeof root, "%s/", scratch_path);
    begin(&w, root, json_member(test, "env"));
    bool found = find(&w, &got, &fault);
    struct str first = buf_str(&w.log);
    if (want)
        CHECK_STR(str_slice(first, 0, str_find_byte(first, '\n')), want);
    else
        CHECK(!found || strstr(buf_c(&w.log), "169.254.169.254")); /* the next place in the chain */
    credentials_fini(&got);
    buf_fini(&w.log);
}

static void test_addresses(const char *path, int least) {
    struct json_doc *doc = vector_json(path);
    int count = 0;
    for (const struct json_node *t = json_first(json_member(json_doc_root(doc), "tests")); t;
         t = json_after(t))
        if (!json_member(t, "endpoint_override") && !json_member(t, "mode_override")) {
            run_address(t);
            count++;
        }
    CHECK(count >= least);
    json_doc_free(doc);
}

/* ---- own cases ---- */

static bool find_with(const char *env_text, struct credentials *got, struct fault *fault, char log[4096]) {
    struct world w;
    struct json_doc *env = json_doc_parse(str_c(env_text), "env", FAULT_INPUT, fault);
    begin(&w, scratch_path, json_doc_root(env));
    bool found = find(&w, got, fault);
    snprintf(log, 4096, "%s", buf_c(&w.log));
    buf_fini(&w.log);
    json_doc_free(env);
    return found;
}

static void test_environment(void) {
    struct credentials got;
    struct fault fault;
    char log[4096];
    CHECK(find_with(
        "{\"AWS_ACCESS_KEY_ID\":\"A\",\"AWS_SECRET_ACCESS_KEY\":\"S \",\"AWS_SESSION_TOKEN\":\" \"}", &got,
        &fault, log));
    CHECK_STR(str_c(got.id), "A");
    CHECK_STR(str_c(got.secret), "S");
    CHECK(!got.token && !got.expires && !log[0]);
    credentials_fini(&got);
    CHECK(!find_with("{\"AWS_ACCESS_KEY_ID\":\"A\",\"AWS_EC2_METADATA_DISABLED\":\"true\"}", &got, &fault,
                     log));
    CHECK(strstr(fault.text, "no credentials for AWS") != NULL);
    CHECK(!find_with("{\"AWS_PROFILE\":\"nobody\",\"HOME\":\"/nowhere\"}", &got, &fault, log));
    CHECK(strstr(fault.text, "there is no profile 'nobody'") != NULL);
}

/* A token goes to no other machine in the clear, and no line end gets into a header. */
static void test_container(void) {
    struct credentials got;
    struct fault fault;
    char log[4096];
    CHECK(!find_with("{\"AWS_CONTAINER_CREDENTIALS_FULL_URI\":\"http://example.com/c\"}", &got, &fault, log));
    CHECK(strstr(fault.text, "AWS_CONTAINER_CREDENTIALS_FULL_URI") && !log[0]);
    CHECK(
        !find_with("{\"AWS_CONTAINER_CREDENTIALS_FULL_URI\":\"http://127.evil.com/c\"}", &got, &fault, log));
    CHECK(!log[0]);
    CHECK(find_with("{\"AWS_CONTAINER_CREDENTIALS_FULL_URI\":\"http://127.0.0.1:1/c\"}", &got, &fault, log));
    CHECK_STR(str_c(log), "http://127.0.0.1:1/c\n");
    credentials_fini(&got);
}

static void test_broken_file(void) {
    struct credentials got;
    struct fault fault;
    char log[4096];
    scratch_file("config", (struct str)STR("[default]\nregion = x\naws_secret_access_key\n"));
    CHECK(!find_with("{\"AWS_CONFIG_FILE\":\"/config\"}", &got, &fault, log));
    CHECK(strstr(fault.text, "/config:3: KEY = VALUE was expected") != NULL);
    CHECK_INT(fault.kind, FAULT_USAGE);
    scratch_file("config", (struct str)STR("[default\nregion = x\n"));
    CHECK(!find_with("{\"AWS_CONFIG_FILE\":\"/config\"}", &got, &fault, log));
    CHECK(strstr(fault.text, "/config:1: ']' was expected") != NULL);
}

static void test_process(void) {
    struct credentials got;
    struct fault fault;
    char log[4096];
    scratch_file(
        "config",
        (struct str)STR("[default] # here\ncredential_process = printf '{\"Version\":1,\"AccessKeyId\":"
                        "\"P\",\"SecretAccessKey\":\"Q\",\"Expiration\":\"2030-01-01T00:00:00Z\"}'\n"
                        "s3 =\n  endpoint_url = http://x\n  and more text\n"));
    CHECK(find_with("{\"AWS_CONFIG_FILE\":\"/config\"}", &got, &fault, log));
    CHECK_STR(str_c(got.id), "P");
    CHECK_INT(got.expires, 1893456000);
    credentials_fini(&got);
}

int main(void) {
    struct fault fault;
    crypto = crypto_new(&fault);
    CHECK(crypto != NULL);
    if (!crypto)
        return check_report();
    scratch_make();
    test_environment();
    test_container();
    test_broken_file();
    test_process();
    if (vector_path("")) {
        static const char folder[] = "aws/aws-config-credentials";
        char name[4][256];
        snprintf(name[0], 256, "%s/default-credential-provider-chain", folder);
        snprintf(name[1], 256, "%s/profile-provider", folder);
        CHECK_INT(vector_each(vector_path(name[0]), run_default), 29);
        CHECK_INT(vector_each(vector_path(name[1]), run_profile), 18);
        snprintf(name[2], 256, "%s/assume-role-tests.json", folder);
        test_chains(vector_path(name[2]));
        snprintf(name[3], 256, "%s/ecs-tests.json", folder);
        test_addresses(vector_path(name[3]), 11);
        snprintf(name[3], 256, "%s/imds-config/imds-endpoint-tests.json", folder);
        test_addresses(vector_path(name[3]), 11);
    }
    scratch_remove();
    free(crypto);
    return check_report();
}
