/* What the environment and the files of the AWS tools say: variables, ~/.aws/config and ~/.aws/credentials.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "buf.h"
#include "fault.h"
#include "http.h"

/* The world around the settings: the process's own, or that of a test. */
struct surroundings {
    const char *(*variable)(void *context, const char *name); /* NULL: not set */
    const char *root;                                         /* in front of each path; "" */
    /* http_send, or what stands in for it */
    bool (*exchange)(void *context, const struct http_request *request, struct http_response *response,
                     struct fault *fault);
    int64_t (*now)(void *context); /* seconds since 1970 */
    void (*wait)(void *context, unsigned milliseconds);
    void *context;
};

struct settings;

/* Reads the files; one that is missing is empty, one that is broken is a fault (FAULT_USAGE) naming file and
 * line. The surroundings must outlive the settings. */
struct settings *settings_new(const struct surroundings *around, struct fault *fault);
void settings_free(struct settings *s);

/* What settings_new got. */
const struct surroundings *settings_around(const struct settings *s);

/* A variable of the environment; NULL when it is not set or blank. */
const char *settings_variable(const struct settings *s, const char *name);

/* The name of the profile in use, and whether someone asked for it (AWS_PROFILE). */
const char *settings_profile(const struct settings *s);
bool settings_profile_named(const struct settings *s);

enum section_kind { SECTION_PROFILE, SECTION_SSO_SESSION, SECTION_SERVICES };

/* Whether there is such a section. */
bool settings_has(const struct settings *s, enum section_kind kind, const char *name);
/* A value of a section, NULL when there is none. Keys are in lower case; of a nested value "s3.endpoint_url".
 */
const char *settings_get(const struct settings *s, enum section_kind kind, const char *name, const char *key);
/* The same of the profile in use. */
const char *settings_own(const struct settings *s, const char *key);

/* Appends a whole file, below the root of the surroundings. */
bool settings_read_file(const struct settings *s, const char *path, struct buf *out, struct fault *fault);

/* AWS_REGION, AWS_DEFAULT_REGION, the profile's; NULL when nothing says it. */
const char *settings_region(const struct settings *s);

/* The endpoint that was configured for a service ("s3", "sts", "cloudwatch_logs"): variables, then the
 * profile in use. NULL: AWS's own. */
const char *settings_endpoint(const struct settings *s, const char *service);

/* "true" in any case, from the variable or else from the profile. */
bool settings_true(const struct settings *s, const char *variable, const char *key);

/* A whole number of the environment, `otherwise` when it is not set. False and a fault (FAULT_USAGE) naming
 * the variable: it holds something else, or a number out of these bounds. */
struct setting_bounds {
    unsigned least, most, otherwise;
};
bool settings_number(const struct settings *s, const char *variable, struct setting_bounds bounds,
                     unsigned *out, struct fault *fault);

#endif
