/* source_config of "cloudwatch": log groups, streams and the range of time. */
#include "event_inside.h"

#include "allowed.h"
#include "mem.h"

static bool add_group(struct lambda_event *e, const char *field, const struct json_node *name,
                      struct fault *fault) {
    struct buf uri;
    struct logs_group group;
    if (!json_is_string(name))
        return event_wrong(fault, field, "the name or the ARN of a log group", name);
    buf_init(&uri, 8192);
    buf_printf(&uri, "cloudwatch:%s", json_c(name, ""));
    event_add_place(e, buf_str(&uri));
    buf_fini(&uri);
    const char *added = e->uris[e->uri_count - 1];
    if (!logs_group(added, &group, fault))
        return fault_context(fault, "event: %s", field);
    if (!e->folder)
        e->folder = trigger_logs_folder(group.name);
    return allowed_group("LOGAUDIT_ALLOWED_INPUTS", added) ||
           fault_set(fault, FAULT_USAGE, "event: %s: %s is not among LOGAUDIT_ALLOWED_INPUTS", field, added);
}

static bool read_groups(struct lambda_event *e, const struct json_node *one, const struct json_node *several,
                        struct fault *fault) {
    if (!one == !several)
        return fault_set(fault, FAULT_USAGE,
                         "event: source_config: one of log_group_name and log_group_names was expected");
    if (one)
        return add_group(e, "source_config.log_group_name", one, fault);
    if (!json_is_array(several) || !json_count(several))
        return event_wrong(fault, "source_config.log_group_names", "a list of log groups", several);
    for (const struct json_node *n = json_first(several); n; n = json_after(n))
        if (!add_group(e, "source_config.log_group_names[]", n, fault))
            return false;
    return true;
}

static bool read_streams(struct job *job, const struct json_node *names, struct fault *fault) {
    if (!names)
        return true;
    if (!json_is_array(names) || !json_count(names))
        return event_wrong(fault, "source_config.log_stream_names", "a list of log streams", names);
    job->streams = mem_new(json_count(names), sizeof *job->streams);
    for (const struct json_node *n = json_first(names); n; n = json_after(n)) {
        if (!json_is_string(n) || !json_str(n).len)
            return event_wrong(fault, "source_config.log_stream_names[]", "a log stream", n);
        job->streams[job->stream_count++] = mem_copy(json_c(n, ""), json_str(n).len);
    }
    return true;
}

/* Relative times are before the event's own, which also ends the range. */
static bool read_range(struct job *job, const struct json_node *c, struct fault *fault) {
    const struct json_node *from = json_optional(c, "start_time"), *to = json_optional(c, "end_time");
    struct job_range range = { .end = job->time };
    if ((from && !event_time(from, "source_config.start_time", job, &range.from, fault)) ||
        (to && !event_time(to, "source_config.end_time", job, &range.to, fault)))
        return false;
    range.has_from = from;
    range.has_to = to;
    job_read_logs(job, &range);
    const struct logs_query *q = &job->places.logs;
    return q->from < q->to ||
           fault_set(fault, FAULT_USAGE, "event: source_config.%s: a time %s was expected",
                     to ? "end_time" : "start_time", to ? "after start_time" : "before that of the event");
}

bool event_read_cloudwatch(struct lambda_event *e, struct job *job, const struct json_node *c,
                           struct fault *fault) {
    static const char *const known[] = { "log_group_name", "log_group_names", "log_stream_names",
                                         "start_time",     "end_time",        "filter_pattern" };
    const char *filter = NULL;
    if (!EVENT_CHECK_KEYS(c, "source_config.", known, fault) ||
        !read_groups(e, json_optional(c, "log_group_name"), json_optional(c, "log_group_names"), fault) ||
        !read_streams(job, json_optional(c, "log_stream_names"), fault) ||
        !event_text(c, "filter_pattern", "source_config.filter_pattern", &filter, fault) ||
        !read_range(job, c, fault))
        return false;
    job->places.logs.filter = filter && *filter ? filter : NULL;
    return true;
}
