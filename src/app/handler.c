#include "handler.h"

#include "delivery.h"
#include "log.h"
#include "mem.h"
#include "sink_memory.h"

#include <stdlib.h>

/* What Lambda takes as an answer, and what Step Functions takes from it, with what it puts around it itself.
 */
enum { MAX_ANSWER = 6291556, STEP_ENVELOPE = 8192, MAX_STEP_ANSWER = 262144 - STEP_ENVELOPE };

/* A batch on its way. */
struct handling {
    const struct request_context *context;
    const struct trigger *trigger;
    struct sink *answer;
    struct totals *totals;
    enum exit_code code;
    struct buf entries;                          /* of results[], each with a comma behind it */
    size_t *ends;                                /* of each of them */
    size_t entry_count, end_count, end_capacity; /* an entry without end found no room */
    bool *item_failed;
    struct fault first; /* of the items that failed */
    bool *item_left;    /* of a state machine: the time was over before its end */
    char **cursors;     /* ... where the next round is to take it up; NULL: it got nowhere */
    bool got_on;        /* some item is done, or got further */
    struct fault late;  /* of the first one left */
};

/* ---- errors ---- */

const char *handler_error_type(const struct fault *fault) {
    static const char *const types[] = { "Error",       "BadEvent",     "RuleError",
                                         "SourceError", "StorageError", "DeadlineError" };
    return types[fault->kind];
}

void handler_put_error(struct buf *out, const struct fault *fault) {
    struct json_writer w = { .out = out };
    json_begin(&w, '{');
    json_key(&w, "errorType");
    json_put_c(&w, handler_error_type(fault));
    json_key(&w, "errorMessage");
    json_put_c(&w, fault->text);
    json_end(&w, '}');
}

/* ---- one item ---- */

static void count_audit(struct handling *h, const struct request *r) {
    if (r->event.merge)
        totals_add_merging(h->totals, r->tally, merge_news(r->merging.merge));
    else
        totals_add(h->totals, r->tally);
    if (h->context->logs_incomplete)
        delivery_log_incomplete(r->tally);
}

static void end_request(const struct handling *h, struct request *r) {
    request_fini(r);
    if (h->context->shelf)
        shelf_trim(h->context->shelf);
}

static enum exit_code worse(enum exit_code a, enum exit_code b) {
    static const enum exit_code order[] = { EXIT_USAGE, EXIT_RULES, EXIT_INCOMPLETE };
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return EXIT_DONE;
}

static enum exit_code code_of(const struct request *r) {
    return r->failed_files ? EXIT_RULES : result_complete(r->tally) ? EXIT_DONE : EXIT_INCOMPLETE;
}

static bool ended_early(const struct tally *t, const char *reason, enum fault_kind kind,
                        struct fault *fault) {
    for (size_t i = 0; i < t->incomplete_count; i++)
        if (strcmp(t->incomplete[i].reason, reason) == 0)
            return !fault_set(fault, kind, "%s", t->incomplete[i].detail ? t->incomplete[i].detail : reason);
    return false;
}

/* A part of a source that was not read may be there at the next try; a record that was cut will not. */
static bool read_whole(const struct tally *t, struct fault *fault) {
    return !ended_early(t, "read", FAULT_INPUT, fault) && !ended_early(t, "deadline", FAULT_DEADLINE, fault);
}

static void count_continued(struct handling *h, const struct request *r) {
    h->totals->continued++;
    h->totals->incomplete -= r->tally->incomplete_count == 1; /* nothing is missing but what is to come */
}

/* A state machine comes again with what is left. */
static void keep_cursor(struct handling *h, size_t index, const struct request *r) {
    if (!r->next.source)
        return;
    h->cursors[index] = mem_copy(r->next_json.ptr, r->next_json.len);
    h->got_on = true;
    count_continued(h, r);
    log_info("%s: the time was over at byte %llu; it goes on there in the next round", r->next.source,
             (unsigned long long)r->next.mark.offset);
}

/* Nobody reads the answer of a trigger, so that an audit whose time was over is continued from a queue. What
 * could not be read is another matter. */
static bool continued(struct handling *h, struct request *r, const struct item *item, struct fault *fault) {
    struct fault refused;
    if (fault->kind != FAULT_DEADLINE)
        return false;
    if (h->trigger->step_functions) {
        keep_cursor(h, (size_t)(item - h->trigger->items), r);
        return false;
    }
    if (request_send_on(r, item, &refused)) {
        count_continued(h, r);
        return true;
    }
    if (refused.kind)
        *fault = refused;
    return false;
}

static const char *name_of(const struct item *item, const struct request *r) {
    return item->name ? item->name : r->event.uri_count ? r->event.uris[0] : "the event";
}

static void end_entry(struct handling *h, struct buf *entry) {
    buf_add_byte(entry, ',');
    if (buf_add(&h->entries, buf_str(entry))) {
        mem_grow(&h->ends, &h->end_capacity, h->end_count, sizeof *h->ends);
        h->ends[h->end_count++] = h->entries.len;
    }
    h->entry_count++;
    buf_fini(entry);
}

static void add_result(struct handling *h, const struct item *item, struct request *r) {
    struct buf entry;
    buf_init(&entry, MAX_STEP_ANSWER);
    struct json_writer w = { .out = &entry };
    json_begin(&w, '{');
    json_add_c(&w, "source", name_of(item, r));
    result_put_brief(&w, r->tally, &r->info);
    json_end(&w, '}');
    end_entry(h, &entry);
}

static void add_skipped(struct handling *h, const struct item *item, const char *why) {
    struct buf entry;
    buf_init(&entry, MAX_STEP_ANSWER);
    struct json_writer w = { .out = &entry };
    json_begin(&w, '{');
    json_add_c(&w, "source", item->name);
    json_add_c(&w, "skipped", why);
    json_end(&w, '}');
    end_entry(h, &entry);
    log_info("%s: skipped: %s", item->name, why);
}

static bool not_begun(struct fault *fault) {
    return fault_set(fault, FAULT_DEADLINE, "the time of the invocation was over before it was begun");
}

static bool audit_item(struct handling *h, const struct item *item, struct fault *fault) {
    const char *nothing = request_nothing(item);
    if (item->fault.kind) {
        *fault = item->fault;
        return false;
    }
    if (nothing) {
        add_skipped(h, item, nothing);
        return true;
    }
    if (h->context->deadline && now_micros() >= h->context->deadline)
        return not_begun(fault);
    struct request r;
    bool ok = request_run(&r, h->context, item, fault);
    if (ok) {
        count_audit(h, &r);
        h->code = worse(h->code, code_of(&r));
        add_result(h, item, &r);
        ok = read_whole(r.tally, fault) || continued(h, &r, item, fault);
    } else if (!fault->kind) {
        add_skipped(h, item, fault->text);
        ok = true;
    }
    end_request(h, &r);
    return ok;
}

/* Most messages name the source themselves. */
static void name_item(const struct item *item, struct fault *fault) {
    struct str text = str_c(fault->text), name = str_c(item->name);
    if (name.len && str_find(text, name) == text.len)
        fault_context(fault, "%s", item->name);
}

static void note_failure(struct handling *h, size_t index, struct fault *fault) {
    const struct item *item = &h->trigger->items[index];
    name_item(item, fault);
    if (item->id)
        log_error("message %s: %s", item->id, fault->text);
    else if (h->trigger->item_count > 1)
        log_error("%s", fault->text);
    h->item_failed[index] = true;
    h->code = worse(h->code, fault->kind == FAULT_USAGE ? EXIT_USAGE : EXIT_INCOMPLETE);
    if (!h->totals->failed++)
        h->first = *fault;
}

/* What a state machine's next round does: no failure, unless this one got nowhere. */
static void leave(struct handling *h, size_t index, const struct fault *fault) {
    if (!h->late.kind)
        h->late = *fault;
    h->item_left[index] = true;
}

/* Whether there is a next round. What failed is tried again in it, once all else is done. */
static bool goes_on(const struct handling *h) {
    return h->late.kind && h->got_on;
}

static void fail_left(struct handling *h) {
    struct fault fault = h->late;
    for (size_t i = 0; i < h->trigger->item_count; i++) {
        if (!h->item_left[i])
            continue;
        note_failure(h, i, &fault);
        not_begun(&fault);
    }
}

static void audit_items(struct handling *h) {
    for (size_t i = 0; i < h->trigger->item_count; i++) {
        struct fault fault = { .kind = FAULT_NONE };
        if (audit_item(h, &h->trigger->items[i], &fault)) {
            h->got_on = true;
            continue;
        }
        if (fault.kind == FAULT_DEADLINE && h->trigger->step_functions) {
            leave(h, i, &fault);
            continue;
        }
        note_failure(h, i, &fault);
        for (size_t rest = i; h->trigger->ordered && rest < h->trigger->item_count; rest++)
            h->item_failed[rest] = true;
        if (h->trigger->ordered)
            return;
    }
    if (!goes_on(h))
        fail_left(h);
}

/* ---- answers to batches ---- */

static bool send(struct handling *h, struct buf *out, struct fault *fault) {
    buf_add_byte(out, '\n');
    return (!out->full || fault_set(fault, FAULT_OUTPUT, "the answer is longer than %zu bytes", out->max)) &&
           h->answer->write(h->answer, buf_str(out), fault);
}

/* As many of the entries as there is room for; every result is stored whole. */
static void put_entries(struct handling *h, struct json_writer *w, size_t room) {
    size_t shown = 0;
    while (shown < h->end_count && h->ends[shown] < room)
        shown++;
    json_key(w, "results");
    json_begin(w, '[');
    if (shown)
        json_put_raw(w, str_slice(buf_str(&h->entries), 0, h->ends[shown - 1] - 1));
    json_end(w, ']');
    if (shown < h->entry_count) {
        json_add_int(w, "results_truncated", (int64_t)(h->entry_count - shown));
    }
}

/* Nobody would learn from such an answer which item failed, so that one that did fails the invocation. */
static bool all_done(const struct handling *h, struct fault *fault) {
    if (!h->totals->failed || goes_on(h))
        return true;
    *fault = h->first;
    if (h->trigger->item_count > 1)
        fault_context(fault, "%llu of %zu items failed", (unsigned long long)h->totals->failed,
                      h->trigger->item_count);
    return false;
}

static bool print_next(const struct handling *h, struct buf *next, struct fault *fault) {
    struct json_writer w = { .out = next };
    if (!goes_on(h))
        return true;
    trigger_put_next(h->trigger, h->item_left, h->cursors, h->item_failed, &w);
    return !next->full || fault_set(fault, FAULT_OUTPUT,
                                    "what is left of the batch is longer than %zu bytes: its items were "
                                    "expected to be fewer (MaxItemsPerBatch)",
                                    next->max);
}

static void put_results(struct handling *h, struct str next, struct buf *out) {
    struct json_writer w = { .out = out };
    json_begin(&w, '{');
    json_add_int(&w, "statusCode", 200);
    totals_put(h->totals, &w);
    json_add_int(&w, "schema_version", 1);
    json_add_bool(&w, "complete", !h->totals->incomplete && !next.len);
    json_add_raw(&w, "next", next);
    put_entries(h, &w, out->max > out->len + 128 ? out->max - out->len - 128 : 0);
    json_end(&w, '}');
}

static bool answer_results(struct handling *h, struct fault *fault) {
    enum { LEAST = 16 << 10 }; /* beside what is left */
    size_t limit = h->trigger->step_functions ? MAX_STEP_ANSWER : MAX_ANSWER;
    struct buf out, next;
    if (!all_done(h, fault))
        return false;
    buf_init(&out, limit);
    buf_init(&next, limit - LEAST);
    bool ok = print_next(h, &next, fault);
    if (ok)
        put_results(h, buf_str(&next), &out);
    ok = ok && send(h, &out, fault);
    buf_fini(&next);
    buf_fini(&out);
    return ok;
}

/* A message of which a part failed is named once. */
static bool answer_failures(struct handling *h, struct fault *fault) {
    struct buf out;
    buf_init(&out, MAX_ANSWER);
    struct json_writer w = { .out = &out };
    json_begin(&w, '{');
    json_key(&w, "batchItemFailures");
    json_begin(&w, '[');
    const char *last = "";
    for (size_t i = 0; i < h->trigger->item_count; i++) {
        const char *id = h->trigger->items[i].id;
        if (!h->item_failed[i] || strcmp(id, last) == 0)
            continue;
        json_begin(&w, '{');
        json_add_c(&w, "itemIdentifier", id);
        json_end(&w, '}');
        last = id;
    }
    json_end(&w, ']');
    json_end(&w, '}');
    bool ok = send(h, &out, fault);
    buf_fini(&out);
    return ok;
}

static bool run_batch(struct handling *h, struct fault *fault) {
    buf_init(&h->entries, MAX_ANSWER);
    size_t count = h->trigger->item_count;
    h->item_failed = mem_new(count + 1, sizeof *h->item_failed);
    h->item_left = mem_new(count + 1, sizeof *h->item_left);
    h->cursors = mem_new(count + 1, sizeof *h->cursors);
    audit_items(h);
    bool ok = h->trigger->answer == ANSWER_FAILURES ? answer_failures(h, fault) : answer_results(h, fault);
    buf_fini(&h->entries);
    free(h->ends);
    free(h->item_failed);
    free(h->item_left);
    for (size_t i = 0; i < count; i++)
        free(h->cursors[i]);
    free(h->cursors);
    return ok;
}

/* ---- the answer to one event ---- */

static bool put_result(struct request *r, struct sink *sink, uint64_t bytes, struct fault *fault) {
    struct output_limit limit = { r->event.summary_only ? 0 : r->event.max_findings, bytes };
    return output_json(sink, r->tally, &r->info, &r->kept, limit, fault);
}

static bool run_event(struct handling *h, struct fault *fault) {
    struct request r;
    bool ok = request_run(&r, h->context, &h->trigger->items[0], fault);
    if (ok) {
        count_audit(h, &r);
        h->code = code_of(&r);
        ok = (!h->trigger->scheduled || read_whole(r.tally, fault) ||
              continued(h, &r, &h->trigger->items[0], fault)) &&
             put_result(&r, h->answer, r.event.manifest ? MAX_STEP_ANSWER : MAX_ANSWER, fault);
    }
    end_request(h, &r);
    return ok;
}

/* ---- the answer to a request over HTTP ---- */

static bool send_http(struct handling *h, int status, struct str body, struct fault *fault) {
    struct buf out;
    buf_init(&out, MAX_ANSWER);
    struct json_writer w = { .out = &out };
    json_begin(&w, '{');
    json_add_int(&w, "statusCode", status);
    json_key(&w, "headers");
    json_begin(&w, '{');
    json_add_c(&w, "Content-Type", "application/json");
    json_end(&w, '}');
    json_add_bool(&w, "isBase64Encoded", false);
    json_key(&w, "body");
    json_put(&w, body);
    json_end(&w, '}');
    bool ok = send(h, &out, fault);
    buf_fini(&out);
    return ok;
}

/* In a string every quote takes two bytes: a result that has become too long is written again, shorter. */
static bool answer_request(struct handling *h, struct request *r, struct fault *fault) {
    uint64_t bytes = MAX_ANSWER - 1024;
    struct buf body, quoted;
    buf_init(&body, 2u * MAX_ANSWER);
    buf_init(&quoted, 8u * MAX_ANSWER);
    enum { LEAST = 64 << 10 };
    bool ok = true, fits = false;
    while (ok && !fits && bytes > LEAST) {
        struct sink *sink = sink_memory_new(&body);
        buf_reset(&body);
        buf_reset(&quoted);
        ok = sink->close(sink, put_result(r, sink, bytes, fault), fault) && body.len;
        json_put_text(&quoted, buf_str(&body));
        fits = quoted.len <= MAX_ANSWER - 1024;
        bytes = bytes * MAX_ANSWER / (quoted.len + 1) * 9 / 10;
    }
    if (ok && !fits)
        ok = fault_set(fault, FAULT_OUTPUT, "the answer is longer than %d bytes", MAX_ANSWER);
    ok = ok && send_http(h, 200, buf_str(&body), fault);
    buf_fini(&body);
    buf_fini(&quoted);
    return ok;
}

static bool run_http(struct handling *h, struct fault *fault) {
    const struct item *item = &h->trigger->items[0];
    struct request r;
    struct fault wrong = item->fault;
    bool readable = !wrong.kind, ok = readable && request_run(&r, h->context, item, &wrong);
    if (ok) {
        count_audit(h, &r);
        h->code = code_of(&r);
        ok = answer_request(h, &r, fault);
    } else {
        struct buf body;
        buf_init(&body, 16384);
        handler_put_error(&body, &wrong);
        log_error("%s", wrong.text);
        h->totals->failed++;
        h->code = wrong.kind == FAULT_USAGE  ? EXIT_USAGE
                  : wrong.kind == FAULT_RULE ? EXIT_RULES
                                             : EXIT_INCOMPLETE;
        ok = send_http(h, wrong.kind == FAULT_USAGE ? 400 : 500, buf_str(&body), fault);
        buf_fini(&body);
    }
    if (readable)
        end_request(h, &r);
    return ok;
}

bool handler_run(const struct request_context *context, struct str event, const char *name,
                 struct sink *answer, struct totals *totals, enum exit_code *code, struct fault *fault) {
    struct trigger trigger;
    struct handling h = { .context = context, .trigger = &trigger, .answer = answer, .totals = totals };
    bool ok = trigger_read(&trigger, event, name, fault);
    if (ok && trigger.answer == ANSWER_HTTP)
        ok = run_http(&h, fault);
    else if (ok && trigger.answer == ANSWER_RESULT)
        ok = run_event(&h, fault);
    else if (ok)
        ok = run_batch(&h, fault);
    *code = h.code;
    trigger_fini(&trigger);
    return ok;
}
