/* SPDX-License-Identifier: MIT */
/* From a model's name to who serves it. A name is `provider/model` (split at
 * the first slash), `default`, or a bare model name that exactly one
 * configured provider lists. */
#ifndef SL_PLAN_H
#define SL_PLAN_H

#include "core/config.h"

struct target {
    const struct provider *provider;
    struct str model; /* as the provider knows it; borrows the name */
};

enum plan_found {
    PLAN_FOUND,
    PLAN_BARE,       /* no provider is named: the lists must be asked */
    PLAN_NO_DEFAULT, /* `default` without DEFAULT_MODEL */
    PLAN_NOT_READY,  /* the provider is known but lacks a key or address */
    PLAN_NO_MODEL,   /* a provider and nothing after the slash */
};

enum plan_found plan_resolve(const struct config *config, struct str name,
                             struct target *target);

#endif
