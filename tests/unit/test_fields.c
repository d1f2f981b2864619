#include "check.h"
#include "fields.h"

#include <math.h>

static struct arena arena;

static void test_names(void) {
    for (int f = 0; f < FIELD_COUNT; f++)
        CHECK_INT(field_named(str_c(field_name((enum field)f))), f);
    CHECK_INT(field_named(str_c("user")), FIELD_USER_ID);
    CHECK_INT(field_named(str_c("nothing")), FIELD_COUNT);
}

static void test_set(void) {
    static const struct {
        enum field field;
        const char *text, *want; /* want NULL: refused */
    } cases[] = {
        { FIELD_USER_ID, " alice ", "alice" },
        { FIELD_USER_ID, "\"bob\"", "bob" },
        { FIELD_USER_ID, "-", NULL },
        { FIELD_USER_ID, "(null)", NULL },
        { FIELD_LEVEL, "WARNING", "warn" },
        { FIELD_LEVEL, "Fatal", "critical" },
        { FIELD_LEVEL, "blue", NULL },
        { FIELD_OUTCOME, "Failed", "failure" },
        { FIELD_OUTCOME, "granted", "success" },
        { FIELD_OUTCOME, "maybe", NULL },
        { FIELD_IP, "192.0.2.1:8080", "192.0.2.1" },
        { FIELD_IP, "/192.0.2.1:8080", "192.0.2.1" },
        { FIELD_IP, "[2001:db8::1]:443", "2001:db8::1" },
        { FIELD_IP, "fe80::1%eth0", "fe80::1" },
        { FIELD_IP, "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
        { FIELD_IP, "198.51.100.7, 10.0.0.1", "198.51.100.7" },
        { FIELD_IP, "192.0.2.300", NULL },
        { FIELD_IP, "host.example", NULL },
        { FIELD_IP, "192.0.2.1:http", NULL },
        { FIELD_STATUS, "503", "503" },
        { FIELD_STATUS, "50x", NULL },
        { FIELD_STATUS, "1.5", NULL },
        { FIELD_METHOD, "get", "GET" },
        { FIELD_METHOD, "PROPFIND", "PROPFIND" },
        { FIELD_METHOD, "two words", NULL },
        { FIELD_PATH, "/a/b?token=x#y", "/a/b" },
        { FIELD_PATH, "https://example.com/a?b", "/a" },
        { FIELD_PATH, "https://example.com", "/" },
        { FIELD_PATH, "/go?to=http://example.com/", "/go" },
        { FIELD_PATH, "relative", NULL },
        { FIELD_DURATION_MS, "12.5", "12.5" },
        { FIELD_DURATION_MS, "-1", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fields fields = { 0 };
        bool set = field_set(&fields, cases[i].field, str_c(cases[i].text), &arena);
        CHECK_INT(set, cases[i].want != NULL);
        CHECK_STR(fields.text[cases[i].field], cases[i].want ? cases[i].want : "");
    }
}

static void test_routes(void) {
    static const struct {
        const char *path, *route;
    } cases[] = {
        { "/", "/" },
        { "/api/v2/users/10293/orders", "/api/v2/users/{id}/orders" },
        { "/o/550e8400-e29b-41d4-a716-446655440000", "/o/{id}" },
        { "/blob/deadbeef01/", "/blob/{id}/" },
        { "/orders/order-10293", "/orders/{id}" },
        { "/oauth2/callback", "/oauth2/callback" },
        { "//x", "//x" },
        { "/1/2/3", "/{id}/{id}/{id}" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fields fields = { 0 };
        CHECK(field_set(&fields, FIELD_PATH, str_c(cases[i].path), &arena));
        CHECK_STR(fields.text[FIELD_ROUTE], cases[i].route);
    }
    struct fields fields = { 0 };
    field_set(&fields, FIELD_ROUTE, str_c("/users/:id"), &arena);
    field_set(&fields, FIELD_PATH, str_c("/users/7"), &arena);
    CHECK_STR(fields.text[FIELD_ROUTE], "/users/:id");
}

static void test_numbers(void) {
    struct fields fields = { 0 };
    CHECK(field_set_duration(&fields, 0.3 * 1000, &arena));
    CHECK_STR(fields.text[FIELD_DURATION_MS], "300");
    CHECK(!field_set_duration(&fields, NAN, &arena));
    CHECK(!field_set_duration(&fields, HUGE_VAL, &arena));
    CHECK(field_set(&fields, FIELD_STATUS, str_c("204"), &arena));
    CHECK_INT(fields.status, 204);
}

int main(void) {
    arena_init(&arena);
    test_names();
    test_set();
    test_routes();
    test_numbers();
    arena_fini(&arena);
    return check_report();
}
