/* Rulesets and data tables that a warm function keeps from one invocation to the next. They are used again as
 * long as no file that they came from has changed: an edited rule takes effect with the next invocation. */
#ifndef SHELF_H
#define SHELF_H

#include "ruleset.h"

struct shelf;

/* Empty. */
struct shelf *shelf_new(void);
void shelf_free(struct shelf *s); /* with all that is on it */

/* As ruleset_new, but the shelf owns what it answers, until shelf_trim or shelf_free. */
struct ruleset *shelf_take(struct shelf *s, const struct ruleset_options *options, struct fault *fault);

/* As tables_new, likewise. */
const struct tables *shelf_take_tables(struct shelf *s, const char *folder, struct fault *fault);

/* Gives up the rulesets that were not among the last few in use, and the tables but for the last. No audit
 * may run meanwhile. */
void shelf_trim(struct shelf *s);

#endif
