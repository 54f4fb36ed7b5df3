/* SPDX-License-Identifier: MIT */
/* Why a request went where it went, for a caller who asks by the field
 * `sluice-explain: true`: the plan, and what became of each attempt, in the
 * field of that name on the answer, as JSON in ASCII. With `sluice-explain:
 * plan` nobody is asked: the plan is the answer (`sluice explain` prints it).
 *
 * Everybody may call these: they do nothing when nobody has asked. */
#ifndef SL_EXPLAIN_H
#define SL_EXPLAIN_H

#include "core/api/surface.h"
#include "core/plan.h"

struct attempt;
struct explain;

/* When the request's fields are there. */
void explain_start(struct exchange *x);
/* The plan is made. True: it was all that is wanted, and it was answered. */
bool explain_plan(struct exchange *x, const struct plan *plan);
/* Is the plan all that is wanted? Then no list is asked either. */
bool explain_is_dry(const struct exchange *x);

/* Why the next attempt is made: "next key"; the first word counts. Lives as
 * long as the exchange. */
void explain_why(struct exchange *x, struct str why);
void explain_begin(struct exchange *x, struct attempt *a);
/* What became of the attempt: the status of its answer, or a code, or that
 * another's answer came first. */
void explain_status(struct exchange *x, const struct attempt *a, int status);
void explain_failed(struct exchange *x, const struct attempt *a, enum sl_rc rc);
void explain_lost(struct exchange *x, const struct attempt *a);
/* The field's value; {0}: nobody has asked. */
struct str explain_value(struct exchange *x);

#endif
