#include "result.h"

#include "mem.h"
#include "requests.h"
#include "users.h"

#include <stdio.h>
#include <stdlib.h>

/* Shown of each list; the rest is counted. */
enum {
    SHOWN_USERS = 100,
    SHOWN_NAMES = 20,
    SHOWN_REQUESTS = 100,
    SHOWN_GROUPS = 500,
    SHOWN_FAMILIES = 1000,
    SHOWN_SERVICES = 100
};

bool result_complete(const struct tally *t) {
    return t->incomplete_count == 0;
}

/* How much of a list of `count` is shown, of which `usual` is the most. */
static size_t shown_of(const struct result_info *info, size_t count, size_t usual) {
    size_t most = info->shown && info->shown < usual ? info->shown : usual;
    return count < most ? count : most;
}

/* ---- small pieces ---- */

static void begin(struct json_writer *w, const char *key, char bracket) {
    json_key(w, key);
    json_begin(w, bracket);
}

/* ---- summary ---- */

static int type_by_name(const void *a, const void *b) {
    return strcmp(((const struct type_count *)a)->name, ((const struct type_count *)b)->name);
}

static void put_types(struct json_writer *w, struct tally *t) {
    mem_sort(t->types, t->type_count, sizeof *t->types, type_by_name);
    begin(w, "findings_by_type", '{');
    for (size_t i = 0; i < t->type_count; i++)
        json_add_count(w, t->types[i].name, t->types[i].count);
    json_end(w, '}');
}

static void put_severities(struct json_writer *w, const uint64_t counts[SEVERITY_COUNT]) {
    begin(w, "findings_by_severity", '{');
    for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
        if (counts[s])
            json_add_count(w, severity_name((enum severity)s), counts[s]);
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
            json_add_count(w, t->earlier[i].name, t->earlier[i].count);
    json_end(w, '}');
}

/* Beside a list that was cut: how many of it are not shown. */
static void put_truncated(struct json_writer *w, const char *key, uint64_t hidden) {
    char name[64];
    if (!hidden)
        return;
    snprintf(name, sizeof name, "%s_truncated", key);
    json_add_count(w, name, hidden);
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
    json_add_count(w, "records", u->records);
    for (int list = 0; list < USER_LISTS; list++)
        put_user_names(w, t, u, (enum user_list)list);
    if (u->has_time) {
        json_add_time(w, "first", u->first);
        json_add_time(w, "last", u->last);
    }
    json_add_count(w, "findings", u->findings);
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

static void put_request(struct json_writer *w, struct tally *t, const struct seen_request *r) {
    static const char *const lists[REQUEST_LISTS] = { "services", "sources", "rules", "users" };
    json_begin(w, '{');
    json_key(w, "request_id");
    json_put(w, r->id);
    json_add_count(w, "findings", r->findings);
    json_add_c(w, "severity", severity_name(r->severity));
    for (int i = 0; i < REQUEST_LISTS; i++) {
        size_t count;
        const struct name_count *names = request_table_names(t->requests, r, (enum request_list)i, &count);
        put_names(w, lists[i], names, count, false);
    }
    if (r->has_time) {
        json_add_time(w, "first", r->first);
        json_add_time(w, "last", r->last);
    }
    json_end(w, '}');
}

static void put_requests(struct json_writer *w, struct tally *t, const struct result_info *info) {
    size_t count;
    const struct seen_request **requests = request_table_across(t->requests, &count);
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
    json_add_c(w, "rule_id", s->rule->id.ptr);
    json_add_c(w, "by", s->exception ? "override" : "baseline");
    if (s->exception) {
        json_add_c(w, "reason", s->exception->reason.ptr);
        json_add_c(w, "owner", s->exception->owner.len ? s->exception->owner.ptr : NULL);
        json_add_c(w, "until", s->exception->until.len ? s->exception->until.ptr : NULL);
    }
    json_add_count(w, "count", s->count);
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
    json_add_count(w, "total_findings", t->findings);
    put_types(w, t);
    json_add_count(w, "unique_users", user_table_count(t->users));
    json_add_count(w, "error_count", type_total(t, "Error"));
    put_severities(w, t->by_severity);
}

static void put_services(struct json_writer *w, const struct overview *o, const struct result_info *info) {
    size_t shown = shown_of(info, o->service_count, SHOWN_SERVICES);
    struct service_count *services = overview_services(o);
    begin(w, "services", '[');
    for (size_t i = 0; i < shown; i++) {
        json_begin(w, '{');
        json_key(w, "service");
        json_put(w, services[i].name);
        json_add_count(w, "findings", services[i].findings);
        put_severities(w, services[i].by_severity);
        if (services[i].has_time) {
            json_add_time(w, "first", services[i].first);
            json_add_time(w, "last", services[i].last);
        }
        json_end(w, '}');
    }
    json_end(w, ']');
    put_truncated(w, "services", o->service_count - shown);
    free(services);
}

static void put_timeline(struct json_writer *w, const struct timeline *t) {
    if (!t->any)
        return;
    begin(w, "timeline", '{');
    json_add_time(w, "start", timeline_start(t));
    json_add_int(w, "seconds", timeline_seconds(t));
    begin(w, "findings", '[');
    for (int64_t i = 0; i <= t->last - t->first; i++)
        json_put_int(w, (int64_t)t->counts[i]);
    json_end(w, ']');
    if (t->outside)
        json_add_count(w, "outside", t->outside);
    json_end(w, '}');
}

static void put_summary(struct json_writer *w, struct tally *t, const struct result_info *info) {
    begin(w, "summary", '{');
    put_figures(w, t);
    put_rules_counts(w, t);
    json_add_count(w, "performance_alerts", t->performance_alerts);
    put_suppressed(w, t);
    put_services(w, &t->overview, info);
    put_timeline(w, &t->overview.timeline);
    put_users(w, t, info);
    put_requests(w, t, info);
    json_end(w, '}');
}

/* ---- groups, counts, clock, sources ---- */

/* Of its status a merged result knows no more than whether it is this one. */
static void put_rule(struct json_writer *w, const struct rule *r) {
    json_key(w, "rule_id");
    json_put(w, r->id);
    if (rule_is_experimental(r))
        json_add_text(w, "rule_status", r->status);
}

static void put_group(struct json_writer *w, const struct group *g) {
    json_begin(w, '{');
    json_add_hash(w, "fingerprint", g->fingerprint);
    put_rule(w, g->rule);
    json_add_c(w, "severity", severity_name(g->severity));
    json_key(w, "title");
    json_put(w, g->title);
    json_add_count(w, "count", g->count);
    if (g->has_time) {
        json_add_time(w, "first", g->first);
        json_add_time(w, "last", g->last);
    }
    json_key(w, "sample");
    json_put(w, g->sample);
    json_add_c(w, "sample_source", g->sample_source);
    json_add_count(w, "sample_line", g->sample_line);
    if (g->sample_at)
        json_add_count(w, "sample_at", g->sample_at);
    if (g->context) {
        json_key(w, "sample_context");
        json_put_raw(w, str_c(g->context));
    }
    json_end(w, '}');
}

static void put_groups(struct json_writer *w, struct tally *t, const struct result_info *info) {
    size_t count = group_table_count(t->groups), shown = shown_of(info, count, SHOWN_GROUPS);
    const struct group *const *groups = group_table_chosen(t->groups, shown);
    begin(w, "groups", '[');
    for (size_t i = 0; i < shown; i++)
        put_group(w, groups[i]);
    json_end(w, ']');
    put_truncated(w, "groups", t->evicted_groups + (count - shown));
}

static void put_family(struct json_writer *w, const struct family *f, struct arena *arena) {
    json_begin(w, '{');
    put_rule(w, f->groups[0]->rule);
    json_add_c(w, "severity", severity_name(f->groups[0]->severity));
    json_key(w, "title");
    json_put(w, family_title(f, arena));
    json_add_count(w, "kinds", f->kinds);
    json_add_count(w, "count", f->count);
    if (f->users)
        json_add_count(w, "users", f->users);
    if (f->addresses)
        json_add_count(w, "addresses", f->addresses);
    if (f->has_time) {
        json_add_time(w, "first", f->first);
        json_add_time(w, "last", f->last);
    }
    json_end(w, '}');
}

static void put_families(struct json_writer *w, struct tally *t, const struct result_info *info) {
    size_t count;
    const struct family *families = group_table_families(t->groups, &count);
    size_t shown = shown_of(info, count, SHOWN_FAMILIES);
    struct arena arena;
    arena_init(&arena);
    begin(w, "families", '[');
    for (size_t i = 0; i < shown; i++)
        put_family(w, &families[i], &arena);
    json_end(w, ']');
    put_truncated(w, "families", count - shown);
    arena_fini(&arena);
}

static void put_counts(struct json_writer *w, const struct counts *c) {
    begin(w, "counts", '{');
    json_add_count(w, "bytes", c->bytes);
    json_add_count(w, "lines", c->lines);
    json_add_count(w, "records", c->records);
    json_add_count(w, "json", c->json);
    json_add_count(w, "text", c->text);
    json_add_count(w, "multiline", c->multiline);
    json_add_count(w, "malformed", c->malformed);
    json_add_count(w, "truncated", c->truncated);
    json_add_count(w, "skipped", c->skipped);
    json_add_count(w, "invalid_utf8", c->invalid_utf8);
    json_add_count(w, "filtered", c->filtered);
    json_add_count(w, "suppressed", c->suppressed);
    json_end(w, '}');
}

static void put_clock(struct json_writer *w, const struct clock_counts *c) {
    begin(w, "clock", '{');
    if (c->any) {
        json_add_time(w, "earliest", c->earliest);
        json_add_time(w, "latest", c->latest);
    }
    json_add_count(w, "without_time", c->without_time);
    json_add_count(w, "out_of_order", c->out_of_order);
    json_end(w, '}');
}

void result_put_source(struct json_writer *w, const struct source_entry *s) {
    json_begin(w, '{');
    json_add_c(w, "uri", s->uri);
    json_add_c(w, "version", s->version);
    json_add_count(w, "records", s->records);
    json_add_count(w, "bytes", s->bytes);
    json_add_bool(w, "complete", s->complete);
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
            json_add_c(w, "file", rs->failed[i].file);
            json_add_count(w, "line", (uint64_t)rs->failed[i].line);
            json_add_c(w, "reason", rs->failed[i].reason);
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
    json_add_count(w, "loaded", t->rules_loaded);
    json_add_hash(w, "digest", t->rules_digest);
    put_failed_files(w, t);
    put_tripped(w, t, "raised", TRIP_RAISED);
    put_tripped(w, t, "over_budget", TRIP_OVER_BUDGET);
    json_end(w, '}');
}

static void put_incomplete(struct json_writer *w, const struct tally *t, const struct result_info *info) {
    size_t shown = shown_of(info, t->incomplete_count, MAX_NOTES);
    json_add_bool(w, "complete", result_complete(t));
    begin(w, "incomplete", '[');
    for (size_t i = 0; i < shown; i++) {
        const struct incomplete *n = &t->incomplete[i];
        json_begin(w, '{');
        json_add_c(w, "reason", n->reason);
        json_add_c(w, "source", n->source);
        json_add_c(w, "rule_id", n->rule_id);
        json_add_c(w, "detail", n->detail);
        json_add_count(w, "count", n->count);
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
        json_add_c(w, "code", d->code);
        json_add_c(w, "level", d->level);
        json_add_c(w, "message", d->message);
        json_add_c(w, "rule_id", d->rule_id);
        json_add_c(w, "source", d->source);
        if (d->line)
            json_add_count(w, "line", d->line);
        json_add_count(w, "count", d->count);
        json_end(w, '}');
    }
    json_end(w, ']');
    put_truncated(w, "diagnostics", t->diagnostics_more + (t->diagnostic_count - shown));
}

/* ---- the whole ---- */

static void put_rest(struct json_writer *w, struct tally *t, const struct result_info *info) {
    put_truncated(w, "findings", info->findings_omitted);
    put_summary(w, t, info);
    json_add_count(w, "critical_findings_count", t->by_severity[SEVERITY_CRITICAL]);
    json_add_count(w, "schema_version", 1);
    json_add_c(w, "audit_id", info->audit_id);
    put_incomplete(w, t, info);
    put_families(w, t, info);
    put_groups(w, t, info);
    put_counts(w, &t->counts);
    put_clock(w, &t->clock);
    put_sources(w, t, info);
    put_rules(w, t);
    put_diagnostics(w, t, info);
    begin(w, "engine", '{');
    json_add_c(w, "version", LOGAUDIT_VERSION);
    json_add_count(w, "rule_api", 1);
    json_end(w, '}');
    if (info->status_code)
        json_add_count(w, "statusCode", 200);
    json_add_c(w, "source_type", info->source_type);
    if (info->source_config.len) {
        json_key(w, "source_config");
        json_put_raw(w, info->source_config);
    }
    json_add_raw(w, "next", info->next_json);
    json_add_c(w, "storage_location", info->storage_location);
    json_add_count(w, "processing_time_ms", (uint64_t)(info->finished - info->started) / 1000);
    json_add_time(w, "timestamp", info->finished);
    if (!info->with_state)
        json_end(w, '}');
}

void result_put_head(struct json_writer *w, const struct tally *t) {
    json_begin(w, '{');
    json_add_count(w, "processed_logs", t->counts.records);
    begin(w, "findings", '[');
}

void result_put_tail(struct json_writer *w, struct tally *t, const struct result_info *info) {
    json_end(w, ']');
    put_rest(w, t, info);
}

void result_put_closing(struct json_writer *w, struct tally *t, const struct result_info *info) {
    json_begin(w, '{');
    json_add_count(w, "processed_logs", t->counts.records);
    put_rest(w, t, info);
}

void result_put_brief(struct json_writer *w, struct tally *t, const struct result_info *info) {
    enum { SHOWN_NOTES = 5 };
    struct result_info brief = *info;
    brief.shown = SHOWN_NOTES;
    json_add_count(w, "processed_logs", t->counts.records);
    begin(w, "summary", '{');
    put_figures(w, t);
    json_end(w, '}');
    json_add_count(w, "critical_findings_count", t->by_severity[SEVERITY_CRITICAL]);
    json_add_c(w, "audit_id", info->audit_id);
    put_incomplete(w, t, &brief);
    json_add_raw(w, "next", info->next_json);
    json_add_c(w, "storage_location", info->storage_location);
}
