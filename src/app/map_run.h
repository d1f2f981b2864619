/* What a Distributed Map of Step Functions could not do: it writes manifest.json, which names lists of its
 * executions (docs: ResultWriter). What one of those was asked to read has no result, unless it got that far.
 */
#ifndef MAP_RUN_H
#define MAP_RUN_H

#include "merge.h"
#include "place.h"

/* Notes each object of an execution that failed, or never began, and that no part of the merging has read: it
 * is missing in the merged result, which says so, and why. So is a list that cannot be read. */
void map_run_note_missing(struct merge *m, struct places *places, const char *manifest);

#endif
