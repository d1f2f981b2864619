/* Against a server of one thread on the loopback that answers each connection with the bytes it was given. */
#include "http.h"

#include "check.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct server {
    int listener;
    int port;
    const char *answers[4]; /* of the connections, in order; NULL: none, the connection stays open */
    size_t answer_count;
    bool keep;           /* further requests of a connection get the next answers */
    char request[65536]; /* the last one */
    size_t connections;
    pthread_t thread;
};

static struct server server;
static struct http *http;
static struct http_response response;
static char url[128];

/* Reads head and body (by Content-Length). False at the end of the connection. */
static bool read_request(int fd) {
    size_t len = 0;
    for (;;) {
        ssize_t n = read(fd, server.request + len, sizeof server.request - 1 - len);
        if (n <= 0)
            return false;
        len += (size_t)n;
        server.request[len] = '\0';
        const char *end = strstr(server.request, "\r\n\r\n");
        const char *length = strcasestr(server.request, "Content-Length: ");
        if (end && (size_t)(end + 4 - server.request) + (length ? strtoul(length + 16, NULL, 10) : 0) <= len)
            return true;
    }
}

static void *serve(void *unused) {
    (void)unused;
    int fds[4];
    for (size_t next = 0; next < server.answer_count;) {
        int fd = fds[server.connections] = accept(server.listener, NULL, NULL);
        server.connections++;
        do {
            const char *answer = read_request(fd) ? server.answers[next++] : NULL;
            if (!answer)
                break;
            if (write(fd, answer, strlen(answer)) < 0)
                break;
        } while (server.keep && next < server.answer_count);
        if (next && server.answers[next - 1])
            close(fd);
    }
    return NULL;
}

static void start(size_t count, const char *const *answers, bool keep) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    server.listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(server.listener, (struct sockaddr *)&address, len) == 0 && listen(server.listener, 4) == 0);
    getsockname(server.listener, (struct sockaddr *)&address, &len);
    server.port = ntohs(address.sin_port);
    server.connections = 0;
    server.keep = keep;
    server.answer_count = count;
    for (size_t i = 0; i < count; i++)
        server.answers[i] = answers[i];
    pthread_create(&server.thread, NULL, serve, NULL);
    struct http_options options = { .connect_ms = 1000, .stall_ms = 1000 };
    struct fault fault;
    http = http_new(&options, &fault);
    CHECK(http != NULL);
    http_response_init(&response);
}

static void finish(void) {
    http_free(http); /* closes its connection */
    http_response_fini(&response);
    pthread_join(server.thread, NULL);
    close(server.listener);
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
