#include "result_state.h"

#include "correlator.h"
#include "users.h"

#include <stdlib.h>

/* Written when there is this much; what stands between two looks is far smaller. */
enum { PIECE = 256 * 1024, MAX_PIECE = 4 << 20 };

struct state_writer {
    struct json_writer json;
    struct buf buf;
    struct sink *sink;
    struct fault *fault;
    bool failed;
};

static void flush(struct state_writer *w) {
    if (w->failed || !w->buf.len)
        return;
    w->failed = (w->buf.full && !fault_set(w->fault, FAULT_OUTPUT, "the result's state is too large")) ||
                !w->sink->write(w->sink, buf_str(&w->buf), w->fault);
    buf_reset(&w->buf);
}

static void flush_large(struct state_writer *w) {
    if (w->buf.len >= PIECE)
        flush(w);
}

static void write_names(struct state_writer *s, struct user_table *t, const struct user *u,
                        enum user_list list) {
    struct json_writer *w = &s->json;
    size_t count;
    const struct name_count *names = user_table_names(t, u, list, &count);
    if (!count)
        return;
    json_key(w, user_list_name(list));
    json_begin(w, '{');
    for (size_t i = 0; i < count; i++) {
        json_key_str(w, names[i].name);
        json_put_int(w, (int64_t)names[i].count);
        flush_large(s);
    }
    json_end(w, '}');
}

/* What records say of a user; what findings say is counted from the findings. */
static void write_user(struct state_writer *s, struct user_table *t, const struct user *u) {
    struct json_writer *w = &s->json;
    json_begin(w, '{');
    json_key(w, "user_id");
    json_put(w, u->name);
    json_add_count(w, "records", u->records);
    for (int list = 0; list < USER_LISTS; list++)
        write_names(s, t, u, (enum user_list)list);
    if (u->has_time) {
        json_add_time(w, "first", u->first);
        json_add_time(w, "last", u->last);
    }
    json_end(w, '}');
}

static void write_users(struct state_writer *w, struct tally *t) {
    size_t count = user_table_count(t->users);
    const struct user **users = user_table_sorted(t->users);
    json_key(&w->json, "users");
    json_begin(&w->json, '[');
    for (size_t i = 0; i < count && !w->failed; i++) {
        if (users[i]->records)
            write_user(w, t->users, users[i]);
        flush_large(w);
    }
    json_end(&w->json, ']');
    free(users);
}

/* Of the rules of packs and of conditions, which may have the same id. */
static void put_set(struct json_writer *w, const struct rule *rule) {
    json_add_bool(w, "condition", rule->condition_name.len > 0);
}

static void write_trips(struct state_writer *w, const struct tally *t) {
    json_key(&w->json, "trips");
    json_begin(&w->json, '[');
    for (size_t i = 0; i < t->noted_trip_count; i++) {
        const struct noted_trip *n = &t->noted_trips[i];
        const struct rule *rule = &t->options->rulesets[n->set]->rules[n->rule];
        json_begin(&w->json, '{');
        json_key(&w->json, "rule_id");
        json_put(&w->json, rule->id);
        put_set(&w->json, rule);
        json_add_bool(&w->json, "over_budget", n->kind == TRIP_OVER_BUDGET);
        json_key(&w->json, "source");
        json_put_c(&w->json, n->source);
        json_add_count(&w->json, "line", n->line);
        json_add_count(&w->json, "offset", n->offset);
        json_key(&w->json, "reason");
        json_put_c(&w->json, n->reason);
        json_end(&w->json, '}');
        flush_large(w);
    }
    json_end(&w->json, ']');
}

static void write_suppressed(struct state_writer *w, const struct tally *t) {
    json_key(&w->json, "suppressed");
    json_begin(&w->json, '[');
    for (size_t i = 0; i < t->suppression_count; i++) {
        json_begin(&w->json, '{');
        result_put_suppression(&w->json, &t->suppressions[i]);
        put_set(&w->json, t->suppressions[i].rule);
        json_end(&w->json, '}');
        flush_large(w);
    }
    json_end(&w->json, ']');
}

/* Those that `sources` of the result does not list. */
static void write_sources(struct state_writer *w, const struct tally *t) {
    json_key(&w->json, "sources");
    json_begin(&w->json, '[');
    for (size_t i = MAX_SOURCES; i < t->source_count; i++) {
        result_put_source(&w->json, &t->sources[i]);
        flush_large(w);
    }
    json_end(&w->json, ']');
}

static bool write_match(void *context, struct str json) {
    struct state_writer *w = context;
    json_put_raw(&w->json, json);
    flush_large(w);
    return !w->failed;
}

/* What the correlations counted; nothing without any. */
static void write_correlations(struct state_writer *w, const struct tally *t) {
    if (!t->correlator || !correlator_wanted(t->correlator))
        return;
    json_key(&w->json, "correlations");
    json_begin(&w->json, '[');
    for (size_t i = 0; i < t->correlations.count; i++)
        json_put(&w->json, t->correlations.items[i]);
    json_end(&w->json, ']');
    json_key(&w->json, "ruleset");
    json_put_c(&w->json, t->options->rulesets[0]->digest);
    json_add_count(&w->json, "correlated_filtered", t->correlated_filtered);
    json_add_c(&w->json, "min_severity", severity_name(t->options->min_severity));
    json_key(&w->json, "matches");
    json_begin(&w->json, '[');
    if (!w->failed && !correlator_each_state(t->correlator, write_match, w, w->fault))
        w->failed = true;
    json_end(&w->json, ']');
}

static void write_parts(struct state_writer *w, const struct result_info *info) {
    if (!info->merged)
        return;
    json_add_bool(&w->json, "merged", true);
    if (info->tell != TELL_NOBODY)
        json_add_bool(&w->json, "notified", info->tell == TELL_DONE);
    json_key(&w->json, "parts");
    json_begin(&w->json, '[');
    for (size_t i = 0; i < info->part_count; i++) {
        json_put_c(&w->json, info->parts[i]);
        flush_large(w);
    }
    json_end(&w->json, ']');
}

/* Of a merged result: those that found no other end yet. */
static void write_links(struct state_writer *w, const char *key, const struct audit_link *links,
                        size_t count) {
    if (!count)
        return;
    json_key(&w->json, key);
    json_begin(&w->json, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(&w->json, '{');
        json_key(&w->json, "cursor");
        json_put_c(&w->json, links[i].cursor);
        json_key(&w->json, "source");
        json_put_c(&w->json, links[i].source);
        json_end(&w->json, '}');
        flush_large(w);
    }
    json_end(&w->json, ']');
}

bool result_write_state(struct tally *t, const struct result_info *info, struct sink *sink,
                        struct fault *fault) {
    struct state_writer w = { .sink = sink, .fault = fault };
    buf_init(&w.buf, MAX_PIECE);
    w.json = (struct json_writer){ .out = &w.buf, .comma = true };
    json_key(&w.json, "state");
    json_begin(&w.json, '{');
    json_add_count(&w.json, "version", STATE_VERSION);
    json_key(&w.json, "options");
    json_put_c(&w.json, info->options ? info->options : "");
    write_parts(&w, info);
    write_links(&w, "continues", info->continues, info->continues_count);
    write_links(&w, "next", info->next, info->next_count);
    write_sources(&w, t);
    write_trips(&w, t);
    write_suppressed(&w, t);
    write_correlations(&w, t);
    write_users(&w, t);
    json_end(&w.json, '}');
    json_end(&w.json, '}');
    flush(&w);
    buf_fini(&w.buf);
    return !w.failed;
}
