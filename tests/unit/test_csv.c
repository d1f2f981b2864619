#include "csv.h"

#include "check.h"
#include "mem.h"

#include <stdlib.h>

static char *text;
static struct csv csv;
static struct fault fault;

static bool read_text(const char *input) {
    free(text);
    csv_fini(&csv);
    text = mem_copy(input, strlen(input));
    return csv_read(&csv, text, strlen(input), "t.csv", &fault);
}

static void test_cells(void) {
    CHECK(read_text(
        "\xEF\xBB\xBF# note\n\na , b,c\r\n1,,\"x, \"\"y\"\"\nz\" \r\n  \n#\n\"#2\",  two words ,\n"));
    CHECK_INT(csv.column_count, 3);
    CHECK_STR(csv.columns[1], "b");
    CHECK_INT(csv.row_count, 2);
    CHECK_STR(csv.cells[0], "1");
    CHECK_STR(csv.cells[1], "");
    CHECK_STR(csv.cells[2], "x, \"y\"\nz");
    CHECK_STR(csv.cells[3], "#2");
    CHECK_STR(csv.cells[4], "two words");
    CHECK_STR(csv.cells[5], "");
    CHECK_INT(csv.lines[0], 4);
    CHECK_INT(csv.lines[1], 8);
}

static void test_edges(void) {
    CHECK(read_text("a"));
    CHECK_INT(csv.row_count, 0);
    CHECK(read_text("a,b\n1,2"));
    CHECK_INT(csv.row_count, 1);
    CHECK(!read_text(""));
    CHECK(!read_text("a,b\n1,2\n3\n") && strstr(fault.text, "t.csv:3: 2 columns"));
    CHECK(!read_text("a,b\n1,\"2\n3\n") && strstr(fault.text, "t.csv:2: a quote is not closed"));
    CHECK(!read_text("a,b\n1,\"2\"x\n") && strstr(fault.text, "t.csv:2: a comma"));
    CHECK(!read_text("a,a\n") && strstr(fault.text, "two columns 'a'"));
    char many[2 * (CSV_MAX_COLUMNS + 1) + 1];
    for (size_t i = 0; i < sizeof many - 1; i++)
        many[i] = i % 2 ? ',' : 'x';
    many[sizeof many - 1] = '\0';
    CHECK(!read_text(many) && strstr(fault.text, "at most 100 columns"));
}

int main(void) {
    test_cells();
    test_edges();
    csv_fini(&csv);
    free(text);
    return check_report();
}
