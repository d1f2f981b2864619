#include "runtime_api.h"

#include "http.h"
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Lambda's own limit for an event is 6 MB. CONNECT_MS: the server is on this machine. */
enum { MAX_EVENT = 8 << 20, MAX_URL = 1024, CONNECT_MS = 1000, TRIES = 3, RETRY_MICROS = 50000 };

struct runtime_api {
    struct http *http;
    struct http_response response;
    char base[MAX_URL];
};

void invocation_init(struct invocation *i) {
    *i = (struct invocation){ 0 };
    buf_init(&i->event, MAX_EVENT);
}

void invocation_fini(struct invocation *i) {
    buf_fini(&i->event);
}

struct runtime_api *runtime_api_new(const char *address, struct fault *fault) {
    struct http_options options = { .connect_ms = CONNECT_MS };
    struct http *http = http_new(&options, fault);
    if (!http)
        return NULL;
    struct runtime_api *api = mem_new(1, sizeof *api);
    api->http = http;
    http_response_init(&api->response);
    snprintf(api->base, sizeof api->base, "http://%.512s/2018-06-01/runtime", address);
    return api;
}

void runtime_api_free(struct runtime_api *api) {
    if (!api)
        return;
    http_free(api->http);
    http_response_fini(&api->response);
    free(api);
}

/* ---- exchanges ---- */

/* A connection that is kept alive may have ended while the process was frozen: that shows as no answer at
 * all. */
static bool send(struct runtime_api *api, const struct http_request *request, struct fault *fault) {
    for (int i = 1; !http_send(api->http, request, &api->response, fault); i++) {
        if (api->response.status || i == TRIES)
            return fault_context(fault, "the Runtime API");
        usleep(RETRY_MICROS);
    }
    return true;
}

static bool copy_header(const struct runtime_api *api, const char *name, char out[RUNTIME_NAME_MAX]) {
    struct str value = http_header(&api->response, name);
    if (value.len < RUNTIME_NAME_MAX)
        snprintf(out, RUNTIME_NAME_MAX, "%.*s", STR_ARG(value));
    return value.len > 0 && value.len < RUNTIME_NAME_MAX;
}

/* arn:aws:lambda:REGION:ACCOUNT:function:NAME */
static void copy_account(const struct runtime_api *api, char out[16]) {
    struct str rest = http_header(&api->response, "Lambda-Runtime-Invoked-Function-Arn");
    for (int i = 0; i < 4; i++)
        rest = str_slice(rest, str_find_byte(rest, ':') + 1, rest.len);
    rest.len = str_find_byte(rest, ':');
    snprintf(out, 16, "%.*s", rest.len < 16 ? (int)rest.len : 0, rest.len ? rest.ptr : "");
}

bool runtime_api_next(struct runtime_api *api, struct invocation *invocation, struct fault *fault) {
    char url[MAX_URL + 32];
    int64_t millis = 0;
    snprintf(url, sizeof url, "%s/invocation/next", api->base);
    buf_reset(&invocation->event);
    struct http_request request = {
        .method = "GET", .url = url, .into = &invocation->event, .no_proxy = true
    };
    if (!send(api, &request, fault))
        return false;
    if (api->response.status != 200)
        return fault_set(fault, FAULT_INPUT, "the Runtime API answered %d to /next", api->response.status);
    if (!copy_header(api, "Lambda-Runtime-Aws-Request-Id", invocation->request_id))
        return fault_set(fault, FAULT_INPUT, "the Runtime API sent an event without a request id");
    if (!copy_header(api, "Lambda-Runtime-Trace-Id", invocation->trace_id))
        invocation->trace_id[0] = '\0';
    copy_account(api, invocation->account_id);
    bool said = str_to_int(http_header(&api->response, "Lambda-Runtime-Deadline-Ms"), &millis);
    invocation->deadline = said && millis > 0 && millis < INT64_MAX / 1000 ? millis * 1000 : 0;
    return true;
}

/* 500 says that the container is to end; the other refusals concern this answer only. */
static enum posted post(struct runtime_api *api, const char *url, const char *type, struct str body,
                        struct fault *fault) {
    char category[RUNTIME_NAME_MAX];
    snprintf(category, sizeof category, "Audit.%.100s", type ? type : "");
    struct header headers[] = { { STR("Content-Type"), STR("application/json") },
                                { STR("Lambda-Runtime-Function-Error-Type"), str_c(category) } };
    struct http_request request = { .method = "POST",
                                    .url = url,
                                    .headers = headers,
                                    .header_count = type ? 2 : 1,
                                    .body = body,
                                    .no_proxy = true };
    if (!send(api, &request, fault))
        return BROKEN;
    int status = api->response.status;
    if (status / 100 == 2)
        return POSTED;
    fault_set(fault, FAULT_OUTPUT, "the Runtime API answered %d to an answer of %zu bytes", status, body.len);
    return status >= 500 ? BROKEN : REFUSED;
}

static enum posted post_of(struct runtime_api *api, const struct invocation *invocation, const char *what,
                           const char *type, struct str body, struct fault *fault) {
    char url[MAX_URL + RUNTIME_NAME_MAX + 32];
    snprintf(url, sizeof url, "%s/invocation/%s/%s", api->base, invocation->request_id, what);
    return post(api, url, type, body, fault);
}

enum posted runtime_api_respond(struct runtime_api *api, const struct invocation *invocation,
                                struct str answer, struct fault *fault) {
    return post_of(api, invocation, "response", NULL, answer, fault);
}

enum posted runtime_api_fail(struct runtime_api *api, const struct invocation *invocation, const char *type,
                             struct str error, struct fault *fault) {
    return post_of(api, invocation, "error", type, error, fault);
}

enum posted runtime_api_fail_init(struct runtime_api *api, const char *type, struct str error,
                                  struct fault *fault) {
    char url[MAX_URL + 32];
    snprintf(url, sizeof url, "%s/init/error", api->base);
    return post(api, url, type, error, fault);
}
