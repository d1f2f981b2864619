/* Credentials by a sign-in to the identity center: the token in the cache of the AWS tools, and what the
 * portal gives for it. */
#include "credentials_inside.h"
#include "endpoint.h"
#include "json.h"
#include "log.h"
#include "sink_file.h"
#include "timestamp.h"
#include "url.h"

#include <stdio.h>
#include <stdlib.h>

/* A token that ends so soon is renewed. */
enum { SOON_SECONDS = 300, MAX_PATH = 4096, MAX_REASON = 200 };

static void wipe(struct buf *b) {
    if (b->ptr)
        explicit_bzero(b->ptr, b->capacity);
    buf_fini(b);
}

/* ---- the cache ---- */

/* The file that `aws sso login` left. */
struct cached {
    char path[MAX_PATH];
    struct json_doc *doc; /* NULL: it cannot be read */
};

static struct str value_of(const struct json_doc *doc, const char *key) {
    return json_str(json_member(doc ? json_doc_root(doc) : NULL, key));
}

static void read_cache(const struct search *s, const struct sso *sso, struct cached *c) {
    const char *home = settings_variable(s->settings, "HOME");
    char name[SHA1_HEX + 1];
    struct buf text;
    struct fault ignored; /* it might quote the file */
    crypto_sha1_hex(s->crypto, str_c(sso->session ? sso->session : sso->start_url), name);
    snprintf(c->path, sizeof c->path, "%s/.aws/sso/cache/%s.json", home ? home : "", name);
    buf_init(&text, MAX_TOKEN);
    bool read = settings_read_file(s->settings, c->path, &text, &ignored);
    c->doc = read ? json_doc_parse(buf_str(&text), c->path, FAULT_INPUT, &ignored) : NULL;
    wipe(&text);
}

static int64_t seconds_left(const struct search *s, struct str time) {
    const struct surroundings *around = settings_around(s->settings);
    return credentials_time(time) - around->now(around->context);
}

/* ---- a new token ---- */

static bool can_renew(const struct search *s, const struct cached *c) {
    struct str registered = value_of(c->doc, "registrationExpiresAt");
    return value_of(c->doc, "refreshToken").len && value_of(c->doc, "clientId").len &&
           value_of(c->doc, "clientSecret").len && (!registered.len || seconds_left(s, registered) > 0);
}

static void put_question(const struct cached *c, struct buf *out) {
    static const char *const keys[] = { "clientId", "clientSecret", "refreshToken" };
    struct json_writer w = { .out = out };
    json_begin(&w, '{');
    json_add_c(&w, "grantType", "refresh_token");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_key(&w, keys[i]);
        json_put(&w, value_of(c->doc, keys[i]));
    }
    json_end(&w, '}');
}

/* False: nobody answered; the fault says why. */
static bool ask_for_token(const struct search *s, const struct sso *sso, const struct cached *c,
                          struct http_response *response) {
    static const struct header header = { STR("Content-Type"), STR("application/json") };
    struct endpoint_options options = endpoint_options(s->settings, "sso_oidc", sso->region);
    struct buf url, body;
    buf_init(&url, MAX_URL);
    buf_init(&body, 4 * MAX_TOKEN);
    bool answered = endpoint_service("oidc", &options, &url, s->fault);
    if (answered) {
        buf_add_c(&url, "/token");
        put_question(c, &body);
        struct http_request request = { .method = "POST",
                                        .url = buf_c(&url),
                                        .headers = &header,
                                        .header_count = 1,
                                        .body = buf_str(&body),
                                        .total_ms = REMOTE_MS };
        answered = credentials_ask(s, &request, false, response);
    }
    buf_fini(&url);
    wipe(&body);
    return answered;
}

/* All that the file says, with what is new. */
static void put_cache(const struct cached *c, const struct json_doc *answer, const char *expires,
                      struct buf *out) {
    struct json_writer w = { .out = out };
    json_begin(&w, '{');
    for (const struct json_node *n = json_first(json_doc_root(c->doc)); n; n = json_after(n)) {
        const char *key = json_name(n);
        bool token = strcmp(key, "accessToken") == 0 || strcmp(key, "refreshToken") == 0;
        const struct json_node *new = token ? json_member(json_doc_root(answer), key) : NULL;
        char *text = json_print(json_is_string(new) ? new : n);
        json_key(&w, key);
        if (strcmp(key, "expiresAt") == 0)
            json_put_c(&w, expires);
        else
            json_put_raw(&w, str_c(text));
        explicit_bzero(text, strlen(text));
        free(text);
    }
    json_end(&w, '}');
    buf_add_byte(out, '\n');
}

/* The old refresh token may be of no use any more, so that who runs next needs the new one. */
static void write_cache(const struct search *s, const struct cached *c, const struct json_doc *answer) {
    const struct surroundings *around = settings_around(s->settings);
    int64_t lives = json_integer(json_member(json_doc_root(answer), "expiresIn"), 0);
    char expires[STAMP_LEN + 1], path[MAX_PATH];
    struct fault fault;
    struct buf text;
    stamp_print((around->now(around->context) + lives) * 1000000, expires);
    snprintf(path, sizeof path, "%s%s", around->root, c->path);
    buf_init(&text, 4 * MAX_TOKEN);
    put_cache(c, answer, expires, &text);
    struct sink *sink = sink_file_new(path, &fault);
    bool ok = sink && sink->write(sink, buf_str(&text), &fault);
    if (sink)
        ok = sink->close(sink, ok, &fault) && ok;
    if (!ok)
        log_warn("SSO: the renewed sign-in cannot be kept: %s", fault.text);
    wipe(&text);
}

/* Appends a new token and keeps it for the next run. False: there is none, for this reason. */
static bool renew(const struct search *s, const struct sso *sso, const struct cached *c, struct buf *token,
                  char reason[MAX_REASON]) {
    struct http_response response;
    struct fault ignored;
    http_response_init(&response);
    bool answered = ask_for_token(s, sso, c, &response);
    struct json_doc *doc =
        answered ? json_doc_parse(buf_str(&response.body), "SSO", FAULT_INPUT, &ignored) : NULL;
    bool ok = response.status == 200 && value_of(doc, "accessToken").len;
    if (ok) {
        buf_add(token, value_of(doc, "accessToken"));
        write_cache(s, c, doc);
    } else if (answered) {
        snprintf(reason, MAX_REASON, "sso-oidc:CreateToken: %.*s (status %d)",
                 STR_ARG(str_slice(value_of(doc, "error"), 0, MAX_REASON / 2)), response.status);
    } else {
        snprintf(reason, MAX_REASON, "sso-oidc:CreateToken: %.*s", MAX_REASON / 2, s->fault->text);
    }
    json_doc_free(doc);
    http_response_fini(&response);
    return ok;
}

static enum found find_token(const struct search *s, const struct sso *sso, struct buf *token) {
    struct cached c;
    char reason[MAX_REASON] = "";
    read_cache(s, sso, &c);
    struct str old = value_of(c.doc, "accessToken");
    int64_t left = old.len ? seconds_left(s, value_of(c.doc, "expiresAt")) : 0;
    bool found = left <= SOON_SECONDS && can_renew(s, &c) && renew(s, sso, &c, token, reason);
    if (!found && left > 0)
        found = buf_add(token, old);
    if (!found)
        credentials_failed(s, "SSO: %s %s%s%s: sign in with 'aws sso login --profile %s'", c.path,
                           !c.doc     ? "cannot be read"
                           : !old.len ? "has no token"
                                      : "has expired",
                           *reason ? "; " : "", reason, sso->profile);
    json_doc_free(c.doc);
    return found ? FOUND : FAILED;
}

/* ---- the portal ---- */

static enum found read_answer(const struct search *s, const struct http_response *response,
                              struct credentials *out) {
    struct fault ignored;
    if (response->status != 200)
        return credentials_failed(s, "SSO: the portal refused GetRoleCredentials (status %d)",
                                  response->status);
    struct json_doc *doc = json_doc_parse(buf_str(&response->body), "SSO", FAULT_INPUT, &ignored);
    const struct json_node *role = doc ? json_member(json_doc_root(doc), "roleCredentials") : NULL;
    struct str id = json_str(json_member(role, "accessKeyId")),
               secret = json_str(json_member(role, "secretAccessKey"));
    bool whole = id.len && secret.len;
    if (whole)
        credentials_set(out, id, secret, json_str(json_member(role, "sessionToken")),
                        json_integer(json_member(role, "expiration"), 0) / 1000);
    json_doc_free(doc);
    return whole ? FOUND : credentials_failed(s, "SSO: the portal's answer has no credentials");
}

enum found credentials_sso(const struct search *s, const struct sso *sso, struct credentials *out) {
    struct endpoint_options options = endpoint_options(s->settings, "sso", sso->region);
    struct buf token, url, query;
    struct http_response response;
    buf_init(&token, MAX_TOKEN);
    buf_init(&url, MAX_URL);
    buf_init(&query, MAX_URL);
    http_response_init(&response);
    enum found found = find_token(s, sso, &token);
    if (found == FOUND && !endpoint_service("portal.sso", &options, &url, s->fault))
        found = FAILED;
    if (found == FOUND) {
        struct header header = { STR("x-amz-sso_bearer_token"), buf_str(&token) };
        url_add_query(&query, "role_name", str_c(sso->role));
        url_add_query(&query, "account_id", str_c(sso->account));
        buf_printf(&url, "/federation/credentials?%.*s", STR_ARG(buf_str(&query)));
        struct http_request request = {
            .method = "GET", .url = buf_c(&url), .headers = &header, .header_count = 1, .total_ms = REMOTE_MS
        };
        found = credentials_ask(s, &request, false, &response) ? read_answer(s, &response, out) : FAILED;
    }
    wipe(&token);
    buf_fini(&url);
    buf_fini(&query);
    http_response_fini(&response);
    return found;
}
