#include "message.h"

#include "json.h"
#include "json_doc.h"
#include "place_aws.h"
#include "url.h"

#include <stdio.h>
#include <time.h>

/* What the services take is 1 MiB at most. */
enum { MAX_BODY = 2 << 20, MAX_PLACE = 4096, MAX_REGION = 64 };

/* Whoever takes messages, and what it calls them. */
static const struct receiver {
    const char *action;
    const char *service, *host; /* as endpoints are configured; of its host, and signed for */
    const char *target;         /* of X-Amz-Target; NULL: none */
    const char *type, *too_long;
} QUEUE = { "sqs:SendMessage",
            "sqs",
            "sqs",
            "AmazonSQS.SendMessage",
            "application/x-amz-json-1.0",
            "the event is too long for a message" },
  TOPIC = { "sns:Publish",
            "sns",
            "sns",
            NULL,
            "application/x-www-form-urlencoded; charset=utf-8",
            "the message is too long" },
  BUS = {
      "events:PutEvents",       "eventbridge", "events", "AWSEvents.PutEvents", "application/x-amz-json-1.1",
      "the events are too long"
  };

/* ---- one request ---- */

static bool exchange(struct aws *aws, struct http *h, const struct receiver *r,
                     const struct aws_request *call, struct http_response *response, struct fault *fault) {
    struct endpoint_options options = endpoint_options(aws_settings(aws), r->service, call->region);
    struct header headers[] = { { STR("Content-Type"), str_c(r->type) },
                                { STR("X-Amz-Target"), str_c(r->target) } };
    struct aws_request request = *call;
    struct buf base;
    buf_init(&base, MAX_PLACE);
    bool ok = endpoint_service(r->host, &options, &base, fault) || fault_context(fault, "%s", call->on);
    request.base = buf_str(&base);
    request.headers = headers;
    request.header_count = r->target ? 2 : 1;
    ok = ok && aws_send(aws, h, &request, response, fault) &&
         (response->status / 100 == 2 || aws_refused(&request, response, fault));
    buf_fini(&base);
    return ok;
}

/* `region`: empty, that of the settings. What the answer says goes into `said` (NULL: nobody asks). What
 * cannot be sent is an output that is missing. */
static bool send(struct places *places, const struct receiver *r, const char *on, const char *region,
                 const struct buf *body, struct buf *said, struct fault *fault) {
    struct http *h;
    if (body->full)
        return fault_set(fault, FAULT_OUTPUT, "%s: %s", on, r->too_long);
    struct aws *aws = place_aws(places, &h, fault);
    if (!aws)
        return false;
    const char *own = settings_region(aws_settings(aws));
    struct aws_request call = { .action = r->action,
                                .on = on,
                                .service = r->host,
                                .region = *region ? region
                                          : own   ? own
                                                  : "us-east-1",
                                .method = "POST",
                                .path = STR("/"),
                                .body = buf_str(body) };
    struct http_response response;
    http_response_init(&response);
    bool ok = exchange(aws, h, r, &call, &response, fault);
    if (ok && said)
        buf_add(said, buf_str(&response.body));
    if (!ok)
        fault->kind = FAULT_OUTPUT;
    http_response_fini(&response);
    return ok;
}

/* The fourth part of an ARN; empty for what is none. */
static const char *region_of_arn(const char *arn, char region[MAX_REGION]) {
    struct str rest = str_c(arn);
    *region = '\0';
    if (!str_starts(rest, (struct str)STR("arn:")))
        return region;
    for (int i = 0; i < 3; i++)
        rest = str_slice(rest, str_find_byte(rest, ':') + 1, rest.len);
    rest.len = str_find_byte(rest, ':');
    snprintf(region, MAX_REGION, "%.*s", STR_ARG(rest));
    return region;
}

/* https://sqs.REGION.amazonaws.com/ACCOUNT/NAME */
static const char *region_of_queue(const char *queue, char region[MAX_REGION]) {
    struct url url;
    *region = '\0';
    if (!url_parse(str_c(queue), &url) || !str_starts(url.name, (struct str)STR("sqs.")))
        return region;
    struct str rest = str_slice(url.name, strlen("sqs."), url.name.len);
    size_t end = str_find_byte(rest, '.');
    if (end < rest.len && str_starts(str_slice(rest, end, rest.len), (struct str)STR(".amazonaws.com")))
        snprintf(region, MAX_REGION, "%.*s", STR_ARG(str_slice(rest, 0, end)));
    return region;
}

/* ---- a queue ---- */

static void put(struct json_writer *w, const char *key, struct str value) {
    json_key(w, key);
    json_put(w, value);
}

bool message_to_queue(struct places *places, const char *queue, struct str text, struct fault *fault) {
    char region[MAX_REGION];
    struct buf body;
    buf_init(&body, MAX_BODY);
    struct json_writer w = { .out = &body };
    json_begin(&w, '{');
    put(&w, "QueueUrl", str_c(queue));
    put(&w, "MessageBody", text);
    json_end(&w, '}');
    bool ok = send(places, &QUEUE, queue, region_of_queue(queue, region), &body, NULL, fault);
    buf_fini(&body);
    return ok;
}

/* ---- a topic ---- */

bool message_to_topic(struct places *places, const char *arn, struct str subject, struct str text,
                      struct fault *fault) {
    char region[MAX_REGION];
    struct buf body;
    buf_init(&body, MAX_BODY);
    url_add_query(&body, "Action", (struct str)STR("Publish"));
    url_add_query(&body, "Version", (struct str)STR("2010-03-31"));
    url_add_query(&body, "TopicArn", str_c(arn));
    url_add_query(&body, "Subject", subject);
    url_add_query(&body, "Message", text);
    bool ok = send(places, &TOPIC, arn, region_of_arn(arn, region), &body, NULL, fault);
    buf_fini(&body);
    return ok;
}

/* ---- a bus ---- */

static void put_event(struct json_writer *w, const char *bus, struct str detail) {
    json_begin(w, '{');
    put(w, "Source", (struct str)STR("logaudit"));
    put(w, "DetailType", (struct str)STR("Finding"));
    put(w, "EventBusName", str_c(bus));
    put(w, "Detail", detail);
    json_end(w, '}');
}

/* An answer with 200 may refuse some of the entries: these are what `details` holds afterwards. False: the
 * answer says nothing of the kind. */
static bool keep_refused(struct str answer, const char *bus, struct str *details, size_t *count,
                         struct fault *fault) {
    struct json_doc *doc = json_doc_parse(answer, bus, FAULT_OUTPUT, fault);
    const struct json_node *root = doc ? json_doc_root(doc) : NULL, *entries = json_member(root, "Entries");
    int64_t failed = json_integer(json_member(root, "FailedEntryCount"), -1);
    size_t index = 0, kept = 0;
    if (doc && (failed < 0 || json_count(entries) != *count)) {
        fault_set(fault, FAULT_OUTPUT, "%s: events:PutEvents: the answer does not tell of each event", bus);
        failed = -1;
    }
    for (const struct json_node *e = failed >= 0 ? json_first(entries) : NULL; e;
         e = json_after(e), index++) {
        if (json_optional(e, "EventId"))
            continue;
        fault_set(fault, FAULT_OUTPUT, "%s: events:PutEvents: an event was refused: %s: %s", bus,
                  json_c(json_optional(e, "ErrorCode"), "no reason"),
                  json_c(json_optional(e, "ErrorMessage"), ""));
        details[kept++] = details[index];
    }
    *count = kept;
    json_doc_free(doc);
    return failed >= 0;
}

static bool put_events(struct places *places, const char *bus, struct str *details, size_t *count,
                       struct fault *fault) {
    char region[MAX_REGION];
    struct buf body, said;
    buf_init(&body, MAX_BODY);
    buf_init(&said, HTTP_MAX_BODY);
    struct json_writer w = { .out = &body };
    json_begin(&w, '{');
    json_key(&w, "Entries");
    json_begin(&w, '[');
    for (size_t i = 0; i < *count; i++)
        put_event(&w, bus, details[i]);
    json_end(&w, ']');
    json_end(&w, '}');
    bool ok = send(places, &BUS, bus, region_of_arn(bus, region), &body, &said, fault) &&
              keep_refused(buf_str(&said), bus, details, count, fault);
    buf_fini(&body);
    buf_fini(&said);
    return ok;
}

bool message_to_bus(struct places *places, const char *bus, const struct str *details, size_t count,
                    struct fault *fault) {
    enum { ATTEMPTS = 3, PAUSE_NS = 200000000 };
    struct str left[MESSAGE_MAX_EVENTS];
    if (count > MESSAGE_MAX_EVENTS)
        return fault_set(fault, FAULT_OUTPUT, "%s: too many events at once", bus);
    if (count)
        memcpy(left, details, count * sizeof *left);
    for (int attempt = 0; attempt < ATTEMPTS && count; attempt++) {
        if (attempt)
            nanosleep(&(struct timespec){ 0, PAUSE_NS }, NULL);
        if (!put_events(places, bus, left, &count, fault))
            return false;
    }
    return count == 0;
}
