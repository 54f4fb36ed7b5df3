/* SPDX-License-Identifier: MIT */
/* Reading model names. Names of providers we know but that are not configured
 * are told apart from unknown ones, so that the message can say what to do. */
#include "core/plan.h"

#include "core/model_facts.h"

const struct model_group *plan_group(const struct config *config,
                                     struct str name)
{
    for (size_t i = 0; i < config->n_groups; i++) {
        if (str_eq(config->groups[i].name, name))
            return &config->groups[i];
    }
    return NULL;
}

struct str plan_model(const struct provider *p, struct str name)
{
    char mark = p->row->task_mark;

    return mark == 0 ? name : str_before(name, mark);
}

struct plan plan_of(const struct provider *p, struct str model)
{
    return (struct plan){.n = 1,
                         .one = {.provider = p, .model = plan_model(p, model)}};
}

const struct target *plan_target(const struct plan *plan, size_t i)
{
    if (plan->targets == NULL)
        return &plan->one;
    return &plan->targets[(plan->first + i) % plan->n];
}

uint64_t plan_context(const struct target *t)
{
    struct model_facts facts;

    if (t->max_context > 0)
        return (uint64_t)t->max_context;
    return model_facts_find(t->provider->name, t->model, &facts) ? facts.context
                                                                 : 0;
}

/* Where random falls when every available target lies as wide as its weight;
 * the others follow in their order. */
size_t plan_draw(const struct model_group *g, uint64_t random)
{
    uint64_t total = 0;

    for (size_t i = 0; i < g->n; i++)
        total +=
            g->targets[i].provider->is_available ? g->targets[i].weight : 0;
    if (total == 0)
        return 0;
    random %= total;
    for (size_t i = 0; i < g->n; i++) {
        uint64_t weight =
            g->targets[i].provider->is_available ? g->targets[i].weight : 0;

        if (random < weight)
            return i;
        random -= weight;
    }
    return 0;
}

static enum plan_found resolve_group(const struct model_group *g,
                                     uint64_t random, struct plan *plan)
{
    *plan = (struct plan){
        .targets = g->targets,
        .n = g->n,
        .first = g->strategy == GROUP_WEIGHTED ? plan_draw(g, random) : 0,
        .one = g->targets[0],
        .group = g};
    for (size_t i = 0; i < g->n; i++) {
        if (g->targets[i].provider->is_available)
            return PLAN_FOUND;
    }
    return PLAN_NOT_READY;
}

enum plan_found plan_resolve(const struct config *config, struct str name,
                             uint64_t random, struct plan *plan)
{
    const struct model_group *group;
    const struct provider *p = NULL;
    struct str first;

    if (str_eq(name, STR("default"))) {
        if (config->default_model.n == 0)
            return PLAN_NO_DEFAULT;
        name = config->default_model;
    }
    group = plan_group(config, name);
    if (group != NULL)
        return resolve_group(group, random, plan);
    first = str_before(name, '/');
    if (first.n != name.n)
        p = config_provider(config, first);
    if (p == NULL)
        return PLAN_BARE;
    *plan = plan_of(p, str_skip(name, first.n + 1));
    if (plan->one.model.n == 0)
        return PLAN_NO_MODEL;
    return p->is_available ? PLAN_FOUND : PLAN_NOT_READY;
}
