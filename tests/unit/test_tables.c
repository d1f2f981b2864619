#include "tables.h"

#include "buf.h"
#include "check.h"
#include "scratch_folder.h"

#include <sys/stat.h>

static struct tables *tables;
static struct arena arena;
static struct fault fault;

static const struct table *add(const char *name, const char *csv) {
    CHECK(tables_add_text(tables, name, str_c(csv), &fault));
    return tables_find(tables, str_c(name));
}

static struct str value(const struct table *t, const char *key, const char *column) {
    struct str found = { 0 };
    return table_value(t, str_c(key), str_c(column), &arena, &found) ? found : (struct str)STR("-");
}

static void test_exact(void) {
    const struct table *t = add("exact", "name,x\nMia,1\nben,2\n");
    CHECK_STR(value(t, "mia", "x"), "1");
    CHECK_STR(value(t, "BEN", "x"), "2");
    CHECK_STR(value(t, "be", "x"), "-");
    CHECK_STR(value(t, "", "x"), "-");
    CHECK_STR(value(t, "mia", "name"), "-");
    CHECK(table_has(t, str_c("MIA")) && !table_has(t, str_c("miaa")));
}

/* The longest network wins, whatever the order of lines; families are apart. */
static void test_networks(void) {
    const struct table *t = add("net", "cidr,x\n10.1.0.0/16,lab\n0.0.0.0/0,world\n10.0.0.0/8,office\n"
                                       "10.1.2.3,desk\n2001:db8::/32,six\n2001:db8:1::/48,six1\n");
    CHECK_STR(value(t, "10.1.2.3", "x"), "desk");
    CHECK_STR(value(t, "10.1.2.4", "x"), "lab");
    CHECK_STR(value(t, "10.2.2.4", "x"), "office");
    CHECK_STR(value(t, "::ffff:10.2.2.4", "x"), "office");
    CHECK_STR(value(t, "11.2.2.4", "x"), "world");
    CHECK_STR(value(t, "2001:db8:1::5", "x"), "six1");
    CHECK_STR(value(t, "2001:db8:2::5", "x"), "six");
    CHECK_STR(value(t, "2001:db9::5", "x"), "-");
    CHECK_STR(value(t, "no address", "x"), "-");
}

static void test_prefixes(void) {
    const struct table *t = add("prefix", "path/prefix,x\n/api/,a\n/,r\n/API/admin/,b\n");
    CHECK_STR(value(t, "/api/admin/1", "x"), "b");
    CHECK_STR(value(t, "/Api/adm", "x"), "a");
    CHECK_STR(value(t, "/x", "x"), "r");
    CHECK_STR(value(t, "x", "x"), "-");
    char longer[1000];
    memset(longer, 'y', sizeof longer);
    memcpy(longer, "/api/", 5);
    longer[sizeof longer - 1] = '\0';
    CHECK_STR(value(t, longer, "x"), "a");
    t = add("long", "path,x\n/,r\n");
    CHECK_STR(value(t, longer, "x"), "-");
}

static void note(void *context, struct str column, struct str text) {
    buf_printf(context, "%.*s=%.*s;", STR_ARG(column), STR_ARG(text));
}

static void test_rows(void) {
    struct buf out;
    buf_init(&out, 1000);
    const struct table *t = add("row", "k,a,b\nx,1,\n");
    CHECK(table_each(t, str_c("x"), &arena, note, &out));
    CHECK_STR(buf_str(&out), "a=1;b=;");
    CHECK(!table_each(t, str_c("y"), &arena, note, &out));
    buf_fini(&out);
}

static void test_wrong(void) {
    CHECK(!tables_add_text(tables, "row", str_c("k\n"), &fault) && strstr(fault.text, "another table 'row'"));
    CHECK(!tables_add_text(tables, "w1", str_c("cidr\n10.0.0.0/8\n10.9.0.0/8\n"), &fault));
    CHECK(strstr(fault.text, "w1:3: cidr: \"10.9.0.0/8\" is there already, in line 2"));
    CHECK(!tables_add_text(tables, "w2", str_c("cidr\nhost\n"), &fault));
    CHECK(strstr(fault.text, "w2:2: cidr: a network like 10.0.0.0/8 was expected, got \"host\""));
    CHECK(!tables_find(NULL, str_c("x")) && tables_count(NULL) == 0);
}

static void hash_text(struct tables *t, char out[HASH_HEX + 1]) {
    struct hash_state *h = hash_new();
    tables_hash(t, h);
    hash_print(hash_get(h), out);
    hash_free(h);
}

static void test_folder(void) {
    char first[HASH_HEX + 1], second[HASH_HEX + 1];
    mkdir(scratch("net"), 0777);
    scratch_file("a.csv", str_c("k,v\nx,1\n"));
    scratch_file("net/b.csv", str_c("k,v\nx,2\n"));
    scratch_file("notes.txt", str_c("no table"));
    struct tables *t = tables_new(scratch_path, &fault);
    CHECK(t && tables_count(t) == 2);
    CHECK_STR(value(tables_find(t, str_c("net/b")), "x", "v"), "2");
    hash_text(t, first);
    tables_free(t);
    scratch_file("a.csv", str_c("k,v\nx,3\n"));
    t = tables_new(scratch_path, &fault);
    hash_text(t, second);
    CHECK(strcmp(first, second) != 0);
    tables_free(t);
    scratch_file("c.mmdb", str_c("no database"));
    CHECK(!tables_new(scratch_path, &fault) && fault.kind == FAULT_USAGE && strstr(fault.text, "c.mmdb"));
}

int main(void) {
    scratch_make();
    arena_init(&arena);
    tables = tables_empty();
    test_exact();
    test_networks();
    test_prefixes();
    test_rows();
    test_wrong();
    test_folder();
    tables_free(tables);
    arena_fini(&arena);
    scratch_remove();
    return check_report();
}
