/* Sigma rules as rule files: the host of lua/logaudit/sigma.lua. */
#ifndef SIGMA_H
#define SIGMA_H

#include "fault.h"
#include "str.h"

struct sigma;

struct sigma_result {
    struct str id, text; /* of a rule file; empty: the rule is not translated */
    struct str problem;  /* then: "FILE:LINE: FIELD: REASON" */
};

struct sigma *sigma_new(const char *lua_folder, struct fault *fault);
void sigma_free(struct sigma *s);

/* Takes over the rules of a YAML file. False, with a fault: not even a reason can be given for this file (its
 * budget is spent); the others are not affected. */
bool sigma_add(struct sigma *s, const char *path, struct str text, struct fault *fault);

/* After all files: calls `visit` with what each rule became, in the order of the files; it stops when visit
 * returns false. May be called again. */
void sigma_each(struct sigma *s, bool (*visit)(void *context, const struct sigma_result *r), void *context);

#endif
