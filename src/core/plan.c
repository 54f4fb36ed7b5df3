/* SPDX-License-Identifier: MIT */
/* Reading model names. Names of providers we know but that are not configured
 * are told apart from unknown ones, so that the message can say what to do. */
#include "core/plan.h"

enum plan_found plan_resolve(const struct config *config, struct str name,
                             struct target *target)
{
    size_t slash;
    const struct provider *p;

    if (str_eq(name, STR("default"))) {
        if (config->default_model.n == 0)
            return PLAN_NO_DEFAULT;
        name = config->default_model;
    }
    slash = str_find(name, '/');
    p = slash == name.n ? NULL
                        : config_provider(config, str_first(name, slash));
    if (p == NULL)
        return PLAN_BARE;
    target->provider = p;
    target->model = str_skip(name, slash + 1);
    if (target->model.n == 0)
        return PLAN_NO_MODEL;
    return p->is_available ? PLAN_FOUND : PLAN_NOT_READY;
}
