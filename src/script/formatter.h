/* Formats of results that are written in Lua: lua/logaudit/report/NAME.lua returns a table of functions, each
 * of which writes text by calling its first argument with it:
 *
 *   head(write, result)    once, before all findings. `result` is the result without `findings`
 *   finding(write, f)      for each finding, in the order of the result
 *   tail(write, result)    once, at the end
 *
 * and `most`, how many findings a reader of the format can use; nil: all. Beside the library they have what
 * rules call `time`, as the module logaudit.time. */
#ifndef FORMATTER_H
#define FORMATTER_H

#include "buf.h"
#include "fault.h"

struct formatter;

/* NULL: the fault (FAULT_OUTPUT) says where the Lua is wrong. */
struct formatter *formatter_new(const char *lua_folder, const char *name, struct fault *fault);
void formatter_free(struct formatter *f);

/* UINT64_MAX: all. */
uint64_t formatter_most(const struct formatter *f);

/* The texts are JSON objects; what is written is appended to `out`. */
bool formatter_head(struct formatter *f, struct str result, struct buf *out, struct fault *fault);
bool formatter_finding(struct formatter *f, struct str finding, struct buf *out, struct fault *fault);
bool formatter_tail(struct formatter *f, struct str result, struct buf *out, struct fault *fault);

#endif
