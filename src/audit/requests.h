/* Requests that went through several services or files, by the id (of the request, the trace ...) that
 * records of each of them name. Of findings only: the ids of all records would cost reading more of each. */
#ifndef REQUESTS_H
#define REQUESTS_H

#include "finding.h"
#include "name_lists.h"

enum request_list { REQUEST_SERVICES, REQUEST_SOURCES, REQUEST_RULES, REQUEST_USERS, REQUEST_LISTS };

/* Ids kept, and names in all their lists; further ones are counted. */
enum { MAX_REQUESTS = 50 * 1000, MAX_REQUEST_NAMES = 500 * 1000 };

struct seen_request {
    struct str id;
    uint64_t findings;
    enum severity severity; /* the gravest */
    struct name_list lists[REQUEST_LISTS];
    bool has_time;
    int64_t first, last; /* microseconds since 1970 */
};

struct request_table;

/* Empty. */
struct request_table *request_table_new(void);
void request_table_free(struct request_table *t);

/* False when the finding's request did not fit. */
bool request_table_add(struct request_table *t, const struct finding *f);

/* Those of several services or files, the gravest first, then those with the most findings, then by id;
 * *count of them. To be freed by the caller. */
const struct seen_request **request_table_across(const struct request_table *t, size_t *count);

/* As name_lists_sorted. */
const struct name_count *request_table_names(struct request_table *t, const struct seen_request *r,
                                             enum request_list list, size_t *count);

#endif
