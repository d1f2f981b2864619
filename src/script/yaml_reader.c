#include "yaml_reader.h"

#include "state.h"

#include <lauxlib.h>
#include <stdio.h>
#include <yaml.h>

static const char TYPE[] = "logaudit.yaml";
/* Stack indexes of a reading, behind its text: its userdata, the anchors ({ node, count } by name). */
enum { READER = 2, ANCHORS };

struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the one at hand */
    bool has_parser, has_event;
    size_t nodes;
    char message[256];
    size_t line;
};

/* Lua may leave by a jump at any allocation: what libyaml holds goes with the userdata. */
static int free_reader(lua_State *L) {
    struct reader *r = lua_touserdata(L, 1);
    if (r->has_event)
        yaml_event_delete(&r->event);
    if (r->has_parser)
        yaml_parser_delete(&r->parser);
    r->has_event = r->has_parser = false;
    return 0;
}

static bool fail(struct reader *r, const char *message) {
    snprintf(r->message, sizeof r->message, "%s", message);
    r->line = r->event.start_mark.line + 1;
    return false;
}

static bool fail_of_parser(struct reader *r) {
    const char *problem = r->parser.problem ? r->parser.problem : "out of memory";
    snprintf(r->message, sizeof r->message, "%s%s%s", r->parser.context ? r->parser.context : "",
             r->parser.context ? ": " : "", problem);
    r->line = r->parser.problem_mark.line + 1;
    return false;
}

static bool next_event(lua_State *L, struct reader *r) {
    if (r->has_event)
        yaml_event_delete(&r->event);
    r->has_event = false;
    script_spend(L, 64);
    if (!yaml_parser_parse(&r->parser, &r->event))
        return fail_of_parser(r);
    r->has_event = true;
    return true;
}

static bool count_nodes(struct reader *r, size_t count) {
    r->nodes += count;
    return r->nodes <= YAML_MAX_NODES || fail(r, "the document has too many values");
}

/* Pushes a table { kind =, line = }. */
static void push_node(lua_State *L, const struct reader *r, const char *kind) {
    lua_newtable(L);
    lua_pushstring(L, kind);
    lua_setfield(L, -2, "kind");
    lua_pushinteger(L, (lua_Integer)r->event.start_mark.line + 1);
    lua_setfield(L, -2, "line");
}

static bool is_text_tag(const yaml_char_t *tag) {
    return !tag || strcmp((const char *)tag, YAML_STR_TAG) == 0 || strcmp((const char *)tag, "!") == 0;
}

static bool push_scalar(lua_State *L, struct reader *r) {
    const char *text = (const char *)r->event.data.scalar.value;
    size_t len = r->event.data.scalar.length;
    if (!is_text_tag(r->event.data.scalar.tag))
        return fail(r, "tags other than !!str are not read");
    push_node(L, r, "scalar");
    lua_pushlstring(L, text, len);
    lua_setfield(L, -2, "text");
    lua_pushboolean(L, r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !r->event.data.scalar.tag);
    lua_setfield(L, -2, "plain");
    return true;
}

static bool push_value(lua_State *L, struct reader *r, int depth);

static bool push_list(lua_State *L, struct reader *r, int depth) {
    push_node(L, r, "list");
    for (lua_Integer i = 1;; i++) {
        if (!next_event(L, r))
            return false;
        if (r->event.type == YAML_SEQUENCE_END_EVENT)
            return true;
        if (!push_value(L, r, depth + 1))
            return false;
        lua_rawseti(L, -2, i);
    }
}

/* Pushes { key =, line = } for the event at hand; `seen`: a set at that stack index. */
static bool push_key(lua_State *L, struct reader *r, int seen) {
    if (r->event.type != YAML_SCALAR_EVENT)
        return fail(r, "a key that is a text was expected");
    if (r->event.data.scalar.length == 2 && memcmp(r->event.data.scalar.value, "<<", 2) == 0)
        return fail(r, "merge keys (<<) are not read");
    lua_createtable(L, 0, 3);
    lua_pushlstring(L, (const char *)r->event.data.scalar.value, r->event.data.scalar.length);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, seen) != LUA_TNIL) {
        snprintf(r->message, sizeof r->message, "the key '%s' is there twice", lua_tostring(L, -2));
        r->line = r->event.start_mark.line + 1;
        return false;
    }
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushboolean(L, 1);
    lua_rawset(L, seen);
    lua_setfield(L, -2, "key");
    lua_pushinteger(L, (lua_Integer)r->event.start_mark.line + 1);
    lua_setfield(L, -2, "line");
    return true;
}

static bool push_map(lua_State *L, struct reader *r, int depth) {
    lua_newtable(L);
    int seen = lua_gettop(L);
    push_node(L, r, "map");
    for (lua_Integer i = 1;; i++) {
        if (!next_event(L, r))
            return false;
        if (r->event.type == YAML_MAPPING_END_EVENT)
            break;
        if (!push_key(L, r, seen) || !next_event(L, r) || !push_value(L, r, depth + 1))
            return false;
        lua_setfield(L, -2, "value");
        lua_rawseti(L, -2, i);
    }
    lua_remove(L, seen);
    return true;
}

/* Keeps the node at the top under its anchor, with how many nodes it counts for. */
static void keep_anchor(lua_State *L, const char *name, size_t count) {
    lua_createtable(L, 2, 0);
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, 1);
    lua_pushinteger(L, (lua_Integer)count);
    lua_rawseti(L, -2, 2);
    lua_setfield(L, ANCHORS, name);
}

static bool push_alias(lua_State *L, struct reader *r) {
    if (lua_getfield(L, ANCHORS, (const char *)r->event.data.alias.anchor) == LUA_TNIL)
        return fail(r, "an alias names an anchor that is not there before it");
    lua_rawgeti(L, -1, 2);
    size_t count = (size_t)lua_tointeger(L, -1);
    lua_pop(L, 1);
    lua_rawgeti(L, -1, 1);
    lua_remove(L, -2);
    return count_nodes(r, count);
}

static const char *anchor_of(const yaml_event_t *e) {
    const yaml_char_t *name = e->type == YAML_SCALAR_EVENT           ? e->data.scalar.anchor
                              : e->type == YAML_SEQUENCE_START_EVENT ? e->data.sequence_start.anchor
                              : e->type == YAML_MAPPING_START_EVENT  ? e->data.mapping_start.anchor
                                                                     : NULL;
    return (const char *)name;
}

static bool push_unnamed(lua_State *L, struct reader *r, int depth) {
    switch (r->event.type) {
    case YAML_SCALAR_EVENT:
        return push_scalar(L, r);
    case YAML_SEQUENCE_START_EVENT:
        return (is_text_tag(r->event.data.sequence_start.tag) ||
                fail(r, "tags other than !!str are not read")) &&
               push_list(L, r, depth);
    case YAML_MAPPING_START_EVENT:
        return (is_text_tag(r->event.data.mapping_start.tag) ||
                fail(r, "tags other than !!str are not read")) &&
               push_map(L, r, depth);
    default:
        return fail(r, "a value was expected");
    }
}

/* Pushes the value that begins with the event at hand. */
static bool push_value(lua_State *L, struct reader *r, int depth) {
    luaL_checkstack(L, 8, "YAML nested too deep");
    if (depth > YAML_MAX_DEPTH)
        return fail(r, "values are nested too deep");
    if (!count_nodes(r, 1))
        return false;
    if (r->event.type == YAML_ALIAS_EVENT)
        return push_alias(L, r);
    size_t before = r->nodes;
    const char *anchor = anchor_of(&r->event);
    if (!anchor)
        return push_unnamed(L, r, depth);
    lua_pushstring(L, anchor); /* the event goes with the next one */
    if (!push_unnamed(L, r, depth))
        return false;
    keep_anchor(L, lua_tostring(L, -2), r->nodes - before + 1);
    lua_remove(L, -2);
    return true;
}

/* The documents of the stream as a list at the top. */
static bool push_documents(lua_State *L, struct reader *r) {
    lua_newtable(L);
    for (lua_Integer count = 0;;) {
        if (!next_event(L, r))
            return false;
        if (r->event.type == YAML_STREAM_END_EVENT)
            return true;
        if (r->event.type == YAML_DOCUMENT_START_EVENT) {
            lua_newtable(L); /* anchors are their document's */
            lua_replace(L, ANCHORS);
        } else if (r->event.type != YAML_STREAM_START_EVENT && r->event.type != YAML_DOCUMENT_END_EVENT) {
            if (!push_value(L, r, 1))
                return false;
            lua_rawseti(L, -2, ++count);
        }
    }
}

static struct reader *new_reader(lua_State *L) {
    struct reader *r = lua_newuserdatauv(L, sizeof *r, 0);
    *r = (struct reader){ .line = 1 };
    if (luaL_newmetatable(L, TYPE)) {
        lua_pushcfunction(L, free_reader);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    r->has_parser = yaml_parser_initialize(&r->parser);
    if (!r->has_parser)
        luaL_error(L, "out of memory");
    return r;
}

int yaml_read(lua_State *L) {
    size_t len;
    const char *ptr = luaL_checklstring(L, 1, &len);
    struct str text = str_without_mark(str_of(ptr, len));
    lua_settop(L, 1);
    struct reader *r = new_reader(L);
    lua_newtable(L);
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)text.ptr, text.len);
    bool ok = text.len <= YAML_MAX_BYTES ? push_documents(L, r) : fail(r, "the file is longer than 1 MiB");
    if (!ok) {
        lua_pushnil(L);
        lua_pushstring(L, r->message);
        lua_pushinteger(L, (lua_Integer)r->line);
    }
    int results = ok ? 1 : 3;
    lua_pushcfunction(L, free_reader); /* now, not when the collector comes by */
    lua_pushvalue(L, READER);
    lua_call(L, 1, 0);
    return results;
}
