#include "notify.h"

#include "job.h"
#include "json.h"
#include "message.h"
#include "timestamp.h"

#include <stdio.h>
#include <stdlib.h>

/* Of one audit, then one that counts the others; an SNS subject has 100 characters. */
enum { MAX_MESSAGES = 20, MAX_TEXT = 64 << 10, MAX_SUBJECT = 100 };

bool notify_read(struct notify *n, struct fault *fault) {
    const char *to = getenv("LOGAUDIT_NOTIFY"), *least = getenv("LOGAUDIT_NOTIFY_MIN");
    *n = (struct notify){ .kind = NOTIFY_NOBODY, .least = SEVERITY_HIGH };
    if (least && *least && !job_severity(least, "LOGAUDIT_NOTIFY_MIN", &n->least, fault))
        return false;
    if (!to || !*to)
        return true;
    struct str s = str_c(to), sns = STR("sns:"), bus = STR("eventbridge:");
    n->kind = str_starts(s, sns) ? NOTIFY_TOPIC : str_starts(s, bus) ? NOTIFY_BUS : NOTIFY_NOBODY;
    n->to = to + (n->kind == NOTIFY_TOPIC ? sns.len : bus.len);
    bool good = n->kind == NOTIFY_TOPIC ? str_starts(str_c(n->to), (struct str)STR("arn:"))
                                        : n->kind == NOTIFY_BUS && *n->to;
    return good || fault_set(fault, FAULT_USAGE,
                             "LOGAUDIT_NOTIFY: sns:ARN or eventbridge:BUS was expected, got '%s'", to);
}

/* ---- which ones ---- */

/* The parts of a merge know no more of a rule than its id. */
static const struct rule *rule_of(const struct group *g, const struct notify_about *about) {
    const struct rule *rule = about->rules ? ruleset_find(about->rules, g->rule->id) : NULL;
    return rule ? rule : g->rule;
}

static bool is_told(const struct notify *n, const struct tally *t, const struct group *g,
                    const struct notify_about *about) {
    uint32_t number;
    return g->severity >= n->least && !rule_is_experimental(g->rule) &&
           !rule_is_experimental(rule_of(g, about)) &&
           (!about->correlated_only || names_find(&t->correlations, g->rule->id, &number));
}

/* ---- a message ---- */

struct message {
    struct json_writer json;
    struct buf text, subject;
};

static void put_c(struct json_writer *w, const char *key, const char *value) {
    if (!value || !*value)
        return;
    json_key(w, key);
    json_put_c(w, value);
}

static void put(struct json_writer *w, const char *key, struct str value) {
    if (!value.len)
        return;
    json_key(w, key);
    json_put(w, value);
}

static void put_int(struct json_writer *w, const char *key, uint64_t value) {
    json_key(w, key);
    json_put_int(w, (int64_t)value);
}

static void put_time(struct json_writer *w, const char *key, int64_t micros) {
    char text[STAMP_LEN + 1];
    stamp_print(micros, text);
    put_c(w, key, text);
}

/* "[high] title", in what a subject may hold. */
static void set_subject(struct message *m, enum severity severity, struct str title) {
    buf_init(&m->subject, MAX_SUBJECT + 1);
    buf_printf(&m->subject, "[%s] ", severity_name(severity));
    for (size_t i = 0; i < title.len && m->subject.len < MAX_SUBJECT; i++)
        buf_add_byte(&m->subject, title.ptr[i] >= ' ' && title.ptr[i] <= '~' ? title.ptr[i] : '?');
}

static void begin(struct message *m, const char *dedup_key, enum severity severity, struct str title) {
    buf_init(&m->text, MAX_TEXT);
    m->json = (struct json_writer){ .out = &m->text };
    set_subject(m, severity, title);
    json_begin(&m->json, '{');
    put_int(&m->json, "schema_version", 1);
    put_c(&m->json, "dedup_key", dedup_key);
    put_c(&m->json, "severity", severity_name(severity));
    put(&m->json, "title", title);
}

static void end(struct message *m, const struct notify_about *about) {
    put_c(&m->json, "account_id", about->account_id);
    put_c(&m->json, "region", getenv("AWS_REGION"));
    put_c(&m->json, "storage_location", about->storage_location);
    json_end(&m->json, '}');
}

static void message_fini(struct message *m) {
    buf_fini(&m->text);
    buf_fini(&m->subject);
}

/* The key is the fingerprint: what happens again belongs to the incident that is open, and so does a
 * repetition. */
static void of_group(struct message *m, const struct group *g, const struct notify_about *about) {
    char key[HASH_HEX + 1];
    const struct rule *rule = rule_of(g, about);
    hash_print(g->fingerprint, key);
    begin(m, key, g->severity, g->title);
    put(&m->json, "rule_id", rule->id);
    put(&m->json, "owner", rule->owner);
    put(&m->json, "runbook", rule->runbook);
    put_c(&m->json, "service", g->service);
    put_int(&m->json, "count", g->count);
    if (g->has_time) {
        put_time(&m->json, "first", g->first);
        put_time(&m->json, "last", g->last);
    }
    put(&m->json, "sample", g->sample);
    end(m, about);
}

static void of_rest(struct message *m, uint64_t count, enum severity gravest,
                    const struct notify_about *about) {
    char key[HASH_HEX + 8], title[80];
    snprintf(key, sizeof key, "%s-more", about->audit_id);
    snprintf(title, sizeof title, "%llu more %s of findings", (unsigned long long)count,
             str_plural(count, "kind", "kinds"));
    begin(m, key, gravest, str_c(title));
    put_int(&m->json, "count", count);
    end(m, about);
}

bool notify_wanted(const struct notify *n, struct tally *t, const struct notify_about *about) {
    size_t count = group_table_count(t->groups);
    const struct group *const *groups = group_table_sorted(t->groups);
    for (size_t i = 0; n->kind != NOTIFY_NOBODY && i < count; i++)
        if (is_told(n, t, groups[i], about))
            return true;
    return false;
}

/* ---- sending ---- */

static bool send_to_topic(const struct notify *n, struct places *places, struct message *messages,
                          size_t count, struct fault *fault) {
    for (size_t i = 0; i < count; i++)
        if (!message_to_topic(places, n->to, buf_str(&messages[i].subject), buf_str(&messages[i].text),
                              fault))
            return false;
    return true;
}

static bool send_to_bus(const struct notify *n, struct places *places, struct message *messages, size_t count,
                        struct fault *fault) {
    struct str details[MESSAGE_MAX_EVENTS];
    for (size_t done = 0, some; done < count; done += some) {
        for (some = 0; some < MESSAGE_MAX_EVENTS && done + some < count; some++)
            details[some] = buf_str(&messages[done + some].text);
        if (!message_to_bus(places, n->to, details, some, fault))
            return false;
    }
    return true;
}

bool notify_send(const struct notify *n, struct places *places, struct tally *t,
                 const struct notify_about *about, struct fault *fault) {
    struct message messages[MAX_MESSAGES + 1];
    size_t count = group_table_count(t->groups), told = 0;
    uint64_t rest = 0;
    enum severity gravest = SEVERITY_INFO;
    const struct group *const *groups = group_table_sorted(t->groups);
    for (size_t i = 0; n->kind != NOTIFY_NOBODY && i < count; i++) {
        if (!is_told(n, t, groups[i], about))
            continue;
        if (told < MAX_MESSAGES)
            of_group(&messages[told++], groups[i], about);
        else if (rest++ == 0)
            gravest = groups[i]->severity;
    }
    if (rest)
        of_rest(&messages[told++], rest, gravest, about);
    bool ok = n->kind == NOTIFY_TOPIC ? send_to_topic(n, places, messages, told, fault)
                                      : send_to_bus(n, places, messages, told, fault);
    for (size_t i = 0; i < told; i++)
        message_fini(&messages[i]);
    return ok || fault_context(fault, "the notification was not sent, the result is stored");
}
