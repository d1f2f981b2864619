/* The table of users: what is counted, what is one user, and what happens when it is full. */
#include "users.h"

#include "check.h"
#include "tally.h"

#include <stdlib.h>

static struct user_fact fact(const char *user, const char *service, const char *ip) {
    return (struct user_fact){ .user = str_c(user), .service = str_c(service), .ip = str_c(ip) };
}

static void test_lists(void) {
    struct user_table *t = user_table_new();
    static const char *const services[] = { "web", "db", "web", "", "auth", "db", "web" };
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        struct user_fact f = fact("ann", services[i], "192.0.2.1");
        f.has_time = i > 1;
        f.time = 100 - (int64_t)i;
        CHECK(user_table_add(t, &f));
    }
    CHECK(user_table_add_finding(t, str_c("ann")) && user_table_add_finding(t, str_c("bob")));
    CHECK_INT(user_table_count(t), 2);
    const struct user **users = user_table_sorted(t);
    CHECK_STR(users[0]->name, "ann");
    CHECK_INT(users[0]->records, 7);
    CHECK_INT(users[0]->findings, 1);
    CHECK_INT(users[1]->records, 0);
    CHECK(users[0]->has_time && users[0]->first == 94 && users[0]->last == 98);
    size_t count;
    const struct name_count *names = user_table_names(t, users[0], USER_SERVICES, &count);
    CHECK_INT(count, 3);
    CHECK_STR(names[0].name, "web");
    CHECK_INT(names[0].count, 3);
    CHECK_STR(names[1].name, "db");
    CHECK_STR(names[2].name, "auth");
    user_table_names(t, users[0], USER_ACTIONS, &count);
    CHECK_INT(count, 0);
    names = user_table_names(t, users[0], USER_IPS, &count);
    CHECK(count == 1 && names[0].count == 7);
    free(users);
    user_table_free(t);
}

/* Names are compared byte by byte, as results have them. */
static void test_names(void) {
    struct user_table *t = user_table_new();
    static const char *const users[] = { "ann",    "Ann",    "ann@example.com", "CORP\\ann",
                                         "an\xFF", "an\xFE", "an\xEF\xBF\xBD" };
    for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
        struct user_fact f = fact(users[i], "s\xFF", NULL);
        CHECK(user_table_add(t, &f));
        CHECK(user_table_add(t, &f));
    }
    CHECK_INT(user_table_count(t), 5);
    const struct user **sorted = user_table_sorted(t);
    CHECK_INT(sorted[0]->records, 6); /* what is not UTF-8 is U+FFFD in results */
    CHECK_STR(sorted[0]->name, "an\xEF\xBF\xBD");
    size_t count;
    const struct name_count *names = user_table_names(t, sorted[0], USER_SERVICES, &count);
    CHECK(count == 1 && names[0].count == 6);
    free(sorted);
    user_table_free(t);
}

static void test_full(void) {
    struct user_table *t = user_table_new();
    char name[32];
    uint64_t lost = 0;
    for (uint32_t i = 0; i < MAX_USERS + 10u; i++) {
        snprintf(name, sizeof name, "u%u", i);
        struct user_fact f = fact(name, "s", name);
        lost += !user_table_add(t, &f);
    }
    CHECK_INT(lost, 10);
    CHECK_INT(user_table_count(t), MAX_USERS);
    CHECK(!user_table_add_finding(t, str_c("another")));
    CHECK(user_table_add_finding(t, str_c("u0")));
    for (uint32_t i = 0; i < MAX_USER_NAMES; i++) { /* one user with all that is left, and more */
        snprintf(name, sizeof name, "%u", i);
        struct user_fact f = fact("u1", NULL, name);
        lost += !user_table_add(t, &f);
    }
    CHECK_INT(lost, 10 + 2 * MAX_USERS);
    size_t count;
    user_table_names(t, user_table_get(t, str_c("u1")), USER_IPS, &count);
    CHECK_INT(count, MAX_USER_NAMES - 2 * MAX_USERS + 1);
    user_table_free(t);
}

int main(void) {
    test_lists();
    test_names();
    test_full();
    return check_report();
}
