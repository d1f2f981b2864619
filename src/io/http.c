#include "http.h"

#include "library.h"
#include "mem.h"
#include "url.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <unistd.h>

struct http {
    CURL *easy;
    struct http_options options;
    __typeof__(curl_global_init) *global_init;
    __typeof__(curl_easy_init) *init;
    __typeof__(curl_easy_reset) *reset;
    __typeof__(curl_easy_cleanup) *cleanup;
    __typeof__(curl_easy_perform) *perform;
    __typeof__(curl_easy_strerror) *explain;
    CURLcode (*set)(CURL *easy, CURLoption option, ...);
    CURLcode (*get)(CURL *easy, CURLINFO info, ...);
    __typeof__(curl_slist_append) *append;
    __typeof__(curl_slist_free_all) *free_list;
};

/* One exchange, for the callbacks. */
struct exchange {
    struct http *http;
    const struct http_request *request;
    struct http_response *response;
    bool too_long;
};

/* ---- the answer ---- */

void http_response_init(struct http_response *r) {
    *r = (struct http_response){ 0 };
    buf_init(&r->headers, HTTP_MAX_HEADERS);
    buf_init(&r->body, HTTP_MAX_BODY);
}

void http_response_fini(struct http_response *r) {
    if (r->body.ptr)
        explicit_bzero(r->body.ptr, r->body.len); /* credentials come this way too */
    buf_fini(&r->headers);
    buf_fini(&r->body);
}

struct str http_header(const struct http_response *r, const char *name) {
    struct str rest = buf_str(&r->headers), wanted = str_c(name);
    while (rest.len) {
        struct str line = str_slice(rest, 0, str_find_byte(rest, '\n'));
        size_t colon = str_find_byte(line, ':');
        if (str_equal_nocase(str_slice(line, 0, colon), wanted))
            return str_trim(str_slice(line, colon + 1, line.len));
        rest = str_slice(rest, line.len + 1, rest.len);
    }
    return (struct str){ 0 };
}

/* Of several answers (100 Continue, a proxy's own) the last one counts. */
static size_t take_header(char *bytes, size_t size, size_t count, void *context) {
    struct exchange *e = context;
    struct str line = str_of(bytes, size * count);
    if (str_starts(line, (struct str)STR("HTTP/")))
        buf_reset(&e->response->headers);
    buf_add(&e->response->headers, line);
    return line.len;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    struct exchange *e = context;
    struct str piece = str_of(bytes, size * count);
    long status = 0;
    e->http->get(e->http->easy, CURLINFO_RESPONSE_CODE, &status);
    struct buf *into = e->request->into && status / 100 == 2 ? e->request->into : &e->response->body;
    e->too_long = !buf_add(into, piece);
    return e->too_long ? 0 : piece.len;
}

static int look_at_stop(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    const struct exchange *e = context;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return stop_asked(e->request->stop);
}

/* ---- the request ---- */

struct upload {
    struct str rest;
};

static size_t give_body(char *into, size_t size, size_t count, void *context) {
    struct upload *u = context;
    struct str piece = str_slice(u->rest, 0, size * count);
    if (piece.len)
        memcpy(into, piece.ptr, piece.len);
    u->rest = str_slice(u->rest, piece.len, u->rest.len);
    return piece.len;
}

/* A line end in a value would be a header of somebody else. */
static bool is_clean(struct str s) {
    return str_find_byte(s, '\r') == s.len && str_find_byte(s, '\n') == s.len &&
           str_find_byte(s, '\0') == s.len;
}

static bool make_headers(const struct http *h, const struct http_request *r, struct curl_slist **list,
                         struct fault *fault) {
    struct buf line;
    buf_init(&line, HTTP_MAX_HEADERS);
    bool ok = true;
    for (size_t i = 0; i < r->header_count && ok; i++) {
        struct str name = r->headers[i].name, value = r->headers[i].value;
        buf_reset(&line);
        buf_printf(&line, "%.*s%s%.*s", STR_ARG(name), value.len ? ": " : ";", STR_ARG(value));
        ok = is_clean(buf_str(&line)) && !line.full;
        if (ok)
            *list = h->append(*list, buf_c(&line));
        else
            fault_set(fault, FAULT_INPUT, "the value of the header %.*s cannot be sent", STR_ARG(name));
    }
    *list = h->append(*list, "Expect:"); /* no 100-continue */
    if (line.len)
        explicit_bzero(line.ptr, line.capacity);
    buf_fini(&line);
    return ok;
}

static void set_limits(struct http *h, const struct http_request *r) {
    h->set(h->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)h->options.connect_ms);
    if (h->options.stall_ms) {
        h->set(h->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
        h->set(h->easy, CURLOPT_LOW_SPEED_TIME, (long)(h->options.stall_ms + 999) / 1000);
    }
    h->set(h->easy, CURLOPT_TIMEOUT_MS, (long)r->total_ms);
    h->set(h->easy, CURLOPT_NOSIGNAL, 1L);
    h->set(h->easy, CURLOPT_TCP_KEEPALIVE, 1L);
}

/* curl reads HTTPS_PROXY, http_proxy and NO_PROXY itself; not HTTP_PROXY, because in a program that a web
 * server starts that is a header of somebody's request. This is no such program. */
static void set_proxy(struct http *h, const struct http_request *r) {
    const char *proxy = getenv("http_proxy") ? NULL : getenv("HTTP_PROXY");
    struct str plain = STR("http://");
    if (r->no_proxy)
        h->set(h->easy, CURLOPT_PROXY, "");
    else if (proxy && *proxy && str_starts(str_c(r->url), plain))
        h->set(h->easy, CURLOPT_PROXY, proxy);
}

static void set_request(struct http *h, const struct http_request *r, struct curl_slist *headers,
                        struct upload *upload) {
    bool head = strcmp(r->method, "HEAD") == 0;
    bool sends = r->body.len || strcmp(r->method, "PUT") == 0 || strcmp(r->method, "POST") == 0;
    h->set(h->easy, CURLOPT_URL, r->url);
    h->set(h->easy, CURLOPT_PATH_AS_IS, 1L);
    h->set(h->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    h->set(h->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    h->set(h->easy, CURLOPT_USERAGENT, "logaudit/" LOGAUDIT_VERSION);
    h->set(h->easy, CURLOPT_HTTPHEADER, headers);
    if (head)
        h->set(h->easy, CURLOPT_NOBODY, 1L);
    if (sends) {
        h->set(h->easy, CURLOPT_UPLOAD, 1L);
        h->set(h->easy, CURLOPT_READFUNCTION, give_body);
        h->set(h->easy, CURLOPT_READDATA, upload);
        h->set(h->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)r->body.len);
    }
    h->set(h->easy, CURLOPT_CUSTOMREQUEST, r->method);
    set_proxy(h, r);
    if (h->options.ca_file) {
        h->set(h->easy, CURLOPT_CAINFO, h->options.ca_file);
        h->set(h->easy, CURLOPT_CAPATH, NULL);
    }
}

static void set_callbacks(struct http *h, struct exchange *e) {
    h->set(h->easy, CURLOPT_HEADERFUNCTION, take_header);
    h->set(h->easy, CURLOPT_HEADERDATA, e);
    h->set(h->easy, CURLOPT_WRITEFUNCTION, take_body);
    h->set(h->easy, CURLOPT_WRITEDATA, e);
    h->set(h->easy, CURLOPT_NOPROGRESS, 0L);
    h->set(h->easy, CURLOPT_XFERINFOFUNCTION, look_at_stop);
    h->set(h->easy, CURLOPT_XFERINFODATA, e);
}

/* ---- failures ---- */

static enum http_failure failure_of(CURLcode code) {
    switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
        return HTTP_STOPPED;
    case CURLE_OPERATION_TIMEDOUT:
        return HTTP_TIMEOUT;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return HTTP_UNREACHABLE;
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WRITE_ERROR: /* longer than its buffer */
        return HTTP_REFUSED;
    default:
        return HTTP_BROKEN;
    }
}

static bool fail(const struct exchange *e, CURLcode code, const char *detail, struct fault *fault) {
    struct url url;
    bool parsed = url_parse(str_c(e->request->url), &url);
    e->response->failure = failure_of(code);
    struct str host = parsed ? url.host : (struct str)STR("no http or https address");
    if (e->response->failure == HTTP_STOPPED)
        return fault_set(fault, FAULT_INPUT, "interrupted");
    if (e->too_long)
        return fault_set(fault, FAULT_INPUT, "%.*s: the answer is longer than it may be", STR_ARG(host));
    return fault_set(fault, FAULT_INPUT, "%.*s: %s", STR_ARG(host),
                     detail[0] ? detail : e->http->explain(code));
}

bool http_send(struct http *h, const struct http_request *request, struct http_response *response,
               struct fault *fault) {
    struct exchange e = { .http = h, .request = request, .response = response };
    struct upload upload = { request->body };
    struct curl_slist *headers = NULL;
    char detail[CURL_ERROR_SIZE] = "";
    response->status = 0;
    response->failure = HTTP_REFUSED;
    buf_reset(&response->headers);
    buf_reset(&response->body);
    bool ok = make_headers(h, request, &headers, fault);
    if (ok) {
        h->reset(h->easy);
        set_request(h, request, headers, &upload);
        set_limits(h, request);
        set_callbacks(h, &e);
        h->set(h->easy, CURLOPT_ERRORBUFFER, detail);
        CURLcode code = h->perform(h->easy);
        long status = 0;
        h->get(h->easy, CURLINFO_RESPONSE_CODE, &status);
        h->set(h->easy, CURLOPT_ERRORBUFFER, NULL);
        response->status = (int)status;
        response->failure = HTTP_NONE;
        ok = code == CURLE_OK || fail(&e, code, detail, fault);
    }
    h->free_list(headers);
    return ok;
}

/* ---- life ---- */

struct http *http_new(const struct http_options *options, struct fault *fault) {
    static const struct library_symbol symbols[] = {
        { "curl_global_init", offsetof(struct http, global_init) },
        { "curl_easy_init", offsetof(struct http, init) },
        { "curl_easy_reset", offsetof(struct http, reset) },
        { "curl_easy_cleanup", offsetof(struct http, cleanup) },
        { "curl_easy_perform", offsetof(struct http, perform) },
        { "curl_easy_strerror", offsetof(struct http, explain) },
        { "curl_easy_setopt", offsetof(struct http, set) },
        { "curl_easy_getinfo", offsetof(struct http, get) },
        { "curl_slist_append", offsetof(struct http, append) },
        { "curl_slist_free_all", offsetof(struct http, free_list) },
    };
    struct http *h = mem_new(1, sizeof *h);
    h->options = *options;
    if (!library_load("libcurl.so.4", symbols, sizeof symbols / sizeof *symbols, h, fault)) {
        free(h);
        return NULL;
    }
    h->global_init(CURL_GLOBAL_DEFAULT);
    h->easy = h->init();
    if (h->easy)
        return h;
    free(h);
    fault_set(fault, FAULT_INPUT, "AWS cannot be reached: libcurl does not start");
    return NULL;
}

void http_free(struct http *h) {
    if (!h)
        return;
    h->cleanup(h->easy);
    free(h);
}

const char *http_ca_file(const char *named) {
    static const char *const files[] = {
        "/etc/pki/tls/certs/ca-bundle.crt", /* Amazon Linux */
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/certs/ca-certificates.crt", /* Debian */
        "/etc/ssl/cert.pem",
    };
    if (named && *named)
        return named; /* whoever names one does not want another */
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (access(files[i], R_OK) == 0)
            return files[i];
    return NULL;
}
