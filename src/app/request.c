#include "request.h"

#include "log.h"
#include "mem.h"
#include "message.h"
#include "request_merge.h"
#include "sink_file.h"

#include <stdlib.h>
#include <time.h>

/* ---- lists of map runs ---- */

/* The template's letters stand for a digit (9) and a hexadecimal digit (f). */
static bool fits_template(struct str s, const char *template) {
    if (s.len != strlen(template))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i], t = template[i];
        bool hex = ascii_digit(c) || (c >= 'a' && c <= 'f');
        if (t == '9' ? !ascii_digit(c) : t == 'f' ? !hex : c != t)
            return false;
    }
    return true;
}

/* The lists that Step Functions writes of a map run, as the template has it:
 * .../map-runs/UUID/SUCCEEDED_0.json */
static bool is_of_map_run(const char *key) {
    static const char uuid[] = "ffffffff-ffff-ffff-ffff-ffffffffffff";
    static const struct str folder = STR("map-runs/");
    static const struct str lists[] = { STR("SUCCEEDED_"), STR("FAILED_"), STR("PENDING_"),
                                        STR("manifest.json") };
    struct str s = str_c(key);
    size_t at = str_find(s, folder);
    if (at == s.len || (at && s.ptr[at - 1] != '/'))
        return false;
    s = str_slice(s, at + folder.len, s.len);
    if (!fits_template(str_slice(s, 0, sizeof uuid - 1), uuid))
        return false;
    struct str file = str_slice(s, sizeof uuid - 1, s.len);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (file.len && file.ptr[0] == '/' && str_starts(str_slice(file, 1, file.len), lists[i]))
            return str_ends(file, (struct str)STR(".json"));
    return false;
}

const char *request_nothing(const struct item *item) {
    if (item->kind == ITEM_NOTHING)
        return item->nothing;
    bool list = item->kind == ITEM_OBJECT && is_of_map_run(item->key);
    return list ? "a list that Step Functions wrote of a map run" : NULL;
}

/* ---- reading ---- */

/* Whether it reads log groups. */
static bool is_logs(const struct request *r) {
    return r->event.uri_count && is_cloudwatch(r->event.uris[0]);
}

static const char *key_of(const struct request *r, const char *uri) {
    return uri + strlen("s3://") + strlen(r->event.bucket) + 1;
}

/* The lists of map runs are known by their keys alone; whoever gave a log such a key is told. */
static bool is_list(struct request *r, const char *uri) {
    struct fault why;
    if (is_cloudwatch(uri) || !is_of_map_run(key_of(r, uri)))
        return false;
    fault_set(&why, FAULT_NONE, "%s: not audited: by its name a list that Step Functions wrote of a map run",
              uri);
    audit_skipped_source(r->audit, uri, &why);
    return true;
}

static bool is_older(struct request *r, const struct source *source) {
    bool older =
        r->event.has_modified_since && source->modified && source->modified < r->event.modified_since;
    r->older += older;
    return older;
}

struct reading {
    struct request *request;
    struct fault *fault;
};

static char *copy_of(const char *text) {
    return text ? mem_copy(text, strlen(text)) : NULL;
}

/* The time was over at this place of the source. Nothing was done when it is the one where this part began:
 * to send that on would go on for ever. */
static void set_next(struct request *r, const char *uri, const char *version, const struct audit_mark *mark) {
    bool progress = r->begun > 1 || mark->offset > r->event.cursor.mark.offset;
    r->over = true;
    if (!progress)
        return;
    r->next_source = copy_of(uri);
    r->next_version = copy_of(version);
    r->next = (struct cursor){ .source = r->next_source, .version = r->next_version, .mark = *mark };
}

static void postpone(struct request *r, const char *uri) {
    audit_postponed_source(r->audit, uri);
    set_next(r, uri, NULL, &(struct audit_mark){ 0 });
}

/* Whether the object was read by the part that the cursor is from. */
static bool done_before(struct request *r, const char *uri) {
    const char *source = r->event.cursor.source;
    if (r->taken_up || !source)
        return false;
    r->taken_up = strcmp(uri, source) == 0;
    return !r->taken_up;
}

/* Whether it is named again, in what this part reads or what was read before it. */
static bool repeated(struct request *r, const char *uri) {
    if (r->event.uri_count < 2 || uris_add_new(&r->sources, r->places, uri))
        return false;
    if (r->taken_up || !r->event.cursor.source)
        audit_repeated_source(r->audit, uri);
    return true;
}

/* A source that has changed since is another one: its rest is not that of what was read. */
static bool same_version(const struct cursor *c, const struct source *source) {
    return !c->version || (source->version && strcmp(source->version, c->version) == 0);
}

/* The first source of a part that goes on; the others begin at their start. False: it is a result of ours. */
static bool audit_from(struct request *r, const char *uri, struct source *source) {
    const struct cursor *cursor = &r->event.cursor;
    struct audit_mark mark = { 0 };
    if (r->begun == 1 && cursor->source)
        mark = cursor->mark;
    char *version = copy_of(source->version);
    bool log = audit_source_from(r->audit, source, &mark);
    if (audit_stopped(r->audit, &mark))
        set_next(r, uri, version, &mark);
    free(version);
    return log;
}

/* The object; of the one that is taken up no more than what is still to be read, where that can be. A version
 * that is another one by now is told by opening it whole. */
static struct source *open_object(struct request *r, const char *uri, struct fault *fault) {
    const struct cursor *c = &r->event.cursor;
    struct source_rest rest = audit_mark_rest(&c->mark);
    struct source *source = NULL;
    if (r->begun == 1 && c->source && c->version && rest.from)
        source = place_open_rest(r->places, uri, r->event.version, c->version, &rest, fault);
    return source ? source : place_open_version(r->places, uri, r->event.version, fault);
}

/* The deadline ends what is on its way as an interrupt does. */
static void name_deadline(struct request *r, const char *uri, struct fault *fault) {
    if (audit_late(r->audit) && str_ends(str_c(fault->text), (struct str)STR("interrupted")))
        fault_set(fault, FAULT_DEADLINE, "%s: the time was over before anything of it had come", uri);
}

static void audit_object(void *context, const char *uri) {
    struct reading *reading = context;
    struct request *r = reading->request;
    bool wanted = is_cloudwatch(uri) || event_wants(&r->event, key_of(r, uri));
    if (!wanted || r->over || r->changed || repeated(r, uri) || done_before(r, uri) || is_list(r, uri))
        return;
    r->begun++;
    if (r->begun > 1 && audit_late(r->audit)) {
        postpone(r, uri);
        return;
    }
    struct source *source = open_object(r, uri, reading->fault);
    if (!source && r->begun > 1 && audit_late(r->audit)) {
        postpone(r, uri);
        return;
    }
    if (!source)
        name_deadline(r, uri, reading->fault);
    if (source && r->begun == 1 && !same_version(&r->event.cursor, source)) {
        r->changed = !fault_set(&r->change, FAULT_INPUT,
                                "event: cursor: %s has changed since: version %s was expected, got %s", uri,
                                r->event.cursor.version, source->version ? source->version : "none");
        source->close(source);
        return;
    }
    if (source && is_older(r, source)) {
        source->close(source);
        return;
    }
    hash_add(r->hash, str_c(uri));
    hash_add(r->hash, str_c(source ? source->version : NULL));
    if (source && source->modified > r->modified)
        r->modified = source->modified;
    bool ours = source ? !audit_from(r, uri, source) : reading->fault->kind == FAULT_NONE;
    r->read_any = r->read_any || (source && !ours);
    r->own_results += ours;
    if (!source)
        job_audit(r->audit, uri, NULL, reading->fault);
}

/* That nothing has changed is no failure; it is said. */
static bool nothing_read(const struct request *r, struct fault *fault) {
    if (fault->kind && r->event.uri_count == 1 && !str_ends(str_c(r->event.uris[0]), (struct str)STR("*")))
        return false;
    if (fault->kind)
        return fault_context(fault,
                             "event: source_config: none of its objects can be read, the last one since");
    if (r->notified && r->own_results)
        return fault_set(fault, FAULT_NONE, "a result that logaudit stored");
    return r->older > 0 ||
           fault_set(fault, FAULT_INPUT, "event: source_config: there is no object to read: %s",
                     r->own_results ? "results of logaudit are never audited"
                                    : "include and exclude leave none");
}

/* A source that cannot be read is an error, never an empty success; among several, it is one that is missing.
 */
static bool audit_objects(struct request *r, struct fault *fault) {
    struct reading reading = { r, fault };
    hash_add(r->hash, str_c(r->event.version));
    if (r->event.cursor.source)
        hash_add(r->hash, str_c(r->event.cursor.check));
    for (size_t i = 0; i < r->event.uri_count && !r->over; i++) {
        const char *uri = r->event.uris[i];
        hash_add(r->hash, str_c(uri));
        if (place_list(r->places, uri, audit_object, &reading, fault))
            continue;
        if (r->over)
            break;
        if (fault->kind == FAULT_USAGE || r->event.uri_count == 1)
            return false;
        audit_missing_source(r->audit, uri, fault);
    }
    if (r->changed) {
        *fault = r->change;
        return false;
    }
    if (r->event.cursor.source && !r->taken_up)
        return fault_set(fault, FAULT_INPUT, "event: cursor: %s is not among the objects of source_config",
                         r->event.cursor.source);
    return r->read_any || nothing_read(r, fault);
}

/* Logs that came in the event. */
static void audit_parts(struct request *r) {
    for (size_t i = 0; i < r->event.part_count; i++) {
        const struct item_part *part = &r->event.parts[i];
        struct fault fault;
        hash_add(r->hash, str_c(part->uri));
        hash_add(r->hash, buf_str(&part->bytes));
        if (part->modified > r->modified)
            r->modified = part->modified;
        job_audit(r->audit, part->uri, trigger_part_open(part, &fault), &fault);
    }
}

static void make_ids(struct request *r) {
    struct hash_state *options = hash_new();
    job_hash(&r->job, options);
    hash_print(hash_get(options), r->options);
    hash_free(options);
    job_hash(&r->job, r->hash);
    hash_add_int(r->hash, (int64_t)r->event.max_findings);
    hash_print(hash_get(r->hash), r->audit_id);
}

/* What the result says of the runs that it is a part of. */
static void add_links(struct request *r, const struct item *item) {
    struct result_info *info = &r->info;
    if (r->event.cursor.source) {
        r->continues = (struct audit_link){ r->event.cursor.check, r->event.cursor.source };
        info->continues = &r->continues;
        info->continues_count = 1;
    }
    if (!r->next.source)
        return;
    cursor_asked(item->event, buf_str(&r->event.source_config), r->asked);
    r->next.options = r->asked;
    cursor_seal(&r->next);
    r->link = (struct audit_link){ r->next.check, r->next.source };
    info->next = &r->link;
    info->next_count = 1;
    cursor_put(&(struct json_writer){ .out = &r->next_json }, &r->next);
    info->next_json = buf_str(&r->next_json);
}

/* ---- storing ---- */

/* s3://BUCKET/PREFIX then `folder`, the date and the name. */
static void print_key(const struct request *r, const char *folder, const char *ending, struct buf *out) {
    time_t seconds = (time_t)(r->modified / 1000000);
    struct tm day;
    gmtime_r(&seconds, &day);
    buf_printf(out, "s3://%s/%s%s/year=%04d/month=%02d/day=%02d/audit-%s%s", r->event.output_bucket,
               r->event.output_prefix, folder, day.tm_year + 1900, day.tm_mon + 1, day.tm_mday, r->audit_id,
               ending);
}

static bool close_sink(struct sink *sink, bool ok, struct fault *fault) {
    return sink->close(sink, ok, fault) && ok;
}

static bool store_result(struct request *r, struct fault *fault) {
    struct sink *sink = place_create(r->places, r->info.storage_location, fault);
    struct result_info stored = r->info;
    stored.with_state = true;
    return sink && close_sink(sink, output_json(sink, r->tally, &stored, &r->kept, NO_LIMIT, fault), fault);
}

static bool store_findings(struct request *r, struct fault *fault) {
    uint64_t count = 0;
    for (int s = 0; s < SEVERITY_COUNT; s++)
        count += r->kept.count[s];
    if (!count)
        return true;
    struct buf uri;
    buf_init(&uri, 8192);
    print_key(r, "findings", ".ndjson.gz", &uri);
    struct sink *file = place_create(r->places, buf_c(&uri), fault);
    struct sink *sink = file ? sink_gzip_new(file) : NULL;
    const char *region = getenv("AWS_REGION");
    struct finding_context context = { .audit_id = r->audit_id,
                                       .account_id = r->account_id,
                                       .region = region ? region : "" };
    bool ok = sink && close_sink(sink, output_flat(sink, &r->kept, &context, fault), fault);
    buf_fini(&uri);
    return ok;
}

static bool store(struct request *r, struct fault *fault) {
    if (!r->event.output_bucket)
        return true;
    print_key(r, r->event.folder, ".json", &r->location);
    r->info.storage_location = buf_c(&r->location);
    return store_findings(r, fault) && store_result(r, fault);
}

/* ---- telling others ---- */

static struct notify_about about_of(const struct request *r) {
    const struct audit_options *o = &r->job.options;
    return (struct notify_about){
        .audit_id = r->audit_id,
        .storage_location = r->info.storage_location,
        .account_id = r->account_id,
        .correlated_only = r->event.merge,
        .rules = r->event.merge && o->ruleset_count ? o->rulesets[0] : NULL,
    };
}

/* After the result is stored. A merging that finds what it found before has nothing to tell: its stored
 * result says whether that was told, and is written again when it has been. */
static bool notify(struct request *r, struct fault *fault) {
    struct notify_about about = about_of(r);
    if (r->info.tell == TELL_DONE)
        return true;
    if (!notify_send(&r->notify, r->places, r->tally, &about, fault))
        return false;
    if (r->info.tell == TELL_NOBODY)
        return true;
    r->info.tell = TELL_DONE;
    return store_result(r, fault);
}

static void plan_notification(struct request *r) {
    struct notify_about about = about_of(r);
    if (r->event.merge && r->event.output_bucket && r->info.tell == TELL_NOBODY &&
        notify_wanted(&r->notify, r->tally, &about))
        r->info.tell = TELL_LATER;
}

bool request_send_on(struct request *r, const struct item *item, struct fault *fault) {
    enum { MAX_MESSAGE = 1 << 20 };
    const char *queue = getenv("LOGAUDIT_CONTINUE_QUEUE");
    struct buf event;
    *fault = (struct fault){ .kind = FAULT_NONE };
    if (!queue || !*queue || !r->next.source)
        return false;
    buf_init(&event, MAX_MESSAGE);
    bool ok = event_put_continuation(&r->event, &r->job, item, buf_str(&r->next_json), &event);
    if (ok && event.full)
        ok = fault_set(fault, FAULT_OUTPUT, "the event that goes on is longer than a message");
    ok = ok && message_to_queue(r->places, queue, buf_str(&event), fault);
    if (ok)
        log_info("%s: the time was over at byte %llu; the rest was sent to the queue", r->next.source,
                 (unsigned long long)r->next.mark.offset);
    buf_fini(&event);
    return ok;
}

/* ---- the whole ---- */

static bool make_ready(struct request *r, const struct request_context *context, const struct item *item,
                       struct fault *fault) {
    if (!notify_read(&r->notify, fault) || !job_init_with(&r->job, context->cli, context->mirror, fault) ||
        !event_read(&r->event, &r->job, item, fault))
        return false;
    r->job.shelf = context->shelf;
    r->places = context->places ? context->places : &r->job.places;
    places_renew(r->places);
    r->places->deadline = context->deadline;
    r->places->logs = r->job.places.logs;
    r->job.options.deadline = context->deadline ? &r->places->deadline : NULL;
    return true;
}

/* An object seldom holds a whole attack: with LOGAUDIT_CORRELATE=merge its matches are stored, and an event
 * that merges makes the findings of correlations. */
static bool read_correlate(struct request *r, struct fault *fault) {
    const char *when = getenv("LOGAUDIT_CORRELATE");
    if (!when || !*when)
        return true;
    r->job.options.correlate_later = r->event.output_bucket != NULL;
    return strcmp(when, "merge") == 0 ||
           fault_set(fault, FAULT_USAGE, "LOGAUDIT_CORRELATE: merge was expected, got '%s'", when);
}

/* What is kept is to be sent in time: S3 is reckoned to take 50 bytes a microsecond, and seldom takes fewer.
 */
static void keep(void *request, const struct finding *f) {
    enum { SENT = 50 };
    struct request *r = request;
    kept_add(&r->kept, f);
    if (r->job.options.deadline && r->event.output_bucket)
        *r->job.options.deadline -= (int64_t)(r->kept.line.len / SENT);
}

static bool audit(struct request *r, const struct cli *cli, struct fault *fault) {
    if (!read_correlate(r, fault) || !job_load_rules(&r->job, cli, fault))
        return false;
    r->failed_files = job_report_failed_files(&r->job);
    r->audit = audit_new(&r->job.options, keep, r, fault);
    if (!r->audit)
        return false;
    if (r->event.part_count)
        audit_parts(r);
    else if (!audit_objects(r, fault))
        return false;
    make_ids(r);
    r->tally = audit_finish(r->audit);
    if (is_logs(r))
        job_note_range(&r->job, r->tally);
    if (r->older && !r->read_any)
        tally_add_diagnostic(r->tally, "nothing_new", "info", NULL, NULL, 0,
                             "no object has changed since modified_since");
    return true;
}

static bool merge(struct request *r, const struct cli *cli, struct fault *fault) {
    r->tally = request_merge(r, cli, fault);
    r->failed_files = r->tally && merging_rules_failed(&r->merging);
    return r->tally != NULL;
}

static bool run(struct request *r, const struct request_context *context, const struct item *item,
                struct fault *fault) {
    if (!make_ready(r, context, item, fault) ||
        !(r->event.merge ? merge(r, context->cli, fault) : audit(r, context->cli, fault)))
        return false;
    r->info = (struct result_info){
        .audit_id = r->audit_id,
        .started = r->job.started,
        .finished = now_micros(),
        .source_type = r->event.source_type,
        .source_config = buf_str(&r->event.source_config),
        .status_code = true,
        .options = r->options,
    };
    if (r->event.merge) {
        merging_describe(&r->merging, &r->info);
        memcpy(r->audit_id, r->info.audit_id, sizeof r->audit_id);
    } else {
        add_links(r, item);
    }
    plan_notification(r);
    return store(r, fault) && notify(r, fault);
}

bool request_run(struct request *r, const struct request_context *context, const struct item *item,
                 struct fault *fault) {
    *fault = (struct fault){ .kind = FAULT_NONE };
    *r = (struct request){ .hash = hash_new(),
                           .account_id = context->account_id,
                           .notified = item->kind == ITEM_OBJECT };
    kept_init(&r->kept);
    buf_init(&r->location, 8192);
    buf_init(&r->next_json, 32768);
    return run(r, context, item, fault);
}

void request_fini(struct request *r) {
    audit_free(r->audit);
    merging_fini(&r->merging);
    uris_fini(&r->results);
    uris_fini(&r->sources);
    kept_fini(&r->kept);
    buf_fini(&r->location);
    buf_fini(&r->next_json);
    free(r->next_source);
    free(r->next_version);
    hash_free(r->hash);
    event_fini(&r->event);
    job_free(&r->job);
}
