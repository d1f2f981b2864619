/* YAML as Lua tables, with the line of everything, so that what is wrong in a document can be named. */
#ifndef YAML_READER_H
#define YAML_READER_H

#include <lua.h>

/* Documents are written by hand; a list of thousands of hashes fits. */
enum { YAML_MAX_BYTES = 1 << 20, YAML_MAX_DEPTH = 32, YAML_MAX_NODES = 200 * 1000 };

/* A C function for Lua: yaml(text) -> list of documents | nil, message, line. A node is one of
 *
 *   { kind = "scalar", text = "...", plain = boolean, line = n }     plain: neither quoted nor a block
 *   { kind = "list", line = n, node, node, ... }
 *   { kind = "map", line = n, { key = "...", line = n, value = node }, ... }      in their order
 *
 * What a scalar means (a number, null ...) is left to the reader. An alias is the node of its anchor itself,
 * and each use of it counts towards YAML_MAX_NODES, so that few bytes cannot become many nodes. Refused: two
 * keys of one name in a map, keys that are no scalars, merge keys, tags but !!str, more than the maxima. */
int yaml_read(lua_State *L);

#endif
