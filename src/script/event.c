#include "event.h"

#include "sandbox.h"
#include "timestamp.h"

#include <lauxlib.h>

static const char TYPE[] = "event"; /* what tostring says */
static const char INSTANCE[] = "logaudit.event.instance";
static const char ARRAY[] = "logaudit.array";

struct event {
    const struct event_view *view; /* NULL between calls */
};

static const struct event_view *check_view(lua_State *L) {
    struct event *e = luaL_checkudata(L, 1, TYPE);
    if (!e->view)
        luaL_error(L, "event used after its match function returned");
    return e->view;
}

static void push_str(lua_State *L, struct str s) {
    lua_pushlstring(L, s.len ? s.ptr : "", s.len);
}

/* ---- JSON values ---- */

static void push_text(lua_State *L, struct json value) {
    if (!value.escaped) {
        push_str(L, value.raw);
        return;
    }
    struct arena arena; /* a raise between init and fini would leak, so the copy happens in Lua's memory */
    char *room = lua_newuserdatauv(L, value.raw.len + 1, 0);
    arena_init(&arena);
    struct str text = json_text(value, &arena);
    size_t len = text.len < value.raw.len ? text.len : value.raw.len; /* escapes only ever shrink */
    memcpy(room, text.ptr, len);
    arena_fini(&arena);
    lua_pushlstring(L, room, len);
    lua_remove(L, -2);
}

static void push_number(lua_State *L, struct json value) {
    int64_t integer;
    double number = 0;
    if (json_to_int(value, &integer)) {
        lua_pushinteger(L, integer);
    } else {
        json_to_double(value, &number);
        lua_pushnumber(L, number);
    }
}

static void push_container(lua_State *L, struct json value) {
    luaL_checkstack(L, 6, "a JSON value nested too deep");
    lua_newtable(L);
    if (value.kind == JSON_ARRAY)
        luaL_setmetatable(L, ARRAY);
    struct json_iter iter = json_iter(value);
    struct json key, item;
    for (lua_Integer i = 1; json_next(&iter, &key, &item); i++) {
        if (value.kind == JSON_ARRAY)
            lua_pushinteger(L, i);
        else
            push_text(L, key);
        event_push_json(L, item);
        lua_rawset(L, -3);
    }
}

void event_push_json(lua_State *L, struct json value) {
    switch (value.kind) {
    case JSON_NONE:
        lua_pushnil(L);
        break;
    case JSON_NULL:
        sandbox_push_null(L);
        break;
    case JSON_BOOL:
        lua_pushboolean(L, value.raw.ptr[0] == 't');
        break;
    case JSON_NUMBER:
        push_number(L, value);
        break;
    case JSON_STRING:
        push_text(L, value);
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        push_container(L, value);
        break;
    }
}

/* ---- keys ---- */

static bool push_field(lua_State *L, const struct fields *fields, struct str name) {
    enum field f = field_named(name);
    if (f == FIELD_COUNT || !fields->text[f].ptr)
        return false;
    if (f == FIELD_DURATION_MS)
        lua_pushnumber(L, fields->duration_ms);
    else if (f == FIELD_STATUS)
        lua_pushinteger(L, fields->status);
    else
        push_str(L, fields->text[f]);
    return true;
}

static bool push_time(lua_State *L, const struct fields *fields, bool as_text) {
    char text[STAMP_LEN + 1];
    if (!fields->has_time)
        return false;
    stamp_print(fields->time, text);
    if (as_text)
        lua_pushstring(L, text);
    else
        lua_pushinteger(L, fields->time / 1000);
    return true;
}

static bool is_json(const struct event_view *v) {
    return v->value.kind == JSON_OBJECT;
}

static bool push_key(lua_State *L, const struct event_view *v, struct str name) {
    if (str_equal_c(name, "raw"))
        push_str(L, v->raw);
    else if (str_equal_c(name, "message"))
        push_str(L, v->message);
    else if (str_equal_c(name, "source"))
        push_str(L, v->source);
    else if (str_equal_c(name, "line") || str_equal_c(name, "line_number"))
        lua_pushinteger(L, (lua_Integer)v->line);
    else if (str_equal_c(name, "offset"))
        lua_pushinteger(L, (lua_Integer)v->offset);
    else if (str_equal_c(name, "kind"))
        lua_pushstring(L, is_json(v) ? "json" : "text");
    else if (str_equal_c(name, "time"))
        return push_time(L, v->fields, false);
    else if (str_equal_c(name, "timestamp"))
        return push_time(L, v->fields, true);
    else
        return push_field(L, v->fields, name);
    return true;
}

static struct str path_at(lua_State *L, int index) {
    size_t len;
    const char *ptr = luaL_checklstring(L, index, &len);
    return str_of(ptr, len);
}

static struct json value_at(lua_State *L, const struct event_view *v) {
    struct str path = path_at(L, 2);
    if (!is_json(v))
        return v->value;
    script_spend(L, v->value.raw.len / 4); /* reading JSON on is faster than most */
    return json_path(v->value, path);
}

static int l_get(lua_State *L) {
    const struct event_view *v = check_view(L);
    struct json value = value_at(L, v);
    if (value.kind != JSON_NONE)
        event_push_json(L, value);
    else if (is_json(v) || !push_key(L, v, path_at(L, 2)))
        lua_pushnil(L);
    return 1;
}

/* The value at the path in the type `wanted`, else the third argument. */
static int get_as(lua_State *L, int wanted) {
    lua_settop(L, 3);
    l_get(L);
    if (wanted == LUA_TNUMBER && lua_type(L, -1) == LUA_TSTRING) {
        lua_pushvalue(L, -1);
        if (lua_stringtonumber(L, lua_tostring(L, -1)))
            return 1;
    } else if (wanted == LUA_TSTRING && lua_type(L, -1) == LUA_TNUMBER) {
        lua_tostring(L, -1);
        return 1;
    } else if (lua_type(L, -1) == wanted) {
        return 1;
    }
    lua_pushvalue(L, 3);
    return 1;
}

/* A number as the record has it: an id beyond 2^63 has more digits than a double. */
static int l_str(lua_State *L) {
    struct json value = value_at(L, check_view(L));
    if (value.kind != JSON_NUMBER)
        return get_as(L, LUA_TSTRING);
    push_str(L, value.raw);
    return 1;
}

static int l_num(lua_State *L) {
    return get_as(L, LUA_TNUMBER);
}

/* Always a list: of an array its elements, of another value the value alone, of nothing an empty one. */
static int l_list(lua_State *L) {
    struct json value = value_at(L, check_view(L));
    if (value.kind == JSON_ARRAY) {
        event_push_json(L, value);
        return 1;
    }
    lua_newtable(L);
    luaL_setmetatable(L, ARRAY);
    if (value.kind != JSON_NONE && value.kind != JSON_NULL) {
        event_push_json(L, value);
        lua_rawseti(L, -2, 1);
    }
    return 1;
}

static int l_has(lua_State *L) {
    const struct event_view *v = check_view(L);
    lua_pushboolean(L, value_at(L, v).kind != JSON_NONE || push_key(L, v, path_at(L, 2)));
    return 1;
}

static int l_index(lua_State *L) {
    const struct event_view *v = check_view(L);
    struct str name = path_at(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1; /* a method */
    return push_key(L, v, name) ? 1 : 0;
}

static int l_read_only(lua_State *L) {
    return luaL_error(L, "event is read-only");
}

void event_open(lua_State *L) {
    luaL_newmetatable(L, ARRAY);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);

    static const luaL_Reg methods[] = { { "get", l_get },   { "str", l_str }, { "num", l_num },
                                        { "list", l_list }, { "has", l_has }, { 0 } };
    luaL_newmetatable(L, TYPE);
    luaL_newlib(L, methods);
    lua_pushcclosure(L, l_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, l_read_only);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);

    struct event *e = lua_newuserdatauv(L, sizeof *e, 0);
    e->view = NULL;
    luaL_setmetatable(L, TYPE);
    lua_setfield(L, LUA_REGISTRYINDEX, INSTANCE);
}

void event_push(lua_State *L, const struct event_view *view) {
    lua_getfield(L, LUA_REGISTRYINDEX, INSTANCE);
    struct event *e = lua_touserdata(L, -1);
    e->view = view;
}
