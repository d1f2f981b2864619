#include "retry.h"

#include "check.h"

static struct http_response answer;

static enum retry_kind kind_of(int status, const char *code) {
    answer.status = status;
    answer.failure = HTTP_NONE;
    return retry_kind(&answer, str_c(code));
}

static void test_kinds(void) {
    CHECK_INT(kind_of(200, ""), RETRY_NEVER);
    CHECK_INT(kind_of(404, "NoSuchKey"), RETRY_NEVER);
    CHECK_INT(kind_of(403, "AccessDenied"), RETRY_NEVER);
    CHECK_INT(kind_of(503, ""), RETRY_TRANSIENT);
    CHECK_INT(kind_of(503, "SlowDown"), RETRY_THROTTLED);
    CHECK_INT(kind_of(400, "ThrottlingException"), RETRY_THROTTLED);
    CHECK_INT(kind_of(400, "RequestTimeout"), RETRY_TRANSIENT);
    CHECK_INT(kind_of(200, "InternalError"), RETRY_TRANSIENT); /* an error inside a 200 */
    CHECK_INT(kind_of(403, "RequestTimeTooSkewed"), RETRY_CLOCK);
    CHECK_INT(kind_of(400, "ExpiredToken"), RETRY_EXPIRED);
    answer.failure = HTTP_BROKEN;
    CHECK_INT(retry_kind(&answer, (struct str){ 0 }), RETRY_TRANSIENT);
    answer.failure = HTTP_STOPPED;
    CHECK_INT(retry_kind(&answer, (struct str){ 0 }), RETRY_NEVER);
}

static void test_delays(void) {
    buf_reset(&answer.headers);
    CHECK_INT(retry_delay_ms(1, &answer, 0), 0);
    CHECK_INT(retry_delay_ms(1, &answer, 65535), 999);
    CHECK_INT(retry_delay_ms(3, &answer, 32768), 2000);
    CHECK_INT(retry_delay_ms(60, &answer, 65535), 19999);
    buf_add_c(&answer.headers, "HTTP/1.1 503 X\r\nretry-after: 3\r\n");
    CHECK_INT(retry_delay_ms(1, &answer, 0), 3000);
    buf_reset(&answer.headers);
    buf_add_c(&answer.headers, "Retry-After: 99999999999\r\n");
    CHECK_INT(retry_delay_ms(1, &answer, 0), RETRY_MAX_DELAY_MS);
    buf_reset(&answer.headers);
    buf_add_c(&answer.headers, "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\nx-amz-retry-after: 1500\r\n");
    CHECK_INT(retry_delay_ms(1, &answer, 0), 1500);
}

static void test_quota(void) {
    struct retry_quota quota;
    retry_quota_init(&quota);
    answer.failure = HTTP_NONE;
    int taken = 0;
    while (retry_quota_take(&quota, &answer))
        taken++;
    CHECK_INT(taken, RETRY_QUOTA / 5);
    retry_quota_give(&quota, 0);
    CHECK(!retry_quota_take(&quota, &answer));
    retry_quota_give(&quota, 5);
    CHECK(retry_quota_take(&quota, &answer));
    answer.failure = HTTP_TIMEOUT;
    retry_quota_give(&quota, 8);
    CHECK(!retry_quota_take(&quota, &answer)); /* costs 10 */
    retry_quota_give(&quota, 100000);
    CHECK_INT(atomic_load(&quota.left), RETRY_QUOTA);
}

int main(void) {
    http_response_init(&answer);
    test_kinds();
    test_delays();
    test_quota();
    http_response_fini(&answer);
    return check_report();
}
