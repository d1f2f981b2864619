/* YAML as tables, and what is refused, with its line. */
#include "yaml_reader.h"

#include "buf.h"
#include "check.h"
#include "state.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>

static const struct script_budget BUDGET = { .instructions = 100 * 1000 * 1000, .memory = 256 << 20 };

/* A document as one line: texts in quotes unless they were plain, each list and map with its line. */
static const char DUMP[] =
    "local read, text = ...\n"
    "local function dump(n)\n"
    "  if n.kind == 'scalar' then return n.plain and n.text or '\"' .. n.text .. '\"' end\n"
    "  local parts = {}\n"
    "  for i, item in ipairs(n) do\n"
    "    parts[i] = n.kind == 'map' and item.key .. '@' .. item.line .. '=' .. dump(item.value)\n"
    "      or dump(item)\n"
    "  end\n"
    "  return n.kind .. n.line .. '(' .. table.concat(parts, ' ') .. ')'\n"
    "end\n"
    "local documents, message, line = read(text)\n"
    "if not documents then return line .. ': ' .. message end\n"
    "for i, d in ipairs(documents) do documents[i] = dump(d) end\n"
    "return table.concat(documents, ' | ')\n";

static int open(lua_State *L) {
    luaL_openlibs(L);
    return 0;
}

static void check_dump(struct script *s, struct str text, const char *want) {
    lua_State *L = script_lua(s);
    CHECK(script_load(s, str_c(DUMP), "=dump"));
    lua_pushcfunction(L, yaml_read);
    lua_pushlstring(L, text.ptr, text.len);
    enum script_outcome outcome = script_call(s, 2, 1, BUDGET);
    CHECK_STR(str_c(outcome == SCRIPT_OK ? lua_tostring(L, -1) : script_error(s)), want);
    lua_settop(L, 0);
}

static void test_documents(struct script *s) {
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "", "" },
        { "a: 1\nb: '1'\nc:\n  - x\n  - [y, {z: null}]\n",
          "map1(a@1=1 b@2=\"1\" c@3=list4(x list5(y map5(z@5=null))))" },
        { "\xEF\xBB\xBF"
          "a: |\n  x\n  y\n---\nb\n",
          "map1(a@1=\"x\ny\n\") | b" },
        { "a:\nb: ~\n", "map1(a@1= b@2=~)" },
        { "a: &k [x]\nb: *k\n", "map1(a@1=list1(x) b@2=list1(x))" },
        { "a: !!str 5\n", "map1(a@1=\"5\")" },
        { "a: 1\nb: 2\na: 3\n", "3: the key 'a' is there twice" },
        { "a: *k\n", "1: an alias names an anchor that is not there before it" },
        { "a: &k [*k]\n", "1: an alias names an anchor that is not there before it" },
        { "a: &k x\n---\nb: *k\n", "3: an alias names an anchor that is not there before it" },
        { "a: !!binary aGk=\n", "1: tags other than !!str are not read" },
        { "a: !mine {}\n", "1: tags other than !!str are not read" },
        { "? [x]\n: 1\n", "1: a key that is a text was expected" },
        { "a: &k {x: 1}\nb:\n  <<: *k\n", "3: merge keys (<<) are not read" },
        { "a: 'x\n", "2: while scanning a quoted scalar: found unexpected end of stream" },
        { "a: 1\n b: 2\n", "2: mapping values are not allowed in this context" },
        { "a: \xff\n", "1: invalid leading UTF-8 octet" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_dump(s, str_c(cases[i].text), cases[i].want);
}

static void test_bounds(struct script *s) {
    struct buf text;
    buf_init(&text, 8 << 20);
    for (int i = 0; i < 100000; i++)
        buf_add_byte(&text, '[');
    check_dump(s, buf_str(&text), "1: values are nested too deep");

    buf_reset(&text); /* 10 times as many with each line */
    buf_add_c(&text, "a: &a [x,x,x,x,x,x,x,x,x,x]\n");
    for (char c = 'b'; c < 'k'; c++)
        buf_printf(&text, "%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c - 1, c - 1, c - 1,
                   c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
    check_dump(s, buf_str(&text), "6: the document has too many values");

    buf_reset(&text);
    while (text.len <= YAML_MAX_BYTES)
        buf_add_c(&text, "# a comment that is long\n");
    check_dump(s, buf_str(&text), "1: the file is longer than 1 MiB");
    buf_fini(&text);
}

int main(void) {
    struct script *s = script_new();
    lua_pushcfunction(script_lua(s), open);
    CHECK(script_call(s, 0, 0, BUDGET) == SCRIPT_OK);
    test_documents(s);
    test_bounds(s);
    script_free(s);
    return check_report();
}
