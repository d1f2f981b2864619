/* Findings of correlations that were emitted before the end (--follow), so that none is emitted twice. */
#ifndef EARLY_H
#define EARLY_H

#include "finding.h"
#include "hash_index.h"

/* Beyond, findings of correlations come at the end. */
enum { MAX_EARLY = 100 * 1000 };

/* Zeroed: none. */
struct early_findings {
    struct early {
        struct hash id;
        int64_t time; /* a file that is made anew has the same places once more */
    } * items;
    size_t count, capacity;
    struct hash_index index;
};
void early_fini(struct early_findings *e);

bool early_has(const struct early_findings *e, const struct finding *f);
/* False: there are as many as may be. */
bool early_add(struct early_findings *e, const struct finding *f);

#endif
