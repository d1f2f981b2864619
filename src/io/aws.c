#include "aws.h"

#include "clock.h"
#include "credentials.h"
#include "json_doc.h"
#include "mem.h"
#include "timestamp.h"
#include "url.h"
#include "xml.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
    MAX_URL = 32 * 1024,
    MAX_CODE = 128,
    MAX_SAID = 400,
    REFRESH_SECONDS = 300, /* credentials are renewed so long before they end */
    FAILED_SECONDS = 30,   /* and not looked for again so soon after there were none */
    CONNECT_MS = 10000,
    STALL_MS = 30000,
    MAX_STALL_SECONDS = 3600,
    MAX_ATTEMPTS = 100,
};

struct aws {
    struct surroundings around;
    struct settings *settings;
    struct crypto *crypto;
    struct http_options http;
    struct retry_quota quota;
    unsigned attempts;
    _Atomic int64_t skew; /* seconds that the other side is ahead */

    pthread_mutex_t lock; /* of what follows */
    struct http *own;     /* for credentials */
    struct credentials credentials;
    int64_t failed_at;
    struct fault failed;
};

/* ---- the process's own surroundings ---- */

static const char *own_variable(void *context, const char *name) {
    (void)context;
    return getenv(name);
}

static bool own_exchange(void *context, const struct http_request *request, struct http_response *response,
                         struct fault *fault) {
    struct aws *a = context;
    if (!a->own)
        a->own = http_new(&a->http, fault);
    return a->own && http_send(a->own, request, response, fault);
}

static int64_t now_ms(void) {
    return now_micros() / 1000;
}

static int64_t own_now(void *context) {
    const struct aws *a = context;
    return now_ms() / 1000 + a->skew;
}

static void sleep_ms(unsigned milliseconds) {
    struct timespec wait = { milliseconds / 1000, (long)(milliseconds % 1000) * 1000000 };
    nanosleep(&wait, NULL);
}

static void own_wait(void *context, unsigned milliseconds) {
    (void)context;
    sleep_ms(milliseconds);
}

/* ---- life ---- */

static const char *ca_file(const struct settings *s) {
    static const char *const names[] = { "AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE" };
    const char *named = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !named; i++)
        named = settings_variable(s, names[i]);
    return http_ca_file(named ? named : settings_own(s, "ca_bundle"));
}

static bool read_limits(struct aws *a, struct fault *fault) {
    static const struct setting_bounds attempts = { 1, MAX_ATTEMPTS, RETRY_ATTEMPTS },
                                       seconds = { 1, MAX_STALL_SECONDS, STALL_MS / 1000 };
    unsigned stall;
    if (!settings_number(a->settings, "AWS_MAX_ATTEMPTS", attempts, &a->attempts, fault) ||
        !settings_number(a->settings, "LOGAUDIT_AWS_TIMEOUT", seconds, &stall, fault))
        return false;
    stall *= 1000;
    a->http = (struct http_options){ .ca_file = ca_file(a->settings),
                                     .connect_ms = stall < CONNECT_MS ? stall : CONNECT_MS,
                                     .stall_ms = stall };
    return true;
}

struct aws *aws_new(struct fault *fault) {
    struct aws *a = mem_new(1, sizeof *a);
    a->around = (struct surroundings){ own_variable, "", own_exchange, own_now, own_wait, a };
    pthread_mutex_init(&a->lock, NULL);
    retry_quota_init(&a->quota);
    a->settings = settings_new(&a->around, fault);
    a->crypto = a->settings && read_limits(a, fault) ? crypto_new(fault) : NULL;
    if (!a->crypto) {
        aws_free(a);
        return NULL;
    }
    return a;
}

void aws_free(struct aws *a) {
    if (!a)
        return;
    http_free(a->own);
    credentials_fini(&a->credentials);
    settings_free(a->settings);
    free(a->crypto);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

const struct settings *aws_settings(const struct aws *a) {
    return a->settings;
}

const struct crypto *aws_crypto(const struct aws *a) {
    return a->crypto;
}

struct http *aws_connect(const struct aws *a, struct fault *fault) {
    return http_new(&a->http, fault);
}

/* ---- credentials ---- */

/* Those that were found stay in use while they are valid, also when no new ones come. */
static bool renew(struct aws *a, int64_t now, struct fault *fault) {
    struct credentials found;
    if (a->failed_at && now - a->failed_at < FAILED_SECONDS) {
        *fault = a->failed;
        return false;
    }
    if (!credentials_find(a->settings, a->crypto, &found, fault)) {
        a->failed_at = now;
        a->failed = *fault;
        return false;
    }
    credentials_fini(&a->credentials);
    a->credentials = found;
    a->failed_at = 0;
    return true;
}

static bool current_credentials(struct aws *a, struct credentials *out, struct fault *fault) {
    pthread_mutex_lock(&a->lock);
    int64_t now = own_now(a), expires = a->credentials.expires;
    bool ok = a->credentials.id && (!expires || expires - now > REFRESH_SECONDS);
    if (!ok)
        ok = renew(a, now, fault) || (a->credentials.id && expires > now);
    if (ok)
        credentials_copy(out, &a->credentials);
    pthread_mutex_unlock(&a->lock);
    return ok;
}

static void forget_credentials(struct aws *a) {
    pthread_mutex_lock(&a->lock);
    credentials_fini(&a->credentials);
    a->failed_at = 0;
    pthread_mutex_unlock(&a->lock);
}

/* ---- one attempt ---- */

struct prepared {
    struct header headers[SIGN_MAX_HEADERS];
    size_t count;
    struct sign_scope scope;
    char hash[SHA256_HEX + 1];
    struct buf url, authorization;
};

static void add_header(struct prepared *p, const char *name, struct str value) {
    if (p->count < SIGN_MAX_HEADERS)
        p->headers[p->count++] = (struct header){ str_c(name), value };
}

static void prepare(struct aws *a, const struct aws_request *r, const struct credentials *c, struct url *url,
                    struct prepared *p) {
    bool s3 = strcmp(r->service, "s3") == 0;
    p->scope = (struct sign_scope){ .region = r->region, .service = r->service };
    sign_print_stamp(own_now(a), p->scope.stamp);
    crypto_sha256_hex(a->crypto, r->body, p->hash);
    add_header(p, "Host", url->host);
    add_header(p, "X-Amz-Date", str_c(p->scope.stamp));
    if (s3)
        add_header(p, "X-Amz-Content-Sha256", str_c(p->hash));
    if (c->token)
        add_header(p, "X-Amz-Security-Token", str_c(c->token));
    for (size_t i = 0; i < r->header_count && p->count + 1 < SIGN_MAX_HEADERS; i++)
        p->headers[p->count++] = r->headers[i];
    struct sign_request sign = { .method = str_c(r->method),
                                 .path = url->path,
                                 .query = r->query,
                                 .headers = p->headers,
                                 .header_count = p->count,
                                 .payload_hash = str_c(p->hash),
                                 .encode_path = !s3,
                                 .normalize = !s3 };
    sign_authorization(a->crypto, &sign, &p->scope, (struct sign_keys){ str_c(c->id), str_c(c->secret) },
                       &p->authorization);
    add_header(p, "Authorization", buf_str(&p->authorization));
}

bool aws_attempt(struct aws *a, struct http *h, const struct aws_request *r, struct http_response *response,
                 struct fault *fault) {
    struct credentials credentials = { 0 };
    struct prepared p = { .count = 0 };
    struct url url;
    response->failure = HTTP_REFUSED;
    if (!current_credentials(a, &credentials, fault))
        return false;
    buf_init(&p.url, MAX_URL);
    buf_init(&p.authorization, MAX_URL);
    buf_printf(&p.url, "%.*s%.*s%s%.*s", STR_ARG(r->base), STR_ARG(r->path), r->query.len ? "?" : "",
               STR_ARG(r->query));
    bool ok = !p.url.full && url_parse(buf_str(&p.url), &url);
    if (ok) {
        prepare(a, r, &credentials, &url, &p);
        struct http_request request = { .method = r->method,
                                        .url = buf_c(&p.url),
                                        .headers = p.headers,
                                        .header_count = p.count,
                                        .body = r->body,
                                        .into = r->into,
                                        .stop = r->stop };
        ok = http_send(h, &request, response, fault);
    } else {
        fault_set(fault, FAULT_INPUT, "the name is too long for a request");
    }
    credentials_fini(&credentials);
    buf_fini(&p.url);
    buf_fini(&p.authorization);
    return ok;
}

/* ---- another attempt ---- */

/* "Wed, 21 Oct 2015 07:28:00 GMT" */
static void learn_clock(struct aws *a, const struct http_response *response) {
    struct time_rules utc = { 0 };
    struct stamp stamp;
    if (stamp_parse(http_header(response, "Date"), &utc, &stamp))
        a->skew = stamp.micros / 1000000 - now_ms() / 1000;
}

/* In steps, so that an interrupt ends it. False: it did. */
static bool wait_ms(unsigned milliseconds, const struct stop *stop) {
    while (milliseconds && !stop_asked(stop)) {
        unsigned step = milliseconds < 100 ? milliseconds : 100;
        sleep_ms(step);
        milliseconds -= step;
    }
    return !stop_asked(stop);
}

/* A wrong clock and old credentials are mended once. */
static bool mend(struct aws *a, struct aws_tries *tries, enum retry_kind kind,
                 const struct http_response *response) {
    bool *done = kind == RETRY_CLOCK ? &tries->clock : &tries->credentials;
    if (*done)
        return false;
    *done = true;
    if (kind == RETRY_CLOCK)
        learn_clock(a, response);
    else
        forget_credentials(a);
    return true;
}

bool aws_again(struct aws *a, struct aws_tries *tries, const struct aws_request *request,
               const struct http_response *response) {
    struct buf code;
    buf_init(&code, MAX_CODE);
    aws_error_code(response, &code);
    enum retry_kind kind = retry_kind(response, buf_str(&code));
    buf_fini(&code);
    if (kind == RETRY_NEVER)
        return false;
    if (kind == RETRY_CLOCK || kind == RETRY_EXPIRED)
        return mend(a, tries, kind, response);
    if (tries->count + 1 >= a->attempts || !retry_quota_take(&a->quota, response))
        return false;
    tries->taken += retry_cost(response);
    tries->count++;
    return wait_ms(retry_delay_ms(tries->count, response, retry_random()), request->stop);
}

void aws_done(struct aws *a, const struct aws_tries *tries) {
    retry_quota_give(&a->quota, tries->taken);
}

bool aws_send(struct aws *a, struct http *h, const struct aws_request *request,
              struct http_response *response, struct fault *fault) {
    struct aws_tries tries = { 0 };
    bool answered;
    do {
        answered = aws_attempt(a, h, request, response, fault);
        if (answered && response->status / 100 == 2)
            break;
    } while (aws_again(a, &tries, request, response));
    if (answered && response->status / 100 == 2)
        aws_done(a, &tries);
    return answered || fault_context(fault, "%s: %s", request->on, request->action);
}

/* ---- refusals ---- */

/* "aws.protocols#ThrottlingException:http://..." */
static struct str bare_code(struct str code) {
    code = str_slice(code, 0, str_find_byte(code, ':'));
    size_t hash = str_find_byte(code, '#');
    return hash < code.len ? str_slice(code, hash + 1, code.len) : code;
}

static void json_error(struct str body, struct buf *code, struct buf *message) {
    struct fault ignored;
    struct json_doc *doc = json_doc_parse(body, "", FAULT_INPUT, &ignored);
    if (!doc)
        return;
    const struct json_node *root = json_doc_root(doc), *text = json_member(root, "message");
    if (code)
        buf_add(code, bare_code(json_str(json_member(root, "__type"))));
    if (message)
        buf_add(message, json_str(text ? text : json_member(root, "Message")));
    json_doc_free(doc);
}

void aws_error_code(const struct http_response *response, struct buf *code) {
    struct str header = http_header(response, "x-amzn-ErrorType"), body = buf_str(&response->body);
    struct str first = str_trim(body);
    if (response->failure != HTTP_NONE)
        return;
    if (header.len)
        buf_add(code, bare_code(header));
    else if (str_starts(first, (struct str)STR("<")))
        (void)(xml_find(body, "Error/Code", code) || xml_find(body, "/Error/Code", code));
    else if (str_starts(first, (struct str)STR("{")))
        json_error(body, code, NULL);
}

static void error_message(const struct http_response *response, struct buf *message) {
    struct str body = buf_str(&response->body), first = str_trim(body);
    if (str_starts(first, (struct str)STR("<")))
        xml_find(body, "/Message", message);
    else if (str_starts(first, (struct str)STR("{")))
        json_error(body, NULL, message);
    if (message->len > MAX_SAID)
        message->len = MAX_SAID;
    for (size_t i = 0; i < message->len; i++)
        if ((unsigned char)message->ptr[i] < ' ')
            message->ptr[i] = ' ';
}

/* What the code means for whoever reads it. */
static const char *meaning_of(struct str code, const struct http_response *response) {
    static const struct {
        const char *code, *meaning;
    } meanings[] = {
        { "NoSuchKey", "there is no such object" },
        { "NoSuchVersion", "there is no such version of the object" },
        { "MethodNotAllowed", "this version of the object is its deletion" },
        { "NoSuchBucket", "there is no such bucket" },
        { "NoSuchUpload", "the upload is gone" },
        { "PreconditionFailed", "the object was replaced while it was read" },
        { "InvalidObjectState", "the object is archived: restore it before it can be read" },
        { "SignatureDoesNotMatch",
          "the secret access key does not fit the access key (or a proxy changed the request)" },
        { "InvalidAccessKeyId", "the access key is not known" },
        { "InvalidClientTokenId", "the access key is not known" },
        { "UnrecognizedClientException", "the access key is not known" },
        { "ExpiredToken", "the credentials have expired" },
        { "ExpiredTokenException", "the credentials have expired" },
        { "InvalidToken", "the session token is not valid" },
        { "RequestTimeTooSkewed", "this machine's clock is wrong" },
        { "AuthorizationHeaderMalformed", "the bucket is in another region" },
        { "PermanentRedirect", "the bucket is in another region" },
        { "AccessDeniedException", "access denied: this permission is missing" },
        { "ResourceNotFoundException", "there is no such log group or stream" },
        { "SlowDown", "AWS wants fewer requests at a time" },
        { "Throttling", "AWS wants fewer requests at a time" },
        { "ThrottlingException", "AWS wants fewer requests at a time" },
        { "InternalError", "the service failed" },
        { "ServiceUnavailable", "the service is not available" },
        { "ServiceUnavailableException", "the service is not available" },
    };
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (str_equal_c(code, meanings[i].code))
            return meanings[i].meaning;
    if (!code.len && response->body.len) /* AWS says why, but to a HEAD */
        return "the answer is not one of AWS (a proxy?)";
    return response->status == 403   ? "access denied: this permission is missing"
           : response->status == 404 ? "it does not exist"
                                     : NULL;
}

bool aws_refused(const struct aws_request *request, const struct http_response *response,
                 struct fault *fault) {
    struct buf code, message;
    buf_init(&code, MAX_CODE);
    buf_init(&message, XML_MAX_TEXT);
    aws_error_code(response, &code);
    error_message(response, &message);
    struct str id = http_header(response, "x-amz-request-id");
    const char *meaning = meaning_of(buf_str(&code), response);
    fault_set(fault, FAULT_INPUT, "%s: %s: %s%s(%s%sstatus %d%s%.*s)%s%s", request->on, request->action,
              meaning ? meaning : "", meaning ? " " : "", buf_c(&code), code.len ? ", " : "",
              response->status, id.len ? ", request " : "", STR_ARG(str_slice(id, 0, 80)),
              message.len ? ": " : "", buf_c(&message));
    buf_fini(&code);
    buf_fini(&message);
    return false;
}
