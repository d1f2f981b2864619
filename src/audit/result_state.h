/* The state of a stored result: what `merge` needs of a part beside the result itself (docs/result.md). */
#ifndef RESULT_STATE_H
#define RESULT_STATE_H

#include "result.h"
#include "sink.h"

/* The version of its shape; `merge` reads this one. */
enum { STATE_VERSION = 1 };

/* Writes the member `state` into the object that result_put_tail or result_put_closing left open
 * (with_state), and ends that object. Goes to the sink piece by piece: the state is not bounded by a buffer.
 */
bool result_write_state(struct tally *t, const struct result_info *info, struct sink *sink,
                        struct fault *fault);

#endif
