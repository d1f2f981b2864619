/* Merging as the verb and the handler do it: stored results from their places, to a tally and kept findings.
 */
#ifndef MERGING_H
#define MERGING_H

#include "job.h"
#include "merge.h"
#include "output.h"
#include "uris.h"

struct merging {
    struct merge *merge;
    size_t failed_files;
};

/* Reads the results. One that cannot be taken is missing in the merged one, which says so; it is a fault when
 * there is no other (it then tells why of each, up to five), or when no merging can go on. What `findings/`
 * stores holds nothing that the results do not: it is passed over. */
bool merging_read(struct merging *m, struct places *places, const struct uris *uris,
                  const struct merge_options *options, struct fault *fault);
void merging_fini(struct merging *m);

/* Loads the rules of the job when parts have correlations: they are run over all parts. NULL and a fault when
 * it failed. The job must outlive the tally. */
struct tally *merging_finish(struct merging *m, struct job *job, const struct cli *cli,
                             struct kept_findings *kept, struct fault *fault);

/* Whether a rule file could not be loaded, here or for a part. */
bool merging_rules_failed(const struct merging *m);

/* After merging_finish: audit_id, options and parts; they live as long as the merging. */
void merging_describe(struct merging *m, struct result_info *info);

#endif
