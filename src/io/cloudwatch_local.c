/* A folder that stands in for CloudWatch Logs. */
#include "cloudwatch.h"

#include "file.h"
#include "source_events.h"
#include "url.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_PATH = 8192, MAX_LINE = 16 << 20 };

struct local {
    const struct logs_query *query;
    struct source_events *events;
    struct str folder; /* with its slash */
    struct buf stream, message;
    struct fault *fault;
};

static bool is_wanted(const struct logs_query *q, struct str stream) {
    bool wanted = q->stream_count == 0;
    for (size_t i = 0; i < q->stream_count && !wanted; i++)
        wanted = str_equal_c(stream, q->streams[i]);
    return wanted;
}

/* \n and \\ stand for a line end and a backslash; another backslash for itself. */
static void unescape(struct str text, struct buf *out) {
    buf_reset(out);
    for (size_t i = 0; i < text.len; i++) {
        char next = i + 1 < text.len ? text.ptr[i + 1] : '\0';
        bool escape = text.ptr[i] == '\\' && (next == 'n' || next == '\\');
        buf_add_byte(out, !escape ? text.ptr[i] : next == 'n' ? '\n' : '\\');
        i += escape;
    }
}

/* A file has no ids: the time and the line make one. */
static bool add_line(struct local *l, const char *path, struct str line, uint64_t number) {
    char id[EVENT_ID_MAX];
    int64_t time;
    size_t blank = str_find_byte(line, ' ');
    if (!str_to_int(str_slice(line, 0, blank), &time) || time < 0 || time >= INT64_MAX / 1000)
        return fault_set(l->fault, FAULT_INPUT,
                         "%s:%llu: epoch milliseconds, a blank and the message were expected", path,
                         (unsigned long long)number);
    if (time * 1000 < l->query->from || time * 1000 >= l->query->to)
        return true;
    snprintf(id, sizeof id, "%lld-%llu", (long long)time, (unsigned long long)number);
    unescape(str_slice(line, blank + 1, line.len), &l->message);
    return source_events_add(l->events, buf_str(&l->stream), time, str_c(id), buf_str(&l->message), l->fault);
}

static bool add_lines(struct local *l, const char *path, FILE *file) {
    char *line = NULL;
    size_t capacity = 0;
    ssize_t len;
    bool ok = true;
    for (uint64_t number = 1; ok && (len = getline(&line, &capacity, file)) >= 0; number++) {
        struct str text = str_of(line, (size_t)len);
        text.len -= str_ends(text, (struct str)STR("\n"));
        ok = text.len <= MAX_LINE ? !text.len || add_line(l, path, text, number)
                                  : fault_set(l->fault, FAULT_INPUT, "%s:%llu: the line is too long", path,
                                              (unsigned long long)number);
    }
    ok = ok && (!ferror(file) || fault_set(l->fault, FAULT_INPUT, "%s: %s", path, strerror(errno)));
    free(line);
    return ok;
}

/* The file of a stream; a folder in the folder is another group's. */
static bool add_file(void *context, const char *path) {
    static const struct str ending = STR(".log");
    struct local *l = context;
    struct str name = str_slice(str_c(path), l->folder.len, strlen(path));
    if (str_find_byte(name, '/') < name.len || !str_ends(name, ending))
        return true;
    buf_reset(&l->stream);
    url_decode(&l->stream, str_slice(name, 0, name.len - ending.len));
    if (!is_wanted(l->query, buf_str(&l->stream)))
        return true;
    FILE *file = fopen(path, "re");
    if (!file)
        return fault_set(l->fault, FAULT_INPUT, "%s: %s", path, strerror(errno));
    bool ok = add_lines(l, path, file);
    fclose(file);
    return ok;
}

static struct source *open_folder(const char *folder, const struct logs_group *group,
                                  const struct logs_query *query, struct fault *fault) {
    struct fault cut = { .kind = FAULT_NONE };
    struct local l = {
        .query = query, .events = cloudwatch_events(group, query), .folder = str_c(folder), .fault = &cut
    };
    buf_init(&l.stream, MAX_PATH);
    buf_init(&l.message, MAX_LINE);
    bool whole = file_walk(folder, true, add_file, &l, &cut);
    buf_fini(&l.stream);
    buf_fini(&l.message);
    return source_events_open(l.events, whole ? NULL : &cut, fault);
}

struct source *cloudwatch_open_local(const char *root, const struct logs_group *group,
                                     const struct logs_query *query, struct fault *fault) {
    struct buf folder;
    struct source *source = NULL;
    buf_init(&folder, MAX_PATH);
    buf_printf(&folder, "%s/cloudwatch/%.*s/", root, STR_ARG(group->name));
    if (query->filter)
        fault_set(fault, FAULT_USAGE, "%s: a folder that stands in for AWS knows no filter pattern",
                  group->uri);
    else if (!file_is_folder(buf_c(&folder)))
        fault_set(fault, FAULT_INPUT, "%s (here %s): there is no such log group", group->uri, buf_c(&folder));
    else
        source = open_folder(buf_c(&folder), group, query, fault);
    buf_fini(&folder);
    return source;
}
