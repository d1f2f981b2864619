#include "http.h"

#include "check.h"
#include "http_server.h"

static struct http *http;
static struct http_response response;
static char url[128];

static void start(size_t count, const char *const *answers, bool keep) {
    server_start(count, answers, keep);
    struct http_options options = { .connect_ms = 1000, .stall_ms = 1000 };
    struct fault fault;
    http = http_new(&options, &fault);
    CHECK(http != NULL);
    http_response_init(&response);
}

static void finish(void) {
    http_free(http); /* closes its connection */
    http_response_fini(&response);
    server_finish();
}

static bool request(struct http_request r, const char *path, struct fault *fault) {
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", server.port, path);
    r.url = url;
    r.no_proxy = true;
    return http_send(http, &r, &response, fault);
}

static void test_answer(void) {
    struct fault fault;
    const struct header headers[] = { { STR("X-One"), STR("a  b") }, { STR("X-Empty"), { 0 } } };
    const char *answers[] = { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-amz-Thing:  v \r\n\r\nhello",
                              "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno" };
    start(2, answers, true);
    struct buf into;
    buf_init(&into, 100);
    struct http_request r = { .method = "GET", .headers = headers, .header_count = 2, .into = &into };
    CHECK(request(r, "/a//b/../c%2Fd?x=%20", &fault));
    CHECK_INT(response.status, 200);
    CHECK_STR(buf_str(&into), "hello");
    CHECK_STR(buf_str(&response.body), "");
    CHECK_STR(http_header(&response, "x-amz-thing"), "v");
    CHECK_STR(http_header(&response, "x-amz"), "");
    CHECK(strncmp(server.request, "GET /a//b/../c%2Fd?x=%20 HTTP/1.1\r\n", 35) == 0);
    CHECK(strstr(server.request, "\r\nX-One: a  b\r\n") && strstr(server.request, "\r\nX-Empty:\r\n"));
    /* the body of an error never goes where the object's bytes go, and the connection is used again */
    CHECK(request(r, "/gone", &fault));
    CHECK_INT(response.status, 404);
    CHECK_STR(buf_str(&into), "hello");
    CHECK_STR(buf_str(&response.body), "no");
    CHECK_INT(server.connections, 1);
    buf_fini(&into);
    finish();
}

static void test_put(void) {
    struct fault fault;
    const char *answers[] = { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
    start(1, answers, false);
    CHECK(request((struct http_request){ .method = "PUT", .body = STR("some body") }, "/k", &fault));
    CHECK(strstr(server.request, "Content-Length: 9\r\n") && strstr(server.request, "\r\n\r\nsome body"));
    CHECK(!strstr(server.request, "Expect"));
    finish();
}

static void test_redirect(void) {
    struct fault fault;
    const char *answers[] = {
        "HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    };
    start(1, answers, false);
    CHECK(request((struct http_request){ .method = "GET" }, "/k", &fault));
    CHECK_INT(response.status, 307);
    finish();
}

/* What came before the break is kept: the caller goes on from there. */
static void test_broken(void) {
    struct fault fault;
    struct buf into;
    buf_init(&into, 100);
    const char *answers[] = { "HTTP/1.1 206 Partial\r\nContent-Length: 50\r\n\r\nhello", "nonsense\r\n\r\n" };
    start(2, answers, false);
    CHECK(!request((struct http_request){ .method = "GET", .into = &into }, "/k", &fault));
    CHECK_INT(response.failure, HTTP_BROKEN);
    CHECK_STR(buf_str(&into), "hello");
    CHECK(!request((struct http_request){ .method = "GET", .into = &into }, "/k", &fault));
    CHECK(response.failure != HTTP_NONE);
    buf_fini(&into);
    finish();
}

static void test_limits(void) {
    struct fault fault;
    struct buf into;
    buf_init(&into, 4);
    const char *answers[] = { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", NULL };
    start(2, answers, false);
    CHECK(!request((struct http_request){ .method = "GET", .into = &into }, "/k", &fault));
    CHECK_INT(response.failure, HTTP_REFUSED);
    CHECK(strstr(fault.text, "longer than it may be") != NULL);
    buf_reset(&into);
    CHECK(!request((struct http_request){ .method = "GET", .into = &into }, "/k", &fault)); /* stalls */
    CHECK_INT(response.failure, HTTP_TIMEOUT);
    buf_fini(&into);
    finish();
}

static bool at_once(const void *context) {
    (void)context;
    return true;
}

static void test_refused(void) {
    struct fault fault;
    const struct stop stop = { at_once, NULL };
    const struct header split = { STR("X-Key"), STR("secret\r\nX-Other: 1") };
    start(0, NULL, false);
    CHECK(!request((struct http_request){ .method = "GET", .headers = &split, .header_count = 1 }, "/",
                   &fault));
    CHECK(strstr(fault.text, "X-Key") && !strstr(fault.text, "secret"));
    CHECK(!request((struct http_request){ .method = "GET", .stop = &stop }, "/", &fault));
    CHECK_INT(response.failure, HTTP_STOPPED);
    struct http_request r = { .method = "GET", .url = "http://127.0.0.1:1/x?token=secret", .no_proxy = true };
    CHECK(!http_send(http, &r, &response, &fault));
    CHECK_INT(response.failure, HTTP_UNREACHABLE);
    CHECK(strstr(fault.text, "127.0.0.1:1") && !strstr(fault.text, "secret"));
    r.url = "file:///etc/passwd";
    CHECK(!http_send(http, &r, &response, &fault));
    CHECK_INT(response.failure, HTTP_REFUSED);
    finish();
}

int main(void) {
    test_answer();
    test_put();
    test_redirect();
    test_broken();
    test_limits();
    test_refused();
    CHECK_STR(str_c(http_ca_file("/named")), "/named");
    return check_report();
}
