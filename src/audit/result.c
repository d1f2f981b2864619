#include "result.h"

#include "mem.h"
#include "requests.h"
#include "users.h"

#include <stdio.h>
#include <stdlib.h>

/* Shown of each list; the rest is counted. */
enum { SHOWN_USERS = 100, SHOWN_NAMES = 20, SHOWN_REQUESTS = 100, SHOWN_GROUPS = 500 };

bool result_complete(const struct tally *t) {
    return t->incomplete_count == 0;
}

/* How much of a list of `count` is shown, of which `usual` is the most. */
static size_t shown_of(const struct result_info *info, size_t count, size_t usual) {
    size_t most = info->shown && info->shown < usual ? info->shown : usual;
    return count < most ? count : most;
}

/* ---- small pieces ---- */

static void put_int(struct json_writer *w, const char *key, uint64_t value) {
    json_key(w, key);
    json_put_int(w, (int64_t)value);
}

static void put_c(struct json_writer *w, const char *key, const char *value) {
    if (!value)
        return;
    json_key(w, key);
    json_put_c(w, value);
}

static void put_bool(struct json_writer *w, const char *key, bool value) {
    json_key(w, key);
    json_put_bool(w, value);
}

static void put_time(struct json_writer *w, const char *key, int64_t micros) {
    char text[STAMP_LEN + 1];
    stamp_print(micros, text);
    put_c(w, key, text);
}

static void begin(struct json_writer *w, const char *key, char bracket) {
    json_key(w, key);
    json_begin(w, bracket);
}

static void put_hash(struct json_writer *w, const char *key, struct hash hash) {
    char text[HASH_HEX + 1];
    hash_print(hash, text);
    put_c(w, key, text);
}

/* ---- summary ---- */

static int type_by_name(const void *a, const void *b) {
    return strcmp(((const struct type_count *)a)->name, ((const struct type_count *)b)->name);
}

static void put_types(struct json_writer *w, struct tally *t) {
    mem_sort(t->types, t->type_count, sizeof *t->types, type_by_name);
    begin(w, "findings_by_type", '{');
    for (size_t i = 0; i < t->type_count; i++)
        put_int(w, t->types[i].name, t->types[i].count);
    json_end(w, '}');
}

static void put_severities(struct json_writer *w, const struct tally *t) {
    begin(w, "findings_by_severity", '{');
    for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
        if (t->by_severity[s])
            put_int(w, severity_name((enum severity)s), t->by_severity[s]);
    json_end(w, '}');
}

/* Of the rules before these, whose ids may be the same. */
static uint64_t earlier_count(const struct tally *t, struct str id) {
    for (size_t i = 0; i < t->earlier_count; i++)
        if (str_equal_c(id, t->earlier[i].name))
            return t->earlier[i].count;
    return 0;
}

static bool is_loaded(const struct tally *t, struct str id) {
    for (size_t set = 0; set < t->options->ruleset_count; set++)
        if (ruleset_find(t->options->rulesets[set], id))
            return true;
    return false;
}

static void put_rules_counts(struct json_writer *w, const struct tally *t) {
    begin(w, "findings_by_rule", '{');
    for (size_t set = 0; set < t->options->ruleset_count; set++) {
        const struct ruleset *rs = t->options->rulesets[set];
        for (size_t i = 0; i < rs->rule_count; i++) {
            uint64_t count = t->by_rule[set][i] + earlier_count(t, rs->rules[i].id);
            if (!count)
                continue;
            json_key_str(w, rs->rules[i].id);
            json_put_int(w, (int64_t)count);
        }
    }
    for (size_t i = 0; i < t->earlier_count; i++)
        if (!is_loaded(t, str_c(t->earlier[i].name)))
            put_int(w, t->earlier[i].name, t->earlier[i].count);
    json_end(w, '}');
}

/* Beside a list that was cut: how many of it are not shown. */
static void put_truncated(struct json_writer *w, const char *key, uint64_t hidden) {
    char name[64];
    if (!hidden)
        return;
    snprintf(name, sizeof name, "%s_truncated", key);
    put_int(w, name, hidden);
}

static void put_names(struct json_writer *w, const char *key, const struct name_count *names, size_t count,
                      bool with_counts) {
    begin(w, key, with_counts ? '{' : '[');
    for (size_t i = 0; i < count && i < SHOWN_NAMES; i++) {
        if (!with_counts) {
            json_put(w, names[i].name);
            continue;
        }
        json_key_str(w, names[i].name);
        json_put_int(w, (int64_t)names[i].count);
    }
    json_end(w, with_counts ? '}' : ']');
    put_truncated(w, key, count > SHOWN_NAMES ? count - SHOWN_NAMES : 0);
}

static void put_user_names(struct json_writer *w, struct tally *t, const struct user *u,
                           enum user_list list) {
    size_t count;
    const struct name_count *names = user_table_names(t->users, u, list, &count);
    put_names(w, user_list_name(list), names, count, list == USER_ACTIONS || list == USER_OUTCOMES);
}

static void put_user(struct json_writer *w, struct tally *t, const struct user *u) {
    json_begin(w, '{');
    json_key(w, "user_id");
    json_put(w, u->name);
    put_int(w, "records", u->records);
    for (int list = 0; list < USER_LISTS; list++)
        put_user_names(w, t, u, (enum user_list)list);
    if (u->has_time) {
        put_time(w, "first", u->first);
        put_time(w, "last", u->last);
    }
    put_int(w, "findings", u->findings);
    json_end(w, '}');
}

static void put_users(struct json_writer *w, struct tally *t, const struct result_info *info) {
    size_t count = user_table_count(t->users), shown = shown_of(info, count, SHOWN_USERS);
    const struct user **users = user_table_sorted(t->users);
    begin(w, "users", '[');
    for (size_t i = 0; i < shown; i++)
        put_user(w, t, users[i]);
    json_end(w, ']');
    put_truncated(w, "users", count - shown);
    free(users);
}

static void put_request(struct json_writer *w, struct tally *t, const struct request *r) {
    static const char *const lists[REQUEST_LISTS] = { "services", "sources", "rules", "users" };
    json_begin(w, '{');
    json_key(w, "request_id");
    json_put(w, r->id);
    put_int(w, "findings", r->findings);
    put_c(w, "severity", severity_name(r->severity));
    for (int i = 0; i < REQUEST_LISTS; i++) {
        size_t count;
        const struct name_count *names = request_table_names(t->requests, r, (enum request_list)i, &count);
        put_names(w, lists[i], names, count, false);
    }
    if (r->has_time) {
        put_time(w, "first", r->first);
        put_time(w, "last", r->last);
    }
    json_end(w, '}');
}

static void put_requests(struct json_writer *w, struct tally *t, const struct result_info *info) {
    size_t count;
    const struct request **requests = request_table_across(t->requests, &count);
    size_t shown = shown_of(info, count, SHOWN_REQUESTS);
    begin(w, "requests", '[');
    for (size_t i = 0; i < shown; i++)
        put_request(w, t, requests[i]);
    json_end(w, ']');
    put_truncated(w, "requests", count - shown);
    free(requests);
}

static uint64_t type_total(const struct tally *t, const char *type) {
    for (size_t i = 0; i < t->type_count; i++)
        if (strcmp(t->types[i].name, type) == 0)
            return t->types[i].count;
    return 0;
}

static int by_rule_and_reason(const void *a, const void *b) {
    const struct suppression *x = a, *y = b;
    int order = str_compare(x->rule->id, y->rule->id);
    if (order || !x->exception || !y->exception)
        return order ? order : (y->exception == NULL) - (x->exception == NULL);
    return str_compare(x->exception->reason, y->exception->reason);
}

void result_put_suppression(struct json_writer *w, const struct suppression *s) {
    put_c(w, "rule_id", s->rule->id.ptr);
    put_c(w, "by", s->exception ? "override" : "baseline");
    if (s->exception) {
        put_c(w, "reason", s->exception->reason.ptr);
        put_c(w, "owner", s->exception->owner.len ? s->exception->owner.ptr : NULL);
        put_c(w, "until", s->exception->until.len ? s->exception->until.ptr : NULL);
    }
    put_int(w, "count", s->count);
}

static void put_suppressed(struct json_writer *w, struct tally *t) {
    mem_sort(t->suppressions, t->suppression_count, sizeof *t->suppressions, by_rule_and_reason);
    begin(w, "suppressed", '[');
    for (size_t i = 0; i < t->suppression_count; i++) {
        json_begin(w, '{');
        result_put_suppression(w, &t->suppressions[i]);
        json_end(w, '}');
    }
    json_end(w, ']');
}

static void put_figures(struct json_writer *w, struct tally *t) {
    put_int(w, "total_findings", t->findings);
    put_types(w, t);
    put_int(w, "unique_users", user_table_count(t->users));
    put_int(w, "error_count", type_total(t, "Error"));
    put_severities(w, t);
}

static void put_summary(struct json_writer *w, struct tally *t, const struct result_info *info) {
    begin(w, "summary", '{');
    put_figures(w, t);
    put_rules_counts(w, t);
    put_int(w, "performance_alerts", t->performance_alerts);
    put_suppressed(w, t);
    put_users(w, t, info);
    put_requests(w, t, info);
    json_end(w, '}');
}

/* ---- groups, counts, clock, sources ---- */

static void put_group(struct json_writer *w, const struct group *g) {
    json_begin(w, '{');
    put_hash(w, "fingerprint", g->fingerprint);
    json_key(w, "rule_id");
    json_put(w, g->rule->id);
    put_c(w, "severity", severity_name(g->severity));
    put_c(w, "title", g->title);
    put_int(w, "count", g->count);
    if (g->has_time) {
        put_time(w, "first", g->first);
        put_time(w, "last", g->last);
    }
    put_c(w, "sample", g->sample);
    put_c(w, "sample_source", g->sample_source);
    put_int(w, "sample_line", g->sample_line);
    if (g->context) {
        json_key(w, "sample_context");
        json_put_raw(w, str_c(g->context));
    }
    json_end(w, '}');
}

static void put_groups(struct json_writer *w, struct tally *t, const struct result_info *info) {
    size_t count;
    const struct group *const *groups = tally_groups(t, &count);
    size_t shown = shown_of(info, count, SHOWN_GROUPS);
    begin(w, "groups", '[');
    for (size_t i = 0; i < shown; i++)
        put_group(w, groups[i]);
    json_end(w, ']');
    put_truncated(w, "groups", t->evicted_groups + (count - shown));
}

static void put_counts(struct json_writer *w, const struct counts *c) {
    begin(w, "counts", '{');
    put_int(w, "bytes", c->bytes);
    put_int(w, "lines", c->lines);
    put_int(w, "records", c->records);
    put_int(w, "json", c->json);
    put_int(w, "text", c->text);
    put_int(w, "multiline", c->multiline);
    put_int(w, "malformed", c->malformed);
    put_int(w, "truncated", c->truncated);
    put_int(w, "skipped", c->skipped);
    put_int(w, "invalid_utf8", c->invalid_utf8);
    put_int(w, "filtered", c->filtered);
    put_int(w, "suppressed", c->suppressed);
    json_end(w, '}');
}

static void put_clock(struct json_writer *w, const struct clock_counts *c) {
    begin(w, "clock", '{');
    if (c->any) {
        put_time(w, "earliest", c->earliest);
        put_time(w, "latest", c->latest);
    }
    put_int(w, "without_time", c->without_time);
    put_int(w, "out_of_order", c->out_of_order);
    json_end(w, '}');
}

void result_put_source(struct json_writer *w, const struct source_entry *s) {
    json_begin(w, '{');
    put_c(w, "uri", s->uri);
    put_c(w, "version", s->version);
    put_int(w, "records", s->records);
    put_int(w, "bytes", s->bytes);
    put_bool(w, "complete", s->complete);
    json_end(w, '}');
}

static void put_sources(struct json_writer *w, const struct tally *t, const struct result_info *info) {
    size_t shown = shown_of(info, t->source_count, MAX_SOURCES);
    begin(w, "sources", '[');
    for (size_t i = 0; i < shown; i++)
        result_put_source(w, &t->sources[i]);
    json_end(w, ']');
    put_truncated(w, "sources", t->source_count - shown);
}

/* ---- rules and notes ---- */

static void put_failed_files(struct json_writer *w, const struct tally *t) {
    begin(w, "failed", '[');
    for (size_t set = 0; set < t->options->ruleset_count; set++) {
        const struct ruleset *rs = t->options->rulesets[set];
        for (size_t i = 0; i < rs->failed_count; i++) {
            json_begin(w, '{');
            put_c(w, "file", rs->failed[i].file);
            put_int(w, "line", (uint64_t)rs->failed[i].line);
            put_c(w, "reason", rs->failed[i].reason);
            json_end(w, '}');
        }
    }
    json_end(w, ']');
}

static void put_tripped(struct json_writer *w, const struct tally *t, const char *key, enum trip_kind kind) {
    begin(w, key, '[');
    for (size_t set = 0; set < t->options->ruleset_count; set++) {
        const struct ruleset *rs = t->options->rulesets[set];
        for (size_t i = 0; i < rs->rule_count; i++)
            if (t->trips[set][i] && t->trip_kinds[set][i] == kind)
                json_put(w, rs->rules[i].id);
    }
    json_end(w, ']');
}

static void put_rules(struct json_writer *w, const struct tally *t) {
    begin(w, "rules", '{');
    put_int(w, "loaded", t->rules_loaded);
    put_hash(w, "digest", t->rules_digest);
    put_failed_files(w, t);
    put_tripped(w, t, "raised", TRIP_RAISED);
    put_tripped(w, t, "over_budget", TRIP_OVER_BUDGET);
    json_end(w, '}');
}

static void put_incomplete(struct json_writer *w, const struct tally *t, const struct result_info *info) {
    size_t shown = shown_of(info, t->incomplete_count, MAX_NOTES);
    put_bool(w, "complete", result_complete(t));
    begin(w, "incomplete", '[');
    for (size_t i = 0; i < shown; i++) {
        const struct incomplete *n = &t->incomplete[i];
        json_begin(w, '{');
        put_c(w, "reason", n->reason);
        put_c(w, "source", n->source);
        put_c(w, "rule_id", n->rule_id);
        put_c(w, "detail", n->detail);
        put_int(w, "count", n->count);
        json_end(w, '}');
    }
    json_end(w, ']');
    put_truncated(w, "incomplete", t->incomplete_more + (t->incomplete_count - shown));
}

static void put_diagnostics(struct json_writer *w, const struct tally *t, const struct result_info *info) {
    size_t shown = shown_of(info, t->diagnostic_count, MAX_NOTES);
    begin(w, "diagnostics", '[');
    for (size_t i = 0; i < shown; i++) {
        const struct diagnostic *d = &t->diagnostics[i];
        json_begin(w, '{');
        put_c(w, "code", d->code);
        put_c(w, "level", d->level);
        put_c(w, "message", d->message);
        put_c(w, "rule_id", d->rule_id);
        put_c(w, "source", d->source);
        if (d->line)
            put_int(w, "line", d->line);
        put_int(w, "count", d->count);
        json_end(w, '}');
    }
    json_end(w, ']');
    put_truncated(w, "diagnostics", t->diagnostics_more + (t->diagnostic_count - shown));
}

/* ---- the whole ---- */

static void put_next(struct json_writer *w, const struct result_info *info) {
    if (!info->next_json.len)
        return;
    json_key(w, "next");
    json_put_raw(w, info->next_json);
}

static void put_rest(struct json_writer *w, struct tally *t, const struct result_info *info) {
    put_truncated(w, "findings", info->findings_omitted);
    put_summary(w, t, info);
    put_int(w, "critical_findings_count", t->by_severity[SEVERITY_CRITICAL]);
    put_int(w, "schema_version", 1);
    put_c(w, "audit_id", info->audit_id);
    put_incomplete(w, t, info);
    put_groups(w, t, info);
    put_counts(w, &t->counts);
    put_clock(w, &t->clock);
    put_sources(w, t, info);
    put_rules(w, t);
    put_diagnostics(w, t, info);
    begin(w, "engine", '{');
    put_c(w, "version", LOGAUDIT_VERSION);
    put_int(w, "rule_api", 1);
    json_end(w, '}');
    if (info->status_code)
        put_int(w, "statusCode", 200);
    put_c(w, "source_type", info->source_type);
    if (info->source_config.len) {
        json_key(w, "source_config");
        json_put_raw(w, info->source_config);
    }
    put_next(w, info);
    put_c(w, "storage_location", info->storage_location);
    put_int(w, "processing_time_ms", (uint64_t)(info->finished - info->started) / 1000);
    put_time(w, "timestamp", info->finished);
    if (!info->with_state)
        json_end(w, '}');
}

void result_put_head(struct json_writer *w, const struct tally *t) {
    json_begin(w, '{');
    put_int(w, "processed_logs", t->counts.records);
    begin(w, "findings", '[');
}

void result_put_tail(struct json_writer *w, struct tally *t, const struct result_info *info) {
    json_end(w, ']');
    put_rest(w, t, info);
}

void result_put_closing(struct json_writer *w, struct tally *t, const struct result_info *info) {
    json_begin(w, '{');
    put_int(w, "processed_logs", t->counts.records);
    put_rest(w, t, info);
}

void result_put_brief(struct json_writer *w, struct tally *t, const struct result_info *info) {
    enum { SHOWN_NOTES = 5 };
    struct result_info brief = *info;
    brief.shown = SHOWN_NOTES;
    put_int(w, "processed_logs", t->counts.records);
    begin(w, "summary", '{');
    put_figures(w, t);
    json_end(w, '}');
    put_int(w, "critical_findings_count", t->by_severity[SEVERITY_CRITICAL]);
    put_c(w, "audit_id", info->audit_id);
    put_incomplete(w, t, &brief);
    put_next(w, info);
    put_c(w, "storage_location", info->storage_location);
}
