/* Between credentials.c, credentials_remote.c and credentials_sso.c: the places to look at. Each says FOUND,
 * NONE (it is not set up), or FAILED with a fault. */
#ifndef CREDENTIALS_INSIDE_H
#define CREDENTIALS_INSIDE_H

#include "credentials.h"
#include "json_doc.h"

enum found { FOUND, NONE, FAILED };

struct search {
    const struct settings *settings;
    const struct crypto *crypto;
    struct fault *fault;
};

enum { MAX_URL = 8192, MAX_TOKEN = 64 * 1024, REMOTE_MS = 20000 };

/* Sends until there is an answer that is no passing trouble. False: no answer, with a fault. `once`: nobody
 * there is an answer too. */
bool credentials_ask(const struct search *s, const struct http_request *request, bool once,
                     struct http_response *response);

/* A role by another's credentials. */
struct role {
    const char *arn, *session, *external_id, *duration;
};
enum found credentials_assume(const struct search *s, const struct role *role, const struct credentials *base,
                              struct credentials *out);
/* A role by the token in a file. */
enum found credentials_web_identity(const struct search *s, const struct role *role, const char *token_file,
                                    struct credentials *out);

/* By the token that `aws sso login` left, which is renewed when it has ended or soon will, where the file has
 * what that takes: the new one is written into the file, as the AWS tools do. */
struct sso {
    const char *profile; /* for messages */
    const char *session; /* NULL: the way without */
    const char *start_url, *region, *account, *role;
};
enum found credentials_sso(const struct search *s, const struct sso *sso, struct credentials *out);
enum found credentials_container(const struct search *s, struct credentials *out);
enum found credentials_metadata(const struct search *s, struct credentials *out);

/* What credential processes, containers and the metadata service write: one JSON object, whose key for the
 * token differs. */
enum found credentials_from_json(const struct search *s, struct str text, const char *token_key,
                                 const char *who, struct credentials *out);

/* Takes copies. */
void credentials_set(struct credentials *c, struct str id, struct str secret, struct str token,
                     int64_t expires);

/* "2024-11-26T10:30:00Z" as seconds; 0 when it is none. */
int64_t credentials_time(struct str text);

enum found credentials_failed(const struct search *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
