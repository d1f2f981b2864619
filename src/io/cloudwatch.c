#include "cloudwatch.h"

#include "arena.h"
#include "clock.h"
#include "json.h"
#include "source_events.h"

#include <stdio.h>
#include <time.h>

enum {
    MAX_NAME = 512,
    MAX_STREAMS = 100, /* FilterLogEvents takes so many */
    MAX_TOKEN = 16 << 10,
    MAX_BODY = 64 << 10,
    MAX_PAGES = 1000000,
    MAX_SAME = 3,           /* pages that lead to themselves */
    INTERVAL_MS = 1000 / 5, /* the quota of the service, for all of an account's readers */
};

static const char action[] = "logs:FilterLogEvents";
static const struct str scheme = STR("cloudwatch:");

/* ---- names ---- */

bool is_cloudwatch(const char *uri) {
    return str_starts(str_c(uri), scheme);
}

static bool good_name(struct str name) {
    bool good = name.len > 0 && name.len <= MAX_NAME;
    for (size_t i = 0; good && i < name.len; i++)
        good = ascii_alpha(name.ptr[i]) || ascii_digit(name.ptr[i]) || memchr("._-/#", name.ptr[i], 5);
    return good;
}

/* The part behind the next colon. */
static struct str next_part(struct str *rest) {
    struct str part = str_slice(*rest, 0, str_find_byte(*rest, ':'));
    *rest = str_slice(*rest, part.len + 1, rest->len);
    return part;
}

/* arn:aws:logs:REGION:ACCOUNT:log-group:NAME, perhaps with ":*" */
static bool read_arn(struct str arn, struct logs_group *out) {
    struct str rest = arn, parts[6];
    for (size_t i = 0; i < 6; i++)
        parts[i] = next_part(&rest);
    if (str_ends(rest, (struct str)STR(":*")))
        rest.len -= 2;
    out->region = parts[3];
    out->name = rest;
    out->arn = str_of(arn.ptr, (size_t)(rest.ptr - arn.ptr) + rest.len);
    return str_equal_c(parts[2], "logs") && parts[3].len && parts[4].len &&
           str_equal_c(parts[5], "log-group");
}

bool logs_group(const char *uri, struct logs_group *out, struct fault *fault) {
    struct str name = str_slice(str_c(uri), scheme.len, strlen(uri));
    bool arn = str_starts(name, (struct str)STR("arn:"));
    *out = (struct logs_group){ .uri = uri, .name = name };
    return ((!arn || read_arn(name, out)) && good_name(out->name)) ||
           fault_set(fault, FAULT_USAGE, "%s: the name or the ARN of a log group was expected", uri);
}

struct source_events *cloudwatch_events(const struct logs_group *group, const struct logs_query *query) {
    char range[64];
    snprintf(range, sizeof range, "%lld..%lld", (long long)(query->from / 1000),
             (long long)(query->to / 1000));
    struct source_events *events = source_events_new(group->uri, range, query->to);
    source_events_count(events, query->fetched);
    return events;
}

/* ---- requests ---- */

static int64_t steady_ms(void) {
    return steady_nanos() / 1000000;
}

/* At most five requests a second. */
static void keep_pace(struct logs_client *c) {
    int64_t now = steady_ms(), wait = c->next - now;
    if (wait > 0)
        nanosleep(&(struct timespec){ wait / 1000, (long)(wait % 1000) * 1000000 }, NULL);
    c->next = (wait > 0 ? c->next : now) + INTERVAL_MS;
}

/* Both ends of the service's range belong to it. */
static void put_body(struct buf *body, const struct logs_group *g, const struct logs_query *q,
                     struct str token) {
    struct json_writer w = { .out = body };
    json_begin(&w, '{');
    json_key(&w, g->arn.len ? "logGroupIdentifier" : "logGroupName");
    json_put(&w, g->arn.len ? g->arn : g->name);
    json_key(&w, "startTime");
    json_put_int(&w, q->from / 1000);
    json_key(&w, "endTime");
    json_put_int(&w, (q->to - 1) / 1000);
    if (q->stream_count) {
        json_key(&w, "logStreamNames");
        json_begin(&w, '[');
        for (size_t i = 0; i < q->stream_count; i++)
            json_put_c(&w, q->streams[i]);
        json_end(&w, ']');
    }
    if (q->filter) {
        json_key(&w, "filterPattern");
        json_put_c(&w, q->filter);
    }
    if (token.len) {
        json_key(&w, "nextToken");
        json_put(&w, token);
    }
    json_end(&w, '}');
}

/* The region of the group, and where it is asked. */
static bool find_place(const struct logs_client *c, const struct logs_group *g, char region[64],
                       struct buf *base, struct fault *fault) {
    const char *own = settings_region(aws_settings(c->aws));
    snprintf(region, 64, "%.*s", STR_ARG(g->region.len ? g->region : str_c(own ? own : "us-east-1")));
    struct endpoint_options options = endpoint_options(aws_settings(c->aws), "cloudwatch_logs", region);
    return endpoint_service("logs", &options, base, fault) || fault_context(fault, "%s", g->uri);
}

/* One answer. */
static bool ask(struct logs_client *c, const struct logs_group *g, struct str body,
                struct http_response *response, struct fault *fault) {
    static const struct header headers[] = { { STR("Content-Type"), STR("application/x-amz-json-1.1") },
                                             { STR("X-Amz-Target"), STR("Logs_20140328.FilterLogEvents") } };
    char region[64];
    struct buf base;
    buf_init(&base, MAX_TOKEN);
    bool ok = find_place(c, g, region, &base, fault);
    if (ok) {
        struct aws_request request = { .action = action,
                                       .on = g->uri,
                                       .service = "logs",
                                       .region = region,
                                       .method = "POST",
                                       .base = buf_str(&base),
                                       .path = STR("/"),
                                       .headers = headers,
                                       .header_count = sizeof headers / sizeof *headers,
                                       .body = body,
                                       .stop = c->stop };
        keep_pace(c);
        ok = aws_send(c->aws, c->http, &request, response, fault) &&
             (response->status / 100 == 2 || aws_refused(&request, response, fault));
    }
    buf_fini(&base);
    return ok;
}

/* ---- pages ---- */

/* False with FAULT_NONE: it is none. */
static bool take_event(struct source_events *events, struct json event, struct arena *arena,
                       struct fault *fault) {
    int64_t time;
    struct str stream = json_get_text(event, "logStreamName", arena);
    return json_get_c(event, "message").kind == JSON_STRING && stream.len &&
           json_to_int(json_get_c(event, "timestamp"), &time) && time >= 0 && time < INT64_MAX / 1000 &&
           source_events_add(events, stream, time, json_get_text(event, "eventId", arena),
                             json_get_text(event, "message", arena), fault);
}

/* Adds the events of an answer and puts the token of the next page, if there is one. */
static bool take_page(struct source_events *events, struct str body, struct buf *token, struct fault *fault) {
    struct arena arena;
    struct json page = json_parse(body), list = json_get_c(page, "events"), key, event;
    bool ok = page.kind == JSON_OBJECT && list.kind == JSON_ARRAY;
    fault->kind = FAULT_NONE;
    arena_init(&arena);
    for (struct json_iter i = json_iter(list); ok && json_next(&i, &key, &event); arena_reset(&arena))
        ok = take_event(events, event, &arena, fault);
    buf_reset(token);
    if (ok)
        ok = buf_add(token, json_get_text(page, "nextToken", &arena));
    arena_fini(&arena);
    return ok;
}

static bool read_page(struct logs_client *c, const struct logs_group *g, const struct logs_query *q,
                      struct source_events *events, struct buf *token, struct fault *fault) {
    struct http_response response;
    struct buf body;
    buf_init(&body, MAX_BODY + MAX_TOKEN);
    http_response_init(&response);
    put_body(&body, g, q, buf_str(token));
    bool ok = body.full ? fault_set(fault, FAULT_USAGE, "%s: the names of the streams are too long", g->uri)
                        : ask(c, g, buf_str(&body), &response, fault);
    if (ok && !take_page(events, buf_str(&response.body), token, fault))
        ok = fault->kind == FAULT_NONE
                 ? fault_set(fault, FAULT_INPUT, "%s: %s: the answer is no page of events", g->uri, action)
                 : fault_context(fault, "%s", g->uri);
    buf_fini(&body);
    http_response_fini(&response);
    return ok;
}

/* A page without events is not the end; one without a token is. A page that leads to itself is asked for some
 * more times, since the service may be waiting. */
static bool read_pages(struct logs_client *c, const struct logs_group *g, const struct logs_query *q,
                       struct source_events *events, size_t *pages, struct fault *fault) {
    struct buf token, last;
    size_t same = 0;
    bool ok = true;
    buf_init(&token, MAX_TOKEN);
    buf_init(&last, MAX_TOKEN);
    do {
        buf_reset(&last);
        buf_add(&last, buf_str(&token));
        ok = read_page(c, g, q, events, &token, fault);
        *pages += ok;
        same = token.len && str_equal(buf_str(&token), buf_str(&last)) ? same + 1 : 0;
        if (ok && (same == MAX_SAME || *pages == MAX_PAGES))
            ok = fault_set(fault, FAULT_INPUT, "%s: %s: the pages do not end", g->uri, action);
    } while (ok && token.len);
    buf_fini(&token);
    buf_fini(&last);
    return ok;
}

struct source *cloudwatch_open(struct logs_client *client, const struct logs_group *group,
                               const struct logs_query *query, struct fault *fault) {
    size_t pages = 0;
    struct fault cut;
    if (query->stream_count > MAX_STREAMS) {
        fault_set(fault, FAULT_USAGE, "%s: at most %d streams were expected, got %zu", group->uri,
                  MAX_STREAMS, query->stream_count);
        return NULL;
    }
    struct source_events *events = cloudwatch_events(group, query);
    bool whole = read_pages(client, group, query, events, &pages, &cut);
    if (!whole && !pages) {
        *fault = cut;
        source_events_free(events);
        return NULL;
    }
    return source_events_open(events, whole ? NULL : &cut, fault);
}
