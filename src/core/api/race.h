/* SPDX-License-Identifier: MIT */
/* Who may answer, and who tries: a plan's targets one after the other, and
 * side by side where a group has `hedge` (DESIGN 6.6). Each attempt with what
 * came of it so far is a leg (struct answer). The first leg that has something
 * to pass on wins; the others are cancelled. A leg that fails while others run
 * is out; only the last one's failure leads on: to a key that was not tried,
 * then to the plan's next target.
 *
 *     race_start(x, &race, leg, &plan)
 *     race_sent(x, leg)            its request is out: its time begins
 *     race_is_out(x, leg, helps)   it failed; true: others run
 *     race_goes_on(x, leg)         it was the last; true: another attempt runs
 *     race_won(x, leg)             it has something to pass on
 *
 * A leg is late when it has nothing to pass on `after` milliseconds after its
 * request was sent, or, with p95, later than nearly all of that target's
 * answers were. Then another one begins beside it: at the plan's next target,
 * or else with another key of the same provider. */
#ifndef SL_RACE_H
#define SL_RACE_H

#include "core/api/surface.h"
#include "core/plan.h"

struct answer;
struct late;

/* Embedded by the surface; lives as long as the exchange. */
struct race {
    struct plan plan;
    size_t n_tried;        /* targets of the plan that were begun */
    uint64_t over_context; /* the prompt is too long for that many tokens: for
                              targets with a larger window alone; 0: not so */
    struct answer *legs;   /* the one that began last is the first */
    /* private */
    size_t n_running;
    size_t n_unfit;    /* targets that did not take the request */
    int64_t hedge_ms;  /* when the next may begin; 0: not */
    struct late *late; /* what is asked of p95; NULL: nothing was */
};

/* The first leg, at the plan's first target. */
void race_start(struct exchange *x, struct race *r, struct answer *an,
                const struct plan *plan);
void race_sent(struct exchange *x, struct answer *an);
/* may_help: it failed in a way that another key or target may mend. */
bool race_is_out(struct exchange *x, struct answer *an, bool may_help);
/* After race_is_out was false. */
bool race_goes_on(struct exchange *x, struct answer *an);
/* The last leg at the plan's next target that may help; false: there is none,
 * or none may follow. */
bool race_next_target(struct exchange *x, struct answer *an);
void race_won(struct exchange *x, struct answer *an);
void race_release(struct race *r);

/* For exchange.c: a hedge may be due. When one will be; 0: none. */
void race_on_time(struct exchange *x);
int64_t race_next_time(const struct exchange *x);

#endif
