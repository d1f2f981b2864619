/* Which patterns a record may match, and which gates of the census stand open in it.
 *
 * The candidate set holds expressions that are weaker than the patterns they come from, each once. A gate has
 * parts, and opens in a record where one expression of each part hits. A pattern can only match where one of
 * its gates is open: it has one for each of its alternatives. */
#ifndef GATES_H
#define GATES_H

#include "json_doc.h"

#include <stdint.h>

struct gate {
    uint32_t opens; /* the number of a pattern; beyond those, of a gate of the census */
    uint8_t parts;  /* one bit each; 0: it cannot be told whether it is open */
};

/* What the hit of an expression means. */
struct gate_part {
    uint32_t gate;
    uint8_t bit;
};

struct gates {
    struct gate *items;
    size_t count;
    bool *usable; /* by expression: Vectorscan takes it */
    size_t expression_count;
    struct gate_part *parts; /* those of expression i are from starts[i] up to starts[i + 1] */
    size_t *starts;
};

/* With the expressions of the compiled ruleset `root`, all of them usable, and no gates yet. */
void gates_init(struct gates *g, const struct json_node *root);
/* Makes the gates of its patterns, then those of the census. A part with an expression that is not usable is
 * left out. */
void gates_link(struct gates *g, const struct json_node *root);
void gates_fini(struct gates *g);

#endif
