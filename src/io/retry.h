/* Whether and when a request is sent again: the "standard" way of the AWS SDKs, with full jitter, and a quota
 * that stops a program whose requests keep failing from adding to the trouble. */
#ifndef RETRY_H
#define RETRY_H

#include "http.h"

#include <stdatomic.h>

enum retry_kind {
    RETRY_NEVER,
    RETRY_TRANSIENT, /* no whole answer, or 500, 502, 503, 504 */
    RETRY_THROTTLED, /* too many requests */
    RETRY_CLOCK,     /* this machine's clock is wrong; the answer says what time it is */
    RETRY_EXPIRED,   /* the credentials are old: worth one attempt with new ones */
};

/* `code`: what the answer's body or header calls the error; empty when it says nothing. */
enum retry_kind retry_kind(const struct http_response *r, struct str code);

enum { RETRY_ATTEMPTS = 6, RETRY_MAX_DELAY_MS = 20000, RETRY_QUOTA = 500 };

/* Before attempt number `attempt` (from 1 on: the first repetition). `random`: 0 ... 65535. */
unsigned retry_delay_ms(unsigned attempt, const struct http_response *r, unsigned random);

/* 16 random bits. */
unsigned retry_random(void);

struct retry_quota {
    atomic_int left;
};
/* RETRY_QUOTA is left. Shared by all threads. */
void retry_quota_init(struct retry_quota *q);
/* Takes what one more attempt costs; false: the quota is used up. */
bool retry_quota_take(struct retry_quota *q, const struct http_response *r);
/* Gives back after a success: what its repetitions took, or 1. */
void retry_quota_give(struct retry_quota *q, int taken);
int retry_cost(const struct http_response *r);

#endif
