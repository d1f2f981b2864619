/* Merging as the verb and the handler do it: stored results from their places, to a tally and kept findings.
 */
#ifndef MERGING_H
#define MERGING_H

#include "merge.h"
#include "output.h"
#include "uris.h"

struct merging {
    struct merge *merge;
    char audit_id[HASH_HEX + 1];
};

/* Reads the results. One that cannot be taken is missing in the merged one, which says so; it is a fault when
 * there is no other, or when no merging can go on. What `findings/` stores holds nothing that the results do
 * not: it is passed over. */
bool merging_read(struct merging *m, struct places *places, const struct uris *uris,
                  const struct merge_options *options, struct fault *fault);
void merging_fini(struct merging *m);

/* NULL and a fault when it failed. */
struct tally *merging_finish(struct merging *m, struct kept_findings *kept, struct fault *fault);

/* After merging_finish: audit_id, options and parts; they live as long as the merging. */
void merging_describe(struct merging *m, struct result_info *info);

#endif
