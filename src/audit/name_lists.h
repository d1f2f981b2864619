/* Many lists of distinct names with counts (the addresses of each user ...), bounded together: any list may
 * be as long as it likes while all of them fit. Names are kept as results have them: what is not UTF-8 is
 * U+FFFD. */
#ifndef NAME_LISTS_H
#define NAME_LISTS_H

#include "str.h"

struct name_lists;

struct name_list {
    uint32_t latest; /* the lists' own; zeroed: empty */
};

struct name_count {
    struct str name;
    uint64_t count;
};

/* `max`: names in all lists. */
struct name_lists *name_lists_new(size_t max);
void name_lists_free(struct name_lists *n);

/* `count` more of the name; an empty one is none. `owner` is a number that no other list has. False when the
 * name is new and there is no room. */
bool name_lists_add(struct name_lists *n, struct name_list *list, uint64_t owner, struct str name,
                    uint64_t count);

/* The most frequent first, then by name. Valid until the next call. */
const struct name_count *name_lists_sorted(struct name_lists *n, const struct name_list *list, size_t *count);

/* Whether there are two names in it. */
bool name_lists_several(const struct name_lists *n, const struct name_list *list);

#endif
