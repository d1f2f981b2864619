/* The match functions of rules: a worker's own Lua state, in which a rule's file is run when the rule is
 * first a candidate.
 *
 * A ruleset keeps the states of its workers that have ended for those of the next job, with its files as they
 * were compiled. No file can leave anything behind in them: its top level is run again, in an environment of
 * its own, and all that is older than the worker can only be read. */
#ifndef MATCH_RUNNER_H
#define MATCH_RUNNER_H

#include "event_view.h"
#include "outcome.h"
#include "rule.h"
#include "rule_files.h"
#include "tables.h"

/* A ruleset's states that no runner uses. Any thread may make and free runners. */
struct match_pool;

struct match_pool *match_pool_new(const char *lua_folder);
void match_pool_free(struct match_pool *pool);

struct match_runner;

/* What a match function sees of its rule's patterns: the list `found`. */
struct found {
    struct str pattern, field, text;
    size_t start, end; /* bytes in the field's text, from 0; Lua gets them counted from 1, inclusive */
    const struct found_group { struct str name, text; } * groups;
    size_t group_count;
};

/* One finding that a match function asks for: keys and values of the table it returned. */
struct override {
    struct override_item {
        struct str name;
        struct str text;
        bool literal; /* a number or boolean: `text` is its JSON form */
    } * items;
    size_t count;
};

struct match_answer {
    struct override *findings; /* in the arena */
    size_t count;              /* 0: no finding */
};

/* For the files of the pool's ruleset, which lives longer. `tables`: what lookup() asks; NULL: none. */
struct match_runner *match_runner_new(struct match_pool *pool, const struct tables *tables);
void match_runner_free(struct match_runner *m);

/* Asks the rule's match function. The file is the one the rule came from. On a failure match_runner_error has
 * the reason ("file:line: ..."). */
enum script_outcome match_runner_ask(struct match_runner *m, const struct rule_file *file,
                                     const struct rule *rule, const struct event_view *event,
                                     const struct found *found, size_t found_count, struct arena *arena,
                                     struct match_answer *answer);
const char *match_runner_error(const struct match_runner *m);

#endif
