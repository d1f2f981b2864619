/* `event`, the record as a rule's match function sees it: one read-only userdata per state, pointed at a
 * record before each call and cleared after it, so that a kept reference raises instead of reading freed
 * memory. Values are converted when they are asked for.
 *
 *   event.<key>             every finding key (user_id, ip, level ...), nil when the record has none
 *   event.raw, .message     the record's bytes; its message text      event.line, .offset, .kind, .source
 *   event.timestamp, .time  ISO 8601 text; integer milliseconds since 1970 UTC
 *   event:get(path)         a JSON value: string, number, boolean, null, table; nil when absent
 *   event:str(path [, default]), event:num(path [, default]), event:list(path), event:has(path)
 *
 * Paths are dotted (a.b[0].c) and look into JSON records; in a text record they name finding keys. */
#ifndef EVENT_H
#define EVENT_H

#include "event_view.h"
#include "state.h"

/* Makes the userdata and keeps it in the registry. */
void event_open(lua_State *L);
/* Points it at a record, or at nothing (NULL), and pushes it. */
void event_push(lua_State *L, const struct event_view *view);

/* Pushes a JSON value as Lua data; an array gets a metatable, so that it is not an empty object. Raises. */
void event_push_json(lua_State *L, struct json value);

#endif
