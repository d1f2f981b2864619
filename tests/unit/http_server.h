/* A server of one thread on the loopback that answers each connection with the bytes it was given. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "check.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdbool.h>
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

/* Reads head and body (by Content-Length). False at the end of the connection. */
static inline bool read_request(int fd) {
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

static inline void *serve(void *unused) {
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

static inline void server_start(size_t count, const char *const *answers, bool keep) {
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
}

/* Whatever is asked of AWS from here on is asked of this server, with keys that are nobody's. */
static inline void server_as_aws(void) {
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", server.port);
    setenv("AWS_ENDPOINT_URL", url, 1);
    setenv("AWS_ACCESS_KEY_ID", "A", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "S", 1);
    setenv("AWS_REGION", "eu-central-1", 1);
    setenv("AWS_CONFIG_FILE", "/dev/null", 1);
    setenv("no_proxy", "127.0.0.1", 1);
}

/* Once it has given all its answers, or what was connected is not any more. */
static inline void server_finish(void) {
    pthread_join(server.thread, NULL);
    close(server.listener);
}

#endif
