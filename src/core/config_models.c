/* SPDX-License-Identifier: MIT */
/* The option `models`: names of the operator's own for one or several
 * provider/model. The one hard idea: a group may name other groups; they are
 * put in its place while it is read, so that a request only sees a flat list,
 * and a loop is found here. */
#include "core/base/num.h"
#include "core/config_parts.h"
#include "core/model_facts.h"
#include "core/plan.h"

enum {
    GROUPS = 1000,        /* in one configuration */
    GROUP_TARGETS = 64,   /* of one group, others put in */
    GROUP_WEIGHT = 10000, /* of one target */
    GROUP_STEPS = 1024,   /* names looked at for one group */
    GROUP_HEDGES = 3,     /* for one request */
    MOST_AFTER_MS = 60 * 60 * 1000,
    MOST_CONTEXT = 1000 * 1000 * 1000, /* tokens */
};

struct reading {
    struct loader *l;
    struct given section; /* all of `models` */
    struct model_group *group;
    struct target targets[GROUP_TARGETS];
    size_t n;
    unsigned steps; /* a loop, or groups without end, would not stop */
};

static void add_targets(struct reading *r, const struct given *group);

/* The bits of a list of abilities. */
static unsigned read_abilities(struct loader *l, const struct given *g)
{
    static const struct {
        struct str name;
        unsigned bit;
    } known[] = {
        {STR_INIT("tools"), ABILITY_TOOLS},
        {STR_INIT("vision"), ABILITY_VISION},
        {STR_INIT("reasoning"), ABILITY_REASONING},
        {STR_INIT("structured"), ABILITY_STRUCTURED},
    };
    unsigned bits = 0;
    struct str *names;
    size_t n;

    if (!config_strings(l, g, &names, &n))
        return 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;

        while (k < SL_LEN(known) && !str_eq(names[i], known[k].name))
            k++;
        if (k == SL_LEN(known))
            config_wrong(l, g,
                         STR("must hold nothing but tools, vision, reasoning "
                             "and structured"));
        else
            bits |= known[k].bit;
    }
    return bits;
}

static bool is_visible(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
            return false;
    }
    return true;
}

/* False, and complained of, when it can't be one. */
static bool check_target(struct reading *r, const struct given *g,
                         struct str text, const struct provider *p)
{
    struct loader *l = r->l;
    struct str model = str_skip(text, str_find(text, '/') + 1);

    if (p == NULL || plan_model(p, model).n == 0) {
        config_wrong(l, g,
                     STR("must be provider/model, with a provider that "
                         "exists, or another name under models"));
        return false;
    }
    if (!is_visible(text)) {
        config_wrong(l, g, STR("must not hold control characters"));
        return false;
    }
    if (!way_is_there(p)) {
        config_wrong(l, g, STR("names a provider that can't be chatted with"));
        return false;
    }
    if (!p->is_available)
        config_warn(l, g, STR("names a provider that has no key yet"));
    if (r->n == GROUP_TARGETS) {
        config_wrong(l, g, STR("leads to more than 64 targets"));
        return false;
    }
    return true;
}

/* What stands in `terms` but the target itself, which is read already. */
static void read_terms(struct reading *r, const struct given *terms,
                       struct target *t)
{
    static const struct str members[] = {
        STR_INIT("target"), STR_INIT("maxContext"), STR_INIT("minContext"),
        STR_INIT("needs"), STR_INIT("has")};
    static const struct names known = {members, SL_LEN(members)};
    struct given g;

    if (!config_object(r->l, terms, &known))
        return;
    g = config_member(r->l, terms, members[1]);
    if (g.is_set && !config_count(r->l, &g, 1, MOST_CONTEXT, &t->max_context))
        return;
    g = config_member(r->l, terms, members[2]);
    if (g.is_set && !config_count(r->l, &g, 1, MOST_CONTEXT, &t->min_context))
        return;
    if (t->max_context != 0 && t->min_context > t->max_context)
        config_wrong(r->l, &g, STR("must not be over maxContext"));
    g = config_member(r->l, terms, members[3]);
    if (g.is_set)
        t->needs = read_abilities(r->l, &g);
    g = config_member(r->l, terms, members[4]);
    t->has_is_said = g.is_set;
    if (g.is_set)
        t->has = read_abilities(r->l, &g);
}

/* terms: the object that says more of it; {0}: its name alone. */
static void add_target(struct reading *r, const struct given *g,
                       struct str text, const struct given *terms)
{
    struct loader *l = r->l;
    struct given other = config_member(l, &r->section, text);
    struct str name = str_before(text, '/');
    const struct provider *p = config_provider(l->c, name);
    struct target *t = &r->targets[r->n];

    if (r->steps++ == GROUP_STEPS)
        config_wrong(l, g,
                     STR("leads back to itself, or to too many other groups"));
    if (r->steps > GROUP_STEPS)
        return;
    if (other.is_set && terms->is_set) {
        config_wrong(l, g,
                     STR("is another name under models: conditions are for "
                         "provider/model"));
        return;
    }
    if (other.is_set) {
        add_targets(r, &other);
        return;
    }
    if (!check_target(r, g, text, p))
        return;
    *t = (struct target){.provider = p,
                         .model = plan_model(p, str_skip(text, name.n + 1)),
                         .weight = 1};
    if (terms->is_set)
        read_terms(r, terms, t);
    r->n++;
}

/* One element: a name, or an object with it and its conditions. */
static void add_item(struct reading *r, const struct given *item)
{
    struct given name = *item, terms = {0};
    struct str text;

    if (json_is_obj(item->json)) {
        terms = *item;
        name = config_member(r->l, item, STR("target"));
        if (!name.is_set) {
            config_wrong(r->l, item, STR("must name its target"));
            return;
        }
    }
    if (config_text(r->l, &name, true, &text))
        add_target(r, &name, text, &terms);
}

/* A string, an array, or an object whose `targets` is one of those. */
static struct given targets_of(struct loader *l, const struct given *group)
{
    return json_is_obj(group->json) ? config_member(l, group, STR("targets"))
                                    : *group;
}

static void add_targets(struct reading *r, const struct given *group)
{
    struct given g = targets_of(r->l, group);

    if (!g.is_set) {
        config_wrong(r->l, group, STR("must name its targets"));
        return;
    }
    if (!json_is_arr(g.json)) {
        add_item(r, &g);
        return;
    }
    if (json_count(g.json) == 0)
        config_wrong(r->l, &g, STR("must name at least one target"));
    for (uint32_t i = 0; i < json_count(g.json) && r->steps <= GROUP_STEPS;
         i++) {
        struct given item = g;

        item.json = json_at(g.json, i);
        add_item(r, &item);
    }
}

static void read_weights(struct reading *r, const struct given *g)
{
    if (!json_is_arr(g->json) || json_count(g->json) != r->n) {
        config_wrong(r->l, g,
                     STR("must be an array with one number for each target"));
        return;
    }
    for (uint32_t i = 0; i < r->n; i++) {
        struct given item = *g;
        int64_t weight;

        item.json = json_at(g->json, i);
        if (config_count(r->l, &item, 0, GROUP_WEIGHT, &weight))
            r->targets[i].weight = (uint32_t)weight;
    }
}

/* Only the strategy weighted has another first target for each request. */
static void read_affinity(struct reading *r, const struct given *group)
{
    struct given g = config_member(r->l, group, STR("affinity"));
    bool is_weighted = r->group->strategy == GROUP_WEIGHTED;
    bool on = false;

    r->group->affinity = is_weighted ? AFFINITY_NAMED : AFFINITY_NONE;
    if (g.is_set && !is_weighted)
        config_wrong(r->l, &g, STR("is for the strategy weighted alone"));
    else if (g.is_set && config_switch(r->l, &g, &on))
        r->group->affinity = on ? AFFINITY_ANY : AFFINITY_NONE;
    r->l->c->has_affinity = r->l->c->has_affinity || on;
}

static void read_strategy(struct reading *r, const struct given *group)
{
    /* In the order of enum group_strategy. */
    static const struct str names[] = {
        STR_INIT("fallback"), STR_INIT("weighted"), STR_INIT("cheapest"),
        STR_INIT("fastest")};
    struct given g = config_member(r->l, group, STR("strategy"));
    struct given weights = config_member(r->l, group, STR("weights"));
    struct str text = names[0];
    size_t i = 0;

    if (g.is_set && !config_text(r->l, &g, true, &text))
        return;
    while (i < SL_LEN(names) && !str_eq(text, names[i]))
        i++;
    if (i == SL_LEN(names))
        config_wrong(r->l, &g,
                     STR("must be fallback, weighted, cheapest or fastest"));
    else
        r->group->strategy = (enum group_strategy)i;
    if (weights.is_set && r->group->strategy == GROUP_WEIGHTED)
        read_weights(r, &weights);
    else if (weights.is_set)
        config_wrong(r->l, &weights,
                     STR("are for the strategy weighted alone"));
    read_affinity(r, group);
}

static void read_rules(struct reading *r, const struct given *group)
{
    struct given g = config_member(r->l, group, STR("require"));
    struct str text;

    if (g.is_set)
        r->group->require = read_abilities(r->l, &g);
    g = config_member(r->l, group, STR("onContentPolicy"));
    if (!g.is_set || !config_text(r->l, &g, true, &text))
        return;
    r->group->next_on_policy = str_eq(text, STR("next"));
    if (!r->group->next_on_policy && !str_eq(text, STR("stop")))
        config_wrong(r->l, &g, STR("must be next or stop"));
}

/* Into ms; 0 for p95. */
static bool read_after(struct loader *l, const struct given *g, int64_t *ms)
{
    bool is_one = !json_is_arr(g->json) && !json_is_obj(g->json);
    struct str text;
    int64_t v;

    if (is_one && config_text(l, g, false, &text)) {
        if (str_eq(text, STR("p95"))) {
            *ms = 0;
            return true;
        }
        if (num_duration_ms(text, &v) && v > 0 && v <= MOST_AFTER_MS) {
            *ms = v;
            return true;
        }
    }
    config_wrong(l, g,
                 STR("must be p95, or a time of more than 0 and at most an "
                     "hour: 250ms, 20s, 5m, or a number of seconds"));
    return false;
}

static void read_hedge(struct reading *r, const struct given *group)
{
    static const struct str members[] = {STR_INIT("after"), STR_INIT("max")};
    static const struct names known = {members, SL_LEN(members)};
    struct given g = config_member(r->l, group, STR("hedge"));
    struct given after;
    int64_t max = 1;

    if (!g.is_set || !config_object(r->l, &g, &known))
        return;
    after = config_member(r->l, &g, members[0]);
    if (!after.is_set) {
        config_wrong(r->l, &g,
                     STR("must say after what time: \"after\": \"p95\" or a "
                         "duration"));
        return;
    }
    if (!read_after(r->l, &after, &r->group->hedge.after_ms))
        return;
    if (r->n == 1 && r->targets[0].provider->n_keys < 2)
        config_warn(r->l, &g,
                    STR("has no effect: there is neither a second target nor a "
                        "second key"));
    g = config_member(r->l, &g, members[1]);
    if (g.is_set && !config_count(r->l, &g, 1, GROUP_HEDGES, &max))
        return;
    r->group->hedge.max = (unsigned)max;
}

static void read_group(struct loader *l, const struct given *section,
                       struct str name, struct model_group *group)
{
    static const struct str members[] = {
        STR_INIT("targets"),  STR_INIT("strategy"), STR_INIT("weights"),
        STR_INIT("affinity"), STR_INIT("require"),  STR_INIT("onContentPolicy"),
        STR_INIT("hedge")};
    static const struct names known = {members, SL_LEN(members)};
    struct given g = config_member(l, section, name);
    struct reading r = {.l = l, .section = *section, .group = group};

    group->name = name;
    if (json_is_obj(g.json) && !config_object(l, &g, &known))
        return;
    add_targets(&r, &g);
    if (json_is_obj(g.json)) {
        read_strategy(&r, &g);
        read_rules(&r, &g);
        read_hedge(&r, &g);
    }
    group->targets = arena_array(&l->c->arena, struct target, r.n);
    if (group->targets == NULL) {
        l->out_of_memory = true;
        return;
    }
    if (r.n != 0)
        memcpy(group->targets, r.targets, r.n * sizeof(r.targets[0]));
    group->n = r.n;
}

static void check_name(struct loader *l, const struct given *g, struct str name)
{
    struct str first = str_before(name, '/');

    if (name.n == 0 || name.n > CONFIG_NAME_BYTES)
        config_wrong(l, g, STR("a name has 1 to 64 characters"));
    else if (str_eq(name, STR("default")))
        config_wrong(l, g, STR("\"default\" is set by DEFAULT_MODEL"));
    else if (first.n != name.n && config_provider(l->c, first) != NULL)
        config_wrong(l, g,
                     STR("is a model of that provider already; choose a name "
                         "that does not begin with a provider's"));
}

void config_models(struct loader *l)
{
    struct given section = config_section(l, STR("models"));
    struct jval_iter it = json_iter(section.json);
    size_t n = 0;

    if (!section.is_set)
        return;
    if (!json_is_obj(section.json) || json_count(section.json) > GROUPS) {
        config_wrong(l, &section,
                     STR("must be an object: { \"name\": { \"targets\": "
                         "[\"provider/model\"] } }"));
        return;
    }
    l->c->groups =
        arena_array(&l->c->arena, struct model_group, json_count(section.json));
    if (l->c->groups == NULL)
        l->out_of_memory = true;
    while (!l->out_of_memory && json_iter_next(&it)) {
        struct given g = section;
        struct str name = {0}, text;

        g.json = it.value;
        if (!json_text(it.name, &l->scratch, &text) ||
            !arena_copy(&l->c->arena, text, &name)) {
            l->out_of_memory = true;
            return;
        }
        if (json_is_null(it.value))
            continue;
        check_name(l, &g, name);
        read_group(l, &section, name, &l->c->groups[n++]);
    }
    l->c->n_groups = n;
}
