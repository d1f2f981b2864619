/* A file that is being written, by its name, as `tail -F` sees it: it grows, is renamed and made anew, is
 * emptied and written again, or is not there yet. Standard input too, which only grows. */
#ifndef TAIL_H
#define TAIL_H

#include "source.h"

struct tail;

/* Opens nothing yet. */
struct tail *tail_new(const char *path);
void tail_free(struct tail *t);

enum tail_news {
    TAIL_NOTHING,
    TAIL_OPENED,  /* there is a file now: tail_source has it */
    TAIL_GREW,    /* its source has more */
    TAIL_ENDED,   /* nothing more will come of it: take the rest and close its source; the next look is for
                     another */
    TAIL_CLOSED,  /* the same, and there will be no other one: standard input is over */
    TAIL_RENAMED, /* the name is another file's now, or nobody's: whoever writes may still write to this one
                     for a while, and from now on only its growth is looked for. The name is for another tail
                   */
};
/* What has happened since the last look. The fault is filled when a file cannot be read; it is then ENDED,
 * or, when it could not be opened, NOTHING. */
enum tail_news tail_look(struct tail *t, struct fault *fault);

/* The open file. Its read gives whole lines (of what is no text, all bytes), and nothing when there is none
 * now; after ENDED it gives all that is left. It belongs to the tail until it is closed. */
struct source *tail_source(struct tail *t);

/* From now on the source gives all there is, as after ENDED. */
void tail_end(struct tail *t);

/* Bytes that the source gave. */
uint64_t tail_given(const struct tail *t);

#endif
