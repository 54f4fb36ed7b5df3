/* SPDX-License-Identifier: MIT */
/* From the names of a request to its plan: the targets of `model`, `models`
 * and `fallbacks` in one list, those that can't serve it left out, the rest in
 * the order that the group's strategy and the caller's preferences ask for.
 *
 *     1. every name is resolved; a bare one is looked up in the lists
 *     2. the host is asked how fast targets are, if that matters (LOAD)
 *     3. left out: providers without a key, those that `only` and `ignore`
 *        exclude, targets that are known not to fit the request
 *     4. sorted: `order` first, then price or speed
 *     5. `allow_fallbacks: false` leaves the first one alone
 *
 * A model that was named alone is not touched by any of it. */
#ifndef SL_PLANNING_H
#define SL_PLANNING_H

#include "core/api/overrides.h"
#include "core/plan.h"

struct lookup;
struct planning;

/* plan: of the first name. Calls l->found, at once or later, or answers. */
void planning_start(struct exchange *x, struct lookup *l,
                    const struct plan *plan);
/* Is the answer to a LOAD its own? Then it goes on. */
bool planning_loaded(struct exchange *x, struct lookup *l, enum sl_rc rc,
                     struct str bytes);

#endif
