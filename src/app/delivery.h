/* What the verbs that end in a result have in common: in which form it is asked for, writing it, and the exit
 * code that it comes to. */
#ifndef DELIVERY_H
#define DELIVERY_H

#include "cli.h"
#include "output.h"

struct delivery {
    const struct cli *cli;
    const char *target;     /* of -o; NULL: standard output */
    const char *lua_folder; /* set by the verb: where the formats are */
    enum output_format format;
    struct output_limit limit;
    bool color;
    bool has_fail_on;
    enum severity fail_on;
};

/* From --format, --output, --max-findings, --color and --fail-on. */
bool delivery_read(struct delivery *d, const struct cli *cli, struct fault *fault);

/* Writes the result; `info` needs no with_state. Findings of ndjson may have gone to the sink before: `kept`
 * has none then. */
bool delivery_write(const struct delivery *d, struct sink *sink, struct tally *t, struct result_info *info,
                    struct kept_findings *kept, struct fault *fault);

/* The same of a result that is JSON already, without its findings: all formats but json and ndjson. */
bool delivery_write_closed(const struct delivery *d, struct sink *sink, struct str closing,
                           struct kept_findings *kept, struct fault *fault);

/* Logs what is incomplete. */
void delivery_log_incomplete(const struct tally *t);

/* `rules_failed`: a rule file could not be loaded. */
enum exit_code delivery_exit(const struct delivery *d, const struct tally *t, bool rules_failed);

#endif
