/* Credentials that others give: STS, the container's endpoint, the machine's metadata service. */
#include "credentials_inside.h"
#include "endpoint.h"
#include "retry.h"
#include "url.h"
#include "xml.h"

#include <stdio.h>
#include <stdlib.h>

enum { ATTEMPTS = 3, LOCAL_MS = 2000 };

/* ---- asking ---- */

bool credentials_ask(const struct search *s, const struct http_request *request, bool once,
                     struct http_response *response) {
    const struct surroundings *around = settings_around(s->settings);
    for (unsigned attempt = 1;; attempt++) {
        bool answered = around->exchange(around->context, request, response, s->fault);
        bool give_up = attempt == ATTEMPTS || (once && response->failure != HTTP_NONE) ||
                       retry_kind(response, (struct str){ 0 }) == RETRY_NEVER;
        if (give_up)
            return answered;
        around->wait(around->context, retry_delay_ms(attempt, response, retry_random()));
    }
}

static bool get(const struct search *s, const char *url, const struct header *header, bool once,
                struct http_response *response) {
    struct http_request request = { .method = "GET",
                                    .url = url,
                                    .headers = header,
                                    .header_count = header ? 1 : 0,
                                    .total_ms = LOCAL_MS,
                                    .no_proxy = true };
    return credentials_ask(s, &request, once, response);
}

/* ---- STS ---- */

static const char *region_of(const struct search *s) {
    const char *region = settings_region(s->settings);
    return region ? region : "us-east-1";
}

static void add_field(struct buf *form, const char *name, const char *value) {
    if (value)
        url_add_query(form, name, str_c(value));
}

/* A form that begins a role. */
static void begin_form(const struct search *s, const char *action, const struct role *role,
                       struct buf *form) {
    char session[64];
    const struct surroundings *around = settings_around(s->settings);
    snprintf(session, sizeof session, "logaudit-%lld", (long long)around->now(around->context));
    add_field(form, "Action", action);
    add_field(form, "Version", "2011-06-15");
    add_field(form, "RoleArn", role->arn);
    add_field(form, "RoleSessionName", role->session ? role->session : session);
    add_field(form, "ExternalId", role->external_id);
    add_field(form, "DurationSeconds", role->duration);
}

/* What STS says, without what it was sent. */
static enum found refused(const struct search *s, const char *action, const struct role *role,
                          const struct http_response *response) {
    struct buf code, message;
    buf_init(&code, 256);
    buf_init(&message, 512);
    xml_find(buf_str(&response->body), "/Error/Code", &code);
    xml_find(buf_str(&response->body), "/Error/Message", &message);
    credentials_failed(s, "sts:%s of %s: %s%s%s (status %d)", action, role->arn,
                       code.len ? buf_c(&code) : "refused", message.len ? ": " : "", buf_c(&message),
                       response->status);
    buf_fini(&code);
    buf_fini(&message);
    return FAILED;
}

static enum found read_role(const struct search *s, const char *action, const struct role *role,
                            const struct http_response *response, struct credentials *out) {
    static const char *const names[] = { "/Credentials/AccessKeyId", "/Credentials/SecretAccessKey",
                                         "/Credentials/SessionToken", "/Credentials/Expiration" };
    struct buf values[4];
    bool whole = true;
    if (response->status != 200)
        return refused(s, action, role, response);
    for (size_t i = 0; i < 4; i++) {
        buf_init(&values[i], MAX_TOKEN);
        whole = xml_find(buf_str(&response->body), names[i], &values[i]) && whole;
    }
    if (whole)
        credentials_set(out, buf_str(&values[0]), buf_str(&values[1]), buf_str(&values[2]),
                        credentials_time(buf_str(&values[3])));
    for (size_t i = 0; i < 4; i++) {
        if (values[i].ptr)
            explicit_bzero(values[i].ptr, values[i].capacity);
        buf_fini(&values[i]);
    }
    return whole ? FOUND
                 : credentials_failed(s, "sts:%s of %s: its answer has no credentials", action, role->arn);
}

struct sts_headers {
    struct header list[5];
    size_t count;
    struct sign_scope scope;
    struct buf authorization;
};

static void add_header(struct sts_headers *h, const char *name, struct str value) {
    h->list[h->count++] = (struct header){ str_c(name), value };
}

/* Signed when there is something to sign with. */
static void make_headers(const struct search *s, const struct url *url, struct str form,
                         const struct credentials *base, struct sts_headers *h) {
    const struct surroundings *around = settings_around(s->settings);
    char hash[SHA256_HEX + 1];
    h->scope = (struct sign_scope){ .region = region_of(s), .service = "sts" };
    sign_print_stamp(around->now(around->context), h->scope.stamp);
    add_header(h, "Host", url->host);
    add_header(h, "Content-Type", (struct str)STR("application/x-www-form-urlencoded"));
    if (!base)
        return;
    add_header(h, "X-Amz-Date", str_c(h->scope.stamp));
    if (base->token)
        add_header(h, "X-Amz-Security-Token", str_c(base->token));
    crypto_sha256_hex(s->crypto, form, hash);
    struct sign_request sign = { .method = STR("POST"),
                                 .path = url->path,
                                 .headers = h->list,
                                 .header_count = h->count,
                                 .payload_hash = str_c(hash),
                                 .encode_path = true,
                                 .normalize = true };
    sign_authorization(s->crypto, &sign, &h->scope,
                       (struct sign_keys){ str_c(base->id), str_c(base->secret) }, &h->authorization);
    add_header(h, "Authorization", buf_str(&h->authorization));
}

static enum found ask_sts(const struct search *s, const char *action, const struct role *role,
                          struct str form, const struct credentials *base, struct credentials *out) {
    struct endpoint_options options = endpoint_options(s->settings, "sts", region_of(s));
    struct sts_headers headers = { .count = 0 };
    struct buf text;
    struct url url;
    struct http_response response;
    enum found found = FAILED;
    buf_init(&text, MAX_URL);
    buf_init(&headers.authorization, MAX_URL);
    http_response_init(&response);
    if (endpoint_service("sts", &options, &text, s->fault) && buf_add_c(&text, "/") &&
        url_parse(buf_str(&text), &url)) {
        make_headers(s, &url, form, base, &headers);
        struct http_request request = { .method = "POST",
                                        .url = buf_c(&text),
                                        .headers = headers.list,
                                        .header_count = headers.count,
                                        .body = form,
                                        .total_ms = REMOTE_MS };
        if (credentials_ask(s, &request, false, &response))
            found = read_role(s, action, role, &response, out);
        else
            fault_context(s->fault, "sts:%s of %s", action, role->arn);
    }
    buf_fini(&text);
    buf_fini(&headers.authorization);
    http_response_fini(&response);
    return found;
}

enum found credentials_assume(const struct search *s, const struct role *role, const struct credentials *base,
                              struct credentials *out) {
    struct buf form;
    buf_init(&form, MAX_URL);
    begin_form(s, "AssumeRole", role, &form);
    enum found found = ask_sts(s, "AssumeRole", role, buf_str(&form), base, out);
    buf_fini(&form);
    return found;
}

enum found credentials_web_identity(const struct search *s, const struct role *role, const char *token_file,
                                    struct credentials *out) {
    struct buf form, token;
    enum found found = FAILED;
    buf_init(&form, 2 * MAX_TOKEN);
    buf_init(&token, MAX_TOKEN);
    if (settings_read_file(s->settings, token_file, &token, s->fault)) {
        begin_form(s, "AssumeRoleWithWebIdentity", role, &form);
        url_add_query(&form, "WebIdentityToken", str_trim(buf_str(&token)));
        found = ask_sts(s, "AssumeRoleWithWebIdentity", role, buf_str(&form), NULL, out);
    } else {
        fault_context(s->fault, "web identity token");
    }
    buf_fini(&form);
    buf_fini(&token);
    return found;
}

/* ---- containers ---- */

/* Plain http only to this machine and to the addresses that AWS answers at: the token must not go elsewhere.
 */
static bool may_be_asked(const struct url *url) {
    static const char *const hosts[] = { "169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost",
                                         "::1" };
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        if (str_equal_c(url->name, hosts[i]))
            return true;
    return url->https || (url_is_address(url->name) && str_starts(url->name, (struct str)STR("127.")));
}

/* The header Authorization, when there is a token. */
static enum found container_token(const struct search *s, struct buf *token) {
    const char *file = settings_variable(s->settings, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char *value = settings_variable(s->settings, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
    if (file && !settings_read_file(s->settings, file, token, s->fault)) {
        fault_context(s->fault, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        return FAILED;
    }
    if (!file && value)
        buf_add_c(token, value);
    return token->len ? FOUND : NONE;
}

static enum found ask_container(const struct search *s, const char *url, struct credentials *out) {
    struct buf token;
    struct http_response response;
    buf_init(&token, MAX_TOKEN);
    http_response_init(&response);
    enum found found = container_token(s, &token);
    if (found != FAILED) {
        struct header header = { STR("Authorization"), str_trim(buf_str(&token)) };
        bool answered = get(s, url, found == FOUND ? &header : NULL, false, &response);
        if (answered && response.status == 200)
            found = credentials_from_json(s, buf_str(&response.body), "Token", "the container's credentials",
                                          out);
        else if (answered)
            found =
                credentials_failed(s, "the container's credentials: refused (status %d)", response.status);
        else
            found = FAILED;
    }
    if (token.ptr)
        explicit_bzero(token.ptr, token.capacity);
    buf_fini(&token);
    http_response_fini(&response);
    return found;
}

enum found credentials_container(const struct search *s, struct credentials *out) {
    const char *relative = settings_variable(s->settings, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const char *full = settings_variable(s->settings, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
    struct buf text;
    struct url url;
    if (!relative && !full)
        return NONE;
    buf_init(&text, MAX_URL);
    if (relative)
        buf_printf(&text, "http://169.254.170.2%s%s", *relative == '/' ? "" : "/", relative);
    else
        buf_add_c(&text, full);
    enum found found;
    if (!url_parse(buf_str(&text), &url) || !may_be_asked(&url))
        found = credentials_failed(s, "AWS_CONTAINER_CREDENTIALS_FULL_URI: an https URL, or http to this "
                                      "machine or AWS's own address, was "
                                      "expected");
    else
        found = ask_container(s, buf_c(&text), out);
    buf_fini(&text);
    return found;
}

/* ---- the machine ---- */

static bool metadata_base(const struct search *s, struct buf *base) {
    const char *url = settings_variable(s->settings, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
    const char *mode = settings_variable(s->settings, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    url = url ? url : settings_own(s->settings, "ec2_metadata_service_endpoint");
    mode = mode ? mode : settings_own(s->settings, "ec2_metadata_service_endpoint_mode");
    bool six = mode && str_equal_nocase(str_c(mode), (struct str)STR("IPv6"));
    if (mode && !six && !str_equal_nocase(str_c(mode), (struct str)STR("IPv4")))
        return fault_set(s->fault, FAULT_USAGE,
                         "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: IPv4 or IPv6 was expected, got '%s'", mode);
    struct url parsed;
    if (url && !url_parse(str_c(url), &parsed))
        return fault_set(s->fault, FAULT_USAGE, "AWS_EC2_METADATA_SERVICE_ENDPOINT: a URL was expected");
    buf_add_c(base, url ? url : six ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
    while (str_ends(buf_str(base), (struct str)STR("/")))
        base->len--;
    return true;
}

/* One question to the service, with the token of the session. */
static bool ask_metadata(const struct search *s, struct str base, const char *path, struct str name,
                         const struct buf *token, struct http_response *response) {
    struct header header = { STR("X-aws-ec2-metadata-token"), buf_str(token) };
    struct buf url;
    buf_init(&url, MAX_URL);
    buf_printf(&url, "%.*s%s", STR_ARG(base), path);
    url_encode(&url, name, true);
    bool answered = get(s, buf_c(&url), &header, false, response);
    buf_fini(&url);
    return answered;
}

/* A machine that is none of AWS has no such service: that is no failure. */
static enum found metadata_token(const struct search *s, struct str base, struct buf *token,
                                 struct http_response *response) {
    struct header header = { STR("X-aws-ec2-metadata-token-ttl-seconds"), STR("21600") };
    struct buf url;
    buf_init(&url, MAX_URL);
    buf_printf(&url, "%.*s/latest/api/token", STR_ARG(base));
    struct http_request request = { .method = "PUT",
                                    .url = buf_c(&url),
                                    .headers = &header,
                                    .header_count = 1,
                                    .total_ms = LOCAL_MS / 2,
                                    .no_proxy = true };
    bool answered = credentials_ask(s, &request, true, response);
    buf_fini(&url);
    if (!answered)
        return NONE;
    if (response->status != 200)
        return credentials_failed(s, "the machine's metadata service refuses to be asked (status %d)",
                                  response->status);
    return buf_add(token, str_trim(buf_str(&response->body))) ? FOUND : FAILED;
}

static enum found metadata_role(const struct search *s, struct str base, const struct buf *token,
                                struct http_response *response, struct credentials *out) {
    static const char path[] = "/latest/meta-data/iam/security-credentials/";
    struct buf name;
    if (!ask_metadata(s, base, path, (struct str){ 0 }, token, response))
        return FAILED;
    struct str text = buf_str(&response->body);
    text = str_trim(str_slice(text, 0, str_find_byte(text, '\n')));
    if (response->status == 404 || !text.len)
        return NONE; /* the machine has no role */
    if (response->status != 200)
        return credentials_failed(s, "the machine's metadata service names no role (status %d)",
                                  response->status);
    buf_init(&name, 1024);
    buf_add(&name, text);
    bool answered = ask_metadata(s, base, path, buf_str(&name), token, response);
    buf_fini(&name);
    if (!answered)
        return FAILED;
    return response->status == 200
               ? credentials_from_json(s, buf_str(&response->body), "Token", "the machine's metadata service",
                                       out)
               : credentials_failed(s, "the machine's metadata service gives no credentials (status %d)",
                                    response->status);
}

enum found credentials_metadata(const struct search *s, struct credentials *out) {
    struct buf base, token;
    struct http_response response;
    if (settings_true(s->settings, "AWS_EC2_METADATA_DISABLED", "ec2_metadata_disabled"))
        return NONE;
    buf_init(&base, MAX_URL);
    buf_init(&token, MAX_TOKEN);
    http_response_init(&response);
    enum found found =
        metadata_base(s, &base) ? metadata_token(s, buf_str(&base), &token, &response) : FAILED;
    if (found == FOUND)
        found = metadata_role(s, buf_str(&base), &token, &response, out);
    buf_fini(&base);
    buf_fini(&token);
    http_response_fini(&response);
    return found;
}
