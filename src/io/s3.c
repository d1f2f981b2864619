#include "s3_inside.h"

#include "mem.h"
#include "timestamp.h"
#include "url.h"
#include "xml.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_BUCKETS = 256, MAX_PAGE = 1000, PAGES_MAX = 1000000 };

/* Where a bucket turned out to be. */
struct bucket_region {
    char *bucket, *region;
};

struct s3 {
    struct aws *aws;
    bool path_style;
    pthread_mutex_t lock; /* of the list */
    struct bucket_region *moved;
    size_t moved_count;
};

struct s3 *s3_new(struct fault *fault) {
    struct aws *aws = aws_new(fault);
    if (!aws)
        return NULL;
    struct s3 *s = mem_new(1, sizeof *s);
    const char *style = settings_own(aws_settings(aws), "s3.addressing_style");
    s->aws = aws;
    s->path_style = (style && strcmp(style, "path") == 0) ||
                    settings_true(aws_settings(aws), "LOGAUDIT_S3_PATH_STYLE", "s3.use_path_style");
    s->moved = mem_new(MAX_BUCKETS, sizeof *s->moved);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

void s3_free(struct s3 *s) {
    if (!s)
        return;
    for (size_t i = 0; i < s->moved_count; i++) {
        free(s->moved[i].bucket);
        free(s->moved[i].region);
    }
    free(s->moved);
    aws_free(s->aws);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

struct aws *s3_aws(const struct s3 *s) {
    return s->aws;
}

const char *s3_variable(const struct s3 *s, const char *name) {
    return settings_variable(aws_settings(s->aws), name);
}

bool s3_name(const char *uri, struct s3_name *out, struct fault *fault) {
    struct str scheme = STR("s3://"), rest = str_slice(str_c(uri), scheme.len, strlen(uri));
    size_t slash = str_find_byte(rest, '/');
    *out = (struct s3_name){ .uri = uri,
                             .bucket = str_slice(rest, 0, slash),
                             .key = str_slice(rest, slash + 1, rest.len) };
    return (str_starts(str_c(uri), scheme) && slash < rest.len && endpoint_good_bucket(out->bucket)) ||
           fault_set(fault, FAULT_USAGE, "%s: s3://BUCKET/KEY was expected", uri);
}

/* ---- regions ---- */

static void region_of(struct s3 *s, struct str bucket, char out[64]) {
    const char *region = settings_region(aws_settings(s->aws));
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->moved_count; i++)
        if (str_equal_c(bucket, s->moved[i].bucket))
            region = s->moved[i].region;
    snprintf(out, 64, "%s", region ? region : "us-east-1");
    pthread_mutex_unlock(&s->lock);
}

static void remember_region(struct s3 *s, struct str bucket, struct str region) {
    pthread_mutex_lock(&s->lock);
    size_t i = 0;
    while (i < s->moved_count && !str_equal_c(bucket, s->moved[i].bucket))
        i++;
    if (i < MAX_BUCKETS) {
        free(s->moved[i].region);
        s->moved[i].region = mem_copy(region.ptr, region.len);
        if (i == s->moved_count) {
            s->moved[i].bucket = mem_copy(bucket.ptr, bucket.len);
            s->moved_count++;
        }
    }
    pthread_mutex_unlock(&s->lock);
}

/* Whether the answer says that the bucket is elsewhere, for the first time: it is remembered. */
static bool has_moved(struct s3 *s, struct s3_request *r, const struct http_response *response) {
    struct buf region;
    if (response->failure != HTTP_NONE ||
        (response->status != 301 && response->status != 307 && response->status != 400))
        return false;
    buf_init(&region, sizeof r->region - 1);
    struct str header = http_header(response, "x-amz-bucket-region");
    if (header.len)
        buf_add(&region, header);
    else
        xml_find(buf_str(&response->body), "/Region", &region);
    bool moved = region.len && !str_equal_c(buf_str(&region), r->region);
    if (moved)
        remember_region(s, r->bucket, buf_str(&region));
    buf_fini(&region);
    return moved;
}

/* ---- requests ---- */

void s3_request_header(struct s3_request *r, const char *name, struct str value) {
    if (r->aws.header_count < sizeof r->headers / sizeof *r->headers)
        r->headers[r->aws.header_count++] = (struct header){ str_c(name), value };
}

/* What every request of this user has. */
static void add_own_headers(const struct s3 *s, struct s3_request *r) {
    const char *owner = s3_variable(s, "LOGAUDIT_S3_EXPECTED_OWNER");
    if (owner)
        s3_request_header(r, "x-amz-expected-bucket-owner", str_c(owner));
    if (settings_true(aws_settings(s->aws), "LOGAUDIT_S3_REQUESTER_PAYS", ""))
        s3_request_header(r, "x-amz-request-payer", (struct str)STR("requester"));
}

void s3_request_init(const struct s3 *s, struct s3_request *r, const struct s3_name *name, const char *action,
                     const char *method, bool with_key) {
    *r = (struct s3_request){ .bucket = name->bucket,
                              .aws = {
                                  .action = action, .on = name->uri, .service = "s3", .method = method } };
    r->aws.headers = r->headers;
    buf_init(&r->base, S3_MAX_ENCODED);
    buf_init(&r->path, S3_MAX_ENCODED);
    buf_init(&r->query, S3_MAX_QUERY);
    buf_add_byte(&r->path, '/');
    if (with_key)
        url_encode(&r->path, name->key, true);
    add_own_headers(s, r);
    r->own_headers = r->aws.header_count;
}

void s3_request_fini(struct s3_request *r) {
    buf_fini(&r->base);
    buf_fini(&r->path);
    buf_fini(&r->query);
}

/* Fills in where the bucket is. */
static bool fill_place(struct s3 *s, struct s3_request *r, struct fault *fault) {
    region_of(s, r->bucket, r->region);
    struct endpoint_options options = endpoint_options(aws_settings(s->aws), "s3", r->region);
    buf_reset(&r->base);
    if (!endpoint_bucket(r->bucket, &options, s->path_style, &r->base, fault))
        return fault_context(fault, "%s", r->aws.on);
    r->aws.region = r->region;
    r->aws.base = buf_str(&r->base);
    r->aws.path = buf_str(&r->path);
    r->aws.query = buf_str(&r->query);
    return true;
}

bool s3_send(struct s3 *s, struct http *h, struct s3_request *r, struct http_response *response,
             struct fault *fault) {
    for (bool again = false;; again = true) {
        if (!fill_place(s, r, fault) || !aws_send(s->aws, h, &r->aws, response, fault))
            return false;
        if (response->status / 100 == 2)
            return true;
        if (again || !has_moved(s, r, response))
            return aws_refused(&r->aws, response, fault);
    }
}

/* ---- reading ---- */

static int64_t time_of(struct str text) {
    struct time_rules utc = { 0 };
    struct stamp stamp;
    return stamp_parse(text, &utc, &stamp) ? stamp.micros : 0;
}

static void copy_etag(struct str etag, char out[128]) {
    etag = str_trim(etag);
    if (str_starts(etag, (struct str)STR("\"")))
        etag = str_slice(etag, 1, etag.len);
    if (str_ends(etag, (struct str)STR("\"")))
        etag.len--;
    snprintf(out, 128, "%.*s", STR_ARG(etag));
}

/* Of a part the whole size stands in "Content-Range: bytes 0-9/100". */
void s3_read_info(const struct http_response *response, struct s3_info *info) {
    struct str range = http_header(response, "Content-Range");
    struct str size = range.len ? str_slice(range, str_find_byte(range, '/') + 1, range.len)
                                : http_header(response, "Content-Length");
    *info = (struct s3_info){ .modified = time_of(http_header(response, "Last-Modified")),
                              .own = http_header(response, "x-amz-meta-logaudit").len > 0 };
    copy_etag(http_header(response, "ETag"), info->etag);
    if (!str_to_int(size, &info->size))
        info->size = -1;
}

/* What is needed for a version is another permission. */
static void request_object(const struct s3 *s, struct s3_request *r, const struct s3_name *name,
                           const char *method) {
    const char *action = name->version ? "s3:GetObjectVersion" : "s3:GetObject";
    s3_request_init(s, r, name, action, method, true);
    if (name->version)
        url_add_query(&r->query, "versionId", str_c(name->version));
}

bool s3_head(struct s3 *s, struct http *h, const struct s3_name *name, struct s3_info *info,
             struct fault *fault) {
    struct s3_request r;
    struct http_response response;
    http_response_init(&response);
    request_object(s, &r, name, "HEAD");
    bool ok = s3_send(s, h, &r, &response, fault);
    if (ok)
        s3_read_info(&response, info);
    s3_request_fini(&r);
    http_response_fini(&response);
    return ok;
}

/* One range on its way; `got` bytes of it are there. */
struct getting {
    struct s3_request request;
    struct http_response response;
    struct s3_info *info;
    size_t start, got; /* in the buffer */
    char range[64], match[136], unless[136];
    bool moved;
};

static void set_range(struct getting *g, const struct s3_range *range) {
    const char *etag = g->got ? g->info->etag : range->etag; /* what has begun goes on with the same object */
    g->request.aws.header_count = g->request.own_headers;
    long long first = range->from + (int64_t)g->got, last = range->from + range->length - 1;
    snprintf(g->range, sizeof g->range, "bytes=%lld-%lld", first, last);
    s3_request_header(&g->request, "Range", str_c(g->range));
    if (etag && *etag) {
        snprintf(g->match, sizeof g->match, "\"%s\"", etag);
        s3_request_header(&g->request, "If-Match", str_c(g->match));
    }
    if (range->unless && *range->unless && !g->got) {
        snprintf(g->unless, sizeof g->unless, "\"%s\"", range->unless);
        s3_request_header(&g->request, "If-None-Match", str_c(g->unless));
    }
}

/* A part must begin where it was asked for; a server that does not know ranges sends everything with 200,
 * which will do at the beginning. */
static bool right_place(const struct getting *g, const struct s3_range *range) {
    struct str text = http_header(&g->response, "Content-Range"), bytes = STR("bytes ");
    int64_t start;
    if (g->response.status != 206)
        return g->response.status == 200 && range->from == 0 && g->got == 0;
    return str_starts(text, bytes) && g->info->size >= 0 &&
           str_to_int(str_slice(text, bytes.len, str_find_byte(text, '-') - bytes.len), &start) &&
           start == range->from + (int64_t)g->got;
}

/* Takes what came, also before a connection broke. False: it was nothing, or nothing that can be used. */
static bool take_bytes(struct getting *g, const struct s3_range *range, struct buf *into) {
    struct s3_info before = *g->info;
    bool came = g->response.status / 100 == 2 && http_header(&g->response, "ETag").len;
    if (came)
        s3_read_info(&g->response, g->info);
    bool all =
        g->response.failure == HTTP_NONE; /* a part of an answer without ranges has no place to go on */
    if (came && (all || g->response.status == 206) && right_place(g, range)) {
        bool more = into->len > g->start + g->got;
        g->got = into->len - g->start;
        return more || all;
    }
    *g->info = before;
    into->len = g->start + g->got;
    return false;
}

/* Whether all is there that the object has of the range. */
static bool has_all(const struct getting *g, const struct s3_range *range) {
    int64_t left = g->info->size - range->from;
    return left >= 0 && (int64_t)g->got >= (left < range->length ? left : range->length);
}

static bool get_with_tries(struct s3 *s, struct http *h, struct getting *g, const struct s3_range *range,
                           struct buf *into, struct fault *fault) {
    struct aws_tries tries = { 0 };
    for (;;) {
        set_range(g, range);
        if (!fill_place(s, &g->request, fault))
            return false;
        bool answered = aws_attempt(s3_aws(s), h, &g->request.aws, &g->response, fault);
        bool good = answered && g->response.status / 100 == 2, took = take_bytes(g, range, into);
        g->info->same = answered && g->response.status == 304 && range->unless;
        if (g->info->same || (good && took && has_all(g, range))) {
            aws_done(s3_aws(s), &tries);
            return true;
        }
        if (good) /* it ended early, or it is of another place */
            g->response.failure = took ? HTTP_BROKEN : HTTP_REFUSED;
        if (took)
            tries.count = 0;
        if (!g->moved && has_moved(s, &g->request, &g->response)) {
            g->moved = true;
            continue;
        }
        if (aws_again(s3_aws(s), &tries, &g->request.aws, &g->response))
            continue;
        if (good)
            return fault_set(fault, FAULT_INPUT, "%s: %s: the answer is not the range that was asked for",
                             g->request.aws.on, g->request.aws.action);
        return answered ? aws_refused(&g->request.aws, &g->response, fault)
                        : fault_context(fault, "%s: %s", g->request.aws.on, g->request.aws.action);
    }
}

bool s3_get(struct s3 *s, struct http *h, const struct s3_name *name, const struct s3_range *range,
            struct buf *into, struct s3_info *info, struct fault *fault) {
    struct getting g = { .info = info, .start = into->len };
    *info = (struct s3_info){ 0 };
    http_response_init(&g.response);
    request_object(s, &g.request, name, "GET");
    g.request.aws.into = into;
    g.request.aws.stop = range->stop;
    bool ok = get_with_tries(s, h, &g, range, into, fault);
    bool behind = !ok && range->from == 0 && g.response.failure == HTTP_NONE && g.response.status == 416;
    s3_request_fini(&g.request);
    http_response_fini(&g.response);
    return behind ? s3_head(s, h, name, info, fault) : ok; /* an empty object has no first byte */
}

/* ---- listing ---- */

struct page {
    struct s3_listed *objects;
    size_t count;
    struct buf keys, token; /* the keys' bytes, one after the other */
    size_t *ends;
    bool encoded, truncated, complete;
    struct buf key; /* as it stands in the answer */
};

static void page_init(struct page *p) {
    *p = (struct page){ .objects = mem_new(MAX_PAGE, sizeof *p->objects),
                        .ends = mem_new(MAX_PAGE, sizeof *p->ends) };
    buf_init(&p->keys, 4 << 20);
    buf_init(&p->key, S3_MAX_ENCODED);
    buf_init(&p->token, S3_MAX_QUERY);
}

static void page_fini(struct page *p) {
    free(p->objects);
    free(p->ends);
    buf_fini(&p->keys);
    buf_fini(&p->key);
    buf_fini(&p->token);
}

/* In a listing's encoding a plus is a blank. */
static void add_key(struct page *p) {
    for (size_t i = 0; p->encoded && i < p->key.len; i++)
        if (p->key.ptr[i] == '+')
            p->key.ptr[i] = ' ';
    if (p->encoded)
        url_decode(&p->keys, buf_str(&p->key));
    else
        buf_add(&p->keys, buf_str(&p->key));
}

static bool visit_listing(void *context, const char *path, struct str text) {
    static const struct str contents = STR("ListBucketResult/Contents");
    struct page *p = context;
    struct str whole = str_c(path), field = str_slice(whole, contents.len + 1, whole.len);
    if (!str_starts(whole, contents)) {
        if (strcmp(path, "ListBucketResult/EncodingType") == 0)
            p->encoded = str_equal_c(str_trim(text), "url");
        else if (strcmp(path, "ListBucketResult/IsTruncated") == 0)
            p->truncated = str_equal_c(str_trim(text), "true");
        else if (strcmp(path, "ListBucketResult/NextContinuationToken") == 0)
            buf_add(&p->token, text);
        p->complete = p->complete || strcmp(path, "ListBucketResult") == 0;
        return true;
    }
    if (p->count == MAX_PAGE)
        return false;
    struct s3_info *info = &p->objects[p->count].info;
    if (str_equal_c(field, "Key")) {
        buf_reset(&p->key);
        return buf_add(&p->key, text);
    }
    if (str_equal_c(field, "Size"))
        return str_to_int(str_trim(text), &info->size) && info->size >= 0;
    if (str_equal_c(field, "ETag"))
        copy_etag(text, info->etag);
    if (str_equal_c(field, "LastModified"))
        info->modified = time_of(text);
    if (!field.len) { /* the end of the entry; its encoding may be said later, so keys are decoded at the end
                       */
        buf_add(&p->keys, buf_str(&p->key));
        p->ends[p->count++] = p->keys.len;
        buf_reset(&p->key);
    }
    return !p->keys.full;
}

/* Decodes the keys in place of what they were, and points the objects to them. */
static void finish_page(struct page *p) {
    struct buf raw = p->keys;
    size_t start = 0;
    buf_init(&p->keys, raw.max);
    buf_room(&p->keys, raw.len + 1); /* it must not move under the views */
    for (size_t i = 0; i < p->count; i++) {
        size_t end = p->ends[i], from = p->keys.len;
        buf_reset(&p->key);
        buf_add(&p->key, str_slice(buf_str(&raw), start, end - start));
        add_key(p);
        p->objects[i].key = str_slice(buf_str(&p->keys), from, p->keys.len);
        start = end;
    }
    buf_fini(&raw);
}

/* What lies elsewhere was not asked for: it is another log's, or a server's that makes up answers. */
static bool check_keys(const struct page *p, const struct s3_name *name, struct fault *fault) {
    for (size_t i = 0; i < p->count; i++)
        if (!str_starts(p->objects[i].key, name->key))
            return fault_set(fault, FAULT_INPUT,
                             "%s: s3:ListBucket: keys that begin so were expected, got '%.*s'", name->uri,
                             STR_ARG(str_slice(p->objects[i].key, 0, 200)));
    return true;
}

/* Where a page begins: by a token, or behind a key; neither: at the start. */
struct page_start {
    struct buf token, after;
};

static bool read_page(struct s3 *s, struct http *h, const struct s3_name *name,
                      const struct page_start *start, struct page *p, const struct stop *stop,
                      struct fault *fault) {
    struct str token = buf_str(&start->token);
    struct s3_request r;
    struct http_response response;
    http_response_init(&response);
    s3_request_init(s, &r, name, "s3:ListBucket", "GET", false);
    r.aws.stop = stop;
    url_add_query(&r.query, "list-type", (struct str)STR("2"));
    url_add_query(&r.query, "encoding-type", (struct str)STR("url"));
    url_add_query(&r.query, "prefix", name->key);
    if (token.len)
        url_add_query(&r.query, "continuation-token", token);
    if (start->after.len)
        url_add_query(&r.query, "start-after", buf_str(&start->after));
    bool ok = s3_send(s, h, &r, &response, fault);
    fault->kind = ok ? FAULT_NONE : fault->kind; /* of an attempt before */
    if (ok && !xml_read(buf_str(&response.body), visit_listing, p, fault))
        ok = fault->kind == FAULT_NONE
                 ? fault_set(fault, FAULT_INPUT, "%s: s3:ListBucket: the answer is no listing", name->uri)
                 : fault_context(fault, "%s: s3:ListBucket", name->uri);
    bool stands =
        p->truncated && (!p->token.len || str_equal(buf_str(&p->token), token)); /* it leads nowhere */
    if (ok && (!p->complete || stands))
        ok = fault_set(fault, FAULT_INPUT, "%s: s3:ListBucket: the answer is no whole listing", name->uri);
    if (ok)
        finish_page(p);
    ok = ok && check_keys(p, name, fault);
    s3_request_fini(&r);
    http_response_fini(&response);
    return ok;
}

/* Not every server knows what it is to begin behind: one that begins before it is not asked so again. */
static void set_start(struct page_start *start, const struct page *p, const struct s3_visitor *visitor,
                      bool *skips) {
    struct str last = p->count ? p->objects[p->count - 1].key : (struct str){ 0 };
    *skips = *skips && p->count && str_compare(p->objects[0].key, buf_str(&start->after)) > 0;
    buf_reset(&start->token);
    buf_reset(&start->after);
    if (*skips)
        visitor->skip(visitor->context, last, &start->after);
    if (str_compare(buf_str(&start->after), last) > 0)
        return;
    buf_reset(&start->after);
    buf_add(&start->token, buf_str(&p->token));
}

bool s3_list(struct s3 *s, struct http *h, const struct s3_name *name, const struct s3_visitor *visitor,
             struct fault *fault) {
    struct page_start start;
    bool ok = true, more = true, skips = visitor->skip != NULL;
    buf_init(&start.token, S3_MAX_QUERY);
    buf_init(&start.after, S3_MAX_QUERY);
    for (size_t pages = 0; ok && more; pages++) {
        struct page page;
        page_init(&page);
        ok = pages < PAGES_MAX
                 ? read_page(s, h, name, &start, &page, visitor->stop, fault)
                 : fault_set(fault, FAULT_INPUT, "%s: s3:ListBucket: it does not end", name->uri);
        if (ok)
            visitor->page(visitor->context, page.objects, page.count);
        more = page.truncated;
        if (ok && more)
            set_start(&start, &page, visitor, &skips);
        page_fini(&page);
    }
    buf_fini(&start.token);
    buf_fini(&start.after);
    return ok;
}
