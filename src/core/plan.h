/* SPDX-License-Identifier: MIT */
/* From a model's name to who serves it. A name is one of the operator's own
 * (`models` in the configuration), `provider/model` (split at the first
 * slash), `default`, or a bare model name that exactly one configured provider
 * lists. */
#ifndef SL_PLAN_H
#define SL_PLAN_H

#include "core/config.h"

/* A target that does not fit this request. */
struct skipped {
    struct target target;
    struct str why; /* "has no vision" */
};

/* Targets in the order of attempts. A value: what it points to is the
 * configuration's, and the name's, or the exchange's (api/planning.h). */
struct plan {
    const struct target *targets; /* NULL: `one` alone */
    size_t n;
    size_t first; /* where the walk over targets begins */
    struct target one;
    const struct model_group *group; /* whose name it was; NULL: none */
    const struct skipped *skipped;
    size_t n_skipped;
};

enum plan_found {
    PLAN_FOUND,
    PLAN_BARE,       /* no provider is named: the lists must be asked */
    PLAN_NO_DEFAULT, /* `default` without DEFAULT_MODEL */
    PLAN_NOT_READY,  /* the provider is known but lacks a key or address */
    PLAN_NO_MODEL,   /* a provider and nothing after the slash */
};

/* random: for groups whose first attempt is drawn by weight. With NOT_READY
 * and NO_MODEL plan->one.provider is the one that was named. */
enum plan_found plan_resolve(const struct config *config, struct str name,
                             uint64_t random, struct plan *plan);

/* A model as its provider knows it: without the task that clients may put
 * behind its name (catalogue.h). It borrows name. */
struct str plan_model(const struct provider *p, struct str name);
/* A plan of one target, its model by plan_model. */
struct plan plan_of(const struct provider *p, struct str model);
/* The i-th target, i < plan->n. */
const struct target *plan_target(const struct plan *plan, size_t i);

/* Where a weighted group begins with these random bits: as often at each
 * available target as its weight says. */
size_t plan_draw(const struct model_group *g, uint64_t random);
/* Tokens of the longest prompt that it takes; 0: not known. */
uint64_t plan_context(const struct target *t);

/* The operator's own name; NULL: none. */
const struct model_group *plan_group(const struct config *config,
                                     struct str name);

#endif
