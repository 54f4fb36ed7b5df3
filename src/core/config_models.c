/* SPDX-License-Identifier: MIT */
/* The option `models`: names of the operator's own for one or several
 * provider/model. The one hard idea: a group may name other groups; they are
 * put in its place while it is read, so that a request only sees a flat list,
 * and a loop is found here. */
#include "core/config_parts.h"

enum {
    GROUPS = 1000,        /* in one configuration */
    GROUP_TARGETS = 64,   /* of one group, others put in */
    GROUP_WEIGHT = 10000, /* of one target */
    GROUP_STEPS = 1024,   /* names looked at for one group */
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

static bool is_visible(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
            return false;
    }
    return true;
}

static void add_target(struct reading *r, const struct given *g,
                       struct str text)
{
    struct loader *l = r->l;
    struct given other = config_member(l, &r->section, text);
    struct str name = str_before(text, '/');
    const struct provider *p = config_provider(l->c, name);

    if (r->steps++ == GROUP_STEPS)
        config_wrong(l, g,
                     STR("leads back to itself, or to too many other groups"));
    if (r->steps > GROUP_STEPS)
        return;
    if (other.is_set) {
        add_targets(r, &other);
        return;
    }
    if (name.n + 1 >= text.n || p == NULL) {
        config_wrong(l, g,
                     STR("must be provider/model, with a provider that "
                         "exists, or another name under models"));
        return;
    }
    if (!is_visible(text)) {
        config_wrong(l, g, STR("must not hold control characters"));
        return;
    }
    if (p->chat_path.n == 0) {
        config_wrong(l, g, STR("names a provider that can't be chatted with"));
        return;
    }
    if (!p->is_available)
        config_warn(l, g, STR("names a provider that has no key yet"));
    if (r->n == GROUP_TARGETS) {
        config_wrong(l, g, STR("leads to more than 64 targets"));
        return;
    }
    r->targets[r->n++] = (struct target){
        .provider = p, .model = str_skip(text, name.n + 1), .weight = 1};
}

/* A string, an array of strings, or an object whose `targets` is one of
 * those. */
static struct given targets_of(struct loader *l, const struct given *group)
{
    return json_is_obj(group->json) ? config_member(l, group, STR("targets"))
                                    : *group;
}

static void add_targets(struct reading *r, const struct given *group)
{
    struct given g = targets_of(r->l, group);
    struct str *names;
    size_t n;

    if (!g.is_set) {
        config_wrong(r->l, group, STR("must name its targets"));
        return;
    }
    if (!config_strings(r->l, &g, &names, &n))
        return;
    if (n == 0)
        config_wrong(r->l, &g, STR("must name at least one target"));
    for (size_t i = 0; i < n && r->steps <= GROUP_STEPS; i++) {
        struct given item = g;

        if (json_is_arr(g.json))
            item.json = json_at(g.json, (uint32_t)i);
        add_target(r, &item, names[i]);
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

static void read_strategy(struct reading *r, const struct given *group)
{
    struct given g = config_member(r->l, group, STR("strategy"));
    struct given weights = config_member(r->l, group, STR("weights"));
    struct str text = STR("fallback");

    if (g.is_set && !config_text(r->l, &g, true, &text))
        return;
    if (str_eq(text, STR("weighted"))) {
        r->group->is_weighted = true;
        if (weights.is_set)
            read_weights(r, &weights);
    } else if (str_eq(text, STR("fastest")) || str_eq(text, STR("cheapest"))) {
        config_wrong(r->l, &g,
                     STR("not supported yet; fallback and weighted are"));
    } else if (!str_eq(text, STR("fallback"))) {
        config_wrong(r->l, &g, STR("must be fallback or weighted"));
    }
    if (weights.is_set && !r->group->is_weighted)
        config_wrong(r->l, &weights,
                     STR("are for the strategy weighted alone"));
}

static void read_group(struct loader *l, const struct given *section,
                       struct str name, struct model_group *group)
{
    static const struct str members[] = {
        STR_INIT("targets"), STR_INIT("strategy"), STR_INIT("weights")};
    static const struct names known = {members, SL_LEN(members)};
    struct given g = config_member(l, section, name);
    struct reading r = {.l = l, .section = *section, .group = group};

    group->name = name;
    if (json_is_obj(g.json) && !config_object(l, &g, &known))
        return;
    add_targets(&r, &g);
    if (json_is_obj(g.json))
        read_strategy(&r, &g);
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
