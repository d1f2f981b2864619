#include "suggest.h"

#include <stdbool.h>
#include <string.h>

/* Edit distance. */
static size_t distance(const char *a, const char *b) {
    size_t a_len = strlen(a), b_len = strlen(b), row[SUGGEST_MAX_WORD + 1];
    if (a_len > SUGGEST_MAX_WORD || b_len > SUGGEST_MAX_WORD)
        return SUGGEST_MAX_WORD;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            size_t inserted = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = replaced < inserted ? replaced : inserted;
        }
    }
    return row[b_len];
}

/* A word that was cut short, or one of its parts: the candidate begins with it, or it stands whole behind a
 * dot or a dash. */
static bool is_part(const char *word, const char *candidate) {
    enum { LEAST = 3 };
    size_t len = strlen(word);
    if (len < LEAST)
        return false;
    if (strncmp(candidate, word, len) == 0)
        return true;
    const char *at = strstr(candidate, word);
    return at && strchr(".-", at[-1]) && (!at[len] || strchr(".-", at[len]));
}

/* The shortest. */
static const char *whole_of(const char *word, const char *const *candidates, size_t count) {
    const char *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (is_part(word, candidates[i]) && (!best || strlen(candidates[i]) < strlen(best)))
            best = candidates[i];
    return best;
}

const char *suggest_nearest(const char *word, const char *const *candidates, size_t count) {
    const char *best = NULL;
    size_t best_distance = strlen(word) / 3 + 2;
    if (strlen(word) > SUGGEST_MAX_WORD)
        return NULL;
    const char *whole = whole_of(word, candidates, count);
    if (whole)
        return whole;
    for (size_t i = 0; i < count; i++) {
        size_t d = distance(word, candidates[i]);
        if (d < best_distance) {
            best = candidates[i];
            best_distance = d;
        }
    }
    return best;
}
