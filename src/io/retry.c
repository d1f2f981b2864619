#include "retry.h"

#include <sys/random.h>

static const char *const throttles[] = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "EC2ThrottledException",
    "KMS.ThrottlingException",
};
static const char *const transients[] = {
    "RequestTimeout",     "RequestTimeoutException",    "PriorRequestNotComplete", "InternalError",
    "ServiceUnavailable", "ConditionalRequestConflict", "IDPCommunicationError",
};
static const char *const clocks[] = { "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture" };
static const char *const expired[] = { "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired" };

static bool is_one_of(struct str code, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (str_equal_c(code, list[i]))
            return true;
    return false;
}
#define IS_ONE_OF(code, list) is_one_of(code, list, sizeof(list) / sizeof *(list))

enum retry_kind retry_kind(const struct http_response *r, struct str code) {
    if (r->failure == HTTP_STOPPED || r->failure == HTTP_REFUSED)
        return RETRY_NEVER;
    if (r->failure != HTTP_NONE)
        return RETRY_TRANSIENT;
    if (IS_ONE_OF(code, throttles) || r->status == 429)
        return RETRY_THROTTLED;
    if (IS_ONE_OF(code, clocks))
        return RETRY_CLOCK;
    if (IS_ONE_OF(code, expired))
        return RETRY_EXPIRED;
    bool server = r->status == 500 || r->status == 502 || r->status == 503 || r->status == 504;
    return server || IS_ONE_OF(code, transients) ? RETRY_TRANSIENT : RETRY_NEVER;
}

/* Retry-After is in seconds, x-amz-retry-after in milliseconds. */
static int64_t asked_delay_ms(const struct http_response *r) {
    int64_t number;
    if (str_to_int(http_header(r, "x-amz-retry-after"), &number) && number > 0)
        return number;
    if (str_to_int(http_header(r, "Retry-After"), &number) && number > 0)
        return number < RETRY_MAX_DELAY_MS ? number * 1000 : RETRY_MAX_DELAY_MS;
    return 0;
}

unsigned retry_delay_ms(unsigned attempt, const struct http_response *r, unsigned random) {
    int64_t ceiling = attempt < 6 ? 1000LL << (attempt - 1) : RETRY_MAX_DELAY_MS;
    if (ceiling > RETRY_MAX_DELAY_MS)
        ceiling = RETRY_MAX_DELAY_MS;
    int64_t delay = ceiling * random / 65536, asked = asked_delay_ms(r);
    if (delay < asked)
        delay = asked < RETRY_MAX_DELAY_MS ? asked : RETRY_MAX_DELAY_MS;
    return (unsigned)delay;
}

unsigned retry_random(void) {
    uint16_t random = 0;
    if (getrandom(&random, sizeof random, 0) != sizeof random)
        random = 0x8000; /* half the time */
    return random;
}

void retry_quota_init(struct retry_quota *q) {
    atomic_init(&q->left, RETRY_QUOTA);
}

int retry_cost(const struct http_response *r) {
    return r->failure == HTTP_TIMEOUT ? 10 : 5;
}

bool retry_quota_take(struct retry_quota *q, const struct http_response *r) {
    int cost = retry_cost(r), left = atomic_load(&q->left);
    while (left >= cost)
        if (atomic_compare_exchange_weak(&q->left, &left, left - cost))
            return true;
    return false;
}

void retry_quota_give(struct retry_quota *q, int taken) {
    int left = atomic_load(&q->left), more;
    do {
        more = left + (taken ? taken : 1);
        more = more < RETRY_QUOTA ? more : RETRY_QUOTA;
    } while (!atomic_compare_exchange_weak(&q->left, &left, more));
}
