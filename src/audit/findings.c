#include "findings.h"

#include <stdlib.h>

void batch_findings_init(struct batch_findings *f) {
    *f = (struct batch_findings){ 0 };
    arena_init(&f->arena);
}

void batch_findings_fini(struct batch_findings *f) {
    arena_fini(&f->arena);
    free(f->findings);
    free(f->trips);
    free(f->users);
    free(f->totals);
}

void batch_findings_reset(struct batch_findings *f) {
    struct batch_findings kept = *f;
    arena_reset(&kept.arena);
    *f = (struct batch_findings){
        .arena = kept.arena,
        .findings = kept.findings,
        .finding_capacity = kept.finding_capacity,
        .trips = kept.trips,
        .trip_capacity = kept.trip_capacity,
        .users = kept.users,
        .user_capacity = kept.user_capacity,
        .totals = kept.totals,
        .total_capacity = kept.total_capacity,
    };
}
