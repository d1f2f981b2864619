/* Requests across services: which ids join, what is said of them, and what happens when there are too many.
 */
#include "requests.h"

#include "check.h"

#include <stdio.h>
#include <stdlib.h>

static const struct rule RULE = { .id = STR("r") };

static struct finding finding(const char *id, const char *service, const char *source,
                              enum severity severity) {
    struct finding f = { .rule = &RULE, .source = str_c(source), .severity = severity };
    f.fields.text[FIELD_REQUEST_ID] = str_c(id);
    f.fields.text[FIELD_SERVICE] = str_c(service);
    return f;
}

static void add(struct request_table *t, const char *id, const char *service, const char *source,
                enum severity severity) {
    struct finding f = finding(id, service, source, severity);
    CHECK(request_table_add(t, &f));
}

static void test_across(void) {
    struct request_table *t = request_table_new();
    add(t, "rq-1001", "web", "a.log", SEVERITY_LOW);
    add(t, "rq-1001", "db", "a.log", SEVERITY_HIGH);
    add(t, "rq-1002", NULL, "a.log", SEVERITY_LOW); /* two files will do */
    add(t, "rq-1002", NULL, "b.log", SEVERITY_LOW);
    add(t, "rq-1003", "web", "a.log", SEVERITY_CRITICAL); /* one service, one file */
    add(t, "rq-1003", "web", "a.log", SEVERITY_CRITICAL);
    add(t, "17", "web", "a.log", SEVERITY_HIGH); /* counters */
    add(t, "17", "db", "b.log", SEVERITY_HIGH);
    add(t, "123456789", "web", "a.log", SEVERITY_HIGH);
    add(t, "123456789", "db", "b.log", SEVERITY_HIGH);
    add(t, "1234567890", "web", "a.log", SEVERITY_INFO);
    add(t, "1234567890", "db", "b.log", SEVERITY_INFO);
    add(t, NULL, "db", "b.log", SEVERITY_INFO);
    size_t count;
    const struct seen_request **list = request_table_across(t, &count);
    CHECK_INT(count, 3);
    CHECK_STR(list[0]->id, "rq-1001");
    CHECK(list[0]->severity == SEVERITY_HIGH && list[0]->findings == 2);
    CHECK_STR(list[1]->id, "rq-1002");
    CHECK_STR(list[2]->id, "1234567890");
    const struct name_count *names = request_table_names(t, list[0], REQUEST_SERVICES, &count);
    CHECK_INT(count, 2);
    CHECK_STR(names[0].name, "db");
    names = request_table_names(t, list[0], REQUEST_RULES, &count);
    CHECK(count == 1 && names[0].count == 2);
    free(list);
    request_table_free(t);
}

static void test_full(void) {
    struct request_table *t = request_table_new();
    char id[32];
    uint64_t lost = 0;
    for (uint32_t i = 0; i < MAX_REQUESTS + 7u; i++) {
        snprintf(id, sizeof id, "request %u", i);
        struct finding f = finding(id, "web", "a.log", SEVERITY_LOW);
        lost += !request_table_add(t, &f);
    }
    CHECK_INT(lost, 7);
    add(t, "request 0", "db", "a.log", SEVERITY_LOW);
    size_t count;
    free(request_table_across(t, &count));
    CHECK_INT(count, 1);
    request_table_free(t);
}

int main(void) {
    test_across();
    test_full();
    return check_report();
}
